"""The data folder belongs to mailbot alone: folders 0700, files 0600, whatever the umask and however they began."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

OTHERS: Final = 0o077


@contextmanager
def private(data_dir: Path) -> Iterator[None]:
    """Make the data folder, close it to others, and let what is made inside the block be closed to them too.

    A folder that was open to others is closed once with all that is in it.
    """
    before = os.umask(OTHERS)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if is_open(data_dir) and data_dir.stat().st_uid == os.geteuid():
            _close(data_dir)
        yield
    finally:
        os.umask(before)


def is_open(path: Path) -> bool:
    """Whether anybody else may do anything with a file or folder."""
    return bool(path.stat().st_mode & OTHERS)


def _close(data_dir: Path) -> None:
    """From the leaves to the root: one that is cut goes on with the next start."""
    for folder, _, files in os.walk(data_dir, topdown=False):
        here = Path(folder)
        for path in (here / name for name in files):
            if not path.is_symlink() and path.stat().st_uid == os.geteuid():
                path.chmod(path.stat().st_mode & ~OTHERS)
        if here.stat().st_uid == os.geteuid():
            here.chmod(here.stat().st_mode & ~OTHERS)
