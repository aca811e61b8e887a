"""The day's and the total figures, counted from the entry list. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from mailbot.model.entry import EntryStatus

UNCOUNTED = frozenset({EntryStatus.REPLACED, EntryStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of works.

    Attributes:
        received: all that count, whatever their status.
        accepted: in the competition.
        rejected: against a rule.
        incomplete: something is missing.
        review: a person must look.
        withdrawn: taken back; not in `received`.
    """

    received: int = 0
    accepted: int = 0
    rejected: int = 0
    incomplete: int = 0
    review: int = 0
    withdrawn: int = 0

    def as_dict(self) -> dict[str, int]:
        """Name -> count."""
        return asdict(self)


def count(rows: Iterable[Mapping[str, Any]]) -> Figures:
    """Count rows of the view `entry_list`."""
    statuses = [EntryStatus(row["status"]) for row in rows]
    return Figures(
        received=sum(status not in UNCOUNTED for status in statuses),
        accepted=statuses.count(EntryStatus.ACCEPTED),
        rejected=statuses.count(EntryStatus.REJECTED),
        incomplete=statuses.count(EntryStatus.INCOMPLETE),
        review=statuses.count(EntryStatus.REVIEW),
        withdrawn=statuses.count(EntryStatus.WITHDRAWN),
    )


def of_day(rows: Sequence[Mapping[str, Any]], day: date) -> list[Mapping[str, Any]]:
    """The rows whose mail arrived on a day of the campaign's time zone, in which `received_at` is written."""
    return [row for row in rows if datetime.fromisoformat(row["received_at"]).date() == day]
