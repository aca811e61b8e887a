"""Raw mail kept whole, before anything looks inside.

A mail is fetched into `<root>/partial/<place>` (named by its place on the server, so that a fetch cut short
goes on at its byte offset), then fsynced and renamed to `<root>/ab/abcdef….eml` by its SHA-256.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from mailbot.model.mail import MailRef, RawMail
from mailbot.store import sync_folder

PARTIAL: Final = "partial"


class Spool:
    """The spool under `root`; folders are made at need."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, read: Callable[[MailRef, int], Iterator[bytes]], ref: MailRef) -> RawMail:
        """Fetch a mail whole and make it durable; fetching goes on where an earlier try was cut.

        Args:
            read: gives the mail's blocks from a byte offset on (`Mailbox.read`).
            ref: which mail.

        Raises:
            MailboxError: from `read`; what has come so far stays for the next try.
        """
        partial = self._partial(ref)
        partial.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("ab", buffering=0) as file:
            for block in read(ref, file.tell()):
                file.write(block)
            os.fsync(file.fileno())
        raw = _measure(partial)
        target = self.path(raw.sha256)
        target.parent.mkdir(exist_ok=True)
        partial.replace(target)
        sync_folder(target.parent)
        sync_folder(self.root)
        return raw

    def forget_partial(self, ref: MailRef) -> None:
        """Drop what an unfinished fetch left, so that the next one starts at the beginning."""
        self._partial(ref).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where a mail lies, or would lie."""
        return self.root / sha256[:2] / f"{sha256}.eml"

    def _partial(self, ref: MailRef) -> Path:
        place = f"{ref.mailbox}\0{ref.folder}\0{ref.uidvalidity}\0{ref.uid}\0{ref.key}"
        return self.root / PARTIAL / hashlib.sha256(place.encode()).hexdigest()[:32]


def _measure(path: Path) -> RawMail:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return RawMail(digest.hexdigest(), file.tell())
