"""Letters in the ledger: owed, claimed, settled. Each exists before SMTP is spoken to."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from mailbot.ledger.connection import Ledger, stamp, unstamp, writing
from mailbot.ledger.mails import NO_FOLDER
from mailbot.ledger.records import attachments_to_json, outbox_item, to_json
from mailbot.model.letter import PRIORITIES, Letter, LetterKind, LetterState, OutboxItem, Priority

WAITING = (LetterState.DUE, LetterState.HELD)
LEFT_AT: Final = "coalesce(sent_at, claimed_at)"
"""When a letter left, or may have left: the words of the index `replies_left`."""


def owe(db: Ledger, letter: Letter, mail_id: int | None, now: datetime) -> None:
    """Put a letter into the outbox; call inside a transaction. A letter of the same key is there only once.

    One about a mail that came back from the spool alone waits for a person: it may have been answered.
    """
    origin = db.execute("SELECT folder FROM mails WHERE id = ?", [mail_id]).fetchone()
    held = letter.held or (origin is not None and origin[0] == NO_FOLDER)
    db.table("replies").insert(
        {
            "letter_key": letter.key,
            "message_id": letter.message_id,
            "mail_id": mail_id,
            "kind": letter.kind.value,
            "recipient": letter.envelope.recipient,
            "subject": letter.subject,
            "in_reply_to": letter.envelope.in_reply_to,
            "thread": to_json(letter.envelope.references),
            "text": letter.text,
            "html": letter.html,
            "numbers": to_json(letter.numbers),
            "attachments": attachments_to_json(letter.attachments),
            "priority": _priority(db, letter),
            "state": LetterState.HELD if held else LetterState.DUE,
            "due_at": stamp(now),
            "created_at": stamp(now),
        },
        ignore=True,
    )


def is_owed(db: Ledger, key: str) -> bool:
    """Whether a letter was owed for this, whatever became of it."""
    return db.execute("SELECT 1 FROM replies WHERE letter_key = ?", [key]).fetchone() is not None


def _priority(db: Ledger, letter: Letter) -> Priority:
    if letter.doubtful:
        return Priority.NOTHING
    priority = PRIORITIES.get(letter.kind, Priority.REJECTED)
    if Priority.FIRST_RECEIPT < priority < Priority.REMINDER and letter.numbers:
        told = db.execute(
            "SELECT 1 FROM replies WHERE recipient = ? AND numbers <> '[]' LIMIT 1", [letter.envelope.recipient]
        ).fetchone()
        return priority if told else Priority.FIRST_RECEIPT
    return priority


def due(db: Ledger, now: datetime) -> Iterator[OutboxItem]:
    """Letters to be sent now, by priority, the oldest first; each is read when it is asked for.

    What was planned by a clock that was ahead of ours is due: its letter was owed or tried in our future.
    """
    rows = db.query(
        """SELECT * FROM replies WHERE state = ? AND (due_at <= ? OR coalesce(claimed_at, created_at) > ?)
        ORDER BY priority, attempts, id""",
        [LetterState.DUE, stamp(now), stamp(now)],
    )
    return map(outbox_item, rows)


def in_state(db: Ledger, states: Iterable[LetterState] = LetterState) -> tuple[OutboxItem, ...]:
    """Letters in these states, oldest first."""
    wanted = [state.value for state in states]
    rows = db.query(f"SELECT * FROM replies WHERE state IN ({', '.join('?' * len(wanted))}) ORDER BY id", wanted)
    return tuple(outbox_item(row) for row in rows)


def ids(db: Ledger, states: Iterable[LetterState]) -> Iterator[int]:
    """Ids of the letters in these states, oldest first."""
    wanted = [state.value for state in states]
    rows = db.execute(f"SELECT id FROM replies WHERE state IN ({', '.join('?' * len(wanted))}) ORDER BY id", wanted)
    return (int(row[0]) for row in rows.fetchall())


def listed(db: Ledger, state: str = "", *, after: int = 0) -> Iterator[dict[str, Any]]:
    """Letters without their texts, oldest first, read as they are asked for.

    Args:
        db: the ledger.
        state: only this state; empty: all.
        after: only letters with a higher id.
    """
    rows = db.query(
        """SELECT id, state, kind, recipient, subject, mail_id, numbers, created_at, due_at, attempts, error
        FROM replies WHERE id > ? AND (? = '' OR state = ?) ORDER BY id""",
        [after, state, state],
    )
    return ({**row, "numbers": json.loads(row["numbers"])} for row in rows)


def by_id(db: Ledger, letter: int) -> OutboxItem | None:
    """One letter; None for an unknown id."""
    return next((outbox_item(row) for row in db.query("SELECT * FROM replies WHERE id = ?", [letter])), None)


def claim(db: Ledger, item: OutboxItem, now: datetime) -> bool:
    """Mark a letter as being sent. False where somebody else has it already."""
    with writing(db):
        row = db.execute(
            """UPDATE replies SET state = ?, claimed_at = ?, attempts = attempts + 1
            WHERE id = ? AND state = ? RETURNING id""",
            [LetterState.SENDING, stamp(now), item.id, LetterState.DUE],
        ).fetchone()
    return row is not None


def settle(
    db: Ledger,
    item: OutboxItem,
    state: LetterState,
    now: datetime,
    *,
    error: str = "",
    queue_id: str = "",
    due_at: datetime | None = None,
    counts: bool = True,
    later: bool = False,
) -> None:
    """Write what became of a claimed letter.

    Args:
        db: the ledger.
        item: the letter.
        state: where it stands now.
        now: when.
        error: what the server said, where it did not take it.
        queue_id: the server's own name for it.
        due_at: when to try again, for `DUE`.
        counts: as an attempt; False where the server's answer, or its silence, says nothing of the letter.
        later: the next letter's claim takes it to the disk; until then it is as if the server had not answered.
    """
    with writing(db, later=later):
        db.execute(
            """UPDATE replies SET state = ?, error = ?, queue_id = ?, due_at = coalesce(?, due_at),
                attempts = attempts - ?, sent_at = CASE WHEN ? = 'sent' THEN ? ELSE sent_at END
            WHERE id = ?""",
            [state, error, queue_id, stamp(due_at) if due_at else None, not counts, state, stamp(now), item.id],
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """How much has left since a moment.

    Attributes:
        total: letters, those to organizers left out.
        by_recipient: letters to each address, likewise.
        last_at: when the last one left, to whomever; None where none did.
    """

    total: int
    by_recipient: dict[str, int]
    last_at: datetime | None


def last_sent(db: Ledger, most: int) -> dict[str, datetime]:
    """The last letters that left: Message-ID -> when."""
    rows = db.execute(
        f"""SELECT message_id, {LEFT_AT} FROM replies INDEXED BY replies_left
        WHERE state = ? AND {LEFT_AT} > '' ORDER BY {LEFT_AT} DESC LIMIT ?""",
        [LetterState.SENT, most],
    )
    return {message_id: unstamp(left_at) for message_id, left_at in rows.fetchall()}


def sent_since(db: Ledger, moment: datetime) -> Sent:
    """What left since `moment`; letters whose fate is unknown count as having left."""
    rows = db.execute(
        f"""SELECT recipient, sum(priority > {Priority.ORGANIZERS}), max({LEFT_AT})
        FROM replies INDEXED BY replies_left
        WHERE state IN (?, ?, ?, ?) AND {LEFT_AT} >= ? GROUP BY recipient""",
        [LetterState.SENT, LetterState.UNKNOWN, LetterState.SENDING, LetterState.UNDELIVERABLE, stamp(moment)],
    ).fetchall()
    last = max((row[2] for row in rows if row[2]), default=None)
    return Sent(sum(row[1] for row in rows), {row[0]: row[1] for row in rows}, unstamp(last) if last else None)


def orphan(db: Ledger) -> int:
    """Note of letters in transit that the process which sent them is gone, so that their fate is looked into.

    Returns:
        How many.
    """
    with writing(db):
        changed = db.execute(
            "UPDATE replies SET error = 'mailbot ended while it was sent' WHERE state = ? AND error = ''",
            [LetterState.SENDING],
        )
    return changed.rowcount


def due_to(db: Ledger, recipient: str) -> tuple[OutboxItem, ...]:
    """Letters to an address that are due or put off, oldest first."""
    rows = db.query("SELECT * FROM replies WHERE recipient = ? AND state = ? ORDER BY id", [recipient, LetterState.DUE])
    return tuple(map(outbox_item, rows))


def merge(db: Ledger, items: Sequence[OutboxItem], into: Letter, now: datetime) -> None:
    """Put one letter in the place of several, in one transaction."""
    with writing(db):
        for item in items:
            db.execute(
                "UPDATE replies SET state = ?, error = 'merged into one' WHERE id = ? AND state = ?",
                [LetterState.DROPPED, item.id, LetterState.DUE],
            )
        owe(db, into, None, now)


def put_off(db: Ledger, until: datetime) -> None:
    """Let every due letter wait: the day's quota of the account is used up."""
    with writing(db):
        db.execute(
            "UPDATE replies SET due_at = ? WHERE state = ? AND due_at < ?",
            [stamp(until), LetterState.DUE, stamp(until)],
        )


def hold_all(db: Ledger, kinds: Sequence[LetterKind], reason: str) -> int:
    """Hold every due letter of these kinds.

    Returns:
        How many.
    """
    marks = ", ".join("?" * len(kinds))
    with writing(db):
        rows = db.execute(
            f"UPDATE replies SET state = ?, error = ? WHERE state = ? AND kind IN ({marks}) RETURNING id",
            [LetterState.HELD, reason, LetterState.DUE, *kinds],
        ).fetchall()
    return len(rows)


def move(db: Ledger, ids: Sequence[int], state: LetterState, now: datetime) -> tuple[int, ...]:
    """Release (to `DUE`) or drop (to `DROPPED`) letters that wait for a person; call inside a transaction.

    Returns:
        The ids that were moved; others do not exist or do not wait.
    """
    movable = (*WAITING, LetterState.UNKNOWN, LetterState.FAILED)
    moved = []
    for letter_id in ids:
        row = db.execute(
            f"""UPDATE replies SET state = ?, due_at = ?, error = ''
            WHERE id = ? AND state IN ({", ".join("?" * len(movable))}) RETURNING id""",
            [state, stamp(now), letter_id, *movable],
        ).fetchone()
        moved += [letter_id] if row else []
    return tuple(moved)


def waiting_for(db: Ledger, recipient: str, kind: LetterKind) -> tuple[OutboxItem, ...]:
    """Letters of a kind to an address that have not left yet."""
    rows = db.query(
        "SELECT * FROM replies WHERE recipient = ? AND state IN (?, ?) AND kind = ? ORDER BY id",
        [recipient, *WAITING, kind],
    )
    return tuple(map(outbox_item, rows))


def reminded(db: Ledger) -> frozenset[str]:
    """Numbers of entries that a reminder was owed for, whatever became of it."""
    rows = db.execute(
        "SELECT DISTINCT value FROM replies, json_each(replies.numbers) WHERE kind = ?", [LetterKind.REMINDER]
    ).fetchall()
    return frozenset(row[0] for row in rows)


def overtake(db: Ledger, numbers: Iterable[str], states: Sequence[LetterState] = WAITING) -> tuple[int, ...]:
    """Drop letters not yet sent whose every entry a newer decision covers; call inside a transaction.

    What a person wrote to a group says more than how its entries stand, and stays.

    Args:
        db: the ledger.
        numbers: of the entries that the newer decision covers.
        states: where the letters stand that it may overtake.

    Returns:
        The ids of the dropped letters.
    """
    covered = json.dumps(sorted(set(numbers)))
    rows = db.execute(
        f"""UPDATE replies SET state = ?
        WHERE id IN (SELECT reply_id FROM reply_entries WHERE number IN (SELECT value FROM json_each(?)))
        AND state IN ({", ".join("?" * len(states))}) AND kind <> '{LetterKind.MESSAGE}'
        AND NOT EXISTS (SELECT 1 FROM json_each(numbers) WHERE value NOT IN (SELECT value FROM json_each(?)))
        RETURNING id""",
        [LetterState.DROPPED, covered, *states, covered],
    ).fetchall()
    return tuple(sorted(row[0] for row in rows))


def came_back(db: Ledger, message_ids: Iterable[str], recipients: Iterable[str], since: datetime, why: str) -> int:
    """Mark letters of ours as undeliverable: by Message-ID where the bounce quotes one, else the last to the address.

    Call inside a transaction.

    Returns:
        How many.
    """
    found = [row[0] for one in message_ids for row in db.execute("SELECT id FROM replies WHERE message_id = ?", [one])]
    for recipient in () if found else recipients:
        row = db.execute(
            "SELECT id FROM replies WHERE recipient = ? AND state = ? AND sent_at >= ? ORDER BY id DESC LIMIT 1",
            [recipient, LetterState.SENT, stamp(since)],
        ).fetchone()
        found += [row[0]] if row else []
    for letter_id in found:
        db.execute("UPDATE replies SET state = ?, error = ? WHERE id = ?", [LetterState.UNDELIVERABLE, why, letter_id])
    return len(found)


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 2 minutes, doubling, 4 hours at most."""
    return timedelta(minutes=min(2**attempts, 240))
