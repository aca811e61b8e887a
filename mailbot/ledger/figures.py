"""Counts of what waits or went wrong, for whoever watches mailbot from outside."""

from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp, unstamp
from mailbot.model.decision import Concern
from mailbot.model.entry import EntryStatus
from mailbot.model.letter import LetterState
from mailbot.model.mail import MailState


def unprocessed_since(db: Ledger, moment: datetime) -> int:
    """Mails spooled before a moment and not processed yet."""
    return _count(db, "mails WHERE state = ? AND spooled_at < ?", MailState.SPOOLED, stamp(moment))


def failed_unseen(db: Ledger) -> int:
    """Mails that failed and that no person has seen to."""
    return _count(db, "mails WHERE state = ? AND seen_at IS NULL AND purged_at IS NULL", MailState.FAILED)


def forged_unseen(db: Ledger) -> int:
    """Mails with orders in an organizer's name that are none of theirs, and that no person has seen to."""
    return _count(db, "mails WHERE attention = ? AND seen_at IS NULL", Concern.FORGED)


def due_since(db: Ledger, moment: datetime) -> int:
    """Letters owed before a moment that nobody holds and that have not left."""
    return _count(db, "replies WHERE state = ? AND created_at < ?", LetterState.DUE, stamp(moment))


def by_state(db: Ledger) -> dict[str, dict[str, int]]:
    """How many mails, entries and letters there are, by state."""
    asked = {
        "mails": "SELECT state, count(*) FROM mails GROUP BY state",
        "entries": "SELECT status, count(*) FROM entries GROUP BY status",
        "letters": "SELECT state, count(*) FROM replies GROUP BY state",
    }
    known = {"mails": MailState, "entries": EntryStatus, "letters": LetterState}
    return {
        what: dict.fromkeys(map(str, known[what]), 0) | dict(db.execute(sql).fetchall()) for what, sql in asked.items()
    }


def oldest_mail(db: Ledger) -> datetime | None:
    """When the mail was spooled that has waited longest to be processed; None where none waits."""
    return _moment(db, "SELECT min(spooled_at) FROM mails WHERE state = ?", MailState.SPOOLED)


def oldest_letter(db: Ledger) -> datetime | None:
    """When the letter was written that has waited longest to leave; None where none waits."""
    return _moment(db, "SELECT min(created_at) FROM replies WHERE state = ?", LetterState.DUE)


def _moment(db: Ledger, sql: str, state: str) -> datetime | None:
    found = db.execute(sql, [state]).fetchone()[0]
    return unstamp(found) if found else None


def _count(db: Ledger, where: str, *values: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {where}", values).fetchone()[0])
