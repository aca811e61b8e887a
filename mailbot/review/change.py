"""An entry changes behind the first answer: decided again, written with its events, told."""

from collections.abc import Mapping, Sequence

from mailbot.check.again import decide_again
from mailbot.ledger import entries
from mailbot.ledger.record import record_review
from mailbot.model.decision import Event, EventKind
from mailbot.model.entry import Entry, EntryStatus
from mailbot.review.letters import letters_to_submitters
from mailbot.session import Session


def decided_again(session: Session, entry: Entry, gone: frozenset[str] | set[str] = frozenset()) -> Entry:
    """An entry as today's rules see it, beside the others that hold its film, without those that are `gone`."""
    content = entry.video.part.sha256 if entry.video else ""
    twins = [twin for twin in entries.twins(session.ledger, content) if twin.number not in gone] if content else []
    return decide_again(entry, session.settings.rules, twins)


def write(
    session: Session,
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
    letters = letters_to_submitters(session, spoken_of, note, decided=kind is EventKind.DECIDED)
    after = [entry for _, entry in changes]
    record_review(session.ledger, after, events, letters, session.writer.wording.message, session.now())
