"""What a person grants or settles against the rules: a longer time, a finding waived, two entries that are one work.

Each gives a `PlannedChange` for `write`, as a person's other decisions do; rules that are applied later respect it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.rules import deadline, moment, seasons_year
from mailbot.ledger import entries, lists
from mailbot.ledger.connection import unstamp
from mailbot.model.decision import Answer, Event, EventKind, Remark
from mailbot.model.entry import OPEN, Entry, EntryStatus, Field, parted_from, waived
from mailbot.model.errors import Refused
from mailbot.model.extension import Extension, Scope
from mailbot.model.finding import Code
from mailbot.model.letter import Letter, LetterKind
from mailbot.model.mail import Address, Mail
from mailbot.reply.envelope import is_sane
from mailbot.review.change import PlannedChange, changing, decided_again
from mailbot.review.find import find
from mailbot.review.hand import NOTHING_SAID
from mailbot.review.message import message_to
from mailbot.session import Session
from mailbot.text.units import short_unit

NEEDED: Final = frozenset({Code.ROW_VIDEO_MISSING, Code.ROW_VIDEO_BY_LINK, Code.VIDEO_ROW_MISSING})
"""Without these there is no work that could be judged."""
OF_THE_MATCH: Final = frozenset({Code.ROW_MATCH_UNCERTAIN, Code.VIDEO_SIMILAR})
"""Notes that speak of the film in hand."""
EXTENDED: Final = "extended"
"""The message that tells of a longer time."""


def extend(
    session: Session, target: str, until: date | datetime, actor: str, remark: Remark = NOTHING_SAID
) -> PlannedChange:
    """Give an address, a unit or an entry a longer time; what was late without it is decided again.

    Args:
        session: the rooms.
        target: an address, an entry's number, or a unit's name.
        until: a date, which counts whole, or a date-time, in the campaign's zone where it names none.
        actor: who grants it.
        remark: the person's words.

    Raises:
        Refused: the time is past or not longer than the campaign's, or a number is no entry's.
    """
    campaign = session.settings.campaign
    end = moment(until, campaign, end_of_day=True)
    if end <= session.now() or end <= deadline(campaign):
        raise Refused(f"{until}: not a later time. Name a day after today and after the campaign's deadline.")
    extension = Extension(*_meant(session, target), unstamp(end.isoformat()))
    before = [entry for entry in _covered(session, extension) if entry.status in OPEN]
    after = [decided_again(session, entry, also=(extension,)) for entry in before]
    details = {"scope": extension.scope.value, "target": extension.target, "until": end.isoformat()}
    events = [
        Event(EventKind.EXTENDED, new.number, actor, old.status, new.status, remark.note, remark.say, details)
        for old, new in zip(before, after, strict=True)
    ] or [Event(EventKind.EXTENDED, "", actor, note=remark.note, say=remark.say, details=details)]
    changed = tuple(new for old, new in zip(before, after, strict=True) if new != old)
    letters = _told_of(session, extension, after, remark.say)
    return PlannedChange(changed, tuple(events), tuple(letters), extension)


def _meant(session: Session, target: str) -> tuple[Scope, str]:
    """Whose time it is, by how the target is written."""
    number = lists.numbered(session.ledger, target)
    if number is not None:
        return Scope.ENTRY, number
    if "@" in target:
        return Scope.ADDRESS, target.strip().lower()
    unit = short_unit(target)
    if not unit or target.strip().isascii():
        raise Refused(f"{target}: no such entry, and no address or unit. 'mailbot entries' lists the entries.")
    return Scope.UNIT, unit


def _covered(session: Session, extension: Extension) -> tuple[Entry, ...]:
    match extension.scope:
        case Scope.ADDRESS:
            return entries.by_sender(session.ledger, extension.target)
        case Scope.UNIT:
            return entries.by_unit(session.ledger, extension.target)
        case Scope.ENTRY:
            return (find(session, extension.target),)


def _told_of(session: Session, extension: Extension, covered: list[Entry], say: str) -> Iterator[Letter]:
    """A letter to each submitter whose time is longer; to the address itself where nothing came from it so far."""
    key = f"extended:{extension.scope}:{extension.target}:{extension.until.isoformat()}"
    theirs: dict[str, list[Entry]] = {}
    for entry in covered:
        theirs.setdefault(entry.sender, []).append(entry)
    for sender, mine in theirs.items():
        if is_sane(sender):
            yield message_to(session, sender, mine, EXTENDED, say, key=f"{key}:{sender}", until=extension.until)
    if extension.scope is Scope.ADDRESS and not covered and is_sane(extension.target):
        answer = Answer(LetterKind.MESSAGE, until=extension.until, topic=EXTENDED)
        to, now = Address(extension.target, ""), session.now()
        yield session.writer.to_submitter(answer, Mail("", to, ""), to, key=key, at=now, now=now, note=say)


def waive(session: Session, number: str, code: str, actor: str, remark: Remark = NOTHING_SAID) -> PlannedChange:
    """Hold a finding against an entry no more; it is decided again.

    Raises:
        Refused: no such entry, it has no such finding, or without it there is nothing to judge.
    """
    before = find(session, number)
    held = {finding.code for finding in before.findings}
    if code not in held:
        raise Refused(f"{code}: {before.number} has no such finding. It has: {', '.join(sorted(held)) or 'none'}.")
    if code in NEEDED:
        raise Refused(f"{code}: without it there is no work to judge. 'mailbot accept {before.number}' takes it in.")
    told = replace(before, set_by_person=before.set_by_person | {waived(Code(code))})
    word = session.writer.wording
    say = remark.say or word.word("granted.waived", label=word.label(Code(code)))
    return changing(session, [(before, decided_again(session, told))], EventKind.WAIVED, actor,
                    replace(remark, say=say), {"code": code})  # fmt: skip


def merge_entries(session: Session, kept: str, gone: str, actor: str, remark: Remark = NOTHING_SAID) -> PlannedChange:
    """Say that two entries are one work: one keeps its number and takes what it lacks, the other gives way to it.

    Raises:
        Refused: an entry is unknown, the same, or does not count any more.
    """
    one, other = find(session, kept), find(session, gone)
    if one.number == other.number:
        raise Refused(f"{one.number}: an entry is not merged with itself. Name two.")
    if one.status not in OPEN:
        raise Refused(f"{one.number} is {one.status}: it takes nothing in. 'mailbot accept' takes it back in first.")
    if not may_move(other.status, EntryStatus.REPLACED, Cause.PERSON):
        raise Refused(f"{other.number} is {other.status}: it gives way to no other entry.")
    after = decided_again(session, _filled(one, other), gone={other.number})
    replaced = replace(other, status=EntryStatus.REPLACED)
    say = remark.say or session.writer.wording.word("granted.merged", kept=one.number, gone=other.number)
    details = {"kept": one.number, "gone": other.number}
    changes = [(one, after), (other, replaced)]
    return changing(session, changes, EventKind.MERGED, actor, replace(remark, say=say), details, tell_replaced=True)


def _filled(one: Entry, other: Entry) -> Entry:
    """An entry with what it lacks from another that is the same work."""
    takes_film = one.video is None and other.video is not None
    notes = [
        note
        for note in (*one.notes, *(other.notes if takes_film else ()))
        if note.details.get("number") not in {one.number, other.number} and note.code is not Code.ROW_MATCH_UNCERTAIN
    ]
    return replace(
        one,
        title=one.title or other.title,
        told_title=one.told_title or other.told_title,
        themes=one.themes or other.themes,
        unit=one.unit or other.unit,
        recommender=one.recommender or other.recommender,
        contact=one.contact or other.contact,
        phone=one.phone or other.phone,
        link=one.link or other.link,
        video=one.video or other.video,
        has_row=one.has_row or other.has_row,
        extra={**other.extra, **{name: value for name, value in one.extra.items() if value}},
        notes=tuple(note for index, note in enumerate(notes) if note not in notes[:index]),
    )


def split(session: Session, number: str, title: str, actor: str, remark: Remark = NOTHING_SAID) -> PlannedChange:
    """Part an entry's film from it, as a new entry: two works, or a row and a film that were wrongly joined.

    Args:
        session: the rooms.
        number: of the entry; it keeps its row.
        title: of the film's work, which is then of the same unit and contact; empty where its row is still to come.
        actor: who parts them.
        remark: the person's words.

    Raises:
        Refused: no such entry, it does not count any more, or it has not both a row and a film.
    """
    before = find(session, number)
    if before.status not in OPEN or before.video is None or not before.has_row:
        raise Refused(f"{before.number} is {before.status}: only an open entry with a row and a film is split.")
    campaign = session.settings.campaign
    fresh = campaign.number.format(year=seasons_year(campaign), seq=entries.next_seq(session.ledger))
    kept = tuple(note for note in before.notes if note.code not in OF_THE_MATCH)
    row = replace(before, video=None, notes=kept, set_by_person=before.set_by_person - {Field.VIDEO, Field.STATUS})
    film = Entry(
        fresh, before.sender, before.mail_id, before.received_at, video=before.video,
        set_by_person=frozenset({parted_from(before.number)}),
    )  # fmt: skip
    if title:
        film = replace(
            film, title=title, told_title=title, unit=before.unit, recommender=before.recommender,
            contact=before.contact, phone=before.phone, has_row=True, signed=before.signed,
            for_others=before.for_others, set_by_person=film.set_by_person | {Field.TITLE},
        )  # fmt: skip
    say = remark.say or session.writer.wording.word("granted.split", number=before.number, fresh=fresh)
    gone = {before.number}
    changes = [(before, decided_again(session, row)), (film, decided_again(session, film, gone))]
    return changing(session, changes, EventKind.SPLIT, actor, replace(remark, say=say),
                    {"kept": before.number, "new": fresh})  # fmt: skip
