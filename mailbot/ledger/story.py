"""One entry told whole: its row, and everything that stands behind it."""

import json
from typing import Any, Final

from mailbot.ledger.connection import Ledger
from mailbot.ledger.lists import listed

PARTS: Final = ("findings", "mails", "files", "replies", "events")


def of_entry(db: Ledger, number: str) -> dict[str, Any] | None:
    """An entry's row of `entry_list` with all that stands behind it; None for an unknown number."""
    row = next((row for row in listed(db) if row["number"] == number), None)
    if row is None:
        return None
    found = next(iter(db.query("SELECT id, version, set_by_person FROM entries WHERE number = ?", [number])))
    return {
        **row,
        "version": found["version"],
        "set_by_person": json.loads(found["set_by_person"]),
        "findings": _findings(db, found["id"]),
        "mails": _mails(db, found["id"]),
        "files": _files(db, found["id"]),
        "replies": _replies(db, number),
        "events": _events(db, number),
    }


def _findings(db: Ledger, entry_id: int) -> list[dict[str, Any]]:
    rows = db.query(
        "SELECT code, severity, message, details FROM findings WHERE entry_id = ? ORDER BY position", [entry_id]
    )
    return [{**row, "details": json.loads(row["details"])} for row in rows]


def _mails(db: Ledger, entry_id: int) -> list[dict[str, Any]]:
    return list(
        db.query(
            """SELECT m.id, m.received_at, m.sender, m.subject, m.triage, m.state, m.message_id
            FROM mails m JOIN entry_mails e ON e.mail_id = m.id WHERE e.entry_id = ? ORDER BY m.received_at, m.id""",
            [entry_id],
        )
    )


def _files(db: Ledger, entry_id: int) -> list[dict[str, Any]]:
    """Forms and videos of the entry's mails, and a video that came another way."""
    return list(
        db.query(
            """SELECT p.filename, p.kind, p.size, p.sha256, p.mail_id, p.sha256 = e.video_sha256 AS is_its_video
            FROM entries e JOIN entry_mails em ON em.entry_id = e.id JOIN parts p ON p.mail_id = em.mail_id
            WHERE e.id = ? AND p.kind IN ('form', 'video')
            UNION ALL
            SELECT e.video_filename, 'video', f.size, f.sha256, NULL, 1 FROM entries e
            JOIN files f ON f.sha256 = e.video_sha256
            WHERE e.id = ? AND f.sha256 NOT IN (SELECT sha256 FROM parts)""",
            [entry_id, entry_id],
        )
    )


def _replies(db: Ledger, number: str) -> list[dict[str, Any]]:
    return list(
        db.query(
            """SELECT id, kind, recipient, subject, state, created_at, sent_at, attempts, error, message_id
            FROM replies WHERE EXISTS (SELECT 1 FROM json_each(replies.numbers) WHERE value = ?) ORDER BY id""",
            [number],
        )
    )


def _events(db: Ledger, number: str) -> list[dict[str, Any]]:
    rows = db.query(
        "SELECT at, kind, actor, before, after, note, say, mail_id, details FROM events WHERE number = ? ORDER BY id",
        [number],
    )
    return [{**row, "details": json.loads(row["details"])} for row in rows]
