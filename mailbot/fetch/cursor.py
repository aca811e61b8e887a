"""Which mails to fetch next, from what the server lists and the ledger knows. Pure.

The ledger, never the server's flags, says what is done: organizers read the same mailbox in the webmail.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

BATCH = 20
"""Mails a batch: Coremail throttles and kicks long sessions, so little is lost with one."""


def unseen(listed: Sequence[int], known: Collection[int]) -> tuple[int, ...]:
    """The UIDs to fetch now: listed and not known, in the listing's order.

    A known UID that is no longer listed means nothing: 163's webmail can hide mail older than 30 days.
    """
    seen = known if isinstance(known, (set, frozenset)) else frozenset(known)
    return tuple(dict.fromkeys(uid for uid in listed if uid not in seen))


def floor(highest: int, last_full: datetime | None, now: datetime, every: timedelta) -> int:
    """The UID above which to list: the highest one known, or 0 when all are to be compared again.

    Mail turns up below the highest UID when it is rescued from junk, a rule moves it, or the 30-day window of
    the webmail is widened, so a full comparison is due from time to time.

    Args:
        highest: the highest UID that the ledger has for this folder under its present UIDVALIDITY; 0 for none.
        last_full: when all were last compared; None for never.
        now: the time of this round.
        every: the time between two full comparisons.
    """
    if last_full is None or now - last_full >= every or now < last_full:
        return 0
    return highest


def batches(items: Sequence[T], size: int = BATCH) -> Iterator[tuple[T, ...]]:
    """The same UIDs, or mails, a few at a time."""
    for start in range(0, len(items), size):
        yield tuple(items[start : start + size])
