"""Where mails were seen on a server: which are entered, which are still to be fetched, which to be marked or moved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.ledger.connection import Ledger, stamp, unstamp, writing
from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import MailRef, MailState

LONGEST_WAIT = timedelta(hours=1)
"""Between two tries to fetch a mail."""


@dataclass(frozen=True, slots=True)
class KnownFolder:
    """What the ledger knows of a folder.

    Attributes:
        uidvalidity: under which its UIDs were compared last; 0 where never.
        last_uid: the highest one entered under it; 0 where none is.
        open_uids: seen, and not yet fetched whole.
        reconciled_at: when all UIDs were compared last; None where never.
    """

    uidvalidity: int
    last_uid: int
    open_uids: frozenset[int]
    reconciled_at: datetime | None


def known_folder(db: Ledger, mailbox: str, folder: Folder) -> KnownFolder:
    """What of a folder is entered already."""
    found = db.execute(
        "SELECT uidvalidity, reconciled_at FROM folders WHERE mailbox = ? AND folder = ?", [mailbox, folder.name]
    ).fetchone()
    if found is None:
        return KnownFolder(0, 0, frozenset(), None)
    place = [mailbox, folder.name, found[0]]
    last = db.execute(
        "SELECT max(uid) FROM sightings WHERE mailbox = ? AND folder = ? AND uidvalidity = ?", place
    ).fetchone()
    waiting = db.execute(
        "SELECT uid FROM sightings WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND mail_id IS NULL", place
    ).fetchall()
    return KnownFolder(found[0], last[0] or 0, frozenset(row[0] for row in waiting), unstamp(found[1]))


def known_uids(db: Ledger, mailbox: str, folder: Folder, uidvalidity: int, above: int = 0) -> frozenset[int]:
    """The UIDs above one that were entered under a UIDVALIDITY."""
    rows = db.execute(
        """SELECT uid FROM sightings
        WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid > ? AND mail_id IS NOT NULL""",
        [mailbox, folder.name, uidvalidity, above],
    ).fetchall()
    return frozenset(row[0] for row in rows)


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered for a UID: the mail, when the server said it was received, and how large.

    `size` is None where the server said nothing that could be believed.
    """

    mail_id: int
    received_at: datetime
    size: int | None

    def is_still(self, ref: MailRef) -> bool:
        """Whether the server says the same of this UID today; after a mailbox was made anew it may be another mail."""
        same_size = self.size is None or ref.size is None or self.size == ref.size
        return same_size and (ref.received_at is None or stamp(ref.received_at) == stamp(self.received_at))


def entered(db: Ledger, mailbox: str, folder: Folder, uidvalidity: int) -> dict[int, Entered]:
    """Everything that was entered under a UIDVALIDITY, by UID."""
    rows = db.execute(
        """SELECT uid, mail_id, received_at, size FROM sightings
        WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND mail_id IS NOT NULL""",
        [mailbox, folder.name, uidvalidity],
    )
    return {uid: Entered(mail_id, unstamp(received), size) for uid, mail_id, received, size in rows}


def mail_at(db: Ledger, ref: MailRef) -> int | None:
    """The mail that was entered for a place on the server; None where none was."""
    row = db.execute(
        "SELECT mail_id FROM sightings WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?",
        [ref.mailbox, ref.folder, ref.uidvalidity, ref.uid],
    ).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Unfetched:
    """A mail that was seen and not yet fetched whole: tries so far, and when to try again; None for now."""

    attempts: int
    retry_at: datetime | None

    def waits(self, now: datetime) -> bool:
        """Whether its next try is still to come."""
        return self.retry_at is not None and now < self.retry_at


def note_seen(db: Ledger, refs: Iterable[MailRef], now: datetime) -> dict[tuple[str, int], Unfetched]:
    """Note mails that are to be fetched, so that none is passed over where only later ones are fetched.

    Returns:
        By folder and UID, what is known of earlier tries.
    """
    known = {}
    with writing(db):
        for ref in refs:
            place = [ref.mailbox, ref.folder, ref.uidvalidity, ref.uid]
            db.execute(
                """INSERT INTO sightings (mailbox, folder, uidvalidity, uid, seen_at, received_at, source_key, size)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (mailbox, folder, uidvalidity, uid) DO NOTHING""",
                [*place, stamp(now), stamp(ref.received_at or now), ref.key, ref.size],
            )
            attempts, retry_at = db.execute(
                """SELECT attempts, retry_at FROM sightings
                WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?""",
                place,
            ).fetchone()
            known[ref.folder, ref.uid] = Unfetched(attempts, unstamp(retry_at) if retry_at else None)
    return known


def folder_reconciled(db: Ledger, mailbox: str, folder: Folder, listing: Listing, now: datetime) -> None:
    """Note that all UIDs of a folder were compared."""
    with writing(db):
        db.execute(
            "INSERT OR REPLACE INTO folders VALUES (?, ?, ?, ?)",
            [mailbox, folder.name, listing.uidvalidity, stamp(now)],
        )


def note_unfetched(db: Ledger, ref: MailRef, now: datetime, tries: int = 1) -> int:
    """Count a mail that was seen and could not be fetched whole; the next try waits the longer, the more there were.

    Args:
        db: the ledger.
        ref: the mail, which was noted as seen.
        now: when.
        tries: how often it was tried now.

    Returns:
        How often it has failed so far.
    """
    with writing(db):
        row = db.execute(
            """UPDATE sightings SET attempts = attempts + ?
            WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ? RETURNING attempts""",
            [tries, ref.mailbox, ref.folder, ref.uidvalidity, ref.uid],
        ).fetchone()
        attempts = int(row[0])
        wait = min(timedelta(minutes=2 ** min(attempts, 10)), LONGEST_WAIT)
        db.execute(
            "UPDATE sightings SET retry_at = ? WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?",
            [stamp(now + wait), ref.mailbox, ref.folder, ref.uidvalidity, ref.uid],
        )
    return attempts


def forget_unfetched(db: Ledger, mailbox: str, folder: Folder, uidvalidity: int, uids: Iterable[int]) -> None:
    """Forget mails that were seen, not fetched, and are no longer there."""
    with writing(db):
        for uid in uids:
            db.execute(
                """DELETE FROM sightings
                WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ? AND mail_id IS NULL""",
                [mailbox, folder.name, uidvalidity, uid],
            )


def unsettled(db: Ledger, mailbox: str) -> Iterator[tuple[MailRef, bool]]:
    """Mails that are finished here and not yet marked or moved on the server; whether that was begun before."""
    rows = db.query(
        """SELECT s.* FROM sightings s JOIN mails m ON m.id = s.mail_id
        WHERE s.mailbox = ? AND NOT s.settled AND m.state IN (?, ?)""",
        [mailbox, MailState.DONE, MailState.COPY],
    )
    for row in list(rows):
        received = unstamp(row["received_at"])
        ref = MailRef(mailbox, row["folder"], row["uidvalidity"], row["uid"], received, row["source_key"])
        yield ref, bool(row["settling"])


def forget_settling(db: Ledger, ref: MailRef) -> None:
    """Note that the server declined to mark or move a mail: nothing of it was begun."""
    _mark(db, ref, "settling", 0)


def settling(db: Ledger, ref: MailRef) -> None:
    """Note that a mail is about to be marked or moved on the server."""
    _mark(db, ref, "settling", 1)


def settled(db: Ledger, ref: MailRef) -> None:
    """Note that a mail was marked or moved on the server."""
    _mark(db, ref, "settled", 1)


def _mark(db: Ledger, ref: MailRef, column: str, value: int) -> None:
    with writing(db):
        db.execute(
            f"UPDATE sightings SET {column} = {value} WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?",
            [ref.mailbox, ref.folder, ref.uidvalidity, ref.uid],
        )
