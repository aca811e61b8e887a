"""Units in the ledger: by what names they go, what they made and recommend, and what persons call them.

Entries keep the names that were told. What a person puts together stands in `unit_names`, each name with what it is
called now, so that a merge is seen at once in every count and is taken back without a trace in the entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mailbot.ledger.connection import Ledger, writing
from mailbot.ledger.record import save_events
from mailbot.ledger.views import COUNTED
from mailbot.model.decision import Event
from mailbot.model.roster import RosterUnit

NAMES: Final = f"""
    SELECT name, sum(made) AS made, sum(recommended) AS recommended FROM (
        SELECT maker AS name, count(*) AS made, 0 AS recommended FROM entries WHERE {COUNTED} GROUP BY maker
        UNION ALL
        SELECT recommending_unit, 0, count(*) FROM entries WHERE {COUNTED} GROUP BY recommending_unit
        UNION ALL
        SELECT unit, 0, 0 FROM roster
        UNION ALL
        SELECT name, 0, 0 FROM unit_names
    ) WHERE name <> '' GROUP BY name
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is counted.

    Attributes:
        name: the one that counts.
        names: all that it goes by in the ledger, itself among them, sorted.
        made: works that it made.
        recommended: works that it recommends.
        city: by the roster; empty where that does not tell.
        province: likewise.
        listed: it stands in the roster.
        expected: works are expected of it.
    """

    name: str
    names: tuple[str, ...] = ()
    made: int = 0
    recommended: int = 0
    city: str = ""
    province: str = ""
    listed: bool = False
    expected: bool = False


def parents(db: Ledger) -> dict[str, str]:
    """What persons call units: a name -> the name that they put in its place."""
    return dict(db.execute("SELECT name, called FROM unit_names").fetchall())


def units(db: Ledger) -> tuple[Unit, ...]:
    """Every unit, most works recommended first."""
    now = dict(db.execute("SELECT name, unit FROM unit_names").fetchall())
    roster = {row["unit"]: row for row in db.query("SELECT * FROM roster")}
    told: dict[str, list[tuple[str, int, int]]] = {}
    for name, made, recommended in db.execute(NAMES).fetchall():
        told.setdefault(now.get(name, name), []).append((name, made, recommended))
    found = []
    for unit, lines in told.items():
        known = next((roster[name] for name in (unit, *(line[0] for line in lines)) if name in roster), None)
        found.append(
            Unit(
                unit,
                tuple(sorted({unit, *(line[0] for line in lines)})),
                sum(line[1] for line in lines),
                sum(line[2] for line in lines),
                known["city"] if known else "",
                known["province"] if known else "",
                known is not None,
                bool(known and known["expected"]),
            )
        )
    return tuple(sorted(found, key=lambda unit: (-unit.recommended, -unit.made, unit.name)))


def rename(db: Ledger, changed: Mapping[str, str], now_called: Mapping[str, str], event: Event, now: datetime) -> None:
    """Write what a person calls units.

    Args:
        db: the ledger.
        changed: names whose parents the person set; one that is its own is called itself again.
        now_called: every name that persons put together -> the unit that it counts as, after the change.
        event: for the history.
        now: when.
    """
    with writing(db):
        for name, called in changed.items():
            if called == name:
                db.execute("DELETE FROM unit_names WHERE name = ?", [name])
            else:
                db.execute("INSERT OR REPLACE INTO unit_names VALUES (?, ?, ?)", [name, called, called])
        for name, unit in now_called.items():
            db.execute("UPDATE unit_names SET unit = ? WHERE name = ? AND unit <> ?", [unit, name, unit])
        save_events(db, [event], None, now)


def unsent(db: Ledger) -> tuple[RosterUnit, ...]:
    """The units of the roster of which works are expected and none has come, in the roster's order."""
    rows = db.execute("SELECT unit, city, province FROM unsent_units").fetchall()
    return tuple(RosterUnit(unit, city=city, province=province, expected=True) for unit, city, province in rows)
