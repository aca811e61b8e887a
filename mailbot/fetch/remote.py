"""A mailbox on an IMAP server: what the seam promises, in the server's own terms."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from mailbot.fetch.cursor import batches
from mailbot.fetch.dialect import CLOSED_FLAGS, OUT_OF_BREATH, Capability, Declined, is_junk, sent_folder
from mailbot.fetch.session import Connection, Session
from mailbot.fetch.source import MailGone
from mailbot.fetch.transfer import Transfer
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import MailRef
from mailbot.settings.keys import After, MailboxSettings

LOG: Final = logging.getLogger(__name__)

DATES_AT_ONCE: Final = 200
UNDATED: Final = datetime.max.replace(tzinfo=UTC)
"""Where a mail whose date nobody can read stands in the order."""
SENT_AT_ONCE: Final = 100
SLACK: Final = timedelta(hours=1)
"""Our clock and the server's may differ so much."""
IDLE_SECONDS: Final = 60.0
"""One IDLE at most: NAT forgets a silent line, RFC 2177 allows 29 min, and what came between two is seen then."""

MESSAGE_ID: Final = re.compile(rb"<[^<>\s]+>")


class ImapMailbox:
    """A `Mailbox` over IMAP.

    Args:
        settings: the mailbox.
        dial: makes a connection that is logged in.
    """

    def __init__(self, settings: MailboxSettings, dial: Callable[[], Connection]) -> None:
        self._settings = settings
        self._session = Session(dial, writable=settings.after is not After.KEEP)
        self._exists: dict[str, int] = {}
        self._target_known = False
        self.transfer = Transfer(self._session)
        self._session.again(lambda _: None)

    @property
    def name(self) -> str:
        """The name by which the ledger knows it."""
        return self._settings.label

    def folders(self) -> tuple[Folder, ...]:
        """Configured folders first, then junk ones; those that the server will not open are left out."""
        listed = self._session.again(lambda connection: connection.folders())
        names = {_key(name): name for name, flags in listed if not flags & CLOSED_FLAGS}
        junk = {name for name, flags in listed if is_junk(name, flags)}
        wanted = [names.get(_key(name), name) for name in self._settings.folders]
        if self._settings.junk:
            wanted += sorted(junk & set(names.values()))
        found = [Folder(name, name in junk) for name in dict.fromkeys(wanted) if self._can_open(name)]
        if not found:
            raise MailboxError(
                f"{self._settings.host} opens none of the folders {', '.join(wanted)}. Check mailbox.folders."
            )
        return tuple(found)

    def listing(self, folder: Folder, above: int = 0) -> Listing:
        """The UIDs above one; the folder is opened anew, so that UIDVALIDITY is today's."""
        return self._session.again(lambda connection: self._list(connection, folder, above))

    def refs(self, folder: Folder, listing: Listing, uids: Sequence[int]) -> tuple[MailRef, ...]:
        """INTERNALDATE of each, a few hundred at a time; those without one last."""
        dates: dict[int, datetime | None] = {}
        for some in batches(uids, DATES_AT_ONCE):
            dates |= self._session.again(lambda connection: self._dates(connection, folder, listing, some))  # noqa: B023
        refs = (
            MailRef(self.name, folder.name, listing.uidvalidity, uid, received, junk=folder.junk)
            for uid, received in dates.items()
        )
        return tuple(sorted(refs, key=lambda ref: (ref.received_at or UNDATED, ref.uid)))

    def read(self, ref: MailRef, offset: int = 0) -> Iterator[bytes]:
        """A mail's bytes, a piece at a time; the whole at once where the server has no partial fetch."""
        return self.transfer.read(ref, offset)

    def settle(self, ref: MailRef, *, again: bool = False) -> None:
        """Mark or move as `after` says; where the server declines it is logged and the mail stays."""
        if self._settings.after is After.KEEP:
            return
        tries = count(int(again))
        try:
            self._session.again(lambda connection: self._settle(connection, ref, again=next(tries) > 0))
        except (Declined, MailGone) as error:
            LOG.warning("mail-not-settled uid=%d reason=%s", ref.uid, error)

    @property
    def can_wait(self) -> bool:
        """Whether the server offers IDLE."""
        return self._session.use(lambda connection: Capability.IDLE in connection.capabilities)

    def wait(self, seconds: float) -> bool:
        """IDLE on the first folder, where the server offers it."""
        try:
            return self._session.use(lambda connection: self._idle(connection, seconds))
        except Declined:
            self._session.drop()  # it may be idle or not: nobody knows what it takes the next line for
            raise

    def sent_since(self, moment: datetime) -> frozenset[str] | None:
        """Read the Sent folder backwards, headers only: no server's header search is trusted."""
        folder = sent_folder(self._session.again(lambda connection: connection.folders()))
        if folder is None:
            return None
        try:
            return self._session.again(lambda connection: self._sent(connection, folder, moment - SLACK))
        except Declined as error:
            LOG.warning("sent-folder-unreadable reason=%s", error)
            return None

    def close(self) -> None:
        """LOGOUT."""
        self._session.close()

    def _can_open(self, name: str) -> bool:
        try:
            self._session.again(lambda connection: self._session.open(connection, name))
        except Declined as error:
            if error.trouble in OUT_OF_BREATH:
                raise
            LOG.warning("folder-skipped folder=%s reason=%s", name, error)
            return False
        return True

    def _list(self, connection: Connection, folder: Folder, above: int) -> Listing:
        opened = self._session.open(connection, folder.name)
        self._exists[_key(folder.name)] = opened.exists
        return Listing(opened.uidvalidity, connection.uids(opened, above))

    def _dates(
        self, connection: Connection, folder: Folder, listing: Listing, uids: Sequence[int]
    ) -> dict[int, datetime | None]:
        self._session.stand_at(connection, folder.name, listing.uidvalidity)
        return connection.dates(uids)

    def _settle(self, connection: Connection, ref: MailRef, *, again: bool) -> None:
        self._session.stand_at(connection, ref.folder, ref.uidvalidity)
        if self._settings.after is After.SEEN:
            connection.mark_seen(ref.uid)
            return
        if not self._target_known:
            names = {name for name, _ in connection.folders()}
            if self._settings.move_to not in names:
                connection.create(self._settings.move_to)
            self._target_known = True
        if Capability.MOVE in connection.capabilities:
            connection.move(ref.uid, self._settings.move_to)
            return
        if not (again and self._is_copied(connection, ref)):
            connection.copy(ref.uid, self._settings.move_to)
        connection.remove(ref.uid)

    def _is_copied(self, connection: Connection, ref: MailRef) -> bool:
        """Whether a move that died behind its COPY left the mail in the target folder.

        A copy keeps INTERNALDATE (RFC 3501 §6.4.7). A mail without a Message-ID is copied again: twice is better than
        not at all.
        """
        sought = connection.message_ids([ref.uid]).get(ref.uid)
        if sought is None:
            raise MailGone(f"UID {ref.uid} is not in {ref.folder} any more")
        found = False
        if _message_id(sought[1]):
            target = self._session.open(connection, self._settings.move_to)
            uids = connection.uids(target, 0)[::-1]
            found = any(
                date == sought[0] and _message_id(header) == _message_id(sought[1])
                for some in batches(uids, SENT_AT_ONCE)
                for date, header in connection.message_ids(some).values()
            )
        self._session.stand_at(connection, ref.folder, ref.uidvalidity)
        return found

    def _idle(self, connection: Connection, seconds: float) -> bool:
        if Capability.IDLE not in connection.capabilities:
            return False
        end = time.monotonic() + seconds
        folder = _key(self._settings.folders[0])
        known = self._exists.get(folder)
        opened = self._session.open(connection, folder)
        self._exists[folder] = opened.exists
        if known is not None and opened.exists > known:
            return True  # it came since the last listing, or between two waits
        while (left := end - time.monotonic()) > 0:
            if connection.idle(min(left, IDLE_SECONDS)):
                return True
        return False

    def _sent(self, connection: Connection, folder: str, since: datetime) -> frozenset[str]:
        opened = self._session.open(connection, folder)
        found: set[str] = set()
        for some in batches(connection.uids(opened, 0)[::-1], SENT_AT_ONCE):
            answers = connection.message_ids(some)
            found.update(_message_id(header) for _, header in answers.values())
            if answers and all(date is not None and date < since for date, _ in answers.values()):
                break
        return frozenset(found - {""})


def _key(folder: str) -> str:
    """INBOX alone is the same in any case (RFC 3501 §5.1)."""
    return "INBOX" if folder.upper() == "INBOX" else folder


def _message_id(header: bytes) -> str:
    found = MESSAGE_ID.search(header.replace(b"\r\n", b""))
    return found[0].decode("utf-8", "replace") if found else ""
