"""Films' dense prints in the ledger: owed, kept, loaded for the search."""

from collections.abc import Iterator
from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp, writing
from mailbot.model.entry import EntryStatus, Likeness
from mailbot.model.prints import Print, PrintKind, PrintState

COUNTED = f"status NOT IN ('{EntryStatus.WITHDRAWN}', '{EntryStatus.REPLACED}')"


def owed(db: Ledger) -> tuple[str, ...]:
    """SHA-256 of readable films that an entry holds and whose print is not made yet: each sender's oldest in turn."""
    rows = db.execute(
        f"""SELECT v.sha256 FROM videos v JOIN entries e ON e.video_sha256 = v.sha256
        WHERE v.print = ? AND v.readable AND v.width > 0 AND {COUNTED}
        ORDER BY row_number() OVER (PARTITION BY e.sender ORDER BY e.seq), e.seq""",
        [PrintState.OWED],
    ).fetchall()
    return tuple(dict.fromkeys(row[0] for row in rows))


def keep(db: Ledger, sha256: str, made: Print | None, now: datetime) -> None:
    """Keep a print; None notes that the film has none. It stays owed until `searched`."""
    with writing(db):
        if made is None:
            db.execute("UPDATE videos SET print = ? WHERE sha256 = ?", [PrintState.NONE, sha256])
        else:
            db.execute("INSERT OR REPLACE INTO prints VALUES (?, ?, ?)", [sha256, made.packed(), stamp(now)])


def kept(db: Ledger, sha256: str) -> Print | None:
    """A film's print, where it was made."""
    row = db.execute("SELECT frames FROM prints WHERE sha256 = ?", [sha256]).fetchone()
    return Print.unpacked(PrintKind.DENSE, row[0]) if row else None


def searched(db: Ledger, sha256: str) -> None:
    """Note that a film's print was searched: nothing is owed for it any more."""
    with writing(db):
        db.execute("UPDATE videos SET print = ? WHERE sha256 = ?", [PrintState.DONE, sha256])


def since(db: Ledger, after: int) -> Iterator[tuple[int, str, Print]]:
    """Row id, SHA-256 and print of every film kept behind a row id, in that order."""
    rows = db.execute("SELECT rowid, sha256, frames FROM prints WHERE rowid > ? ORDER BY rowid", [after])
    for row_id, sha256, frames in rows:
        yield row_id, sha256, Print.unpacked(PrintKind.DENSE, frames)


def holders(db: Ledger, sha256: str) -> tuple[tuple[int, Likeness], ...]:
    """The entries that hold a film and count, with their sequence numbers; scores are 0."""
    rows = db.execute(
        f"SELECT seq, number, sender FROM entries WHERE video_sha256 = ? AND {COUNTED} ORDER BY seq", [sha256]
    ).fetchall()
    return tuple((row[0], Likeness(row[1], row[2], 0.0)) for row in rows)
