"""A person decides: accept, reject, withdraw, edit, assign, by command or by signed mail; and everything again.

Each change is an event with who, when and why; the entry is decided again, and its submitter is told in one letter
that quotes the person's note. What a person set, no later mail overwrites.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mailbot.check.again import decide_again
from mailbot.check.answer import ONE_FATE
from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.merge import give
from mailbot.check.rules import is_answered
from mailbot.check.withdrawal import own_words
from mailbot.digest.tokens import Verb, read
from mailbot.ledger import entries, mails, outbox
from mailbot.ledger.connection import Ledger
from mailbot.ledger.record import record_review
from mailbot.model.decision import Event, EventKind
from mailbot.model.entry import OPEN, Entry, EntryStatus, Field
from mailbot.model.errors import Refused
from mailbot.model.letter import Letter, LetterKind
from mailbot.model.mail import Mail
from mailbot.model.works import VideoFile
from mailbot.reply.compose import Writer
from mailbot.reply.envelope import envelope_for, greeting, is_sane, message_id
from mailbot.settings import Hold, Settings

MIN_DIGITS: Final = 8
"""So many hex digits of a SHA-256 name a video of one sender."""
NOTE_LENGTH: Final = 500
"""Characters of an order's mail that are quoted to the submitter."""
STATUS_OF: Final = {Verb.ACCEPT: EntryStatus.ACCEPTED, Verb.REJECT: EntryStatus.REJECTED}


@dataclass(frozen=True, slots=True)
class Panel:
    """What deciding needs.

    Attributes:
        settings: the configuration.
        ledger: open for writing.
        writer: words.
        now: the clock.
    """

    settings: Settings
    ledger: Ledger
    writer: Writer
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Flip:
    """An entry that would change, or did.

    Attributes:
        before: as it stood.
        after: as it stands.
        recipient: who is told.
    """

    before: Entry
    after: Entry
    recipient: str


def settle(panel: Panel, number: str, status: EntryStatus, actor: str, note: str = "") -> Entry:
    """A person's decision on an entry.

    Args:
        panel: the ledger and words.
        number: of the entry.
        status: accepted, rejected or withdrawn.
        actor: who decides.
        note: why; quoted to the submitter.

    Raises:
        Refused: there is no such entry, or it cannot be moved there.
    """
    before = find(panel, number)
    if not may_move(before.status, status, Cause.PERSON):
        raise Refused(f"{number} is {before.status}: it cannot become {status}.")
    after = replace(before, status=status, set_by_person=before.set_by_person | {Field.STATUS})
    _write(panel, [(before, after)], EventKind.DECIDED, actor, note)
    return after


def edit(panel: Panel, number: str, changes: Mapping[Field, object], actor: str, note: str = "") -> Entry:
    """Mend what was read of an entry, field by field; the entry is decided again.

    Args:
        changes: new values of title, themes, unit, contact, phone.

    Raises:
        Refused: there is no such entry, a theme is not the campaign's, or nothing is changed.
    """
    before = find(panel, number)
    unknown = [theme for theme in _themes(changes) if theme not in panel.settings.campaign.themes]
    if unknown:
        raise Refused(
            f"{'、'.join(unknown)}: no theme of this campaign. It has {'、'.join(panel.settings.campaign.themes)}."
        )
    if not changes:
        raise Refused("Nothing to change: name a field, for example --title or --theme.")
    values = {field.value: value for field, value in changes.items()}
    told = replace(before, **values, has_row=True, set_by_person=before.set_by_person | set(changes))  # type: ignore[arg-type]
    after = _again(panel, told)
    details = {name: str(value) for name, value in values.items()}
    _write(panel, [(before, after)], EventKind.EDITED, actor, note, details)
    return after


def _themes(changes: Mapping[Field, object]) -> tuple[str, ...]:
    value = changes.get(Field.THEMES, ())
    return value if isinstance(value, tuple) else ()


def assign(panel: Panel, number: str, content: str, actor: str) -> Entry:
    """Say which received video is an entry's; the entry is decided again.

    Args:
        content: the video's SHA-256, or enough of its first digits.

    Raises:
        Refused: unknown entry or video, or digits that fit several videos.
    """
    before = find(panel, number)
    if len(content) < MIN_DIGITS:
        raise Refused(
            f"{content}: give at least {MIN_DIGITS} digits of the video's SHA-256 (mailbot entry {number} lists them)."
        )
    found = entries.received_videos(panel.ledger, before.sender, content.lower())
    if len(found) != 1:
        raise Refused(f"{content}: {'several videos' if found else 'no video'} of {number}'s sender have this SHA-256.")
    return put_video(panel, before, found[0], EventKind.ASSIGNED, actor)


def put_video(panel: Panel, before: Entry, video: VideoFile, kind: EventKind, actor: str, note: str = "") -> Entry:
    """Give an entry a video by a person's hand; an entry that held it alone gives way."""
    notes = tuple(item for item in before.notes if item.code.value not in {"row-match-uncertain", "video-similar"})
    told = replace(before, video=video, notes=notes, set_by_person=before.set_by_person | {Field.VIDEO})
    changes = [(before, told), *_giving_way(panel, before, video)]
    gone = {entry.number for entry, _ in changes[1:]}
    after = _again(panel, told, gone)
    _write(panel, [(before, after), *changes[1:]], kind, actor, note, {"sha256": video.part.sha256})
    return after


def put_fetched(panel: Panel, number: str, video: VideoFile) -> bool:
    """Give an entry the video that lay behind its link; the entry is decided again and its submitter is told.

    Returns:
        False where the entry needs none any more.

    Raises:
        Overtaken: it was changed meanwhile.
    """
    before = find(panel, number)
    if before.video is not None or before.status not in OPEN or Field.VIDEO in before.set_by_person:
        return False
    after = _again(panel, give(before, video))
    event = Event(EventKind.FETCHED, number, before=before.status, after=after.status,
                  details={"url": before.link.url if before.link else "", "sha256": video.part.sha256})  # fmt: skip
    letters = (
        [_verdict(panel, after)]
        if is_sane(after.sender) and is_answered(after.received_at, panel.settings.campaign)
        else []
    )
    record_review(panel.ledger, [after], [event], letters, panel.writer.wording.message, panel.now())
    return True


def _verdict(panel: Panel, entry: Entry) -> Letter:
    """The letter that the entry's mail would have been answered with, had the video been in it."""
    place = mails.place_of(panel.ledger, entry.mail_id)
    key = f"fetched:{entry.number}.{entry.version}"
    return panel.writer.letter(
        key=key,
        message_id=message_id(key, panel.settings.smtp.sender),
        kind=ONE_FATE[entry.status],
        envelope=envelope_for(place, replace(place.sender, addr=entry.sender)),
        context=panel.writer.about_works(greeting(place.sender, entry.contact), [entry], (), entry.received_at),
        numbers=[entry.number],
        held=panel.settings.outbox.holds(ONE_FATE[entry.status]),
    )


def _giving_way(panel: Panel, entry: Entry, video: VideoFile) -> Iterable[tuple[Entry, Entry]]:
    for other in entries.by_sender(panel.ledger, entry.sender):
        holds = other.video is not None and other.video.part.sha256 == video.part.sha256
        lone = holds and not other.has_row and other.number != entry.number
        if lone and may_move(other.status, EntryStatus.REPLACED, Cause.MERGE):
            yield other, replace(other, status=EntryStatus.REPLACED)


def redecide(panel: Panel, actor: str, *, preview: bool) -> tuple[Flip, ...]:
    """Decide every open entry again by today's rules, from the stored facts.

    Args:
        preview: only tell what would change.

    Returns:
        The entries whose status changes.
    """
    changed = []
    for before in entries.by_status(panel.ledger, OPEN):
        after = _again(panel, before)
        if after != before:
            changed.append((before, after))
    flips = tuple(Flip(before, after, before.sender) for before, after in changed if before.status is not after.status)
    if changed and not preview:
        flipped = {flip.after.number for flip in flips}
        _write(panel, changed, EventKind.DECIDED, actor, "", told=flipped)
    return flips


def obey(panel: Panel, mail: Mail, secret: bytes) -> str:
    """Carry out a signed order that an organizer sent by mail.

    Returns:
        What became of it, in English; empty where the mail holds no order of ours, or is not from an organizer.
    """
    organizers = {address.lower() for address in panel.settings.organizers.digest_to}
    order = read(mail.subject, secret)
    if order is None or mail.sender.addr.lower() not in organizers:
        return ""
    entry = entries.by_number(panel.ledger, order.number)
    status = STATUS_OF[order.verb]
    if entry is None or entry.version != order.version or not may_move(entry.status, status, Cause.PERSON):
        return f"an organizer's order that came too late: {order.number} has changed since"
    note = own_words(mail).partition("\n")[2].strip()[:NOTE_LENGTH]
    settle(panel, order.number, status, mail.sender.addr, note)
    return f"an organizer's order: {order.verb} {order.number}"


def find(panel: Panel, number: str) -> Entry:
    """An entry by its number.

    Raises:
        Refused: there is none.
    """
    entry = entries.by_number(panel.ledger, number)
    if entry is None:
        raise Refused(f"{number}: no such entry. 'mailbot entries' lists them.")
    return entry


def _again(panel: Panel, entry: Entry, gone: frozenset[str] | set[str] = frozenset()) -> Entry:
    content = entry.video.part.sha256 if entry.video else ""
    twins = [twin for twin in entries.twins(panel.ledger, content) if twin.number not in gone] if content else []
    return decide_again(entry, panel.settings.rules, twins)


def _write(
    panel: Panel,
    changes: Sequence[tuple[Entry, Entry]],
    kind: EventKind,
    actor: str,
    note: str,
    details: Mapping[str, str] | None = None,
    *,
    told: set[str] | None = None,
) -> None:
    """Write changes, their events and one letter to each submitter who is to be told."""
    events = [
        Event(kind, after.number, actor, before.status, after.status, note, dict(details or {}))
        for before, after in changes
    ]
    shown = [after for _, after in changes if told is None or after.number in told]
    spoken_of = [entry for entry in shown if entry.status is not EntryStatus.REPLACED]
    letters = _letters(panel, spoken_of, note, decided=kind is EventKind.DECIDED)
    after = [entry for _, entry in changes]
    record_review(panel.ledger, after, events, letters, panel.writer.wording.message, panel.now())


def _letters(panel: Panel, changed: Sequence[Entry], note: str, *, decided: bool) -> list[Letter]:
    theirs: dict[str, list[Entry]] = {}
    for entry in changed:
        if is_sane(entry.sender):
            theirs.setdefault(entry.sender, []).append(entry)
    return [_letter(panel, sender, mine, note, decided=decided) for sender, mine in theirs.items()]


def _letter(panel: Panel, sender: str, changed: Sequence[Entry], note: str, *, decided: bool) -> Letter:
    """One letter for all decisions of one sitting: what an unsent one told is told again in this."""
    fresh = {entry.number: entry for entry in changed}
    for item in outbox.waiting_for(panel.ledger, sender, LetterKind.DECIDED):
        for number in item.letter.numbers:
            known = entries.by_number(panel.ledger, number)
            if known is not None:
                fresh.setdefault(number, known)
    reached = {entry.number: entry.status for entry in changed} if decided else {}
    notes = entries.last_notes(panel.ledger, fresh, reached)
    notes |= {entry.number: note for entry in changed} if note else {}
    place = mails.place_of(panel.ledger, changed[0].mail_id)
    told = "；".join(f"{number}：{words}" if len(fresh) > 1 else words for number, words in notes.items())
    key = "review:" + ",".join(f"{entry.number}.{entry.version}" for entry in fresh.values())
    contact = next((entry.contact for entry in fresh.values() if entry.contact), "")
    context = panel.writer.about_works(
        greeting(place.sender, contact), list(fresh.values()), (), panel.now(), note=told
    )
    return panel.writer.letter(
        key=key,
        message_id=message_id(key, panel.settings.smtp.sender),
        kind=LetterKind.DECIDED,
        envelope=envelope_for(place, replace(place.sender, addr=sender)),
        context=context,
        numbers=list(fresh),
        held=panel.settings.outbox.hold is Hold.ALL,
    )
