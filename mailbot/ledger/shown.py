"""What views tell people by: the words for codes, the time zone, the roster; remade when any of it changes."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from mailbot.ledger.connection import Ledger, stamp, writing
from mailbot.ledger.records import to_json
from mailbot.model.roster import Roster

MARK: Final = "shown"
YEARS: Final = range(2000, 2050)
"""Whose changes of clock the views know."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the views tell by.

    Attributes:
        zone: the campaign's.
        labels: each list of codes -> code -> its word.
        roster: the units that the organizers know.
    """

    zone: ZoneInfo
    labels: Mapping[str, Mapping[str, str]]
    roster: Roster

    def digest(self) -> str:
        """A hash of all of it."""
        told = [self.zone.key, {name: dict(words) for name, words in self.labels.items()}, repr(self.roster)]
        return hashlib.sha256(to_json(told).encode()).hexdigest()


def keep_shown(db: Ledger, shown: Shown) -> None:
    """Write what the views tell by, where it is not what they have."""
    known = shown.digest()
    if db.execute("SELECT 1 FROM marks WHERE name = ? AND value = ?", [MARK, known]).fetchone():
        return
    with writing(db):
        for table in ("labels", "zone_offsets", "roster"):
            db.execute(f"DELETE FROM {table}")
        db.table("labels").insert_all(
            {"list": name, "code": code, "label": label}
            for name, words in shown.labels.items()
            for code, label in words.items()
        )
        db.table("zone_offsets").insert_all(_offsets(shown.zone))
        db.table("roster").insert_all(
            {"unit": unit.name, "position": position, "also": to_json(unit.also), "mail": to_json(unit.mail),
             "city": unit.city, "province": unit.province, "expected": int(unit.expected)}
            for position, unit in enumerate(shown.roster.units)
        )  # fmt: skip
        db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", [MARK, known])


@cache
def _offsets(zone: ZoneInfo) -> tuple[dict[str, object], ...]:
    """The changes of a zone's clock, looked for once a process: half a century is walked through day by day."""
    return tuple(offsets(zone))


def offsets(zone: ZoneInfo) -> Iterator[dict[str, object]]:
    """Each change of a zone's clock: the moment from which it counts, its minutes east of UTC, and `+08:00`."""
    day, last = datetime(YEARS.start, 1, 1, tzinfo=UTC), None
    while day.year < YEARS.stop:
        east = _east(day, zone)
        if east != last:
            begins = "" if last is None else stamp(_change(day - timedelta(days=1), day, zone))
            yield {"begins": begins, "minutes": east, "clock": _clock(east)}
            last = east
        day += timedelta(days=1)


def _east(moment: datetime, zone: ZoneInfo) -> int:
    """Minutes that a zone's clock is ahead of UTC."""
    return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)


def _clock(east: int) -> str:
    return f"{'-' if east < 0 else '+'}{abs(east) // 60:02d}:{abs(east) % 60:02d}"


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The minute between two moments at which a zone's clock changes."""
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        middle = middle.replace(second=0, microsecond=0)
        if middle in {before, after}:
            break
        before, after = (middle, after) if _east(middle, zone) == _east(before, zone) else (before, middle)
    return after
