"""What the digest is made of, and that it was made; marks of what happened once."""

from collections.abc import Sequence
from datetime import date, datetime

from mailbot.ledger.connection import Ledger, stamp, writing
from mailbot.ledger.outbox import owe
from mailbot.ledger.records import to_json
from mailbot.model.letter import Letter


def made(db: Ledger, day: date) -> bool:
    """Whether this day's digest is owed or sent already."""
    return db.execute("SELECT 1 FROM digests WHERE day = ?", [day.isoformat()]).fetchone() is not None


def record_digest(db: Ledger, day: date, letters: Sequence[Letter], figures: dict[str, int], now: datetime) -> None:
    """Owe a day's digest to every organizer, once."""
    with writing(db):
        db.execute(
            "INSERT OR REPLACE INTO digests (day, made_at, recipients, figures) VALUES (?, ?, ?, ?)",
            [
                day.isoformat(),
                stamp(now),
                to_json([letter.envelope.recipient for letter in letters]),
                to_json(figures),
            ],
        )
        for letter in letters:
            owe(db, letter, None, now)


def mark(db: Ledger, name: str) -> str:
    """A mark's value; empty where it was never set."""
    row = db.execute("SELECT value FROM marks WHERE name = ?", [name]).fetchone()
    return str(row[0]) if row else ""


def set_mark(db: Ledger, name: str, value: str) -> None:
    """Set a mark."""
    with writing(db):
        db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", [name, value])


def duty_done(db: Ledger, name: str, day: date) -> bool:
    """Whether a day's duty is done."""
    return db.execute("SELECT 1 FROM duties WHERE name = ? AND day = ?", [name, day.isoformat()]).fetchone() is not None


def note_duty(db: Ledger, name: str, day: date, now: datetime) -> None:
    """Note that a day's duty is done."""
    with writing(db):
        db.execute("INSERT OR IGNORE INTO duties VALUES (?, ?, ?)", [name, day.isoformat(), stamp(now)])


def knows_mails(db: Ledger) -> bool:
    """Whether any mail was ever entered."""
    return db.execute("SELECT 1 FROM mails LIMIT 1").fetchone() is not None
