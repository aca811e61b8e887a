"""Entries as people see them: the rows of the view `entry_list`, and the words of a person about them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mailbot.ledger.connection import Ledger, unstamp
from mailbot.ledger.views import called
from mailbot.model.decision import EventKind
from mailbot.model.entry import EntryStatus, Field
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.listing import ListedVideo, ListedWork

PAGE: Final = 500
"""Entries that a listing reads at once."""
SEQ_DIGITS: Final = 10
"""More digits than a running number has: a phone number is none."""


def view(db: Ledger, name: str) -> list[dict[str, object]]:
    """The rows of one of the stable views."""
    return list(db.query(f"SELECT * FROM {name}"))


def numbered(db: Ledger, told: str) -> str | None:
    """The whole number of the entry that a person means: in any case, or its running number alone (`12`, `0012`)."""
    row = db.execute("SELECT number FROM entries WHERE number = ?", [told]).fetchone()
    if row is None:
        row = db.execute("SELECT number FROM entries WHERE number = ? COLLATE NOCASE", [told]).fetchone()
    if row is None and told.isascii() and told.isdigit() and len(told) < SEQ_DIGITS:
        row = db.execute("SELECT number FROM entries WHERE seq = ?", [int(told)]).fetchone()
    return str(row[0]) if row else None


def listed(
    db: Ledger, status: str = "", unit: str = "", theme: str = "", *, after: str = ""
) -> Iterator[dict[str, object]]:
    """Rows of the view `entry_list`, `themes` and `reasons` as lists, `extra` as an object; read as they are asked for.

    Args:
        db: the ledger.
        status: only this status; empty: all.
        unit: only where the name of the unit that made or recommends it contains this.
        theme: only entries that tick this theme.
        after: only entries behind the one of this number.
    """
    last = 0
    if after:
        last = db.execute("SELECT seq FROM entries WHERE number = ?", [numbered(db, after)]).fetchone()[0]
    while True:
        page = db.execute(
            f"""SELECT seq, number FROM entries e WHERE seq > ? AND (? = '' OR status = ?)
            AND (? = '' OR instr(unit, ?) > 0 OR instr({called("e.maker")}, ?) > 0
                OR instr({called("e.recommending_unit")}, ?) > 0)
            AND (? = '' OR EXISTS (SELECT 1 FROM entry_themes t WHERE t.entry_id = e.id AND t.theme = ?))
            ORDER BY seq LIMIT ?""",
            [last, status, status, *[unit] * 4, theme, theme, PAGE],
        ).fetchall()
        yield from rows_of(db, [number for _, number in page])
        if len(page) < PAGE:
            return
        last = page[-1][0]


def rows_of(db: Ledger, numbers: Sequence[str]) -> Iterator[dict[str, object]]:
    """The rows of `entry_list` of these entries, as `listed` gives them, by number."""
    marks = _marks(numbers)
    themes: dict[str, list[str]] = {}
    for number, ticked in db.execute(
        f"""SELECT e.number, t.theme FROM entries e JOIN entry_themes t ON t.entry_id = e.id
        WHERE e.number IN ({marks}) ORDER BY t.position""",
        numbers,
    ):
        themes.setdefault(number, []).append(ticked)
    for row in list(db.query(f"SELECT * FROM entry_list WHERE number IN ({marks})", numbers)):
        row["themes"] = themes.get(row["number"], [])
        row["extra"] = json.loads(row["extra"])
        row["reasons"] = row["reasons"].split("、") if row["reasons"] else []
        yield row


def works(db: Ledger, statuses: Iterable[EntryStatus] = EntryStatus) -> Iterator[ListedWork]:
    """Every entry of these statuses with all that a list tells of it, by number, one after the other."""
    wanted = [status.value for status in statuses]
    where = f"WHERE e.status IN ({_marks(wanted)}) AND e.purged_at IS NULL"
    return map(_work, db.query(f"{_WORKS} {where} ORDER BY e.seq", wanted))


def works_of(db: Ledger, numbers: Iterable[str]) -> dict[str, ListedWork]:
    """Number -> entry, as a list tells it; numbers that nobody has are left out."""
    wanted = list(dict.fromkeys(numbers))
    found = map(_work, db.query(f"{_WORKS} WHERE e.number IN ({_marks(wanted)}) ORDER BY e.seq", wanted))
    return {work.number: work for work in found}


def newest(db: Ledger, day: date, most: int) -> tuple[ListedWork, ...]:
    """The last entries that came on a day of the campaign's time zone and count, newest first."""
    rows = db.query(
        f"{_WORKS} WHERE e.received_day = ? AND e.status <> ? ORDER BY e.seq DESC LIMIT ?",
        [day.isoformat(), EntryStatus.REPLACED, most],
    )
    return tuple(map(_work, rows))


def rivals(db: Ledger, numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Number -> the entries that its findings name: the same film, or one that looks like it."""
    wanted = list(dict.fromkeys(numbers))
    rows = db.execute(
        f"""SELECT DISTINCT e.number, json_extract(f.details, '$.number') FROM findings f JOIN entries e
            ON e.id = f.entry_id WHERE e.number IN ({_marks(wanted)}) AND json_extract(f.details, '$.number') <> ''""",
        wanted,
    ).fetchall()
    return {number: tuple(other for one, other in rows if one == number) for number, _ in rows}


def versions(db: Ledger, numbers: Iterable[str]) -> dict[str, int]:
    """Number -> how often the entry was written: what an order is based on."""
    wanted = list(dict.fromkeys(numbers))
    return dict(
        db.execute(f"SELECT number, version FROM entries WHERE number IN ({_marks(wanted)})", wanted).fetchall()
    )


_WORKS = f"""
    SELECT e.number, e.status, e.received_at, e.title, e.unit, e.recommender, e.contact, e.phone, e.sender, e.extra,
        e.set_by_person, e.video_sha256, e.video_filename,
        {called("e.maker")} AS maker, {called("e.recommending_unit")} AS recommending_unit, e.recommender_doubt,
        l.url, l.code, f.size,
        v.container, v.duration, v.width, v.height, v.aspect, v.contact_sheet,
        (SELECT json_group_array(theme) FROM
            (SELECT theme FROM entry_themes WHERE entry_id = e.id ORDER BY position)) AS themes,
        (SELECT json_group_array(code) FROM
            (SELECT code FROM findings WHERE entry_id = e.id GROUP BY code ORDER BY min(position))) AS reasons,
        iif(e.set_by_person LIKE '%"{Field.STATUS}"%',
            (SELECT coalesce(nullif(note, ''), say) FROM events d WHERE d.number = e.number
            AND d.kind = '{EventKind.DECIDED}' AND d.actor <> 'mailbot' ORDER BY d.id DESC LIMIT 1), '') AS note
    FROM entries e LEFT JOIN links l ON l.id = e.link_id
    LEFT JOIN videos v ON v.sha256 = e.video_sha256 LEFT JOIN files f ON f.sha256 = e.video_sha256
"""


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _work(row: Mapping[str, Any]) -> ListedWork:
    return ListedWork(
        number=row["number"],
        status=EntryStatus(row["status"]),
        received_at=unstamp(row["received_at"]),
        title=row["title"],
        themes=tuple(json.loads(row["themes"])),
        unit=row["unit"],
        recommender=row["recommender"],
        contact=row["contact"],
        phone=row["phone"],
        sender=row["sender"],
        reasons=tuple(json.loads(row["reasons"])),
        link=" ".join(filter(None, (row["url"], row["code"]))),
        video=_video(row),
        extra=json.loads(row["extra"]),
        by_person=Field.STATUS.value in json.loads(row["set_by_person"]),
        note=row["note"] or "",
        maker=row["maker"],
        recommending_unit=row["recommending_unit"],
        recommender_unclear=row["recommender_doubt"] is not None,
    )


def _video(row: Mapping[str, Any]) -> ListedVideo | None:
    if row["video_sha256"] is None:
        return None
    return ListedVideo(
        sha256=row["video_sha256"],
        size=row["size"] or 0,
        container=row["container"] or "",
        filename=row["video_filename"],
        duration=row["duration"] or 0.0,
        width=row["width"] or 0,
        height=row["height"] or 0,
        aspect=row["aspect"] or "",
        contact_sheet=row["contact_sheet"] or "",
    )


def last_said(db: Ledger, numbers: Iterable[str], decided: Mapping[str, EntryStatus] | None = None) -> dict[str, str]:
    """For each entry the last words for its submitter that no letter has told yet; entries without any are left out.

    The words of a decision that a newer one reversed are not among them.

    Args:
        db: the ledger.
        numbers: of the entries.
        decided: what those of them that are being decided now come to.
    """
    gone = (LetterState.SENDING, LetterState.SENT, LetterState.UNKNOWN, LetterState.UNDELIVERABLE)
    found = {}
    for number in numbers:
        row = db.execute(
            """SELECT say FROM events e WHERE number = ? AND say <> '' AND NOT EXISTS (
                SELECT 1 FROM reply_entries told JOIN replies r ON r.id = told.reply_id
                WHERE told.number = e.number AND r.kind = ? AND r.state IN (?, ?, ?, ?) AND r.created_at >= e.at)
            AND NOT (kind = ? AND (coalesce(after <> ?, 0) OR EXISTS (
                SELECT 1 FROM events newer WHERE newer.number = e.number AND newer.kind = e.kind AND newer.id > e.id
                AND newer.actor <> 'mailbot' AND newer.after <> e.after)))
            ORDER BY id DESC LIMIT 1""",
            [number, LetterKind.DECIDED, *gone, EventKind.DECIDED, (decided or {}).get(number)],
        ).fetchone()
        if row:
            found[number] = str(row[0])
    return found
