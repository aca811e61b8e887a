"""Spool and store on S3: what is kept lies in the bucket, and a bounded folder holds what is worked on.

A file stands in the folder under its name only once the bucket has it, so what the rooms take for kept is kept there.
Each file that comes is hashed: what is not what its name says is never used.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from mailbot.bucket import Bucket
from mailbot.faults import Point, reach
from mailbot.model.errors import TemporaryError
from mailbot.model.mail import RawMail
from mailbot.spool import Spool
from mailbot.store import Needed, Store, Stored, hash_of, take_name

IN_USE: Final = 1800.0
"""Seconds behind the file that was asked for last in which another is not put away: no file is read for longer."""
FILES, MAILS = "files", "spool"


class CacheFolder:
    """A folder before a bucket.

    Args:
        root: the folder.
        bucket: where everything is.
        room: bytes that may lie in the folder; what is in use is not counted out.
    """

    def __init__(self, root: Path, bucket: Bucket, room: int) -> None:
        self.root = root
        self.bucket = bucket
        self._room = room

    def bring(self, key: str, target: Path, sha256: str) -> Path:
        """Have an object in the folder.

        Raises:
            FileNotFoundError: the bucket has none.
            TemporaryError: it did not come, or not as what its name says.
        """
        with suppress(FileNotFoundError):
            os.utime(target)
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=self.root)
        os.close(descriptor)
        temporary = Path(name)
        try:
            self.bucket.get(key, temporary)
            if hash_of(temporary) != sha256:
                raise TemporaryError(f"{self.bucket.url}/{key}: is not what its name says. Put a copy back.")
            take_name(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
        self.tidy()
        return target

    def tidy(self) -> None:
        """Put away what was used longest ago, until the rest has room."""
        lying = sorted((found for found in map(_used, self.root.glob("??/*")) if found), key=lambda found: found[0])
        size = sum(found[1] for found in lying)
        for used, bytes_, path in lying:
            if size <= self._room or used > lying[-1][0] - IN_USE:
                return
            path.unlink(missing_ok=True)
            size -= bytes_


def _used(path: Path) -> tuple[float, int, Path] | None:
    try:
        told = path.stat()
    except FileNotFoundError:
        return None
    return told.st_mtime, told.st_blocks * 512, path


class BucketStore(Store):
    """The content store in a bucket; errors as in `Bucket`."""

    def __init__(self, root: Path, bucket: Bucket, room: int) -> None:
        super().__init__(root)
        self._shelf = CacheFolder(root, bucket, room)
        self.bucket = bucket

    def _settle(self, temporary: Path, target: Path) -> None:
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        self.bucket.put(f"{FILES}/{target.name}", temporary)
        take_name(temporary, target)
        self._shelf.tidy()
        reach(Point.FILE_STORED)

    def path(self, sha256: str) -> Path:
        """Where a file lies, fetched at need. Raises FileNotFoundError where the bucket has none."""
        return self._shelf.bring(f"{FILES}/{sha256}", self.place(sha256), sha256)

    @contextmanager
    def outline(self, sha256: str, needed: Needed) -> Iterator[tuple[Path, bool]]:
        """See `Store.outline`: nulls stand where nothing is needed. Errors as `path`."""
        key = f"{FILES}/{sha256}"
        here = self.place(sha256).exists()
        size = None if here else self.bucket.size(key)
        wanted = needed(lambda start, end: self.bucket.ranges(key, [(start, end)])[0], size) if size else None
        if size is None or wanted is None or not self.bucket.cheaper(wanted, size):
            yield self.path(sha256), True
            return
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".outline-", dir=self.root) as file:
            file.truncate(size)
            for (start, _), piece in zip(wanted, self.bucket.ranges(key, wanted), strict=True):
                file.seek(start)
                file.write(piece)
            file.flush()
            yield Path(file.name), False

    def __contains__(self, sha256: str) -> bool:
        return self.place(sha256).is_file() or self.bucket.size(f"{FILES}/{sha256}") is not None

    def listing(self) -> Iterator[Stored]:
        """Everything that is kept, by its name and size."""
        for key, size in self.bucket.names(FILES):
            yield Stored(key.rpartition("/")[2], size)

    def keeps_versions(self) -> bool:
        """See `Store.keeps_versions`, and `Bucket`."""
        return self.bucket.keeps_versions()

    def discard(self, sha256: str) -> None:
        """Forget a file, for ever: in the bucket, and here."""
        self.bucket.remove(f"{FILES}/{sha256}")
        super().discard(sha256)


class BucketSpool(Spool):
    """Raw mail in a bucket; errors as in `Bucket`."""

    def __init__(self, root: Path, bucket: Bucket, room: int) -> None:
        super().__init__(root)
        self._shelf = CacheFolder(root, bucket, room)
        self.bucket = bucket

    def _settle(self, partial: Path, raw: RawMail) -> RawMail:
        self.bucket.put(f"{MAILS}/{raw.sha256}.eml", partial)
        settled = super()._settle(partial, raw)
        self._shelf.tidy()
        return settled

    def sound(self, sha256: str) -> Path:
        """See `Spool.sound`; fetched at need, and once more where the copy here has rotted."""
        path = self.path(sha256)
        try:
            if path.exists() and hash_of(path) != sha256:
                path.unlink()
            return self._shelf.bring(f"{MAILS}/{sha256}.eml", path, sha256)
        except FileNotFoundError:
            return super().sound(sha256)

    def discard(self, sha256: str) -> None:
        """Forget a mail, for ever: in the bucket, and here."""
        self.bucket.remove(f"{MAILS}/{sha256}.eml")
        super().discard(sha256)

    def kept_at(self, sha256: str) -> datetime:
        """When a mail was spooled: when the bucket got it."""
        return self.bucket.written_at(f"{MAILS}/{sha256}.eml")

    def everything(self) -> Iterator[RawMail]:
        """Every mail that is kept, by its name and size."""
        for key, size in self.bucket.names(MAILS):
            yield RawMail(Path(key).stem, size)
