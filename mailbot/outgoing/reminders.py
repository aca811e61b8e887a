"""Submitters are reminded of what is still missing, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from mailbot.check.answer import lacks_something
from mailbot.check.rules import is_answered
from mailbot.ledger import entries, mails, outbox
from mailbot.ledger.connection import writing
from mailbot.model.decision import Answer
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.letter import Letter, LetterKind
from mailbot.reply.envelope import is_sane
from mailbot.session import Session


def owe_reminders(session: Session) -> int:
    """Owe each submitter one reminder of what is still missing, in the last days before the deadline.

    An entry whose video waits behind a link is ours to fetch, and is not reminded of; nor is one whose mail is not to
    be answered.

    Returns:
        How many letters.
    """
    left = session.writer.deadline - session.now()
    if not timedelta(0) < left <= timedelta(days=session.settings.campaign.reminder_days):
        return 0
    known = outbox.reminded(session.ledger)
    lacking: dict[str, list[Entry]] = {}
    for entry in entries.by_status(session.ledger, [EntryStatus.INCOMPLETE]):
        answered = is_sane(entry.sender) and is_answered(entry.received_at, session.settings.campaign)
        if entry.number not in known and lacks_something(entry) and answered:
            lacking.setdefault(entry.sender, []).append(entry)
    with writing(session.ledger):
        for sender, theirs in lacking.items():
            outbox.owe(session.ledger, _reminder(session, sender, theirs), None, session.now())
    return len(lacking)


def _reminder(session: Session, sender: str, lacking: Sequence[Entry]) -> Letter:
    key = f"reminder:{','.join(entry.number for entry in lacking)}"
    place = mails.place_of(session.ledger, lacking[0].mail_id)
    answer, now = Answer(LetterKind.REMINDER, tuple(lacking)), session.now()
    return session.writer.to_submitter(answer, place, replace(place.sender, addr=sender), key=key, at=now, now=now)
