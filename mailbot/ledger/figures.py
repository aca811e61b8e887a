"""Counts of what waits or went wrong, for whoever watches mailbot from outside."""

from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp
from mailbot.model.letter import LetterState
from mailbot.model.mail import MailState


def unprocessed_since(db: Ledger, moment: datetime) -> int:
    """Mails spooled before a moment and not processed yet."""
    return _count(db, "mails WHERE state = ? AND spooled_at < ?", MailState.SPOOLED, stamp(moment))


def failed_unseen(db: Ledger) -> int:
    """Mails that failed and that no person has seen to."""
    return _count(db, "mails WHERE state = ? AND seen_at IS NULL AND purged_at IS NULL", MailState.FAILED)


def due_since(db: Ledger, moment: datetime) -> int:
    """Letters owed before a moment that nobody holds and that have not left."""
    return _count(db, "replies WHERE state = ? AND created_at < ?", LetterState.DUE, stamp(moment))


def _count(db: Ledger, where: str, *values: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {where}", values).fetchone()[0])
