"""A person writes to a group of submitters: one letter to each, about its own works, once."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.check.answer import lacks_something
from mailbot.check.extended import longest
from mailbot.ledger import entries, lists, mails, outbox
from mailbot.model.decision import Answer, Event, EventKind, Remark
from mailbot.model.entry import OPEN, Entry, EntryStatus
from mailbot.model.errors import Refused
from mailbot.model.letter import Letter, LetterKind
from mailbot.reply.envelope import is_sane
from mailbot.review.change import PlannedChange
from mailbot.review.hand import NOTHING_SAID
from mailbot.session import Session

NOTICE = "notice"
"""The message that says nothing but the person's own words."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose works a letter speaks of; what is empty selects nothing.

    Attributes:
        status: only works of this status; None: all that count.
        unit: only units whose name contains this.
        theme: only works of this theme.
        missing: only works in which something is missing that the submitter has to send.
    """

    status: EntryStatus | None = None
    unit: str = ""
    theme: str = ""
    missing: bool = False


def message(session: Session, group: Audience, topic: str, actor: str, remark: Remark = NOTHING_SAID) -> PlannedChange:
    """A letter to each submitter of a group's works, but for those who had the very same one.

    Args:
        session: the rooms.
        group: whose works.
        topic: a text of words.toml, table `message`.
        actor: who writes.
        remark: the person's words; `say` stands in the letter.

    Raises:
        Refused: there is no such text, it needs the person's words, or nobody is in the group.
    """
    topics = session.writer.wording.names_of("message")
    if topic not in topics:
        raise Refused(f"{topic}: no such template. words.toml, table [message], has: {', '.join(sorted(topics))}.")
    if topic == NOTICE and not remark.say:
        raise Refused("notice: says nothing without your words. Add --say TEXT.")
    theirs: dict[str, list[Entry]] = {}
    for entry in _members(session, group):
        if is_sane(entry.sender):
            theirs.setdefault(entry.sender, []).append(entry)
    if not theirs:
        raise Refused("nobody is in this group. 'mailbot entries' with the same options lists its works.")
    words = hashlib.sha256(f"{topic}\n{remark.say}".encode()).hexdigest()[:16]
    fresh = {
        sender: mine
        for sender, mine in theirs.items()
        if not outbox.is_owed(session.ledger, f"message:{words}:{sender}")
    }
    letters = tuple(
        message_to(session, sender, mine, topic, remark.say, key=f"message:{words}:{sender}")
        for sender, mine in fresh.items()
    )
    events = tuple(_event(entry, topic, actor, remark) for mine in fresh.values() for entry in mine)
    return PlannedChange((), events, letters)


def message_to(
    session: Session,
    sender: str,
    about: Sequence[Entry],
    topic: str,
    say: str,
    *,
    key: str,
    until: datetime | None = None,
) -> Letter:
    """One submitter's letter, in the thread of the mail that began the first of these works.

    Args:
        session: the rooms.
        sender: who reads it.
        about: the works that it lists.
        topic: names its texts.
        say: the person's words.
        key: what it is owed for.
        until: a deadline that is being granted; None: the longest that counts for these works.
    """
    known = entries.extensions_of(session.ledger, sender, about)
    until = until or longest(about, session.settings.campaign, known, sender)
    place = mails.place_of(session.ledger, about[0].mail_id)
    answer, now = Answer(LetterKind.MESSAGE, tuple(about), until=until, topic=topic), session.now()
    to = replace(place.sender, addr=sender)
    return session.writer.to_submitter(answer, place, to, key=key, at=now, now=now, note=say)


def _members(session: Session, group: Audience) -> Iterable[Entry]:
    status = group.status.value if group.status else ""
    wanted = {str(row["number"]) for row in lists.listed(session.ledger, status, group.unit, group.theme)}
    for entry in entries.by_status(session.ledger, (group.status,) if group.status else OPEN):
        if entry.number in wanted and not (group.missing and not lacks_something(entry)):
            yield entry


def _event(entry: Entry, topic: str, actor: str, remark: Remark) -> Event:
    return Event(EventKind.MESSAGED, entry.number, actor, note=remark.note, say=remark.say, details={"topic": topic})
