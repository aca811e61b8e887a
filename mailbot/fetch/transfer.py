"""A mail's bytes over a session: handed on as they come, so that memory holds a block and a cut costs nothing.

A server that has no partial fetch, ignores its offsets or counts wrong is asked for whole mails from then on.
"""

from collections.abc import Iterator
from typing import Final

from mailbot.fetch.dialect import OUT_OF_BREATH, Declined, classify
from mailbot.fetch.literal import BodyAnswer
from mailbot.fetch.session import Connection, ServerSession, attempts, worth_another
from mailbot.fetch.source import FetchWay, MailGone
from mailbot.model.errors import MailboxError
from mailbot.model.mail import MailRef

PIECE: Final = 128 * 1024 * 1024
"""Bytes a partial fetch where the mail's size is not known: more than one round trip is seldom needed."""
DEATHS: Final = 6
"""Connections that may die over one mail; then it waits for the next round, which goes on at its offset."""
ODD: Final = 2
"""Answers with other bytes than asked, after which partial fetch is not trusted any more."""


class MailTransfer:
    """Reads mails over a session.

    Attributes:
        partial: the server is asked for pieces; False once it showed that it gives none.
    """

    def __init__(self, session: ServerSession) -> None:
        self.partial = True
        self._session = session
        self._odd = 0

    def read(self, ref: MailRef, offset: int, way: FetchWay) -> Iterator[bytes]:
        """A mail's bytes from `offset` on, in blocks.

        In pieces the mail's end is where its stated size is reached by a piece shorter than asked, or the piece behind
        is empty: a short piece alone may be a server's habit. Whether it is whole the caller judges.

        Raises:
            MailGone: it is not there any more.
            MailboxError: connections died too often; every byte that came before is right.
            WrongMail: the bytes that came are not this mail's.
            Silent: the server fell silent.
        """
        deaths, ended = 0, False
        while not ended:
            for attempt in attempts():
                with attempt:
                    begun = offset
                    try:
                        count = self._count(ref, offset) if self.partial and way is FetchWay.PIECES else 0
                        for block in self._blocks(ref, offset, count, way):
                            offset += len(block)
                            yield block
                        ended = not count or offset == begun or begun + count > offset == ref.size
                    except _NoPieces:
                        self.partial = False
                    except MailboxError as error:
                        deaths += 1
                        if not (worth_another(error) and offset > begun and deaths <= DEATHS):
                            raise

    @staticmethod
    def _count(ref: MailRef, offset: int) -> int:
        """Bytes to ask for: one more than are to come, so that a shorter answer tells the end."""
        return ref.size - offset + 1 if ref.size is not None and ref.size > offset else PIECE

    def _blocks(self, ref: MailRef, offset: int, count: int, way: FetchWay) -> Iterator[bytes]:
        """What one answer brings of a mail from `offset` on.

        Args:
            ref: the mail.
            offset: bytes that are known.
            count: bytes of a piece; 0 asks for the whole mail.
            way: how the whole is asked for.
        """
        answer = self._session.use(lambda connection: self._ask(connection, ref, way, offset, count))
        if count and (answer.refusal or answer.origin is None or self._odd >= ODD):
            raise _NoPieces
        if answer.refusal:
            raise Declined(classify(answer.refusal), f"the server gives no mail: {answer.refusal}")
        if (answer.origin is None if count else answer.origin is not None) or (
            count and (answer.origin != offset or answer.size > count)
        ):
            self._odd += 1
            raise MailboxError("the server sends other bytes than asked")
        position = offset if count else 0
        for block in answer.blocks():
            position += len(block)
            if position > offset:
                yield block[max(offset - position, -len(block)) :]

    def _ask(self, connection: Connection, ref: MailRef, way: FetchWay, offset: int, count: int) -> BodyAnswer:
        """Ask for a mail's bytes; the answer holds some, or the words of a refusal.

        A server that is out of breath declines as well: that is no word on what it can do.
        """
        self._session.stand_at(connection, ref.folder, ref.uidvalidity, writable=way is not FetchWay.RFC822)
        answer = connection.body(ref.uid, way, offset, count)
        if answer.refusal and classify(answer.refusal) in OUT_OF_BREATH:
            raise MailboxError(f"the server gives no mail for now: {answer.refusal}")
        if not answer.refusal and not answer.found:
            raise MailGone(f"UID {ref.uid} is not in {ref.folder} any more")
        return answer


class _NoPieces(Exception):
    """The server gives whole mails only."""
