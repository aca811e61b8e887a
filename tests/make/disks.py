"""A small disk of its own, that can be full or read-only; only root may mount one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no disk can be mounted here")


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[Path]:
    """Mount an empty disk of so many KiB."""
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={kib}k", "none", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def make_read_only(folder: Path) -> None:
    """Let nothing more be written."""
    _mount("-o", "remount,ro", str(folder))


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Not a byte is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(512)):
                pass
        except OSError:
            pass
    yield
    filler.unlink()
