"""A film from the store into the package: cloned or copied, never linked, read-only, its hash checked on the way."""

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path
from typing import Final

from mailbot.model.errors import Damaged
from mailbot.store import BLOCK, Store

FICLONE: Final = 0x40049409
"""ioctl_ficlone(2): the new file shares the blocks of the old one until either is written to (Btrfs, XFS, bcachefs)."""
READ_ONLY: Final = 0o444
FOLDER: Final = 0o755


def make_folder(folder: Path) -> None:
    """A folder that everybody may read, whatever the umask says."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(FOLDER)


def holds(path: Path, sha256: str) -> bool:
    """Whether a file is there, whole and unchanged."""
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def place(store: Store, sha256: str, target: Path) -> None:
    """Put a stored file under a name; it appears there whole or not at all.

    Raises:
        Damaged: the store's file is gone, or is not what its name says any more.
        OSError: the disk took not all of it.
    """
    temporary = target.with_name(f".{target.name}.part")
    temporary.unlink(missing_ok=True)
    try:
        _copy(store.path(sha256), temporary, sha256)
        temporary.chmod(READ_ONLY)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _copy(source: Path, target: Path, sha256: str) -> None:
    try:
        reading = source.open("rb")
    except FileNotFoundError:
        raise Damaged(sha256, "is gone from the store") from None
    with reading, target.open("xb") as writing:
        cloned = clone(reading.fileno(), writing.fileno())
        digest = hashlib.sha256()
        while block := reading.read(BLOCK):
            digest.update(block)
            if not cloned:
                writing.write(block)
    if digest.hexdigest() != sha256:
        raise Damaged(sha256, "is not what it was when it was stored")


def clone(source: int, target: int) -> bool:
    """Let one open file share another's blocks; False where the file system cannot, or they lie on two of them."""
    try:
        fcntl.ioctl(target, FICLONE, source)
    except OSError:
        return False
    return True


def can_clone(store: Store, folder: Path) -> bool:
    """Whether files of the store can be cloned into a folder: they then take no room there."""
    probe, copy = store.root / f".clone-{os.getpid()}", folder / f".clone-{os.getpid()}"
    with contextlib.ExitStack() as left:
        for path in (probe, copy):
            left.callback(path.unlink, missing_ok=True)
        probe.write_bytes(b"\0" * BLOCK)
        with probe.open("rb") as reading, copy.open("wb") as writing:
            return clone(reading.fileno(), writing.fileno())
