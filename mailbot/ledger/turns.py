"""In which order mails take their turn: that of their receipt, and no sender before all others.

Each sender has a pace, by the virtual scheduling algorithm of ITU-T I.371: `BURST` mails at once, or one every
`SPACING` for ever, take their turn by the time of receipt; what goes beyond gives way as if it had come later. A turn
follows from times of receipt alone, never from what else waits or from when mailbot was killed; and it is only an
order: where nobody else waits, nothing does.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from mailbot.ledger.connection import Ledger, stamp, unstamp

BURST: Final = 10
"""Mails of one sender that may lie before another's: form and film of a few works, sent one after the other."""
SPACING: Final = timedelta(minutes=1)
"""A pace at which a person sends works one by one; a verdict and a print are made meanwhile."""
LONGEST: Final = timedelta(days=1)
"""By which a mail gives way at the most: an address may be forged, and its owner's mails must not wait for ever."""


def turn(received: datetime, free_at: datetime | None) -> tuple[datetime, datetime]:
    """When a mail takes its turn, and from when on its sender is free of all it has sent so far.

    Args:
        received: its time of receipt.
        free_at: as the sender's last mail left it; None where none is remembered.
    """
    free = min(max(received, free_at or received) + SPACING, received + LONGEST)
    return max(received, free - BURST * SPACING), free


def planned(db: Ledger, arrivals: Iterable[tuple[str, datetime]]) -> list[datetime]:
    """The turns that mails will take if they are entered in this order.

    Args:
        db: the ledger.
        arrivals: sender and time of receipt of each; an empty sender is nobody's.
    """
    free: dict[str, datetime | None] = {}
    turns = []
    for sender, received in arrivals:
        at, left = turn(received, free[sender] if sender in free else _free_at(db, sender))
        turns.append(at)
        if sender:
            free[sender] = left
    return turns


def take(db: Ledger, sender: str, received: datetime) -> datetime:
    """The turn of a mail that is being entered; its sender's pace is noted. Call inside a transaction."""
    at, free = turn(received, _free_at(db, sender))
    if sender:
        db.execute("DELETE FROM paces WHERE free_at < ?", [stamp(received - LONGEST)])
        db.execute("INSERT OR REPLACE INTO paces VALUES (?, ?)", [sender, stamp(free)])
    return at


def _free_at(db: Ledger, sender: str) -> datetime | None:
    row = db.execute("SELECT free_at FROM paces WHERE sender = ?", [sender]).fetchone() if sender else None
    return unstamp(row[0]) if row else None
