"""Entries in the ledger: read as the model's records, written with a check that nobody was quicker."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp, unstamp
from mailbot.ledger.records import Row, facts, finding, findings_from_json, findings_to_json, link, to_json, video_file
from mailbot.model.decision import EventKind
from mailbot.model.entry import Entry, EntryStatus, Field, History, Namesake, Twin
from mailbot.model.errors import Overtaken
from mailbot.model.finding import Finding
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.rules import VideoRules
from mailbot.model.video import VideoFacts, aspect_label
from mailbot.model.works import VideoFile

Words = Callable[[Finding], str]
"""Gives a finding its Chinese words."""


def by_sender(db: Ledger, sender: str) -> tuple[Entry, ...]:
    """Every entry of an address, oldest first."""
    return _load(db, "WHERE e.sender = ?", [sender.lower()])


def by_number(db: Ledger, number: str) -> Entry | None:
    """One entry; None where there is none of this number."""
    return next(iter(_load(db, "WHERE e.number = ?", [number])), None)


def by_status(db: Ledger, statuses: Iterable[EntryStatus]) -> tuple[Entry, ...]:
    """Every entry of these statuses, by number."""
    wanted = list(statuses)
    return _load(db, f"WHERE e.status IN ({', '.join('?' * len(wanted))})", wanted)


def _load(db: Ledger, where: str, values: Sequence[str]) -> tuple[Entry, ...]:
    rows = db.query(f"SELECT e.* FROM entries e {where} ORDER BY e.seq", list(values))
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
        set_by_person=frozenset(Field(name) for name in json.loads(row["set_by_person"])),
        told_title=row["told_title"],
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


def history(db: Ledger, sender: str, videos: Iterable[str], thread: Sequence[str] = ()) -> History:
    """What the ledger knows that bears on a mail.

    Args:
        db: the ledger.
        sender: the mail's.
        videos: SHA-256 of the videos that it brings.
        thread: Message-IDs that the mail answers.
    """
    mine = by_sender(db, sender)
    known = {entry.number for entry in mine}
    answered = by_thread(db, thread)
    entries = (*mine, *(entry for entry in answered if entry.number not in known))
    contents = {*videos, *(entry.video.part.sha256 for entry in entries if entry.video)}
    seq = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM entries").fetchone()[0]
    return History(
        entries,
        {content: twins(db, content) for content in contents},
        next_seq=seq,
        elsewhere=_namesakes(db, sender),
        thread=frozenset(entry.number for entry in answered),
    )


def _namesakes(db: Ledger, sender: str) -> tuple[Namesake, ...]:
    rows = db.execute(
        """SELECT number, sender, title, unit FROM entries
        WHERE sender <> ? AND title <> '' AND unit <> '' AND status NOT IN (?, ?) ORDER BY seq""",
        [sender.lower(), EntryStatus.WITHDRAWN, EntryStatus.REPLACED],
    ).fetchall()
    return tuple(Namesake(*row) for row in rows)


def twins(db: Ledger, sha256: str) -> tuple[Twin, ...]:
    """The entries that hold this video file and count."""
    rows = db.execute(
        "SELECT number, sender FROM entries WHERE video_sha256 = ? AND status NOT IN (?, ?) ORDER BY seq",
        [sha256, EntryStatus.WITHDRAWN, EntryStatus.REPLACED],
    ).fetchall()
    return tuple(Twin(*row) for row in rows)


def save_video(db: Ledger, video: VideoFile, rules: VideoRules, now: datetime) -> None:
    """Write a video's facts; call inside a transaction."""
    measured = video.facts
    record: dict[str, object] = {
        "sha256": video.part.sha256,
        "readable": int(measured is not None),
        "findings": findings_to_json(video.findings),
        "contact_sheet": video.contact_sheet,
        "checked_at": stamp(now),
    }
    if measured is not None:
        record |= {
            "container": measured.container,
            "codec": measured.codec,
            "width": measured.width,
            "height": measured.height,
            "duration": measured.duration,
            "fps": measured.fps,
            "bit_rate": measured.bit_rate,
            "has_audio": int(measured.has_audio),
            "rotation": measured.rotation,
            "coded_width": measured.coded_width,
            "coded_height": measured.coded_height,
            "aspect": _aspect(measured.width, measured.height, rules),
        }
    db.table("videos").upsert(record, pk="sha256")


def _aspect(width: int, height: int, rules: VideoRules) -> str:
    return aspect_label(width, height, rules.aspects, rules.aspect_tolerance) if width and height else ""


def save(db: Ledger, entry: Entry, mail_id: int, words: Words, now: datetime) -> None:
    """Write an entry with its themes and findings; call inside a transaction.

    Args:
        db: the ledger.
        entry: as it shall stand; its `version` is the one that was read.
        mail_id: the mail that changed it.
        words: for its findings.
        now: when.

    Raises:
        Overtaken: somebody wrote it since it was read, or the number is taken.
    """
    entry_id = _write(db, entry, mail_id, now) if entry.version else _create(db, entry, mail_id, now)
    db.execute("DELETE FROM entry_themes WHERE entry_id = ?", [entry_id])
    db.table("entry_themes").insert_all(
        {"entry_id": entry_id, "theme": theme, "position": position} for position, theme in enumerate(entry.themes)
    )
    db.execute("DELETE FROM findings WHERE entry_id = ?", [entry_id])
    save_findings(db, entry.findings, words, mail_id=mail_id, entry_id=entry_id)
    db.execute("INSERT OR IGNORE INTO entry_mails VALUES (?, ?)", [entry_id, mail_id])


def _columns(db: Ledger, entry: Entry, mail_id: int, now: datetime) -> dict[str, object]:
    return {
        "status": entry.status.value,
        "status_since": stamp(now),
        "title": entry.title,
        "told_title": entry.told_title,
        "unit": entry.unit,
        "recommender": entry.recommender,
        "contact": entry.contact,
        "phone": entry.phone,
        "has_row": int(entry.has_row),
        "link_id": _link_id(db, entry, mail_id),
        "video_sha256": entry.video.part.sha256 if entry.video else None,
        "video_filename": entry.video.part.filename if entry.video else "",
        "notes": findings_to_json(entry.notes),
        "set_by_person": to_json(sorted(field.value for field in entry.set_by_person)),
    }


def _create(db: Ledger, entry: Entry, mail_id: int, now: datetime) -> int:
    if db.execute("SELECT 1 FROM entries WHERE number = ?", [entry.number]).fetchone():
        raise Overtaken(f"{entry.number} was given to another work meanwhile")
    seq = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM entries").fetchone()[0]
    record = {
        "number": entry.number,
        "seq": seq,
        "sender": entry.sender,
        "mail_id": mail_id,
        "received_at": entry.received_at.isoformat(timespec="seconds"),
        "received_day": entry.received_at.date().isoformat(),
        **_columns(db, entry, mail_id, now),
    }
    db.table("entries").insert(record)
    return int(db.execute("SELECT id FROM entries WHERE number = ?", [entry.number]).fetchone()[0])


def _write(db: Ledger, entry: Entry, mail_id: int, now: datetime) -> int:
    columns = _columns(db, entry, mail_id, now)
    columns["status_since"] = None
    assignments = ", ".join(
        "status_since = CASE WHEN status = :status THEN status_since ELSE :now END"
        if name == "status_since"
        else f"{name} = :{name}"
        for name in columns
    )
    row = db.execute(
        f"UPDATE entries SET version = version + 1, {assignments}"
        " WHERE number = :number AND version = :version RETURNING id",
        {**columns, "now": stamp(now), "number": entry.number, "version": entry.version},
    ).fetchone()
    if row is None:
        raise Overtaken(f"{entry.number} was changed meanwhile")
    return int(row[0])


def _link_id(db: Ledger, entry: Entry, mail_id: int) -> int | None:
    if entry.link is None:
        return None
    found = db.execute(
        """SELECT l.id FROM links l JOIN entries e ON e.link_id = l.id WHERE e.number = ? AND l.url = ?
        UNION ALL SELECT id FROM links WHERE mail_id = ? AND url = ?""",
        [entry.number, entry.link.url, mail_id, entry.link.url],
    ).fetchone()
    if found:
        return int(found[0])
    item = entry.link
    row = db.execute(
        """INSERT INTO links (mail_id, url, provider, code, expires, filename, size)
        VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        [mail_id, item.url, item.provider, item.code, item.expires, item.filename, item.size],
    ).fetchone()
    return int(row[0])


def save_findings(
    db: Ledger, findings: Iterable[Finding], words: Words, *, mail_id: int | None, entry_id: int | None
) -> None:
    """Write findings of an entry, or of a mail as a whole; call inside a transaction."""
    db.table("findings").insert_all(
        {
            "mail_id": mail_id,
            "entry_id": entry_id,
            "position": position,
            "code": item.code.value,
            "severity": item.severity.value,
            "message": words(item),
            "details": to_json(dict(item.details)),
        }
        for position, item in enumerate(findings)
    )


def received_videos(db: Ledger, sender: str, content: str) -> tuple[VideoFile, ...]:
    """Videos that an address sent whose SHA-256 begins so."""
    rows = db.query(
        """SELECT v.*, f.size, max(p.filename) AS filename FROM videos v JOIN files f ON f.sha256 = v.sha256
        JOIN parts p ON p.sha256 = v.sha256 JOIN mails m ON m.id = p.mail_id
        WHERE lower(m.sender) = ? AND substr(v.sha256, 1, ?) = ? GROUP BY v.sha256""",
        [sender, len(content), content],
    )
    return tuple(video_file(row, row["filename"], row["size"]) for row in rows)


def last_notes(db: Ledger, numbers: Iterable[str], decided: Mapping[str, EntryStatus] | None = None) -> dict[str, str]:
    """The last words of a person about each entry that no letter has told yet; entries without any are left out.

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
            """SELECT note FROM events e WHERE number = ? AND note <> '' AND NOT EXISTS (
                SELECT 1 FROM replies r, json_each(r.numbers) told
                WHERE r.kind = ? AND r.state IN (?, ?, ?, ?) AND told.value = e.number AND r.created_at >= e.at)
            AND NOT (kind = ? AND (coalesce(after <> ?, 0) OR EXISTS (
                SELECT 1 FROM events newer WHERE newer.number = e.number AND newer.kind = e.kind AND newer.id > e.id
                AND newer.actor <> 'mailbot' AND newer.after <> e.after)))
            ORDER BY id DESC LIMIT 1""",
            [number, LetterKind.DECIDED, *gone, EventKind.DECIDED, (decided or {}).get(number)],
        ).fetchone()
        if row:
            found[number] = str(row[0])
    return found


def listed(db: Ledger, status: str = "", unit: str = "", theme: str = "") -> Iterator[dict[str, object]]:
    """Rows of the view `entry_list`, `themes` and `reasons` as lists.

    Args:
        db: the ledger.
        status: only this status; empty: all.
        unit: only units whose name contains this.
        theme: only entries that tick this theme.
    """
    rows = db.query(
        "SELECT * FROM entry_list WHERE (? = '' OR status = ?) AND (? = '' OR instr(unit, ?) > 0)",
        [status, status, unit, unit],
    )
    themes: dict[str, list[str]] = {}
    for number, ticked in db.execute(
        "SELECT e.number, t.theme FROM entry_themes t JOIN entries e ON e.id = t.entry_id ORDER BY t.position"
    ).fetchall():
        themes.setdefault(number, []).append(ticked)
    for row in rows:
        row["themes"] = themes.get(row["number"], [])
        row["reasons"] = row["reasons"].split("、") if row["reasons"] else []
        if not theme or theme in row["themes"]:
            yield row


def listed_in_full(db: Ledger) -> list[dict[str, object]]:
    """Rows of `entry_list`, each with more.

    Besides: `link` (address and code), `filename` (of its video), `version`, `contact_sheet` (its SHA-256, or empty),
    `rivals` (numbers of the entries that its findings name: the same film, or one that looks like it), `by_person` (a
    person has decided it) and `person_note` (the words of the last such decision).
    """
    more = {
        row["number"]: {
            "link": " ".join(filter(None, (row["url"], row["code"]))),
            "filename": row["video_filename"],
            "version": row["version"],
            "by_person": Field.STATUS.value in json.loads(row["set_by_person"]),
            "person_note": row["person_note"] or "",
            "contact_sheet": row["contact_sheet"] or "",
            "rivals": json.loads(row["rivals"]),
        }
        for row in db.query(
            """SELECT e.number, e.version, e.video_filename, e.set_by_person, l.url, l.code, v.contact_sheet,
                (SELECT note FROM events d WHERE d.number = e.number AND d.kind = ? AND d.actor <> 'mailbot'
                 ORDER BY d.id DESC LIMIT 1) AS person_note,
                (SELECT json_group_array(DISTINCT json_extract(f.details, '$.number')) FROM findings f
                 WHERE f.entry_id = e.id AND json_extract(f.details, '$.number') IS NOT NULL) AS rivals
            FROM entries e LEFT JOIN links l ON l.id = e.link_id LEFT JOIN videos v ON v.sha256 = e.video_sha256""",
            [EventKind.DECIDED],
        )
    }
    return [{**row, **more[str(row["number"])]} for row in listed(db)]
