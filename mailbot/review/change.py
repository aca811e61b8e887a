"""An entry changes behind the first answer: decided again, its events and letters made, then written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailbot.check.redecide import decide_again
from mailbot.ledger import entries
from mailbot.ledger.record import record_review
from mailbot.model.decision import Event, EventKind, Remark
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.extension import Extension
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
        extension: a longer time that is granted; None where none is.
    """

    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    letters: tuple[Letter, ...]
    extension: Extension | None = None


def decided_again(
    session: Session, entry: Entry, gone: frozenset[str] | set[str] = frozenset(), also: tuple[Extension, ...] = ()
) -> Entry:
    """An entry as today's rules see it, beside the others that hold its film, without those that are `gone`.

    Args:
        session: the rooms.
        entry: with the fields that it shall have.
        gone: numbers of entries that give way.
        also: longer times that are being granted.
    """
    content = entry.video.part.sha256 if entry.video else ""
    holders = entries.same_files(session.ledger, content) if content else ()
    known = [same for same in holders if same.number not in gone]
    granted = (*entries.extensions_of(session.ledger, entry.sender, [entry]), *also)
    return decide_again(entry, session.settings.rules, known, granted)


def changing(
    session: Session,
    changes: Sequence[tuple[Entry, Entry]],
    kind: EventKind,
    actor: str,
    remark: Remark = Remark(),  # noqa: B008 - frozen
    details: Mapping[str, str] | None = None,
    *,
    told: set[str] | None = None,
    tell_replaced: bool = False,
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
        tell_replaced: an entry that gives way is told of too.
    """
    events = tuple(
        Event(kind, after.number, actor, before.status, after.status, remark.note, remark.say, dict(details or {}))
        for before, after in changes
    )
    shown = [after for _, after in changes if told is None or after.number in told]
    spoken_of = [entry for entry in shown if tell_replaced or entry.status is not EntryStatus.REPLACED]
    letters = letters_to_submitters(session, spoken_of, remark.say, decided=kind is EventKind.DECIDED)
    return PlannedChange(tuple(after for _, after in changes), events, tuple(letters))


def write(session: Session, change: PlannedChange) -> None:
    """Write a change in one transaction.

    Raises:
        Overtaken: an entry was changed meanwhile.
    """
    words = session.writer.wording.message
    granted = (change.extension,) if change.extension else ()
    record_review(session.ledger, change.entries, change.events, change.letters, words, session.now(), granted)
