"""Which letters may leave now: pause between two, a day's cap, a day's cap for one address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.model.letter import LetterKind, OutboxItem

TO_ORGANIZERS = frozenset({LetterKind.DIGEST, LetterKind.ALERT, LetterKind.ORDERS, LetterKind.CANARY})
"""Letters to our own people stand outside the caps."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The limits.

    Attributes:
        pause: between two letters.
        daily_cap: letters a day.
        per_recipient: letters a day to one address.
    """

    pause: timedelta
    daily_cap: int
    per_recipient: int


@dataclass(frozen=True, slots=True)
class SoFar:
    """What has left today.

    Attributes:
        total: letters to submitters.
        by_recipient: letters to each submitter.
        last_at: when the last one left, today or before; None where none did.
    """

    total: int = 0
    by_recipient: Mapping[str, int] | None = None
    last_at: datetime | None = None


def may_go(item: OutboxItem, pace: Pace, so_far: SoFar) -> bool:
    """Whether the caps let this letter leave today."""
    if item.letter.kind in TO_ORGANIZERS:
        return True
    if so_far.total >= pace.daily_cap:
        return False
    return (so_far.by_recipient or {}).get(item.letter.envelope.recipient, 0) < pace.per_recipient


def pause_left(pace: Pace, so_far: SoFar, now: datetime) -> timedelta:
    """How long to wait before the next letter: zero to one pause, whatever clock wrote when the last one left."""
    if so_far.last_at is None:
        return timedelta(0)
    return min(max(so_far.last_at + pace.pause - now, timedelta(0)), pace.pause)


def first_that_may(items: Iterable[OutboxItem], pace: Pace, so_far: SoFar) -> OutboxItem | None:
    """The first letter in line, organizers' first, that the caps let leave; None where none may."""
    for item in items:
        if may_go(item, pace, so_far):
            return item
        if so_far.total >= pace.daily_cap:
            return None
    return None
