"""A mailbox on an IMAP server: what the seam promises, over connections that die.

Each call uses the live connection, and after an abort dials anew (LOGIN, ID, SELECT), a few times, with pauses.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

import stamina

from mailbot.fetch.cursor import batches
from mailbot.fetch.dialect import CLOSED_FLAGS, Capability, Declined, Trouble, classify, is_junk, sent_folder
from mailbot.fetch.literal import BodyAnswer
from mailbot.fetch.source import MailGone
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import MailRef
from mailbot.settings.keys import After, MailboxSettings

LOG: Final = logging.getLogger(__name__)

PIECE: Final = 1024 * 1024
"""Bytes a partial fetch: smaller ones cost time, larger ones memory."""
SMALLEST: Final = 32 * 1024
"""Where a line is cut again and again the pieces shrink to this, so that each try brings something home."""
TRIES: Final = 4
FAILURES: Final = 40
"""Connections that may die over one mail; then it waits for the next round, which goes on at its offset."""
ODD: Final = 2
"""Answers with other bytes than asked, after which partial fetch is not trusted any more."""
DATES_AT_ONCE: Final = 200
SENT_AT_ONCE: Final = 100
SLACK: Final = timedelta(hours=1)
"""Our clock and the server's may differ so much."""
IDLE_SECONDS: Final = 60.0
"""One IDLE at most: NAT forgets a silent line, RFC 2177 allows 29 min, and what came between two is seen then."""

OUT_OF_BREATH: Final = frozenset({Trouble.THROTTLED, Trouble.TEMPORARY})

MESSAGE_ID: Final = re.compile(rb"<[^<>\s]+>")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """An open folder: its name, UIDVALIDITY (1 where the server says none), and the number of mails in it."""

    folder: str
    uidvalidity: int
    exists: int


class Connection(Protocol):
    """A connection that is logged in (`mailbot.fetch.imap.Connection`)."""

    capabilities: frozenset[Capability]

    @property
    def busy(self) -> bool: ...  # noqa: D102
    def folders(self) -> tuple[tuple[str, frozenset[str]], ...]: ...  # noqa: D102
    def open(self, folder: str, *, writable: bool) -> Opened: ...  # noqa: D102
    def uids(self, opened: Opened, above: int) -> tuple[int, ...]: ...  # noqa: D102
    def dates(self, uids: Sequence[int]) -> dict[int, datetime]: ...  # noqa: D102
    def body(self, uid: int, offset: int = 0, count: int = 0) -> BodyAnswer: ...  # noqa: D102
    def message_ids(self, uids: Sequence[int]) -> dict[int, tuple[datetime, bytes]]: ...  # noqa: D102
    def mark_seen(self, uid: int) -> None: ...  # noqa: D102
    def move(self, uid: int, folder: str) -> None: ...  # noqa: D102
    def create(self, folder: str) -> None: ...  # noqa: D102
    def idle(self, seconds: float) -> bool: ...  # noqa: D102
    def hang_up(self) -> None: ...  # noqa: D102
    def log_out(self) -> None: ...  # noqa: D102


def _worth_another(error: Exception) -> bool:
    """A dead connection is; a NO, a vanished mail or a refused account is not."""
    return type(error) is MailboxError


def _attempts() -> Iterable[AbstractContextManager[object]]:
    return stamina.retry_context(on=_worth_another, attempts=TRIES, timeout=None, wait_initial=1.0, wait_max=30.0)


class ImapMailbox:
    """A `Mailbox` over IMAP.

    Args:
        settings: the mailbox.
        dial: makes a connection that is logged in.
    """

    def __init__(self, settings: MailboxSettings, dial: Callable[[], Connection]) -> None:
        self._settings = settings
        self._dial = dial
        self._writable = settings.after is not After.KEEP
        self._connection: Connection | None = None
        self._opened: Opened | None = None
        self._partial = True
        self._odd = 0
        self._exists: dict[str, int] = {}
        self._target_known = False
        self._again(lambda _: None)

    @property
    def name(self) -> str:
        """The name by which the ledger knows it."""
        return self._settings.label

    def folders(self) -> tuple[Folder, ...]:
        """Configured folders first, then junk ones; those that the server will not open are left out."""
        listed = self._again(lambda connection: connection.folders())
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
        return self._again(lambda connection: self._list(connection, folder, above))

    def refs(self, folder: Folder, listing: Listing, uids: Sequence[int]) -> tuple[MailRef, ...]:
        """INTERNALDATE of each, a few hundred at a time."""
        dates: dict[int, datetime] = {}
        for some in batches(uids, DATES_AT_ONCE):
            dates |= self._again(lambda connection: self._dates(connection, folder, listing, some))  # noqa: B023
        refs = (
            MailRef(self.name, folder.name, listing.uidvalidity, uid, received, junk=folder.junk)
            for uid, received in dates.items()
        )
        return tuple(sorted(refs, key=lambda ref: (ref.received_at, ref.uid)))

    def read(self, ref: MailRef, offset: int = 0) -> Iterator[bytes]:
        """A mail's bytes, a piece at a time; the whole at once where the server has no partial fetch."""
        count = PIECE
        failures = 0
        while self._partial:
            block: bytes | None = None
            for attempt in _attempts():
                with attempt:
                    try:
                        block = self._use(lambda connection: self._piece(connection, ref, offset, count))  # noqa: B023
                    except MailboxError:
                        failures += 1
                        count = max(count // 4, SMALLEST)
                        raise
            if block is None:
                break
            if block:
                yield block
            if len(block) < count:
                return
            offset += len(block)
            if failures > FAILURES:
                raise MailboxError(
                    f"{failures} connections died over one mail; it goes on at byte {offset} next round."
                )
        yield from self._whole(ref, offset)

    def settle(self, ref: MailRef) -> None:
        """Mark or move as `after` says; where the server declines it is logged and the mail stays."""
        if self._settings.after is After.KEEP:
            return
        try:
            self._again(lambda connection: self._settle(connection, ref))
        except (Declined, MailGone) as error:
            LOG.warning("mail-not-settled uid=%d reason=%s", ref.uid, error)

    @property
    def can_wait(self) -> bool:
        """Whether the server offers IDLE."""
        return self._use(lambda connection: Capability.IDLE in connection.capabilities)

    def wait(self, seconds: float) -> bool:
        """IDLE on the first folder, where the server offers it."""
        try:
            return self._use(lambda connection: self._idle(connection, seconds))
        except Declined:
            self._drop()  # it may be idle or not: nobody knows what it takes the next line for
            raise

    def sent_since(self, moment: datetime) -> frozenset[str] | None:
        """Read the Sent folder backwards, headers only: no server's header search is trusted."""
        folder = sent_folder(self._again(lambda connection: connection.folders()))
        if folder is None:
            return None
        try:
            return self._again(lambda connection: self._sent(connection, folder, moment - SLACK))
        except Declined as error:
            LOG.warning("sent-folder-unreadable reason=%s", error)
            return None

    def close(self) -> None:
        """LOGOUT."""
        if self._connection is not None:
            self._connection.log_out()
        self._connection = self._opened = None

    def _use(self, act: Callable[[Connection], T]) -> T:
        """Act on the live connection, or on a new one; a dead one is dropped."""
        if self._connection is not None and self._connection.busy:
            self._drop()
        if self._connection is None:
            self._connection = self._dial()
        try:
            return act(self._connection)
        except MailboxError as error:
            if _worth_another(error):
                self._drop()
            raise

    def _again(self, act: Callable[[Connection], T]) -> T:
        """Act, and where the connection dies do it again on a new one."""
        for attempt in _attempts():
            with attempt:
                return self._use(act)
        raise AssertionError("stamina raises the last error")

    def _drop(self) -> None:
        connection, self._connection, self._opened = self._connection, None, None
        if connection is not None:
            connection.hang_up()

    def _open(self, connection: Connection, folder: str, *, writable: bool) -> Opened:
        self._opened = None
        self._opened = opened = connection.open(folder, writable=writable)
        return opened

    def _stand_at(self, connection: Connection, folder: str, uidvalidity: int) -> None:
        """Be in a mail's folder, and make sure that it is still the same folder."""
        opened = self._opened
        if opened is None or opened.folder != folder:
            opened = self._open(connection, folder, writable=self._writable)
        if opened.uidvalidity != uidvalidity:
            raise MailGone(f"the folder was rebuilt: UIDVALIDITY {uidvalidity} is now {opened.uidvalidity}")

    def _can_open(self, name: str) -> bool:
        try:
            self._again(lambda connection: self._open(connection, name, writable=self._writable))
        except Declined as error:
            if error.trouble in OUT_OF_BREATH:
                raise
            LOG.warning("folder-skipped folder=%s reason=%s", name, error)
            return False
        return True

    def _list(self, connection: Connection, folder: Folder, above: int) -> Listing:
        opened = self._open(connection, folder.name, writable=self._writable)
        self._exists[_key(folder.name)] = opened.exists
        return Listing(opened.uidvalidity, connection.uids(opened, above))

    def _dates(
        self, connection: Connection, folder: Folder, listing: Listing, uids: Sequence[int]
    ) -> dict[int, datetime]:
        self._stand_at(connection, folder.name, listing.uidvalidity)
        return connection.dates(uids)

    def _piece(self, connection: Connection, ref: MailRef, offset: int, count: int) -> bytes | None:
        """Bytes of a mail, fewer than asked only at its end; None where the server has no partial fetch."""
        self._stand_at(connection, ref.folder, ref.uidvalidity)
        answer = connection.body(ref.uid, offset, count)
        if answer.refusal:
            _check_refusal(answer.refusal)
            self._partial = False
            return None
        if not answer.found:
            raise MailGone(f"UID {ref.uid} is not in {ref.folder} any more")
        if answer.origin is None or self._odd >= ODD:
            self._partial = False
            return None
        if answer.origin != offset or answer.size > count:
            self._odd += 1
            raise MailboxError("the server sends other bytes than asked")
        return b"".join(answer.blocks())

    def _whole(self, ref: MailRef, offset: int) -> Iterator[bytes]:
        """A mail's bytes from `offset` on, out of one answer that holds them all."""
        for attempt in _attempts():
            with attempt:
                answer = self._use(lambda connection: self._ask_whole(connection, ref))
                position = 0
                for block in answer.blocks():
                    position += len(block)
                    if position > offset:
                        fresh = block[offset - position :]
                        offset = position
                        yield fresh

    def _ask_whole(self, connection: Connection, ref: MailRef) -> BodyAnswer:
        self._stand_at(connection, ref.folder, ref.uidvalidity)
        answer = connection.body(ref.uid)
        if answer.refusal:
            _check_refusal(answer.refusal)
            raise Declined(classify(answer.refusal), f"the server gives no mail: {answer.refusal}")
        if not answer.found:
            raise MailGone(f"UID {ref.uid} is not in {ref.folder} any more")
        if answer.origin is not None:
            raise MailboxError("the server sends other bytes than asked")
        return answer

    def _settle(self, connection: Connection, ref: MailRef) -> None:
        self._stand_at(connection, ref.folder, ref.uidvalidity)
        if self._settings.after is After.SEEN:
            connection.mark_seen(ref.uid)
            return
        if not self._target_known:
            names = {name for name, _ in connection.folders()}
            if self._settings.move_to not in names:
                connection.create(self._settings.move_to)
            self._target_known = True
        connection.move(ref.uid, self._settings.move_to)

    def _idle(self, connection: Connection, seconds: float) -> bool:
        if Capability.IDLE not in connection.capabilities:
            return False
        end = time.monotonic() + seconds
        folder = _key(self._settings.folders[0])
        known = self._exists.get(folder)
        opened = self._open(connection, folder, writable=self._writable)
        if known is not None and opened.exists > known:
            return True
        while (left := end - time.monotonic()) > 0:
            if connection.idle(min(left, IDLE_SECONDS)):
                return True
        return False

    def _sent(self, connection: Connection, folder: str, since: datetime) -> frozenset[str]:
        opened = self._open(connection, folder, writable=False)
        found: set[str] = set()
        for some in batches(connection.uids(opened, 0)[::-1], SENT_AT_ONCE):
            answers = connection.message_ids(some)
            found.update(_message_id(header) for _, header in answers.values())
            if answers and all(date < since for date, _ in answers.values()):
                break
        return frozenset(found - {""})


def _key(folder: str) -> str:
    """INBOX alone is the same in any case (RFC 3501 §5.1)."""
    return "INBOX" if folder.upper() == "INBOX" else folder


def _message_id(header: bytes) -> str:
    found = MESSAGE_ID.search(header.replace(b"\r\n", b""))
    return found[0].decode("utf-8", "replace") if found else ""


def _check_refusal(text: str) -> None:
    """A server that is out of breath declines a fetch as well: that is no word on what it can do."""
    if classify(text) in OUT_OF_BREATH:
        raise MailboxError(f"the server gives no mail for now: {text}")
