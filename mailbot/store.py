"""Files kept once, named by the SHA-256 of their content, never by a stranger's name.

Layout: `<root>/ab/abcdef…`, mode 0600. A file appears under its name only when it is whole and on the disk
(temp file in the same folder, fsync, rename, fsync of the folder), so a name that exists can be trusted.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Final

from mailbot.faults import Point, reach

BLOCK: Final = 256 * 1024
SYNC_EVERY: Final = 8 * 1024 * 1024
AHEAD_FROM: Final = 16
"""Blocks of a file after which it is written by a thread of its own."""
AHEAD: Final = 4
"""Blocks that may wait for that thread."""
_SYNCER: Final = ThreadPoolExecutor(1, "store-sync")
"""Its thread is started by the first large file."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store: hex SHA-256 and size in bytes."""

    sha256: str
    size: int


def hash_of(path: Path) -> str:
    """A file's SHA-256, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


Needed = Callable[[Callable[[int, int], bytes], int], list[tuple[int, int]] | None]
"""Which pieces of a file are needed, given what reads a piece, and the file's length; None for the whole."""


class Incoming:
    """A file on its way into the store: write blocks, it is hashed on the way.

    Args:
        file: open for writing at its end.
        durable: what is appended is made to last; False for what is only on its way to a store.
        before: what it holds already.
        label: names it instead of its hash, which is not computed then.
    """

    def __init__(self, file: IO[bytes], *, durable: bool, before: Iterable[bytes] = (), label: str = "") -> None:
        self._file = file
        self._durable = durable
        self._label = label
        self._digest = hashlib.sha256()
        self._syncing: Future[None] | None = None
        self._failed: OSError | None = None
        self._unsynced = 0
        self.size = 0
        for block in before:
            self._digest.update(block)
            self.size += len(block)

    def write(self, block: bytes | memoryview) -> None:
        """Append a block; what was appended goes to the disk meanwhile, so that little is left to wait for."""
        if self._failed is not None:
            raise self._failed  # what stands behind a gap would be taken for the rest of the file
        try:
            self._file.write(block)
        except OSError as error:
            self._failed = error
            raise
        if not self._label:
            self._digest.update(block)
        self.size += len(block)
        self._unsynced += len(block)
        if self._durable and self._unsynced >= SYNC_EVERY and (self._syncing is None or self._syncing.done()):
            self._unsynced = 0
            self._syncing = _SYNCER.submit(os.fdatasync, self._file.fileno())

    def write_all(self, blocks: Iterator[bytes]) -> None:
        """Append blocks while the next ones are being made: hashing and the disk take as long as all the rest."""
        for block in islice(blocks, AHEAD_FROM):  # a small file is not worth a thread
            self.write(block)
        first = next(blocks, None)
        if first is None:
            return
        with ThreadPoolExecutor(1, "store-write") as writer:
            ahead = deque([writer.submit(self.write, first)])
            for block in blocks:
                if len(ahead) == AHEAD:
                    ahead.popleft().result()
                ahead.append(writer.submit(self.write, block))
            for written in ahead:
                written.result()

    def settle(self) -> None:
        """Make everything appended durable.

        Raises:
            OSError: the disk took not all of it.
        """
        self._file.flush()
        if self._syncing is not None:
            self._syncing.result()
        if self._durable:
            os.fsync(self._file.fileno())

    def rest(self) -> None:
        """Wait until nobody uses the file any more: it may be closed then."""
        if self._syncing is not None:
            wait([self._syncing])

    @property
    def stored(self) -> Stored:
        """What it is so far."""
        return Stored(self._label or self._digest.hexdigest(), self.size)


def take_name(temporary: Path, target: Path) -> None:
    """Give a whole file its name, unless another of the same content has it by now.

    A name is never given anew: a reader is let to the very file that lay there when it was started (Landlock).
    """
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        temporary.rename(target)


def _taken_over(path: Path, mine: Path, file: IO[bytes]) -> bool:
    """Move the open file from `path` to `mine`; whether it is the same one, and nobody else can write to it now."""
    try:
        path.rename(mine)
        if not os.path.samestat(mine.lstat(), os.fstat(file.fileno())):
            return False
        mine.chmod(0o600)
        fcntl.fcntl(file.fileno(), fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file.fileno(), fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError:  # another disk, or somebody writes, or no leases here
        return False
    return True


class Store:
    """The content store under `root`; the folder is made at need.

    Args:
        root: its folder.
        durable: whether a file that is kept is on the disk; False for a folder that is gone soon.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.root = root
        self._durable = durable

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """Take a file in: kept when the block ends well, forgotten when it raises."""
        descriptor, temporary = self._temporary()
        try:
            with os.fdopen(descriptor, "wb", buffering=BLOCK) as file:
                incoming = Incoming(file, durable=self._durable, label=self._label())
                try:
                    yield incoming
                    incoming.settle()
                finally:
                    incoming.rest()
            self._settle(temporary, self.place(incoming.stored.sha256))
        finally:
            temporary.unlink(missing_ok=True)

    def sweep(self, before: datetime) -> None:
        """Forget files that a killed process left on their way in, touched last before this moment."""
        for left in self.root.glob(".incoming-*"):
            if left.stat().st_mtime < before.timestamp():
                left.unlink(missing_ok=True)

    def _settle(self, temporary: Path, target: Path) -> None:
        rotten = target.exists()
        if rotten and hash_of(target) == target.name:
            return
        target.parent.mkdir(exist_ok=True)
        if rotten:
            temporary.rename(target)
        else:
            take_name(temporary, target)
        if self._durable:
            sync_folder(target.parent)
            sync_folder(self.root)
            reach(Point.FILE_STORED)

    def _temporary(self) -> tuple[int, Path]:
        self.root.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=self.root)
        return descriptor, Path(name)

    def adopt(self, path: Path) -> Stored:
        """Take over a plain file that a child wrote, which nobody can write to afterwards.

        It is moved away from the child and kept where the kernel says that nobody has it open for writing (a read
        lease, fcntl(2)); else, and from another disk, it is copied.

        Raises:
            OSError: it is no plain file, or the disk failed.
        """
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "not a plain file", str(path))
            descriptor, mine = self._temporary()
            os.close(descriptor)
            try:
                if not _taken_over(path, mine, file):
                    return self.put(iter(lambda: file.read(BLOCK), b""))
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
                os.fsync(file.fileno())
                self._settle(mine, self.place(digest))
            finally:
                mine.unlink(missing_ok=True)
        return Stored(digest, size)

    def _label(self) -> str:
        """What names the next file; empty for its hash."""
        return ""

    def everything(self) -> Iterator[Path]:
        """Every file that is kept, in order."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from (path for path in sorted(folder.iterdir()) if path.is_file() and not path.is_symlink())

    def listing(self) -> Iterator[Stored]:
        """Everything that is kept, by its name and size."""
        for path in self.everything():
            yield Stored(path.name, path.stat().st_size)

    def names(self) -> frozenset[str]:
        """The SHA-256 of everything that is kept."""
        return frozenset(kept.sha256 for kept in self.listing())

    def keeps_versions(self) -> bool:
        """Whether what is discarded stays behind as an older version: no folder does that."""
        return False

    def discard(self, sha256: str) -> None:
        """Forget a file, for ever."""
        self.place(sha256).unlink(missing_ok=True)

    def put(self, blocks: Iterable[bytes]) -> Stored:
        """Keep these blocks as one file."""
        with self.incoming() as incoming:
            for block in blocks:
                incoming.write(block)
        return incoming.stored

    def put_file(self, path: Path) -> Stored:
        """Keep a copy of a file. Raises OSError where it cannot be read, or has no end: a pipe, a device."""
        if not (path.is_file() or path.is_dir()) and path.exists():
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        with path.open("rb") as file:
            return self.put(iter(lambda: file.read(BLOCK), b""))

    def path(self, sha256: str) -> Path:
        """Where a file lies, or would lie."""
        return self.place(sha256)

    def place(self, sha256: str) -> Path:
        """Where this folder has a file, or would have it."""
        return self.root / sha256[:2] / sha256

    @contextmanager
    def outline(self, sha256: str, _needed: Needed) -> Iterator[tuple[Path, bool]]:
        """What a store that is far away has of a file at the least: a file as long, with the pieces that are needed.

        Yields:
            The file, and whether it is whole: here it is.
        """
        yield self.path(sha256), True

    def __contains__(self, sha256: str) -> bool:
        """Whether the whole file is here."""
        return self.path(sha256).is_file()

    def is_sound(self, sha256: str) -> bool:
        """Whether the file is here and still has its own hash; reads it whole."""
        try:
            return hash_of(self.path(sha256)) == sha256
        except FileNotFoundError:
            return False

    def free_bytes(self) -> int:
        """Room left on the store's disk."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free


class Tray(Store):
    """A folder in which files wait to be adopted by a store, which hashes them; here their names mean nothing."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, durable=False)

    def _label(self) -> str:
        return secrets.token_hex(32)
