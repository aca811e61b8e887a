"""Entries, videos and findings as they are written, inside a transaction: an entry only where nobody was quicker."""

from collections.abc import Callable, Iterable
from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp
from mailbot.ledger.records import findings_to_json, to_json
from mailbot.model.entry import Entry
from mailbot.model.errors import Overtaken
from mailbot.model.finding import Finding
from mailbot.model.rules import VideoRules
from mailbot.model.video import aspect_label
from mailbot.model.works import VideoFile
from mailbot.text.folding import bare
from mailbot.text.units import short_unit

Words = Callable[[Finding], str]
"""Gives a finding its Chinese words."""


def save_entry(db: Ledger, entry: Entry, mail_id: int, words: Words, now: datetime) -> None:
    """Write an entry with its themes and findings.

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
        "title_key": bare(entry.title),
        "unit_key": short_unit(entry.unit),
        "unit": entry.unit,
        "recommender": entry.recommender,
        "contact": entry.contact,
        "phone": entry.phone,
        "has_row": int(entry.has_row),
        "link_id": _link_id(db, entry, mail_id),
        "video_sha256": entry.video.part.sha256 if entry.video else None,
        "video_filename": entry.video.part.filename if entry.video else "",
        "extra": to_json(dict(entry.extra)),
        "maker": entry.maker,
        "recommending_unit": entry.recommending_unit,
        "recommender_doubt": entry.recommender_doubt,
        "signed": entry.signed,
        "for_others": int(entry.for_others),
        "notes": findings_to_json(entry.notes),
        "set_by_person": to_json(sorted(entry.set_by_person)),
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
    """Write findings of an entry, or of a mail as a whole."""
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


def save_video(db: Ledger, video: VideoFile, rules: VideoRules, now: datetime) -> None:
    """Write a video's facts."""
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
