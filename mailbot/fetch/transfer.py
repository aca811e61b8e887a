"""A mail's bytes over a session: in pieces, so that a dead connection costs one piece and memory holds one.

A server that has no partial fetch, ignores its offsets or counts wrong is asked for whole mails from then on.
"""

from collections.abc import Iterator
from typing import Final

from mailbot.fetch.dialect import OUT_OF_BREATH, Declined, classify
from mailbot.fetch.literal import BodyAnswer
from mailbot.fetch.session import Connection, Session, attempts
from mailbot.fetch.source import MailGone
from mailbot.model.errors import MailboxError
from mailbot.model.mail import MailRef

PIECE: Final = 1024 * 1024
"""Bytes a partial fetch: smaller ones cost time, larger ones memory."""
SMALLEST: Final = 32 * 1024
"""Where a line is cut again and again the pieces shrink to this, so that each try brings something home."""
FAILURES: Final = 40
"""Connections that may die over one mail; then it waits for the next round, which goes on at its offset."""
ODD: Final = 2
"""Answers with other bytes than asked, after which partial fetch is not trusted any more."""


class Transfer:
    """Reads mails over a session.

    Attributes:
        partial: the server is asked for pieces; False once it showed that it gives none.
    """

    def __init__(self, session: Session) -> None:
        self.partial = True
        self._session = session
        self._odd = 0

    def read(self, ref: MailRef, offset: int) -> Iterator[bytes]:
        """A mail's bytes from `offset` on, in blocks of at most a megabyte.

        Raises:
            MailGone: it is not there any more.
            MailboxError: connections died too often; every byte that came before is right.
        """
        count, failures = PIECE, 0
        while self.partial:
            block: bytes | None = None
            for attempt in attempts():
                with attempt:
                    try:
                        block = self._session.use(lambda connection: self._piece(connection, ref, offset, count))  # noqa: B023
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
                    f"{failures} connections died over one mail; the next round goes on at byte {offset}"
                )
        yield from self._whole(ref, offset)

    def _piece(self, connection: Connection, ref: MailRef, offset: int, count: int) -> bytes | None:
        """Bytes of a mail, fewer than asked only at its end; None where the server has no partial fetch."""
        answer = self._ask(connection, ref, offset, count)
        if answer.refusal or answer.origin is None or self._odd >= ODD:
            self.partial = False
            return None
        if answer.origin != offset or answer.size > count:
            self._odd += 1
            raise MailboxError("the server sends other bytes than asked")
        return b"".join(answer.blocks())

    def _whole(self, ref: MailRef, offset: int) -> Iterator[bytes]:
        """A mail's bytes from `offset` on, out of one answer that holds them all."""
        for attempt in attempts():
            with attempt:
                answer = self._session.use(lambda connection: self._ask(connection, ref))
                if answer.refusal:
                    raise Declined(classify(answer.refusal), f"the server gives no mail: {answer.refusal}")
                if answer.origin is not None:
                    raise MailboxError("the server sends other bytes than asked")
                position = 0
                for block in answer.blocks():
                    position += len(block)
                    if position > offset:
                        fresh = block[offset - position :]
                        offset = position
                        yield fresh

    def _ask(self, connection: Connection, ref: MailRef, offset: int = 0, count: int = 0) -> BodyAnswer:
        """Ask for a mail's bytes; the answer holds some, or the words of a refusal.

        A server that is out of breath declines as well: that is no word on what it can do.
        """
        self._session.stand_at(connection, ref.folder, ref.uidvalidity)
        answer = connection.body(ref.uid, offset, count)
        if answer.refusal and classify(answer.refusal) in OUT_OF_BREATH:
            raise MailboxError(f"the server gives no mail for now: {answer.refusal}")
        if not answer.refusal and not answer.found:
            raise MailGone(f"UID {ref.uid} is not in {ref.folder} any more")
        return answer
