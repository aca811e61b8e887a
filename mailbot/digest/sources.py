"""What a digest is made from: counted in the ledger, measured of the machine. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mailbot.model.listing import ListedWork
from mailbot.model.tally import Backlog, DayTally, Figures, Happening, OpenItem, Queue, ThemeTally, UnitTally

FULL: Final = 100
"""Per cent."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that data_dir lies on.

    Attributes:
        free: bytes.
        total: bytes.
    """

    free: int
    total: int

    @property
    def share(self) -> int:
        """Free per cent."""
        return FULL * self.free // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Links:
    """Videos behind links that nobody has fetched yet.

    Attributes:
        dying: how many end within `days`.
        days: in how many days.
        waiting: how many there are in all.
    """

    dying: int
    days: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Sources:
    """What a digest is made from: what the ledger counted, and the few works that it shows.

    Attributes:
        day: the day that it tells of.
        made_at: when it is made, in the campaign's time zone.
        deadline: the first instant that is too late.
        totals: all works.
        yesterday: the day's tally.
        before: that of the day before it.
        queue: the outbox.
        disk: of data_dir.
        links: to be fetched.
        themes: in the form's order; empty where the form has no choice.
        makers: units ranked by works made.
        recommenders: units ranked by works recommended.
        unsent: units of the roster of which works are expected and none has come.
        causes: open items counted.
        urgent: the most urgent open items.
        works: number -> work, for all that the page names.
        rivals: number -> entries that may be the same work.
        versions: number -> version, which orders are bound to.
        new: the day's works that are shown.
        happened: how much was changed since the day began.
        happenings: the newest of it.
    """

    day: date
    made_at: datetime
    deadline: datetime
    totals: Figures
    yesterday: DayTally
    before: DayTally
    queue: Queue
    disk: Disk
    links: Links
    themes: Sequence[ThemeTally]
    makers: Sequence[UnitTally]
    recommenders: Sequence[UnitTally]
    unsent: Sequence[str]
    causes: Sequence[Backlog]
    urgent: Sequence[OpenItem]
    works: Mapping[str, ListedWork]
    rivals: Mapping[str, tuple[str, ...]]
    versions: Mapping[str, int]
    new: Sequence[ListedWork]
    happened: int
    happenings: Sequence[Happening]
