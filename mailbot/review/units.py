"""A person says which names are one unit's, what a unit is called, and which unit recommends works."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.check.recommend import counted_as, recommended
from mailbot.check.unit_names import merged, renamed, settled
from mailbot.ledger import digests, entries
from mailbot.ledger import units as table
from mailbot.model.decision import Event, EventKind, Remark
from mailbot.model.entry import OPEN, Entry, Field
from mailbot.model.errors import Refused
from mailbot.review.change import PlannedChange, changing, decided_again, write
from mailbot.review.find import find
from mailbot.session import Session

ROSTER: Final = "roster"
"""Mark: the roster by which makers and recommending units were told last."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a person makes of units' names, before it is written.

    Attributes:
        changed: names that the person puts in another's place, or back in their own.
        counts: every name that persons put in another's place, after the change -> the unit that it counts as.
        moved: units as they are counted before, whose works count as another's after -> that other.
        event: for the history.
    """

    changed: Mapping[str, str]
    counts: Mapping[str, str]
    moved: Mapping[str, str]
    event: Event


def merge(session: Session, names: Sequence[str], into: str, actor: str, note: str = "") -> Naming:
    """Let names count as one unit.

    Args:
        session: the rooms.
        names: of the units that are the same as `into`.
        into: the name that stays.
        actor: who says so.
        note: why.

    Raises:
        Refused: a name is not known, or they count as one already.
    """
    known = _names(session)
    for name in (*names, into):
        if name not in known:
            raise Refused(f"{name}: no unit has this name. 'mailbot unit list' has them all.")
    changed = merged(names, into, table.parents(session.ledger))
    if not changed or set(names) <= {into}:
        raise Refused(f"{'、'.join(names)}: counts as {into} already. Nothing was changed.")
    return _naming(session, changed, EventKind.UNIT_MERGED, actor, note)


def rename(session: Session, name: str, called: str, actor: str, note: str = "") -> Naming:
    """Let a unit be called otherwise; by its own name it counts for itself again, whatever it was merged into.

    Raises:
        Refused: there is no such unit, or the new name is another unit's.
    """
    known, parents = _names(session), table.parents(session.ledger)
    if name not in known:
        raise Refused(f"{name}: no unit has this name. 'mailbot unit list' has them all.")
    if not called.strip() or parents.get(name, name) == called:
        raise Refused(f"{name}: is called so already. Nothing was changed.")
    if called in known and called != name:
        raise Refused(f"{called}: is another unit. Make them one by: mailbot unit merge {name} {called}")
    return _naming(session, renamed(name, called), EventKind.UNIT_RENAMED, actor, note)


def _names(session: Session) -> set[str]:
    return {name for unit in table.units(session.ledger) for name in unit.names}


def _naming(session: Session, changed: Mapping[str, str], kind: EventKind, actor: str, note: str) -> Naming:
    parents = table.parents(session.ledger)
    before, after = settled(parents, {}), settled(parents, changed)
    names = sorted(_names(session))
    moved = {name: after.get(name, name) for name in names if before.get(name, name) != after.get(name, name)}
    details = {name: f"{parents.get(name, name)} → {called}" for name, called in changed.items()}
    return Naming(changed, after, moved, Event(kind, actor=actor, note=note, details=details))


def write_naming(session: Session, naming: Naming) -> None:
    """Make it so."""
    table.rename(session.ledger, naming.changed, naming.counts, naming.event, session.now())


def count_by_roster(session: Session) -> None:
    """Tell makers and recommending units anew where the roster is not the one they were told by; no letter goes out."""
    db, roster = session.ledger, session.settings.roster
    told_by = hashlib.sha256(repr(roster).encode()).hexdigest()
    if digests.mark(db, ROSTER) == told_by:
        return
    pairs = [(before, recommended(before, roster)) for before in entries.by_status(db, OPEN)]
    changes = [(before, after) for before, after in pairs if after != before]
    events = tuple(
        Event(EventKind.EDITED, after.number, "mailbot", before.status, after.status, details=_units_of(after))
        for before, after in changes
    )
    write(session, PlannedChange(tuple(after for _, after in changes), events, ()))
    digests.set_mark(db, ROSTER, told_by)


def _units_of(entry: Entry) -> dict[str, str]:
    return {"maker": entry.maker, Field.RECOMMENDING_UNIT.value: entry.recommending_unit}


def recommend(session: Session, unit: str, numbers: Sequence[str], actor: str, remark: Remark) -> PlannedChange:
    """Say which unit recommends works; it is counted for the organizers, and no submitter hears of it.

    Raises:
        Refused: there is no such entry, or no unit is named.
    """
    if not unit.strip():
        raise Refused("no unit is named.")
    name = counted_as(unit, session.settings.roster)
    pairs = []
    for number in dict.fromkeys(numbers):
        before = find(session, number)
        told = replace(before, recommending_unit=name, set_by_person=before.set_by_person | {Field.RECOMMENDING_UNIT})
        pairs.append((before, decided_again(session, told)))
    flipped = {after.number for before, after in pairs if after.status is not before.status}
    details = {Field.RECOMMENDING_UNIT.value: name}
    return changing(session, pairs, EventKind.EDITED, actor, remark, details, told=flipped)
