"""Raw mail kept whole, before anything looks inside.

A mail is fetched into `<root>/partial/<place>` (named by its place on the server, so that a fetch cut short
goes on at its byte offset), then fsynced and renamed to `<root>/ab/abcdef….eml` by its SHA-256.
"""

import hashlib
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mailbot.faults import Point, reach
from mailbot.model.errors import MailbotError, MailboxError, TemporaryError
from mailbot.model.mail import MailRef, RawMail
from mailbot.store import BLOCK, Incoming, hash_of, sync_folder

PARTIAL: Final = "partial"

OVERLAP: Final = 64 * 1024
"""Bytes that are read again where a fetch goes on: they show whether it is still the same mail."""

HEAD: Final = 1024 * 1024
"""Bytes that are kept of a mail over the limit: its headers and words, so that it can be answered."""

Read = Callable[[MailRef, int], Iterator[bytes]]


class MailTooLarge(MailbotError):
    """The mail goes on beyond the limit, and was not fetched further.

    Attributes:
        head: its beginning, kept in the spool as a mail of its own.
    """

    def __init__(self, limit: int, head: RawMail) -> None:
        super().__init__(f"the mail is larger than {limit} bytes; its first {head.size} are kept. See limits.mail_mb.")
        self.head = head


class NotWhole(MailboxError):
    """What came is empty, or not as long as the server says: nothing of it is kept.

    Attributes:
        came: what it was.
    """

    def __init__(self, came: RawMail, stated: int | None) -> None:
        super().__init__(f"{came.size} bytes came of a mail of {'unknown size' if stated is None else stated}")
        self.came = came


class _OtherContent(Exception):
    """What an earlier try fetched is not the beginning of this mail."""


class Spool:
    """The spool under `root`; folders are made at need."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, read: Read, ref: MailRef, limit: int | None = None, *, confirmed: Collection[str] = ()) -> RawMail:
        """Fetch a mail whole and make it durable; fetching goes on where an earlier try was cut.

        Args:
            read: gives the mail's blocks from a byte offset on (`Mailbox.read`).
            ref: which mail; where it states a size, a mail of another size is not whole.
            limit: bytes after which a mail is too large; a server that lies could send one without end.
            confirmed: SHA-256 of what came another way: if the same comes again it is whole, whatever size is stated.

        Raises:
            MailboxError: from `read`; what has come so far stays for the next try.
            NotWhole: it is empty, or shorter or longer than stated.
            TemporaryError: the disk took no more; what it took stays.
            MailTooLarge: the mail is longer than `limit`.
        """
        with _disk(self.root):
            partial = self._partial(ref)
            partial.parent.mkdir(parents=True, exist_ok=True)
            try:
                came = _fetch(partial, read, ref, limit)
            except _OtherContent:
                partial.unlink()
                came = _fetch(partial, read, ref, limit)
            if limit is not None and came.size > limit:
                os.truncate(partial, min(HEAD, limit))
                raise MailTooLarge(limit, self._settle(partial, _measure(partial)))
            as_stated = ref.size is None or came.size == ref.size or came.sha256 in confirmed
            if not (came.size and as_stated):
                partial.unlink()
                raise NotWhole(came, ref.size)
            return self._settle(partial, came)

    def forget_partial(self, ref: MailRef) -> None:
        """Drop what an unfinished fetch left: the mail is gone, or its fetch is given up."""
        self._partial(ref).unlink(missing_ok=True)

    @property
    def partials(self) -> Path:
        """Where mails lie that are not fetched whole yet."""
        return self.root / PARTIAL

    def path(self, sha256: str) -> Path:
        """Where a mail lies, or would lie."""
        return self.root / sha256[:2] / f"{sha256}.eml"

    def head(self, sha256: str, size: int) -> bytes:
        """A mail's first `size` bytes. Raises TemporaryError where the disk does not give them."""
        with _disk(self.root), self.path(sha256).open("rb") as file:
            return file.read(size)

    def kept_at(self, sha256: str) -> datetime:
        """When a mail was spooled."""
        return datetime.fromtimestamp(self.path(sha256).stat().st_mtime, UTC)

    def sound(self, sha256: str) -> Path:
        """Where a mail lies, whose bytes are still the ones that came.

        Raises:
            TemporaryError: it is not there, or rotten: it is fetched again where the server still has it.
        """
        path = self.path(sha256)
        with _disk(self.root):
            if not path.exists() or hash_of(path) != sha256:
                raise TemporaryError(
                    f"{path}: missing, or not the bytes that came. It is fetched again while the server has it; else "
                    "put a copy of data_dir back."
                )
        return path

    def everything(self) -> Iterator[RawMail]:
        """Every mail that is kept, by its name and size."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*.eml")):
            yield RawMail(path.stem, path.stat().st_size)

    def discard(self, sha256: str) -> None:
        """Forget a mail, for ever."""
        self.path(sha256).unlink(missing_ok=True)

    def _settle(self, partial: Path, raw: RawMail) -> RawMail:
        target = self.path(raw.sha256)
        new = not target.parent.is_dir()
        target.parent.mkdir(exist_ok=True)
        reach(Point.MAIL_FETCHED)
        partial.replace(target)
        sync_folder(target.parent)
        if new:
            sync_folder(self.root)
        reach(Point.MAIL_SPOOLED)
        return raw

    def _partial(self, ref: MailRef) -> Path:
        place = f"{ref.mailbox}\0{ref.folder}\0{ref.uidvalidity}\0{ref.uid}"
        return self.partials / hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _fetch(partial: Path, read: Read, ref: MailRef, limit: int | None) -> RawMail:
    """Append what is missing, up to the first block beyond the limit, and make it durable."""
    with partial.open("a+b", buffering=BLOCK) as file:
        file.seek(0)
        incoming = Incoming(file, durable=True, before=iter(lambda: file.read(BLOCK), b""))
        start = max(incoming.size - OVERLAP, 0)
        file.seek(start)
        known = file.read()
        try:
            incoming.write_all(_bounded(_fresh(read(ref, start), known), incoming.size, limit))
            incoming.settle()
        finally:
            incoming.rest()
    return RawMail(incoming.stored.sha256, incoming.size)


def _bounded(blocks: Iterator[bytes], size: int, limit: int | None) -> Iterator[bytes]:
    """The blocks up to the first one that goes beyond the limit, where so many bytes are known before them."""
    for block in blocks:
        yield block
        size += len(block)
        if limit is not None and size > limit:
            return


def _fresh(blocks: Iterator[bytes], known: bytes) -> Iterator[bytes]:
    """The blocks behind the bytes that are known.

    Raises:
        _OtherContent: the known bytes do not come, or not all of them.
    """
    for block in blocks:
        if not known:
            yield block
            continue
        again, new = block[: len(known)], block[len(known) :]
        if again != known[: len(again)]:
            raise _OtherContent
        known = known[len(again) :]
        if new:
            yield new
    if known:
        raise _OtherContent


def _measure(path: Path) -> RawMail:
    with path.open("r+b") as file:
        digest = hashlib.file_digest(file, "sha256")
        size = file.tell()
        os.fsync(file.fileno())
    return RawMail(digest.hexdigest(), size)


@contextmanager
def _disk(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TemporaryError(
            f"{root}: {error.strerror or error}. Make room, or mend data_dir's permissions."
        ) from error
