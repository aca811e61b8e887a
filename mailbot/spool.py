"""Raw mail kept whole, before anything looks inside.

A mail is fetched into `<root>/partial/<place>` (named by its place on the server, so that a fetch cut short
goes on at its byte offset), then fsynced and renamed to `<root>/ab/abcdef….eml` by its SHA-256.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from mailbot.model.errors import MailbotError, TemporaryError
from mailbot.model.mail import MailRef, RawMail
from mailbot.store import sync_folder

PARTIAL: Final = "partial"

OVERLAP: Final = 64 * 1024
"""Bytes that are read again where a fetch goes on: they show whether it is still the same mail."""

HEAD: Final = 1024 * 1024
"""Bytes that are kept of a mail over the limit: its headers, so that a person sees whose it is."""

Read = Callable[[MailRef, int], Iterator[bytes]]


class MailTooLarge(MailbotError):
    """The mail goes on beyond the limit, and was not fetched further.

    Attributes:
        head: its beginning, kept in the spool as a mail of its own.
    """

    def __init__(self, limit: int, head: RawMail) -> None:
        super().__init__(f"the mail is larger than {limit} bytes; its first {head.size} are kept. See limits.mail_mb.")
        self.head = head


class _Changed(Exception):
    """What an earlier try fetched is not the beginning of this mail."""


class Spool:
    """The spool under `root`; folders are made at need."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, read: Read, ref: MailRef, limit: int | None = None) -> RawMail:
        """Fetch a mail whole and make it durable; fetching goes on where an earlier try was cut.

        Args:
            read: gives the mail's blocks from a byte offset on (`Mailbox.read`).
            ref: which mail.
            limit: bytes after which a mail is too large; a server that lies could send one without end.

        Raises:
            MailboxError: from `read`; what has come so far stays for the next try.
            TemporaryError: the disk took no more; what it took stays.
            MailTooLarge: the mail is longer than `limit`.
        """
        with _disk(self.root):
            partial = self._partial(ref)
            partial.parent.mkdir(parents=True, exist_ok=True)
            try:
                size = _fetch(partial, read, ref, limit)
            except _Changed:
                partial.unlink()
                size = _fetch(partial, read, ref, limit)
            if limit is not None and size > limit:
                os.truncate(partial, min(HEAD, limit))
                raise MailTooLarge(limit, self._settle(partial))
            return self._settle(partial)

    def forget_partial(self, ref: MailRef) -> None:
        """Drop what an unfinished fetch left: the mail is gone, or its fetch is given up."""
        self._partial(ref).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where a mail lies, or would lie."""
        return self.root / sha256[:2] / f"{sha256}.eml"

    def _settle(self, partial: Path) -> RawMail:
        raw = _measure(partial)
        target = self.path(raw.sha256)
        target.parent.mkdir(exist_ok=True)
        partial.replace(target)
        sync_folder(target.parent)
        sync_folder(self.root)
        return raw

    def _partial(self, ref: MailRef) -> Path:
        place = f"{ref.mailbox}\0{ref.folder}\0{ref.uidvalidity}\0{ref.uid}"
        return self.root / PARTIAL / hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _fetch(partial: Path, read: Read, ref: MailRef, limit: int | None) -> int:
    """Append what is missing, up to the first block beyond the limit; the size then, in bytes."""
    with partial.open("a+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        start = max(size - OVERLAP, 0)
        for block in _fresh(read(ref, start), _tail(file, start)):
            file.write(block)
            size += len(block)
            if limit is not None and size > limit:
                break
        os.fsync(file.fileno())
    return size


def _tail(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.read()


def _fresh(blocks: Iterator[bytes], known: bytes) -> Iterator[bytes]:
    """The blocks behind the bytes that are known.

    Raises:
        _Changed: the known bytes do not come, or not all of them.
    """
    for block in blocks:
        again, new = block[: len(known)], block[len(known) :]
        if again != known[: len(again)]:
            raise _Changed
        known = known[len(again) :]
        if new:
            yield new
    if known:
        raise _Changed


def _measure(path: Path) -> RawMail:
    with path.open("rb") as file:
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
