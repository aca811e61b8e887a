"""The seam to a mailbox: what every kind of it can do."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import MailRef, SentMail


class MailGone(MailboxError):
    """The mail is no longer where it was listed: moved or deleted since, or its folder was rebuilt."""


class Unsettled(MailboxError):
    """The server declines to mark or move a mail; a person must mend the folder or the configuration."""


class WrongMail(MailboxError):
    """What came is not the mail that was asked for: nothing of it may be kept."""


class Silent(MailboxError):
    """Nothing came for as long as we wait. Asking again at once would cost the same time again."""


class FetchWay(StrEnum):
    """How a mail's bytes are asked for (RFC 3501 §6.4.5): where one brings a wrong mail, another may bring it right."""

    PIECES = "BODY.PEEK[]<offset.count>"
    WHOLE = "BODY.PEEK[]"
    RFC822 = "RFC822"
    """Marks the mail as read where the folder was opened for writing."""


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
        """Where and when each of these mails was received, and its size; oldest first, vanished ones are left out."""
        ...

    def senders(self, refs: Sequence[MailRef]) -> Mapping[MailRef, str]:
        """Who sent each of these mails (`fetch/sender.py`); those of which it is not told are left out."""
        ...

    def read(self, ref: MailRef, offset: int = 0, way: FetchWay = FetchWay.PIECES) -> Iterator[bytes]:
        """A mail's raw bytes from `offset` on, in blocks of at most a megabyte; none where it ends before.

        Args:
            ref: which mail.
            offset: bytes that are known already.
            way: how a server is asked for them; a Maildir has but one way.

        Raises:
            MailboxError: also in mid-stream; the caller keeps what it has and asks again from there.
            WrongMail: what came is not this mail; the caller forgets what it has.
            Silent: the server fell silent.
            MailGone: it is not there any more.
        """
        ...

    def settle(self, ref: MailRef, *, again: bool = False) -> None:
        """Do on the server what `after` says with a mail that is entered; nothing by default.

        Args:
            ref: the mail.
            again: it was begun before, and may be half done.

        Raises:
            Unsettled: the server declines; the mail stays as it is.
            MailGone: it is not there any more.
        """
        ...

    def try_target(self) -> None:
        """Find or make the folder that finished mails are moved to.

        Raises:
            Unsettled: it can neither be found nor made.
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

    def written_since(self, moment: datetime) -> tuple[SentMail, ...]:
        """The mails in the Sent folder since about this moment that mailbot did not write; none without a folder."""
        ...

    def close(self) -> None:
        """Log out. Never raises."""
        ...
