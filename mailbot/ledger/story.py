"""One entry or mail told whole: its row, and everything that stands behind it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mailbot.ledger.connection import Ledger
from mailbot.ledger.lists import rows_of

PARTS: Final = ("findings", "mails", "files", "replies", "events")
MAIL_PARTS: Final = ("entries", "parts", "links", "findings", "replies", "events")


def of_entry(db: Ledger, number: str) -> dict[str, Any] | None:
    """An entry's row of `entry_list` with all that stands behind it; None for an unknown number."""
    row = next(rows_of(db, [number]), None)
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
    return _of_json(rows)


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
            FROM replies WHERE id IN (SELECT reply_id FROM reply_entries WHERE number = ?) ORDER BY id""",
            [number],
        )
    )


def _events(db: Ledger, number: str) -> list[dict[str, Any]]:
    rows = db.query(
        "SELECT at, kind, actor, before, after, note, say, mail_id, details FROM events WHERE number = ? ORDER BY id",
        [number],
    )
    return _of_json(rows)


def mails(db: Ledger, state: str = "", *, after: int = 0) -> Iterator[dict[str, Any]]:
    """Mails as they came in, oldest first, each with the numbers of its entries.

    Args:
        db: the ledger.
        state: only this state; empty: all.
        after: only mails with a higher id.
    """
    rows = db.query(
        """SELECT m.id, m.received_at, m.sender, m.subject, m.state, coalesce(m.triage, '') AS triage, m.silence,
            m.attention, m.error,
            (SELECT json_group_array(number) FROM (SELECT e.number FROM entry_mails em
             JOIN entries e ON e.id = em.entry_id WHERE em.mail_id = m.id ORDER BY e.seq)) AS numbers
        FROM mails m WHERE m.id > ? AND (? = '' OR m.state = ?) ORDER BY m.id""",
        [after, state, state],
    )
    return ({**row, "numbers": json.loads(row["numbers"])} for row in rows)


def of_mail(db: Ledger, mail_id: int) -> dict[str, Any] | None:
    """A mail's row with all that it brought and that followed from it; None for an unknown id."""
    row = next(iter(db.query("SELECT * FROM mails WHERE id = ?", [mail_id])), None)
    if row is None:
        return None
    return {
        **row,
        "entries": list(
            db.query(
                """SELECT e.number, e.title, e.unit, e.status FROM entries e
                JOIN entry_mails em ON em.entry_id = e.id WHERE em.mail_id = ? ORDER BY e.seq""",
                [mail_id],
            )
        ),
        "parts": list(
            db.query("SELECT filename, kind, size, sha256 FROM parts WHERE mail_id = ? ORDER BY position", [mail_id])
        ),
        "links": list(
            db.query("SELECT url, provider, code, expires, state, error FROM links WHERE mail_id = ?", [mail_id])
        ),
        "findings": _of_json(
            db.query(
                """SELECT code, severity, message, details FROM findings
                WHERE mail_id = ? AND entry_id IS NULL ORDER BY position""",
                [mail_id],
            )
        ),
        "replies": list(
            db.query(
                """SELECT id, kind, recipient, subject, state, created_at, sent_at, attempts, error
                FROM replies WHERE mail_id = ? ORDER BY id""",
                [mail_id],
            )
        ),
        "events": _of_json(
            db.query(
                """SELECT at, kind, actor, number, before, after, note, say, details FROM events
                WHERE mail_id = ? ORDER BY id""",
                [mail_id],
            )
        ),
    }


def _of_json(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "details": json.loads(row["details"])} for row in rows]
