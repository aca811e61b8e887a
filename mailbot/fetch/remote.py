"""A mailbox on an IMAP server: what the seam promises, in the server's own terms."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, groupby
from typing import Final

from mailbot.fetch.cursor import batches
from mailbot.fetch.dialect import (
    CLOSED_FLAGS,
    OUT_OF_BREATH,
    Capability,
    Declined,
    is_junk,
    listed_name,
    own_name,
    sent_folder,
)
from mailbot.fetch.sender import sender_of
from mailbot.fetch.session import Connection, ServerSession, Stated
from mailbot.fetch.source import FetchWay, MailGone, Unsettled
from mailbot.fetch.transfer import MailTransfer
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import MailRef, SentMail
from mailbot.settings.keys import After, MailboxSettings

LOG: Final = logging.getLogger(__name__)

STATED_AT_ONCE: Final = 200
UNDATED: Final = datetime.max.replace(tzinfo=UTC)
"""Where a mail whose date nobody can read stands in the order."""
SENT_AT_ONCE: Final = 100
OWN_MARK: Final = "X-Mailbot"
"""Stands in every letter of ours."""
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
        self._session = ServerSession(dial)
        self._exists: dict[str, int] = {}
        self._target = ""
        self._awaited = ""
        self.transfer = MailTransfer(self._session)
        self._session.again(lambda _: None)

    @property
    def name(self) -> str:
        """The name by which the ledger knows it."""
        return self._settings.label

    def folders(self) -> tuple[Folder, ...]:
        """Configured folders first, then junk ones; those that the server will not open are left out.

        A configured name is looked for under the account's own prefix as well.
        """
        listed = self._session.again(lambda connection: connection.folders())
        prefix = self._session.again(lambda connection: connection.prefix())
        names = [name for name, flags in listed if not flags & CLOSED_FLAGS]
        junk = {name for name, flags in listed if is_junk(name, flags)}
        wanted = [listed_name(name, names, prefix) or name for name in self._settings.folders]
        if self._settings.junk:
            wanted += sorted(junk & set(names))
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
        """INTERNALDATE and RFC822.SIZE of each, a few hundred at a time; those without a date last."""
        found: dict[int, Stated] = {}
        for some in batches(uids, STATED_AT_ONCE):
            found |= self._session.again(lambda connection: self._stated(connection, folder, listing, some))  # noqa: B023
        refs = (
            MailRef(
                self.name, folder.name, listing.uidvalidity, uid, said.received_at, junk=folder.junk, size=said.size
            )
            for uid, said in found.items()
        )
        return tuple(sorted(refs, key=lambda ref: (ref.received_at or UNDATED, ref.uid)))

    def senders(self, refs: Sequence[MailRef]) -> dict[MailRef, str]:
        """What From says, asked once: a server that will not tell is asked for the mails all the same."""
        told: dict[MailRef, str] = {}
        by_folder = groupby(sorted(refs, key=_folder_of), key=_folder_of)
        try:
            for _, some in by_folder:
                for batch in batches(tuple(some), STATED_AT_ONCE):
                    told |= self._session.use(lambda connection: self._senders(connection, batch))  # noqa: B023
        except MailboxError as error:
            LOG.warning("senders-not-told reason=%s", error)
        return told

    def read(self, ref: MailRef, offset: int = 0, way: FetchWay = FetchWay.PIECES) -> Iterator[bytes]:
        """A mail's bytes; the whole at once where the server has no partial fetch."""
        return self.transfer.read(ref, offset, way)

    def settle(self, ref: MailRef, *, again: bool = False) -> None:
        """Mark or move as `after` says."""
        if self._settings.after is After.KEEP:
            return
        tries = count(int(again))
        try:
            self._session.again(lambda connection: self._settle(connection, ref, again=next(tries) > 0))
        except Declined as error:
            raise error if error.trouble in OUT_OF_BREATH else Unsettled(str(error)) from error

    def try_target(self) -> None:
        """Find or make the folder that finished mails are moved to."""
        try:
            self._session.again(self._find_target)
        except Declined as error:
            raise Unsettled(
                f"the folder {self._settings.move_to} is not there and cannot be made ({error}). Make it in the "
                "webmail, or mend mailbox.move_to."
            ) from error

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
        headers = self._sent_headers(moment, ("MESSAGE-ID",))
        return None if headers is None else frozenset(map(_message_id, headers)) - {""}

    def written_since(self, moment: datetime) -> tuple[SentMail, ...]:
        """Likewise; a mail with our own mark in it is none of a person's."""
        headers = self._sent_headers(moment, ("MESSAGE-ID", "IN-REPLY-TO", "REFERENCES", OWN_MARK.upper())) or []
        return tuple(
            SentMail(_id_of(header, b"message-id"), _ids_of(header))
            for header in headers
            if OWN_MARK.lower().encode() not in header.lower()
        )

    def _sent_headers(self, moment: datetime, names: Sequence[str]) -> list[bytes] | None:
        folder = sent_folder(self._session.again(lambda connection: connection.folders()))
        if folder is None:
            return None
        try:
            return self._session.again(lambda connection: self._sent(connection, folder, moment - SLACK, names))
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
        self._exists[folder.name] = opened.exists
        return Listing(opened.uidvalidity, connection.uids(opened, above))

    def _stated(
        self, connection: Connection, folder: Folder, listing: Listing, uids: Sequence[int]
    ) -> dict[int, Stated]:
        self._session.stand_at(connection, folder.name, listing.uidvalidity)
        return connection.stated(uids)

    def _senders(self, connection: Connection, refs: Sequence[MailRef]) -> dict[MailRef, str]:
        self._session.stand_at(connection, refs[0].folder, refs[0].uidvalidity)
        fields = connection.header_fields([ref.uid for ref in refs], ("FROM",))
        return {ref: sender_of(fields[ref.uid][1]) for ref in refs if ref.uid in fields}

    def _settle(self, connection: Connection, ref: MailRef, *, again: bool) -> None:
        self._session.stand_at(connection, ref.folder, ref.uidvalidity)
        if self._settings.after is After.SEEN:
            connection.mark_seen(ref.uid)
            return
        target = self._find_target(connection)
        if Capability.MOVE in connection.capabilities:
            connection.move(ref.uid, target)
            return
        if not (again and self._is_copied(connection, ref, target)):
            connection.copy(ref.uid, target)
        connection.remove(ref.uid)

    def _find_target(self, connection: Connection) -> str:
        """The folder for finished mails under its name on the server, made at need under the account's own prefix."""
        if not self._target:
            self._target = self._name_of(self._settings.move_to, connection)
            if not self._target:
                wanted = own_name(self._settings.move_to, connection.prefix())
                connection.create(wanted)
                self._target = wanted
        return self._target

    @staticmethod
    def _name_of(folder: str, connection: Connection) -> str:
        """A configured folder's name on the server; empty where there is none."""
        return listed_name(folder, [name for name, _ in connection.folders()], connection.prefix())

    def _is_copied(self, connection: Connection, ref: MailRef, folder: str) -> bool:
        """Whether a move that died behind its COPY left the mail in the target folder.

        A copy keeps INTERNALDATE (RFC 3501 §6.4.7). A mail without a Message-ID is copied again: twice is better than
        not at all.
        """
        sought = connection.header_fields([ref.uid]).get(ref.uid)
        if sought is None:
            raise MailGone(f"UID {ref.uid} is not in {ref.folder} any more")
        found = False
        if _message_id(sought[1]):
            target = self._session.open(connection, folder)
            uids = connection.uids(target, 0)[::-1]
            found = any(
                date == sought[0] and _message_id(header) == _message_id(sought[1])
                for some in batches(uids, SENT_AT_ONCE)
                for date, header in connection.header_fields(some).values()
            )
        self._session.stand_at(connection, ref.folder, ref.uidvalidity)
        return found

    def _idle(self, connection: Connection, seconds: float) -> bool:
        if Capability.IDLE not in connection.capabilities:
            return False
        end = time.monotonic() + seconds
        folder = self._awaited = self._awaited or self._name_of(self._settings.folders[0], connection)
        known = self._exists.get(folder)
        opened = self._session.open(connection, folder)
        self._exists[folder] = opened.exists
        if known is not None and opened.exists > known:
            return True  # it came since the last listing, or between two waits
        while (left := end - time.monotonic()) > 0:
            if connection.idle(min(left, IDLE_SECONDS)):
                return True
        return False

    def _sent(self, connection: Connection, folder: str, since: datetime, names: Sequence[str]) -> list[bytes]:
        opened = self._session.open(connection, folder)
        found: list[bytes] = []
        for some in batches(connection.uids(opened, 0)[::-1], SENT_AT_ONCE):
            answers = connection.header_fields(some, names)
            found += [header for _, header in answers.values()]
            if answers and all(date is not None and date < since for date, _ in answers.values()):
                break
        return found


def _folder_of(ref: MailRef) -> tuple[str, int]:
    return ref.folder, ref.uidvalidity


def _id_of(header: bytes, name: bytes) -> str:
    """The id in one field of a header block."""
    field = re.search(rb"^" + name + rb":(.*(?:\r?\n[ \t].*)*)", header, re.IGNORECASE | re.MULTILINE)
    return _message_id(field[1]) if field else ""


def _ids_of(header: bytes) -> frozenset[str]:
    """Every id in a header block but its own: what it answers."""
    found = {one.decode("utf-8", "replace") for one in MESSAGE_ID.findall(header)}
    return frozenset(found - {_id_of(header, b"message-id")})


def _message_id(header: bytes) -> str:
    found = MESSAGE_ID.search(header.replace(b"\r\n", b""))
    return found[0].decode("utf-8", "replace") if found else ""
