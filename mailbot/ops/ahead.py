"""Mails are read before their turn, several at once; their turns follow `ledger/turns.py`.

Only a window of mails is in hand: what waits behind it lies on the disk. Each is counted as tried before it is touched.
A mail at which mailbot died is read alone, so that what kills mailbot uses up no other mail's tries.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

from mailbot.intake import ReadMail, read
from mailbot.ledger import mails
from mailbot.ledger.mails import PendingMail
from mailbot.session import Session

PER_WORKER: Final = 2
"""Mails in hand for each file that is worked on at once: one is read, and the next one is parsed meanwhile."""


class Ahead:
    """The window; use as a context manager. What was begun and not processed at its end is left as it was.

    Args:
        session: the rooms, of the thread that decides.
        read_one: called, by another thread, when a mail has been read.
    """

    def __init__(self, session: Session, read_one: Callable[[], None]) -> None:
        self._session = session
        self._read_one = read_one
        self.width = PER_WORKER * session.bench.engine.width
        self._line: deque[tuple[PendingMail, Future[ReadMail]]] = deque()
        self._readers = ThreadPoolExecutor(self.width, "mail")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._readers.shutdown(wait=False, cancel_futures=True)
        for mail, _ in self._line:
            mails.leave(self._session.ledger, mail)
        self._readers.shutdown()

    def fill(self, waiting: Iterable[PendingMail]) -> None:
        """Begin mails, in this order, until the window is full."""
        begun = {mail.id for mail, _ in self._line}
        for mail in waiting:
            if mail.id in begun:
                continue
            alone = mail.interrupted or any(other.interrupted for other, _ in self._line)
            if len(self._line) >= self.width or (alone and self._line):
                return
            mails.begin(self._session.ledger, mail)
            reading = self._readers.submit(read, mail, self._session)
            self._line.append((mail, reading))
            reading.add_done_callback(lambda _: self._read_one())

    @property
    def in_hand(self) -> int:
        """Mails that were begun and wait for their turn."""
        return len(self._line)

    def next(self) -> tuple[PendingMail, Callable[[], ReadMail]] | None:
        """The mail whose turn it is, and what its reading came to; None while it is being read, or none is in hand."""
        if not self._line or not self._line[0][1].done():
            return None
        mail, reading = self._line.popleft()
        return mail, reading.result
