"""The seam to a mailbox: what every kind of it can do."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import MailRef


class MailGone(MailboxError):
    """The mail is no longer where it was listed: moved or deleted since, or its folder was rebuilt."""


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
            above: only UIDs greater than this one; 0 lists all. A Maildir's UIDs do not ascend with time: it
                always lists all.
        """
        ...

    def refs(self, folder: Folder, listing: Listing, uids: Sequence[int]) -> tuple[MailRef, ...]:
        """Where and when each of these mails was received, oldest first; vanished ones are left out."""
        ...

    def read(self, ref: MailRef, offset: int = 0) -> Iterator[bytes]:
        """A mail's raw bytes from `offset` on, in blocks of at most a megabyte; none where it ends before.

        Raises:
            MailboxError: also in mid-stream; the caller keeps what it has and asks again from there.
            MailGone: it is not there any more.
        """
        ...

    def settle(self, ref: MailRef, *, again: bool = False) -> None:
        """Do on the server what `after` says with a mail that is entered; nothing by default.

        Args:
            ref: the mail.
            again: it was begun before, and may be half done.
        """
        ...

    @property
    def can_wait(self) -> bool:
        """Whether `wait` waits."""
        ...

    def wait(self, seconds: float) -> bool:
        """Block until something new may be there, at most this long (RFC 2177).

        Returns:
            True where there may be; False where the time passed, or at once where the source cannot tell.

        Raises:
            MailboxError: the connection died.
        """
        ...

    def sent_since(self, moment: datetime) -> frozenset[str] | None:
        """Message-IDs, with angle brackets, of the mails in the Sent folder since about this moment.

        Returns:
            None where there is no Sent folder: it cannot tell whether a letter left.
        """
        ...

    def close(self) -> None:
        """Log out. Never raises."""
        ...
