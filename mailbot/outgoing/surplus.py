"""What a submitter is owed beyond the day's cap is told in one letter, not put off for weeks."""

import hashlib
from collections.abc import Sequence
from typing import Final

from mailbot.ledger import entries, mails, outbox
from mailbot.model.decision import Answer
from mailbot.model.letter import LetterKind, OutboxItem
from mailbot.model.mail import Address, Mail
from mailbot.reply.pace import TO_ORGANIZERS, Pace, SoFar
from mailbot.session import Session

APART: Final = TO_ORGANIZERS | {LetterKind.DECIDED, LetterKind.REMINDER, LetterKind.MESSAGE}
"""Letters that say what no other one says."""


def merge_surplus(session: Session, pace: Pace, so_far: SoFar) -> int:
    """Put one letter on how all of them stand in the place of those that an address's cap holds back today.

    Returns:
        How many letters were merged.
    """
    merged = 0
    for recipient, count in (so_far.by_recipient or {}).items():
        if count < pace.per_recipient:
            continue
        surplus = [item for item in outbox.due_to(session.ledger, recipient) if item.letter.kind not in APART]
        if len(surplus) > 1:
            _merge(session, recipient, surplus)
            merged += len(surplus)
    return merged


def _merge(session: Session, recipient: str, surplus: Sequence[OutboxItem]) -> None:
    numbers = dict.fromkeys(number for item in surplus for number in item.letter.numbers)
    works = tuple(entry for number in numbers if (entry := entries.by_number(session.ledger, number)) is not None)
    answer, now = Answer(LetterKind.STATE if works else LetterKind.NOTHING, works), session.now()
    last = max((item.mail_id for item in surplus if item.mail_id is not None), default=None)
    place = Mail("", Address(recipient), "") if last is None else mails.place_of(session.ledger, last)
    to = Address(recipient, place.sender.name if place.sender.addr == recipient else "")
    key = f"surplus:{hashlib.sha256(' '.join(item.letter.key for item in surplus).encode()).hexdigest()}"
    letter = session.writer.to_submitter(answer, place, to, key=key, at=now, now=now)
    outbox.merge(session.ledger, surplus, letter, now)
