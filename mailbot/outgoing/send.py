"""Letters leave: claim → send → settle, at the outbox's pace.

A letter is in the ledger before SMTP is spoken to. It is marked `sending` right before its text leaves, so that
after a crash just the letters whose fate nobody knows stand there: the Sent folder tells, else the policy.
"""

import errno
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Final

from mailbot.faults import Point, reach
from mailbot.ledger import outbox
from mailbot.model.errors import AccountError, SendError
from mailbot.model.letter import LetterState, OutboxItem
from mailbot.model.sending import Outcome, Receipt
from mailbot.outgoing.digest import make_again
from mailbot.outgoing.surplus import merge_surplus
from mailbot.reply.mime import to_mail
from mailbot.reply.pace import TO_ORGANIZERS, Pace, SoFar, first_that_may, pause_left
from mailbot.reply.sender import Sender, open_sender
from mailbot.session import Session
from mailbot.settings.keys import OnUnknown, Settings
from mailbot.stages import Stage, timed

LOG: Final = logging.getLogger(__name__)
GIVE_UP: Final = 20
"""Attempts after which a letter that the server keeps putting off ends as `failed`."""
SOON: Final = timedelta(minutes=2)
"""When a letter is tried again whose server fell away in the middle of it."""
WITNESSES: Final = 20
"""Letters that left last: where the Sent folder holds one of them, the server files letters there. Some of them left
by a clock that was right, whatever clock the letter in question was written by."""
FILED_WITHIN: Final = timedelta(minutes=2)
"""The time that a server is given to file in the Sent folder what it took."""
PATIENCE: Final = 3
"""Letters put off in a row after which the round ends: the server means all of them."""


def send_due(session: Session) -> int:
    """Send what is due, as far as pace and caps allow.

    Returns:
        How many letters left.

    Raises:
        SendError: the server could not be reached, or put off everything.
        AccountError: the server refuses our account; the letters wait.
    """
    if next(outbox.due(session.ledger, session.now()), None) is None:
        return 0
    sent, today, pace = 0, _Today(session), _pace(session)
    with open_sender(session.settings.smtp) as sender, _durable_at_the_end(session):
        patience = PATIENCE
        while patience and (item := _next(session, today)) is not None:
            if pause := pause_left(pace, today.so_far(), session.now()).total_seconds():
                session.ledger.journal.make_durable()
            if session.pause(pause):
                break
            sender.check()  # a server that is away says nothing of any letter
            receipt = _send(session, sender, item)
            today.add(item, receipt)
            sent += receipt.outcome is Outcome.SENT
            patience = patience - 1 if receipt.outcome is Outcome.RETRY else PATIENCE
            if receipt.outcome is Outcome.ACCOUNT:
                raise AccountError(f"the mail server refuses our account: {receipt.reply_text}")
            if receipt.outcome is Outcome.TOMORROW:
                break
    merge_surplus(session, pace, today.so_far())
    if not patience:
        raise SendError("the mail server put off several letters in a row; they stay in the outbox")
    return sent


@contextmanager
def _durable_at_the_end(session: Session) -> Iterator[None]:
    try:
        yield
    finally:
        session.ledger.journal.make_durable()


def _next(session: Session, today: "_Today") -> OutboxItem | None:
    return first_that_may(outbox.due(session.ledger, session.now()), _pace(session), today.so_far())


def _pace(session: Session) -> Pace:
    limits = session.settings.outbox
    return Pace(timedelta(seconds=limits.pace_seconds), limits.daily_cap, limits.per_sender_daily)


class _Today:
    """What has left today: read once a day, then counted along, so that no letter reads all that left before it.

    Nobody else sends meanwhile: a folder of data has one mailbot (`ops/lock.py`).
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._midnight: datetime | None = None
        self._by_recipient: dict[str, int] = {}
        self._so_far = SoFar()

    def so_far(self) -> SoFar:
        """What has left since the last midnight."""
        midnight = _midnight(self._session.now(), self._session.settings)
        if midnight != self._midnight:
            sent = outbox.sent_since(self._session.ledger, midnight)
            self._midnight, self._by_recipient = midnight, sent.by_recipient
            self._so_far = SoFar(sent.total, self._by_recipient, sent.last_at)
        return self._so_far

    def add(self, item: OutboxItem, receipt: Receipt) -> None:
        """Count a letter that left, or may have left."""
        if receipt.outcome not in {Outcome.SENT, Outcome.UNKNOWN}:
            return
        to_submitter = item.letter.kind not in TO_ORGANIZERS
        recipient = item.letter.envelope.recipient
        self._by_recipient[recipient] = self._by_recipient.get(recipient, 0) + to_submitter
        self._so_far = SoFar(self._so_far.total + to_submitter, self._by_recipient, self._session.now())


def _midnight(now: datetime, settings: Settings) -> datetime:
    zone = settings.campaign.zone
    return datetime.combine(now.astimezone(zone).date(), time(0), zone)


@timed(Stage.SEND)
def _send(session: Session, sender: Sender, item: OutboxItem) -> Receipt:
    files = {attachment.sha256: session.bench.store.path(attachment.sha256) for attachment in item.letter.attachments}
    at = session.now().astimezone(session.settings.campaign.zone)
    if not outbox.claim(session.ledger, item, session.now()):
        return Receipt(Outcome.SENT, "taken by another process")
    try:
        _refuse_rotten(session, files)
        language = session.writer.wording.word("letter.language")
        mail = to_mail(item.letter, session.settings.smtp.sender, at, files, language)
    except OSError as error:
        receipt = Receipt(Outcome.REJECTED, f"an attachment cannot be read: {error}", about_letter=True)
        make_again(session, item)
    else:
        receipt = sender.send(mail, item.letter.envelope.recipient)
    reach(Point.LETTER_HANDED_OVER)
    _settle(session, item, receipt)
    LOG.info("letter letter=%d kind=%s outcome=%s", item.id, item.letter.kind, receipt.outcome)
    return receipt


def _refuse_rotten(session: Session, names: Iterable[str]) -> None:
    rotten = [name for name in names if not session.bench.store.is_sound(name)]
    if rotten:
        raise OSError(errno.EIO, f"{rotten[0][:12]} is missing, or not what was kept")


def _settle(session: Session, item: OutboxItem, receipt: Receipt) -> None:
    now, text = session.now(), receipt.reply_text
    match receipt.outcome:
        case Outcome.SENT:
            outbox.settle(session.ledger, item, LetterState.SENT, now, queue_id=receipt.queue_id, later=True)
        case Outcome.REJECTED:
            outbox.settle(session.ledger, item, LetterState.FAILED, now, error=text)
        case Outcome.UNKNOWN:
            outbox.settle(session.ledger, item, LetterState.SENDING, now, error=text)
        case Outcome.TOMORROW:
            tomorrow = _midnight(now, session.settings) + timedelta(days=1, minutes=5)
            outbox.put_off(session.ledger, tomorrow)
            outbox.settle(session.ledger, item, LetterState.DUE, now, error=text, due_at=tomorrow, counts=False)
        case Outcome.RETRY if receipt.about_letter:
            state = LetterState.FAILED if item.attempts >= GIVE_UP else LetterState.DUE
            again = now + outbox.retry_delay(item.attempts)
            outbox.settle(session.ledger, item, state, now, error=text, due_at=again)
        case Outcome.RETRY | Outcome.ACCOUNT:
            outbox.settle(session.ledger, item, LetterState.DUE, now, error=text, due_at=now + SOON, counts=False)


def settle_unknown(session: Session, in_sent_folder: Callable[[datetime], frozenset[str] | None]) -> None:
    """Settle letters whose sending came to no known end; one that is in transit now is left alone.

    Found in the Sent folder: it left. Not found, though the folder holds other letters of ours (so the server files
    them there) and the server had time to file it: it did not. Else nobody can tell, and the policy decides. Into a
    folder of ours (`smtp.kind = "folder"`) it is written again at once: under its Message-ID it is there once.

    Args:
        session: the rooms.
        in_sent_folder: Message-IDs in the Sent folder since a moment; None where there is no such folder.
    """
    open_letters = [item for item in outbox.in_state(session.ledger, (LetterState.SENDING,)) if item.error]
    if not open_letters:
        return
    last = outbox.last_sent(session.ledger, WITNESSES)
    since = min([item.created_at for item in open_letters] + list(last.values())) - timedelta(days=2)
    found = in_sent_folder(since)
    for item in open_letters:
        state = _fate(item, found, last, session.settings)
        in_time = session.now() - (item.claimed_at or item.created_at) < FILED_WITHIN
        if state is not LetterState.SENT and in_time and session.settings.smtp.kind != "folder":
            continue
        outbox.settle(session.ledger, item, state, session.now(), error=item.error)
        LOG.warning("letter-unknown letter=%d settled=%s", item.id, state)


def _fate(item: OutboxItem, found: frozenset[str] | None, witnesses: Iterable[str], settings: Settings) -> LetterState:
    if found is not None and item.letter.message_id in found:
        return LetterState.SENT
    if settings.smtp.kind == "folder" or (found is not None and not found.isdisjoint(witnesses)):
        return LetterState.DUE
    return LetterState.DUE if settings.outbox.on_unknown is OnUnknown.RESEND else LetterState.UNKNOWN
