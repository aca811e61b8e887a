"""What the ledger counts for the digest and the workbook: figures, ranks, what waits, what happened. Counted in SQL."""

import json
from collections.abc import Iterator
from datetime import date, datetime

from mailbot.ledger.connection import Ledger, stamp, unstamp
from mailbot.ledger.records import Row
from mailbot.ledger.views import COUNTED, URGENCY, called
from mailbot.model.decision import EventKind
from mailbot.model.entry import EntryStatus
from mailbot.model.letter import LetterState
from mailbot.model.mail import MailState, Triage
from mailbot.model.tally import Backlog, DayTally, Figures, Happening, OpenItem, OpenKind, ThemeTally, UnitTally

TOLD = (
    EventKind.DECIDED, EventKind.EDITED, EventKind.ASSIGNED, EventKind.ATTACHED, EventKind.WITHDRAWN,
    EventKind.CORRECTED, EventKind.VIDEO_REPLACED, EventKind.EXTENDED, EventKind.WAIVED, EventKind.MERGED,
    EventKind.SPLIT,
)  # fmt: skip
"""Events that a digest tells besides what is new: what persons and submitters changed."""
_CAME = f"state <> '{MailState.COPY}' AND coalesce(triage, '') <> '{Triage.OWN}'"
"""Mails that count as received: once each, and none of our own."""
_BY_STATUS = ", ".join(f"sum(status = '{status}')" for status in EntryStatus if status is not EntryStatus.REPLACED)
_NAMES = tuple(status.value for status in EntryStatus if status is not EntryStatus.REPLACED)


def totals(db: Ledger) -> Figures:
    """All works."""
    return _figures(db.execute(f"SELECT {_BY_STATUS} FROM entries").fetchone())


def day_tally(db: Ledger, day: date) -> DayTally:
    """One day."""
    counts = db.execute(f"SELECT {_BY_STATUS} FROM entries WHERE received_day = ?", [day.isoformat()]).fetchone()
    mails = db.execute(f"SELECT count(*) FROM mails WHERE received_day = ? AND {_CAME}", [day.isoformat()]).fetchone()[
        0
    ]
    return DayTally(day, mails, _figures(counts))


def day_tallies(db: Ledger) -> tuple[DayTally, ...]:
    """Every day on which something came, oldest first."""
    rows = db.execute(f"SELECT received_day, {_BY_STATUS} FROM entries GROUP BY received_day").fetchall()
    works = {row[0]: _figures(row[1:]) for row in rows}
    mails = dict(db.execute(f"SELECT received_day, count(*) FROM mails WHERE {_CAME} GROUP BY received_day").fetchall())
    return tuple(
        DayTally(date.fromisoformat(day), mails.get(day, 0), works.get(day, Figures()))
        for day in sorted(works.keys() | mails.keys())
    )


def _figures(counts: tuple[int | None, ...]) -> Figures:
    by_status = {name: count or 0 for name, count in zip(_NAMES, counts, strict=True)}
    received = sum(count for name, count in by_status.items() if name != EntryStatus.WITHDRAWN)
    return Figures(received=received, **by_status)


def theme_tallies(db: Ledger) -> dict[str, ThemeTally]:
    """Theme -> its works."""
    rows = db.execute("SELECT theme, received, accepted FROM theme_totals").fetchall()
    return {row[0]: ThemeTally(*row) for row in rows}


def unit_tallies(db: Ledger, column: str) -> tuple[UnitTally, ...]:
    """Units ranked by works received, then accepted; works without a unit come last.

    Args:
        db: the ledger.
        column: of `entries` by which they are counted: `maker` or `recommending_unit`.
    """
    themes: dict[str, dict[str, int]] = {}
    ticked = db.execute(
        f"""SELECT {called(column)}, theme, count(*) FROM entries JOIN entry_themes ON entry_id = id
        WHERE {COUNTED} GROUP BY 1, 2"""
    ).fetchall()
    for unit, theme, count in ticked:
        themes.setdefault(unit, {})[theme] = count
    rows = db.execute(f"SELECT {called(column)}, {_BY_STATUS} FROM entries WHERE {COUNTED} GROUP BY 1").fetchall()
    counted = [UnitTally(unit, _figures(tuple(counts)), themes.get(unit, {})) for unit, *counts in rows]
    return tuple(
        sorted(counted, key=lambda unit: (not unit.unit, -unit.works.received, -unit.works.accepted, unit.unit))
    )


def causes(db: Ledger) -> tuple[Backlog, ...]:
    """What waits for a person, counted by cause, the most urgent first."""
    rows = db.execute(
        f"""SELECT kind, cause, count(*), min(since) FROM attention GROUP BY kind, cause
        ORDER BY {URGENCY}, count(*) DESC"""
    ).fetchall()
    return tuple(Backlog(OpenKind(kind), cause, count, unstamp(since)) for kind, cause, count, since in rows)


def open_items(db: Ledger, soon: date, most: int = -1) -> Iterator[OpenItem]:
    """What waits for a person, the most urgent first: links that die by `soon`, then by cause, then the oldest."""
    rows = db.query(
        f"""SELECT * FROM attention
        ORDER BY NOT (until <> '' AND until <= ?), iif(until <> '' AND until <= ?, until, ''), {URGENCY}, since
        LIMIT ?""",
        [f"{soon}T24", f"{soon}T24", most],
    )
    return map(_open_item, rows)


def _open_item(row: Row) -> OpenItem:
    return OpenItem(
        kind=OpenKind(row["kind"]),
        cause=row["cause"],
        since=unstamp(row["since"]),
        number=row["number"],
        mail_id=row["mail_id"],
        about=row["about"],
        until=row["until"],
        error=row["error"],
        why=tuple(json.loads(row["codes"])),
    )


def dying_links(db: Ledger, today: date, soon: date) -> int:
    """Links that somebody must fetch and that end from today until `soon`."""
    return int(
        db.execute(
            "SELECT count(*) FROM attention WHERE kind = ? AND until >= ? AND until <= ?",
            [OpenKind.LINK, today.isoformat(), f"{soon}T24"],
        ).fetchone()[0]
    )


def happenings(db: Ledger, since: datetime, most: int) -> tuple[int, tuple[Happening, ...]]:
    """What persons and submitters changed since a moment.

    Returns:
        How much, and the newest of it.
    """
    marks = ", ".join("?" * len(TOLD))
    told = f"FROM events v JOIN entries e ON e.number = v.number WHERE v.at >= ? AND v.kind IN ({marks})"
    told += f" AND (v.kind <> '{EventKind.DECIDED}' OR v.actor <> 'mailbot')"
    count = db.execute(f"SELECT count(*) {told}", [stamp(since), *TOLD]).fetchone()[0]
    rows = db.query(
        f"""SELECT v.at, v.kind, v.number, e.title, v.actor, v.after, coalesce(nullif(v.note, ''), v.say) AS note
        {told} ORDER BY v.id DESC LIMIT ?""",
        [stamp(since), *TOLD, most],
    )
    return count, tuple(
        Happening(
            unstamp(row["at"]), row["kind"], row["number"], row["title"], row["actor"],
            EntryStatus(row["after"]) if row["after"] else None, row["note"],
        )
        for row in rows
    )  # fmt: skip


def letters_waiting(db: Ledger) -> tuple[int, int]:
    """Letters that are due, and letters that are held."""
    counts = dict(
        db.execute(
            "SELECT state, count(*) FROM replies WHERE state IN (?, ?) GROUP BY state",
            [LetterState.DUE, LetterState.HELD],
        ).fetchall()
    )
    return counts.get(LetterState.DUE, 0), counts.get(LetterState.HELD, 0)
