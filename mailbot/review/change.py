"""An entry changes behind the first answer: decided again, its events and letters made, then written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailbot.check.redecide import decide_again
from mailbot.ledger import entries
from mailbot.ledger.record import record_review
from mailbot.model.decision import Event, EventKind, Remark
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.letter import Letter
from mailbot.review.letters import letters_to_submitters
from mailbot.session import Session


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What a person, a file or new rules make of entries, before it is written.

    Attributes:
        entries: as they shall stand; the first is the one that was meant, others give way to it.
        events: what happened to them.
        letters: that their submitters are owed.
    """

    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    letters: tuple[Letter, ...]


def decided_again(session: Session, entry: Entry, gone: frozenset[str] | set[str] = frozenset()) -> Entry:
    """An entry as today's rules see it, beside the others that hold its film, without those that are `gone`."""
    content = entry.video.part.sha256 if entry.video else ""
    holders = entries.same_files(session.ledger, content) if content else ()
    return decide_again(entry, session.settings.rules, [same for same in holders if same.number not in gone])


def changing(
    session: Session,
    changes: Sequence[tuple[Entry, Entry]],
    kind: EventKind,
    actor: str,
    remark: Remark = Remark(),  # noqa: B008 - frozen
    details: Mapping[str, str] | None = None,
    *,
    told: set[str] | None = None,
) -> PlannedChange:
    """Changes with their events and one letter to each submitter who is to be told; nothing is written yet.

    Args:
        session: the rooms.
        changes: each entry as it stood and as it shall stand.
        kind: what happens to them.
        actor: who does it.
        remark: the person's words.
        details: whatever else tells the story.
        told: numbers whose submitters are told; None for all.
    """
    events = tuple(
        Event(kind, after.number, actor, before.status, after.status, remark.note, remark.say, dict(details or {}))
        for before, after in changes
    )
    shown = [after for _, after in changes if told is None or after.number in told]
    spoken_of = [entry for entry in shown if entry.status is not EntryStatus.REPLACED]
    letters = letters_to_submitters(session, spoken_of, remark.say, decided=kind is EventKind.DECIDED)
    return PlannedChange(tuple(after for _, after in changes), events, tuple(letters))


def write(session: Session, change: PlannedChange) -> Entry:
    """Write a change in one transaction; the entry that was meant, as it stands now.

    Raises:
        Overtaken: an entry was changed meanwhile.
    """
    words = session.writer.wording.message
    record_review(session.ledger, change.entries, change.events, change.letters, words, session.now())
    return change.entries[0]
