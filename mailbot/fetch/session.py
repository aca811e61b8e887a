"""A session with an IMAP server that outlives its connections.

What is asked goes over the live connection; where that dies, a new one is dialled (LOGIN, ID, SELECT), a few times,
with pauses.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar

import stamina

from mailbot.fetch.dialect import Capability, Declined
from mailbot.fetch.literal import BodyAnswer
from mailbot.fetch.source import FetchWay, MailGone
from mailbot.model.errors import MailboxError

TRIES: Final = 4
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
"""Seconds; each pause is twice the last one."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """An open folder: its name, UIDVALIDITY (1 where the server says none), and the number of mails in it."""

    folder: str
    uidvalidity: int
    exists: int


@dataclass(frozen=True, slots=True)
class Stated:
    """What a server says of a mail: INTERNALDATE with its zone and RFC822.SIZE in bytes; None where unreadable."""

    received_at: datetime | None
    size: int | None


class Connection(Protocol):
    """A connection that is logged in: `mailbot.fetch.imap.Connection`, where each method is described."""

    @property
    def capabilities(self) -> frozenset[Capability]: ...  # noqa: D102
    @property
    def busy(self) -> bool: ...  # noqa: D102
    def folders(self) -> tuple[tuple[str, frozenset[str]], ...]: ...  # noqa: D102
    def open(self, folder: str, *, writable: bool) -> Opened: ...  # noqa: D102
    def uids(self, opened: Opened, above: int) -> tuple[int, ...]: ...  # noqa: D102
    def stated(self, uids: Sequence[int]) -> dict[int, Stated]: ...  # noqa: D102
    def body(self, uid: int, way: FetchWay, offset: int = 0, count: int = 0) -> BodyAnswer: ...  # noqa: D102
    def prefix(self) -> str: ...  # noqa: D102
    def header_fields(  # noqa: D102
        self, uids: Sequence[int], names: Sequence[str] = ...
    ) -> dict[int, tuple[datetime | None, bytes]]: ...
    def mark_seen(self, uid: int) -> None: ...  # noqa: D102
    def move(self, uid: int, folder: str) -> None: ...  # noqa: D102
    def copy(self, uid: int, folder: str) -> None: ...  # noqa: D102
    def remove(self, uid: int) -> None: ...  # noqa: D102
    def create(self, folder: str) -> None: ...  # noqa: D102
    def idle(self, seconds: float) -> bool: ...  # noqa: D102
    def hang_up(self) -> None: ...  # noqa: D102
    def log_out(self) -> None: ...  # noqa: D102


def worth_another(error: Exception) -> bool:
    """A dead connection is worth another try; a NO, a silent server or a vanished mail is not."""
    return type(error) is MailboxError


def attempts() -> Iterable[AbstractContextManager[object]]:
    """A few tries, each to be entered by `with`; the last one's error comes out."""
    return stamina.retry_context(
        on=worth_another, attempts=TRIES, timeout=None, wait_initial=FIRST_PAUSE, wait_max=LONGEST_PAUSE
    )


class ServerSession:
    """Connections to one server, one at a time.

    Args:
        dial: makes a connection that is logged in.
    """

    def __init__(self, dial: Callable[[], Connection]) -> None:
        self._dial = dial
        self._connection: Connection | None = None
        self._opened: Opened | None = None

    def use(self, act: Callable[[Connection], T]) -> T:
        """Act on the live connection, or on a new one; a dead one is dropped.

        Raises:
            MailboxError, AccountError: from `act`, or from dialling.
        """
        if self._connection is not None and self._connection.busy:
            self.drop()
        if self._connection is None:
            self._connection = self._dial()
        try:
            return act(self._connection)
        except MailboxError as error:
            if not isinstance(error, (Declined, MailGone)):
                self.drop()
            raise

    def again(self, act: Callable[[Connection], T]) -> T:
        """Act, and where the connection dies do it again on a new one."""
        for attempt in attempts():
            with attempt:
                return self.use(act)
        raise AssertionError("the last error came out before")

    def open(self, connection: Connection, folder: str) -> Opened:
        """Open a folder, though it may be open already: what it holds is asked anew.

        By SELECT, though only `after` writes: Courier numbers new mails anew at each EXAMINE, and a folder that was
        never selected gets another UIDVALIDITY each time.
        """
        self._opened = None
        self._opened = opened = connection.open(folder, writable=True)
        return opened

    def stand_at(self, connection: Connection, folder: str, uidvalidity: int, *, writable: bool = True) -> None:
        """Be in a mail's folder.

        Args:
            connection: the live one.
            folder: the mail's.
            uidvalidity: as the mail was listed.
            writable: False for one command that would mark the mail as read.

        Raises:
            MailGone: the folder was rebuilt, so that UIDs mean other mails now (RFC 3501 §2.3.1.1).
        """
        opened = self._opened
        if not writable:
            self._opened, opened = None, connection.open(folder, writable=False)
        elif opened is None or opened.folder != folder:
            opened = self.open(connection, folder)
        if opened.uidvalidity != uidvalidity:
            raise MailGone(f"the folder was rebuilt: UIDVALIDITY {uidvalidity} is now {opened.uidvalidity}")

    def drop(self) -> None:
        """Hang up; the next act dials."""
        connection, self._connection, self._opened = self._connection, None, None
        if connection is not None:
            connection.hang_up()

    def close(self) -> None:
        """LOGOUT. Never raises."""
        connection, self._connection, self._opened = self._connection, None, None
        if connection is not None:
            connection.log_out()
