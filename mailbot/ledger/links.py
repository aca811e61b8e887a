"""Links in the ledger that lead to videos nobody has yet: to be fetched, about to die."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp, writing
from mailbot.ledger.records import Row, link
from mailbot.model.entry import EntryStatus
from mailbot.model.linked import Linked, LinkState

_WAITING = f"""
    FROM links l JOIN entries e ON e.link_id = l.id
    WHERE e.video_sha256 IS NULL AND e.status IN ('{EntryStatus.INCOMPLETE}', '{EntryStatus.REVIEW}')
"""


def to_fetch(db: Ledger, now: datetime) -> tuple[Linked, ...]:
    """Links whose download is due: of each sender in turn the one that dies first."""
    due = f"AND l.state = '{LinkState.OPEN}' AND coalesce(l.retry_at, '') <= ?"
    return _read(
        db, due, [stamp(now)], "row_number() OVER (PARTITION BY e.sender ORDER BY l.expires = '', l.expires, l.id),"
    )


def unwarned(db: Ledger) -> tuple[Linked, ...]:
    """Links with an end that the organizers were not told of."""
    return _read(db, "AND l.expires <> '' AND NOT l.warned", [])


def _read(db: Ledger, where: str, values: list[str], first: str = "") -> tuple[Linked, ...]:
    rows = db.query(
        f"""SELECT l.*, e.number, e.title AS entry_title, e.unit AS entry_unit {_WAITING} {where}
        ORDER BY {first} l.expires = '', l.expires, l.id, e.seq""",
        values,
    )
    return tuple(_gathered(list(rows)))


def _gathered(rows: list[Row]) -> Iterator[Linked]:
    """One for each link, with all the entries that wait for it."""
    for link_id in dict.fromkeys(row["id"] for row in rows):
        mine = [row for row in rows if row["id"] == link_id]
        yield Linked(
            link_id,
            link(mine[0]),
            tuple(row["number"] for row in mine),
            tuple(row["entry_title"] for row in mine),
            tuple(row["entry_unit"] for row in mine),
            mine[0]["attempts"],
        )


def begun(db: Ledger, linked: Linked, retry_at: datetime) -> None:
    """Note that a download is begun, and when it is tried again should mailbot die of it."""
    with writing(db):
        db.execute("UPDATE links SET attempts = attempts + 1, retry_at = ? WHERE id = ?", [stamp(retry_at), linked.id])


def settle(db: Ledger, linked: Linked, state: LinkState, error: str = "") -> None:
    """Note what became of a download."""
    with writing(db):
        db.execute("UPDATE links SET state = ?, error = ? WHERE id = ?", [state, error, linked.id])


def warned(db: Ledger, links: Iterable[Linked]) -> None:
    """Note that the organizers are told of these links' end; call inside a transaction."""
    for linked in links:
        db.execute("UPDATE links SET warned = 1 WHERE id = ?", [linked.id])
