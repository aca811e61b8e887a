"""How much a child has written so far: the kernel bounds each of its files, and nobody their number."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mailbot.model.errors import ReadingFailed, ReadingTrouble

MOST_FILES: Final = 20_000
"""Files and folders at once; an archive's members are far fewer (`limits.archive_members`)."""
BLOCK: Final = 512
"""Bytes of a block in st_blocks, on every Linux (stat(2))."""


def check(folder: Path, bytes_: int, what: str) -> None:
    """Raise ReadingFailed where more lies in a child's folder than `bytes_`, than `MOST_FILES`, or than it shows us."""
    total = 0
    try:
        for count, size in enumerate(_sizes(folder)):
            total += size
            if total > bytes_ or count >= MOST_FILES:
                raise ReadingFailed(ReadingTrouble.OUTPUT, what)
    except PermissionError:
        raise ReadingFailed(ReadingTrouble.OUTPUT, what) from None


def _sizes(folder: Path) -> Iterator[int]:
    """Bytes on the disk of everything below a folder, but what vanishes meanwhile."""
    folders = [os.fspath(folder)]
    while folders:
        with contextlib.suppress(FileNotFoundError), os.scandir(folders.pop()) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                    yield 0
                else:
                    yield _size(entry)


def _size(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat(follow_symlinks=False).st_blocks * BLOCK
    except FileNotFoundError:
        return 0
