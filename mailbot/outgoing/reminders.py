"""Submitters are reminded of what is still missing, once."""

from collections.abc import Sequence
from datetime import timedelta

from mailbot.check.answer import lacks_something
from mailbot.check.rules import is_answered
from mailbot.ledger import entries, mails, outbox
from mailbot.ledger.connection import writing
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.letter import Letter, LetterKind
from mailbot.model.mail import Address
from mailbot.outgoing.post import Post
from mailbot.reply.envelope import envelope_for, greeting, is_sane, message_id
from mailbot.settings import Hold


def owe_reminders(post: Post) -> int:
    """Owe each submitter one reminder of what is still missing, in the last days before the deadline.

    An entry whose video waits behind a link is ours to fetch, and is not reminded of; nor is one whose mail is not to
    be answered.

    Returns:
        How many letters.
    """
    left = post.writer.deadline - post.now()
    if not timedelta(0) < left <= timedelta(days=post.settings.campaign.reminder_days):
        return 0
    known = outbox.reminded(post.ledger)
    lacking: dict[str, list[Entry]] = {}
    for entry in entries.by_status(post.ledger, [EntryStatus.INCOMPLETE]):
        answered = is_sane(entry.sender) and is_answered(entry.received_at, post.settings.campaign)
        if entry.number not in known and lacks_something(entry) and answered:
            lacking.setdefault(entry.sender, []).append(entry)
    with writing(post.ledger):
        for sender, theirs in lacking.items():
            outbox.owe(post.ledger, _reminder(post, sender, theirs), None, post.now())
    return len(lacking)


def _reminder(post: Post, sender: str, lacking: Sequence[Entry]) -> Letter:
    key = f"reminder:{','.join(entry.number for entry in lacking)}"
    place = mails.place_of(post.ledger, lacking[0].mail_id)
    contact = next((entry.contact for entry in lacking if entry.contact), "")
    return post.writer.letter(
        key=key,
        message_id=message_id(key, post.settings.smtp.sender),
        kind=LetterKind.REMINDER,
        envelope=envelope_for(place, Address(sender)),
        context=post.writer.about_works(greeting(place.sender, contact), lacking, (), post.now()),
        numbers=[entry.number for entry in lacking],
        held=post.settings.outbox.hold is Hold.ALL,
    )
