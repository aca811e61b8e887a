"""What was written to and fro with a sender before a mail: its thread, its last questions, withdrawals."""

import json
from collections.abc import Sequence
from typing import Final

from mailbot.ledger.connection import Ledger, unstamp
from mailbot.model.entry import EntryStatus, Exchange
from mailbot.model.finding import Code
from mailbot.model.letter import LetterState
from mailbot.model.mail import Triage

DEEPEST: Final = 5
"""Letters of a thread that are followed back."""


def exchange(db: Ledger, sender: str, mail_id: int, thread: Sequence[str]) -> Exchange:
    """What was written before a mail.

    Args:
        db: the ledger.
        sender: its address, lower case.
        mail_id: the mail's own id; what came behind it is not looked at.
        thread: Message-IDs that it answers.
    """
    rows = db.execute(
        """SELECT m.id, r.sent_at FROM mails m JOIN replies r ON r.mail_id = m.id
        WHERE lower(m.sender) = ? AND m.triage = ? AND m.id < ? ORDER BY m.id DESC LIMIT ?""",
        [sender, Triage.INQUIRY, mail_id, DEEPEST],
    ).fetchall()
    heard = db.execute(
        "SELECT 1 FROM replies WHERE lower(recipient) = ? AND state = ? LIMIT 1", [sender, LetterState.SENT]
    ).fetchone()
    withdrawn = db.execute(
        """SELECT e.number, e.before FROM events e JOIN entries n ON n.number = e.number
        WHERE n.sender = ? AND n.status = ? AND e.after = ? AND e.actor = 'mailbot' ORDER BY e.id""",
        [sender, EntryStatus.WITHDRAWN, EntryStatus.WITHDRAWN],
    ).fetchall()
    return Exchange(
        tuple((row[0], unstamp(row[1]) if row[1] else None) for row in rows),
        _in_thread(db, thread, mail_id),
        _asked(db, thread),
        {number: EntryStatus(before) for number, before in withdrawn if before},
        heard=heard is not None,
    )


def _in_thread(db: Ledger, thread: Sequence[str], mail_id: int) -> int:
    """How many answers in a row, back from the newest, went to mails of this thread that submitted nothing."""
    count = 0
    while thread and count < DEEPEST:
        row = db.execute(
            """SELECT m.id, m.triage, m.in_reply_to, m.thread FROM replies r JOIN mails m ON m.id = r.mail_id
            WHERE r.message_id IN (SELECT value FROM json_each(?)) AND m.id < ? ORDER BY m.id DESC LIMIT 1""",
            [json.dumps(list(thread)), mail_id],
        ).fetchone()
        if row is None or row[1] != Triage.INQUIRY:
            break
        count += 1
        mail_id, thread = row[0], (row[2], *json.loads(row[3] or "[]"))
    return count


def _asked(db: Ledger, thread: Sequence[str]) -> frozenset[str]:
    """Numbers whose withdrawal the letters with these Message-IDs ask to confirm."""
    rows = db.execute(
        """SELECT value FROM replies r, json_each(r.numbers)
        WHERE r.message_id IN (SELECT value FROM json_each(?))
        AND r.mail_id IN (SELECT mail_id FROM findings WHERE code = ?)""",
        [json.dumps(list(thread)), Code.WITHDRAWAL_UNCONFIRMED],
    ).fetchall()
    return frozenset(row[0] for row in rows)
