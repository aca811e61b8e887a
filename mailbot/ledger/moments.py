"""Moments that lie too far ahead: a clock that was wrong wrote them, and nothing may wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mailbot.ledger.connection import Ledger, stamp, writing
from mailbot.ledger.outbox import LEFT_AT
from mailbot.model.letter import LetterState
from mailbot.model.linked import LinkState
from mailbot.model.mail import MailState


@dataclass(frozen=True, slots=True)
class _Moment:
    """A column that holds moments.

    Attributes:
        table: and its column.
        column: of the table.
        lies: what is compared: the column itself, or the expression of an index.
        bound: how far ahead it may lie.
        where: which rows are looked at.
        states: the values for its marks.
        mended: what is written instead: the present, or nothing.
    """

    table: str
    column: str
    lies: str
    bound: timedelta
    where: str
    states: Sequence[str] = ()
    mended: str = "NULL"


MOMENTS: Final = (
    _Moment("mails", "retry_at", "retry_at", timedelta(hours=2), "state = ?", (MailState.SPOOLED,)),
    _Moment("sightings", "retry_at", "retry_at", timedelta(hours=2), "mail_id IS NULL"),
    _Moment("links", "retry_at", "retry_at", timedelta(days=2), "state = ?", (LinkState.OPEN,)),
    _Moment("replies", "due_at", "due_at", timedelta(days=2), "state = ?", (LetterState.DUE,), ":now"),
    _Moment("replies", "sent_at", LEFT_AT, timedelta(hours=2), "sent_at IS NOT NULL", (), ":now"),
    _Moment("replies", "claimed_at", "claimed_at", timedelta(hours=2), "state = ?", (LetterState.SENDING,), ":now"),
)


def mend(db: Ledger, now: datetime) -> tuple[str, ...]:
    """Take back what lies further ahead than any plan of ours.

    Returns:
        A line for each kind that was mended: what, and how many.
    """
    told = []
    for moment in MOMENTS:
        marks = {f"state{at}": state for at, state in enumerate(moment.states)}
        where = moment.where
        for name in marks:
            where = where.replace("?", f":{name}", 1)
        values = marks | {"now": stamp(now), "bound": stamp(now + moment.bound)}
        found = f"{moment.lies} > :bound AND {where}"
        if db.execute(f"SELECT 1 FROM {moment.table} WHERE {found} LIMIT 1", values).fetchone() is None:
            continue
        with writing(db):
            changed = db.execute(f"UPDATE {moment.table} SET {moment.column} = {moment.mended} WHERE {found}", values)
            told.append(f"{moment.table}.{moment.column}: {changed.rowcount}")
    return tuple(told)
