"""The seam to a mailbox: what every kind of it can do."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import MailRef


class Mailbox(Protocol):
    """One mailbox, opened. Every method may raise MailboxError (try again) or AccountError (stop asking)."""

    @property
    def name(self) -> str:
        """The name by which the ledger knows it."""
        ...

    def folders(self) -> tuple[Folder, ...]:
        """The folders to read that exist and can be opened, configured ones first."""
        ...

    def listing(self, folder: Folder, above: int = 0) -> Listing:
        """The UIDs in a folder.

        Args:
            folder: one of `folders()`.
            above: only UIDs greater than this one; 0 lists all.
        """
        ...

    def refs(self, folder: Folder, listing: Listing, uids: Sequence[int]) -> tuple[MailRef, ...]:
        """Where and when each of these mails was received; vanished ones are left out."""
        ...

    def read(self, ref: MailRef, offset: int = 0) -> Iterator[bytes]:
        """A mail's raw bytes from `offset` on, in blocks of about a megabyte.

        Raises:
            MailboxError: also in mid-stream; the caller keeps what it has and asks again from there.
        """
        ...

    def settle(self, ref: MailRef) -> None:
        """Do on the server what `after` says with a mail that is entered; nothing by default."""
        ...

    def close(self) -> None:
        """Log out. Never raises."""
        ...
