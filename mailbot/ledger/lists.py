"""Entries as people see them: the rows of the view `entry_list`, and the words of a person about them."""

import json
from collections.abc import Iterable, Iterator, Mapping

from mailbot.ledger.connection import Ledger
from mailbot.model.decision import EventKind
from mailbot.model.entry import EntryStatus, Field
from mailbot.model.letter import LetterKind, LetterState


def listed(db: Ledger, status: str = "", unit: str = "", theme: str = "") -> Iterator[dict[str, object]]:
    """Rows of the view `entry_list`, `themes` and `reasons` as lists, `extra` as an object.

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
        row["extra"] = json.loads(row["extra"])
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
                (SELECT coalesce(nullif(note, ''), say) FROM events d WHERE d.number = e.number AND d.kind = ?
                 AND d.actor <> 'mailbot' ORDER BY d.id DESC LIMIT 1) AS person_note,
                (SELECT json_group_array(DISTINCT json_extract(f.details, '$.number')) FROM findings f
                 WHERE f.entry_id = e.id AND json_extract(f.details, '$.number') IS NOT NULL) AS rivals
            FROM entries e LEFT JOIN links l ON l.id = e.link_id LEFT JOIN videos v ON v.sha256 = e.video_sha256""",
            [EventKind.DECIDED],
        )
    }
    return [{**row, **more[str(row["number"])]} for row in listed(db)]


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
