"""Entries in the ledger, read as the model's records, and what else is known of a sender and of a film."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mailbot.ledger.connection import Ledger, unstamp
from mailbot.ledger.extensions import bearing_on
from mailbot.ledger.records import Row, facts, finding, findings_from_json, link, video_file
from mailbot.model.entry import Entry, EntryStatus, History, RecommenderDoubt, SameFile, WorkElsewhere
from mailbot.model.extension import Extension
from mailbot.model.video import VideoFacts
from mailbot.model.works import VideoFile, Works
from mailbot.text.folding import bare
from mailbot.text.units import short_unit

NOT_COUNTED: Final = (EntryStatus.WITHDRAWN, EntryStatus.REPLACED)
"""Statuses of entries that are taken back or gave way to another: neither the same file nor the same work."""


def by_sender(db: Ledger, sender: str) -> tuple[Entry, ...]:
    """Every entry of an address, oldest first."""
    return _load(db, "WHERE e.sender = ?", [sender.lower()])


def by_number(db: Ledger, number: str) -> Entry | None:
    """One entry; None where there is none of this number."""
    return next(iter(_load(db, "WHERE e.number = ?", [number])), None)


def beginning(db: Ledger, told: str, most: int = 50) -> Iterator[tuple[str, str]]:
    """Numbers that begin so, or end in a running number that does, each with its title."""
    pattern = told.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = db.execute(
        """SELECT number, title FROM entries
        WHERE number LIKE ? ESCAPE '\\' OR CAST(seq AS TEXT) LIKE ? ESCAPE '\\' ORDER BY seq LIMIT ?""",
        [f"{pattern}%", f"{pattern.lstrip('0')}%" if pattern else "", most],
    )
    yield from rows.fetchall()


def by_unit(db: Ledger, unit: str) -> tuple[Entry, ...]:
    """Every entry of a unit, by its short name."""
    return _load(db, "WHERE e.unit_key = ?", [unit])


def next_seq(db: Ledger) -> int:
    """The running number of the next entry."""
    return int(db.execute("SELECT coalesce(max(seq), 0) + 1 FROM entries").fetchone()[0])


def by_status(db: Ledger, statuses: Iterable[EntryStatus]) -> Iterator[Entry]:
    """Every entry that has one of these statuses now, by number; each is read when it is asked for."""
    wanted = list(statuses)
    found = db.execute(f"SELECT id FROM entries WHERE status IN ({', '.join('?' * len(wanted))}) ORDER BY seq", wanted)
    for (entry,) in found.fetchall():
        yield from _load(db, "WHERE e.id = ?", [entry])


def _load(db: Ledger, where: str, values: Sequence[str | int]) -> tuple[Entry, ...]:
    """Entries that are more than a count: what was purged is nobody's any more."""
    rows = db.query(f"SELECT e.* FROM entries e {where} AND e.purged_at IS NULL ORDER BY e.seq", list(values))
    return tuple(_entry(db, row) for row in list(rows))


def _entry(db: Ledger, row: Row) -> Entry:
    themes = db.execute("SELECT theme FROM entry_themes WHERE entry_id = ? ORDER BY position", [row["id"]]).fetchall()
    found = db.query("SELECT * FROM findings WHERE entry_id = ? ORDER BY position", [row["id"]])
    links = db.query("SELECT * FROM links WHERE id = ?", [row["link_id"]])
    return Entry(
        number=row["number"],
        sender=row["sender"],
        mail_id=row["mail_id"],
        received_at=unstamp(row["received_at"]),
        status=EntryStatus(row["status"]),
        title=row["title"],
        themes=tuple(theme[0] for theme in themes),
        unit=row["unit"],
        recommender=row["recommender"],
        contact=row["contact"],
        phone=row["phone"],
        link=next((link(item) for item in links), None),
        video=_video(db, row["video_sha256"], row["video_filename"]),
        has_row=bool(row["has_row"]),
        notes=findings_from_json(row["notes"]),
        findings=tuple(finding(item) for item in found),
        set_by_person=frozenset(json.loads(row["set_by_person"])),
        told_title=row["told_title"],
        extra=json.loads(row["extra"]),
        maker=row["maker"],
        recommending_unit=row["recommending_unit"],
        recommender_doubt=RecommenderDoubt(row["recommender_doubt"]) if row["recommender_doubt"] else None,
        signed=row["signed"],
        for_others=bool(row["for_others"]),
        version=row["version"],
    )


def _video(db: Ledger, sha256: str | None, filename: str) -> VideoFile | None:
    rows = db.query("SELECT v.*, f.size FROM videos v JOIN files f ON f.sha256 = v.sha256 WHERE v.sha256 = ?", [sha256])
    return next((video_file(row, filename, row["size"]) for row in rows), None)


def facts_of(db: Ledger, sha256: str) -> VideoFacts | None:
    """What was measured of a film; None where it is not known or could not be opened."""
    rows = db.query("SELECT * FROM videos WHERE sha256 = ?", [sha256])
    return next((facts(row) for row in rows), None)


def by_thread(db: Ledger, message_ids: Sequence[str]) -> tuple[Entry, ...]:
    """The entries that letters of ours with these Message-IDs speak of: a colleague answers from another address."""
    numbers = (
        row[0]
        for message_id in message_ids
        for row in db.execute(
            "SELECT value FROM replies, json_each(replies.numbers) WHERE message_id = ?", [message_id]
        ).fetchall()
    )
    found = (by_number(db, number) for number in dict.fromkeys(numbers))
    return tuple(entry for entry in found if entry is not None)


def history(db: Ledger, sender: str, works: Works, thread: Sequence[str] = ()) -> History:
    """What the ledger knows that bears on a mail.

    Args:
        db: the ledger.
        sender: the mail's.
        works: what it brings.
        thread: Message-IDs that the mail answers.
    """
    mine = by_sender(db, sender)
    known = {entry.number for entry in mine}
    answered = by_thread(db, thread)
    entries = (*mine, *(entry for entry in answered if entry.number not in known))
    films = (*works.videos, *(entry.video for entry in entries if entry.video))
    return History(
        entries,
        {content: same_files(db, content) for content in {film.part.sha256 for film in films}},
        next_seq=next_seq(db),
        elsewhere=_works_elsewhere(db, sender, works, [entry for entry in entries if not entry.has_row]),
        thread=tuple(entry.number for entry in answered),
        letters=_letters(db, thread),
        extensions=extensions_of(db, sender, entries, works),
    )


def extensions_of(
    db: Ledger, sender: str, entries: Iterable[Entry], works: Works | None = None
) -> tuple[Extension, ...]:
    """The longer times that bear on some entries, and on what their sender sends now."""
    known = list(entries)
    units = {entry.unit for entry in known}
    for form in [file.form for file in works.forms if file.form] if works else []:
        units |= {form.unit, *(row.unit for row in form.rows)}
    return bearing_on(db, {sender, *(entry.sender for entry in known)}, units, [entry.number for entry in known])


def _letters(db: Ledger, message_ids: Sequence[str]) -> tuple[str, ...]:
    """The plain texts of our letters with these Message-IDs."""
    found = (db.execute("SELECT text FROM replies WHERE message_id = ?", [one]) for one in dict.fromkeys(message_ids))
    return tuple(str(row[0]) for rows in found for row in rows.fetchall())


def _works_elsewhere(db: Ledger, sender: str, works: Works, bare_films: Sequence[Entry]) -> tuple[WorkElsewhere, ...]:
    """Other addresses' entries that are called as a row of the mail's, or as an entry without a row may come to be."""
    forms = [file.form for file in works.forms if file.form is not None]
    titles = {bare(row.title) for form in forms for row in form.rows} | {bare(entry.title) for entry in bare_films}
    units = {short_unit(row.unit or form.unit) for form in forms for row in form.rows}
    units |= {short_unit(entry.unit) for entry in bare_films}
    rows = db.execute(
        """SELECT number, sender, title, unit FROM entries
        WHERE title_key IN (SELECT value FROM json_each(?)) AND unit_key IN (SELECT value FROM json_each(?))
        AND sender <> ? AND status NOT IN (?, ?) ORDER BY seq""",
        [*(json.dumps(sorted(keys - {""})) for keys in (titles, units)), sender.lower(), *NOT_COUNTED],
    ).fetchall()
    return tuple(WorkElsewhere(*row) for row in rows)


def same_files(db: Ledger, sha256: str) -> tuple[SameFile, ...]:
    """The entries that hold this video file and count."""
    rows = db.execute(
        "SELECT number, sender FROM entries WHERE video_sha256 = ? AND status NOT IN (?, ?) ORDER BY seq",
        [sha256, *NOT_COUNTED],
    ).fetchall()
    return tuple(SameFile(*row) for row in rows)


def received_videos(db: Ledger, sender: str, content: str) -> tuple[VideoFile, ...]:
    """Videos that an address sent whose SHA-256 begins so."""
    rows = db.query(
        """SELECT v.*, f.size, max(p.filename) AS filename FROM videos v JOIN files f ON f.sha256 = v.sha256
        JOIN parts p ON p.sha256 = v.sha256 JOIN mails m ON m.id = p.mail_id
        WHERE lower(m.sender) = ? AND v.sha256 >= ? AND v.sha256 < ? || 'g' GROUP BY v.sha256""",
        [sender, content, content],
    )
    return tuple(video_file(row, row["filename"], row["size"]) for row in rows)
