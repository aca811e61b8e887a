"""Mails that a person answered from the mailbox itself, past mailbot."""

from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp, unstamp, writing
from mailbot.ledger.record import save_events
from mailbot.model.decision import Concern, Event, EventKind
from mailbot.model.letter import LetterState
from mailbot.model.mail import SentMail


def waits_since(db: Ledger, no_earlier: datetime) -> datetime | None:
    """Since when somebody waits: the oldest open inquiry, or letter that has not left; None where nobody does."""
    row = db.execute(
        """SELECT min(at) FROM (
            SELECT min(spooled_at) AS at FROM mails WHERE attention = ? AND seen_at IS NULL AND spooled_at >= ?
            UNION ALL
            SELECT min(created_at) FROM replies WHERE state = ? AND mail_id IS NOT NULL AND created_at >= ?)""",
        [Concern.INQUIRY, stamp(no_earlier), LetterState.DUE, stamp(no_earlier)],
    ).fetchone()
    return unstamp(row[0]) if row[0] else None


def note_answer(db: Ledger, sent: SentMail, why: str, now: datetime) -> int:
    """Note that a person answered: an inquiry is settled, automatic letters wait, the entries' history tells of it.

    Args:
        db: the ledger.
        sent: the person's answer.
        why: why its letters wait, for the outbox.
        now: when it is noted.

    Returns:
        How many mails it answers that were not known to be answered by it.
    """
    noted = 0
    with writing(db):
        for mail_id in _answered(db, sent):
            event = Event(EventKind.ANSWERED, details={"message_id": sent.message_id})
            if _known(db, mail_id, sent.message_id):
                continue
            numbers = db.execute(
                "SELECT e.number FROM entry_mails m JOIN entries e ON e.id = m.entry_id WHERE m.mail_id = ?", [mail_id]
            ).fetchall()
            events = [Event(event.kind, number, details=event.details) for (number,) in numbers]
            save_events(db, events or [event], mail_id, now)
            db.execute(
                "UPDATE mails SET seen_at = ? WHERE id = ? AND attention = ? AND seen_at IS NULL",
                [stamp(now), mail_id, Concern.INQUIRY],
            )
            db.execute(
                "UPDATE replies SET state = ?, error = ? WHERE mail_id = ? AND state = ?",
                [LetterState.HELD, why, mail_id, LetterState.DUE],
            )
            noted += 1
    return noted


def _answered(db: Ledger, sent: SentMail) -> list[int]:
    """The mails that it answers, directly or below a letter of ours."""
    found: dict[int, None] = {}
    for one in sorted(sent.answers):
        rows = db.execute("SELECT id FROM mails WHERE message_id = ?", [one]).fetchall()
        rows += db.execute("SELECT mail_id FROM replies WHERE message_id = ? AND mail_id IS NOT NULL", [one]).fetchall()
        found |= dict.fromkeys(row[0] for row in rows)
    return list(found)


def _known(db: Ledger, mail_id: int, message_id: str) -> bool:
    return bool(
        db.execute(
            "SELECT 1 FROM events WHERE mail_id = ? AND kind = ? AND json_extract(details, '$.message_id') = ?",
            [mail_id, EventKind.ANSWERED, message_id],
        ).fetchone()
    )
