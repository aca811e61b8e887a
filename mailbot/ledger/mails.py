"""Mails in the ledger: seen on a server, spooled, waiting, done."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailbot.ledger import turns
from mailbot.ledger.connection import Ledger, stamp, unstamp, writing
from mailbot.model.mail import Address, Mail, MailRef, MailState, RawMail

MAX_ATTEMPTS = 30
"""A mail that has stopped us so often ends as `failed`, where a person sees it; that is hours of trying."""

TROUBLED_ATTEMPTS = 10
"""Tries that count at the most where they ended in trouble of ours."""

NO_FOLDER = ""
"""The folder of a mail that came back from the spool alone: nobody knows whether it was answered."""

CLOCKS_DIFFER = timedelta(days=1)
"""A mail from further in the future than this has no time of receipt that anybody could believe."""


LONGEST_WAIT = timedelta(hours=1)
"""Between two tries to process a mail."""


@dataclass(frozen=True, slots=True)
class PendingMail:
    """A spooled mail that waits to be processed.

    `received_at` is the moment at which it was fetched where the mailbox did not say when it came (not `dated`). Of one
    that is `cut` only the beginning was fetched: the mail is too large. One that was `interrupted` was begun, and
    mailbot died before its end: it may have been the reason.
    """

    id: int
    sha256: str
    mailbox: str
    received_at: datetime
    dated: bool
    junk: bool
    attempts: int
    cut: bool = False
    interrupted: bool = False


PENDING = (
    "id, sha256, mailbox, received_at, dated, junk, attempts, cut, attempts > 0 AND retry_at IS NULL AS interrupted"
)
"""The columns of a `PendingMail`."""


def enter(
    db: Ledger, ref: MailRef, raw: RawMail, zone: ZoneInfo, now: datetime, *, sender: str = "", cut: bool = False
) -> int:
    """Enter a spooled mail, before anything looks inside. The same bytes seen elsewhere are the same mail.

    Args:
        db: the ledger.
        ref: where it lies on the server.
        raw: its bytes.
        zone: the campaign's, in which its time of receipt is written.
        now: when.
        sender: whose mails take turns with others'; empty where nobody knows.
        cut: only its beginning was fetched, because it is too large.

    Returns:
        The mail's id.
    """
    moment, dated = received(ref, now)
    came = moment.astimezone(zone)
    with writing(db):
        db.execute(
            """INSERT INTO mails
                (sha256, size, state, mailbox, folder, junk, received_at, received_day, dated, spooled_at, cut,
                turn_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING""",
            [
                raw.sha256,
                raw.size,
                MailState.SPOOLED,
                ref.mailbox,
                ref.folder,
                ref.junk,
                came.isoformat(timespec="seconds"),
                came.date().isoformat(),
                dated,
                stamp(now),
                cut,
                stamp(turns.take(db, sender, moment)),
            ],
        )
        mail_id = int(db.execute("SELECT id FROM mails WHERE sha256 = ?", [raw.sha256]).fetchone()[0])
        db.execute(
            """INSERT INTO sightings
                (mailbox, folder, uidvalidity, uid, mail_id, seen_at, received_at, source_key, size)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (mailbox, folder, uidvalidity, uid) DO UPDATE SET
                mail_id = excluded.mail_id, received_at = excluded.received_at, size = excluded.size, settled = 0,
                settling = 0, attempts = 0, retry_at = NULL""",
            [
                *(ref.mailbox, ref.folder, ref.uidvalidity, ref.uid, mail_id),
                *(stamp(now), stamp(ref.received_at or now), ref.key, ref.size),
            ],
        )
    return mail_id


def received(ref: MailRef, now: datetime) -> tuple[datetime, bool]:
    """When a mail was received, and whether its mailbox said so; else the present stands for it."""
    if ref.received_at is not None and ref.received_at <= now + CLOCKS_DIFFER:
        return ref.received_at, True
    return now, False


def fetch_again(db: Ledger, sha256: str) -> bool:
    """Let a mail that is rotten or missing in the spool be fetched once more; False where no server ever showed it."""
    with writing(db):
        rows = db.execute(
            """UPDATE sightings SET mail_id = NULL
            WHERE mail_id = (SELECT id FROM mails WHERE sha256 = ? AND purged_at IS NULL) RETURNING uid""",
            [sha256],
        ).fetchall()
    return bool(rows)


def spooled_names(db: Ledger) -> frozenset[str]:
    """SHA-256 of every mail that the ledger knows."""
    return frozenset(row[0] for row in db.execute("SELECT sha256 FROM mails"))


def stored_names(db: Ledger) -> frozenset[str]:
    """SHA-256 of every file that the ledger knows."""
    return frozenset(row[0] for row in db.execute("SELECT sha256 FROM files"))


def enter_spooled(db: Ledger, raw: RawMail, mailbox: str, zone: ZoneInfo, spooled_at: datetime) -> bool:
    """Enter a mail that lies in the spool and that the ledger lost; its letters then wait for a person.

    Args:
        db: the ledger.
        raw: the mail.
        mailbox: from which it is taken to be.
        zone: the campaign's.
        spooled_at: when it was spooled; it did not come later.

    Returns:
        False where the ledger knows it.
    """
    came = spooled_at.astimezone(zone)
    with writing(db):
        row = db.execute(
            """INSERT INTO mails (sha256, size, state, mailbox, folder, received_at, received_day, dated, spooled_at,
                turn_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (sha256) DO NOTHING RETURNING id""",
            [raw.sha256, raw.size, MailState.SPOOLED, mailbox, NO_FOLDER, came.isoformat(timespec="seconds"),
             came.date().isoformat(), stamp(spooled_at), stamp(spooled_at)],
        ).fetchone()  # fmt: skip
    return row is not None


def pending(
    db: Ledger, now: datetime | None = None, *, up_to: int | None = None, most: int | None = None
) -> tuple[PendingMail, ...]:
    """Spooled mails, in the order of their turns (`ledger/turns.py`).

    Args:
        db: the ledger.
        now: leave out those that are postponed beyond it; None takes all.
        up_to: leave out those that were entered behind the mail of this id; None takes all.
        most: the first so many; None takes all.
    """
    rows = db.query(
        f"""SELECT {PENDING} FROM mails
        WHERE state = '{MailState.SPOOLED}'
            AND (? IS NULL OR retry_at IS NULL OR retry_at <= ?) AND (? IS NULL OR id <= ?)
        ORDER BY turn_at, id LIMIT ?""",
        [now and stamp(now), now and stamp(now), up_to, up_to, -1 if most is None else most],
    )
    return tuple(_pending(row) for row in rows)


def try_all(db: Ledger, now: datetime) -> None:
    """Let every mail that is postponed be tried now."""
    with writing(db):
        db.execute(
            "UPDATE mails SET retry_at = ? WHERE state = ? AND retry_at > ?",
            [stamp(now), MailState.SPOOLED, stamp(now)],
        )


def spooled(db: Ledger, mail_id: int) -> PendingMail | None:
    """A mail whatever its state; None where the ledger knows none of this id."""
    rows = db.query(f"SELECT {PENDING} FROM mails WHERE id = ?", [mail_id])
    return next((_pending(row) for row in rows), None)


def _pending(row: dict[str, object]) -> PendingMail:
    return PendingMail(
        int(str(row["id"])),
        str(row["sha256"]),
        str(row["mailbox"]),
        unstamp(str(row["received_at"])),
        bool(row["dated"]),
        bool(row["junk"]),
        int(str(row["attempts"])),
        bool(row["cut"]),
        bool(row["interrupted"]),
    )


def begin(db: Ledger, mail: PendingMail) -> None:
    """Count a try before it is made, so that a mail that kills the process does not do so for ever.

    A mail that was killed is worked next: numbers do not depend on when mailbot was killed. Where the whole machine
    ends the count need not last: the mail was not what ended it.
    """
    with writing(db, later=True):
        db.execute("UPDATE mails SET attempts = attempts + 1, retry_at = NULL WHERE id = ?", [mail.id])


def leave(db: Ledger, mail: PendingMail) -> None:
    """Take back that a mail was begun: mailbot was asked to stop, and the mail has nothing to do with it."""
    with writing(db):
        db.execute("UPDATE mails SET attempts = ?, retry_at = NULL WHERE id = ?", [mail.attempts, mail.id])


def postpone(db: Ledger, mail: PendingMail, error: str, now: datetime) -> None:
    """Note why a mail waits, longer and longer: trouble of ours, which never uses up its tries."""
    wait = min(timedelta(minutes=2 ** min(mail.attempts, TROUBLED_ATTEMPTS)), LONGEST_WAIT)
    with writing(db):
        db.execute(
            "UPDATE mails SET error = ?, retry_at = ?, attempts = min(attempts, ?) WHERE id = ?",
            [error, stamp(now + wait), TROUBLED_ATTEMPTS, mail.id],
        )


def fail(db: Ledger, mail_id: int, error: str, now: datetime) -> None:
    """End a mail as `failed`, where a person sees it."""
    with writing(db):
        db.execute(
            "UPDATE mails SET state = ?, error = ?, done_at = ? WHERE id = ?",
            [MailState.FAILED, error, stamp(now), mail_id],
        )


def place_of(db: Ledger, mail_id: int) -> Mail:
    """A mail's sender and place in its thread, for a letter that is written later."""
    row = next(iter(db.query("SELECT * FROM mails WHERE id = ?", [mail_id])))
    return Mail(
        message_id=row["message_id"],
        in_reply_to=row["in_reply_to"],
        references=tuple(json.loads(row["thread"] or "[]")),
        sender=Address(row["sender"], row["sender_name"]),
        subject=row["subject"],
    )


def reopen(db: Ledger, mail_id: int) -> None:
    """Let a finished mail be processed again."""
    with writing(db):
        db.execute(
            "UPDATE mails SET state = ?, retry_at = NULL, seen_at = NULL WHERE id = ?", [MailState.SPOOLED, mail_id]
        )


def originals(db: Ledger, mail_id: int, mail: Mail, leaves: Sequence[str]) -> Iterator[PendingMail]:
    """Earlier mails of which this one may be a copy with other transport headers: their bodies are to be compared yet.

    A copy has the same Message-ID, the same sender and the very same parts: a Message-ID alone may be used twice.

    Args:
        mail_id: of the mail in question.
        mail: what it says.
        leaves: SHA-256 of its parts, in order.
    """
    if not mail.message_id:
        return
    rows = db.query(
        """SELECT id FROM mails WHERE message_id = ? AND sender = ? AND subject = ? AND state = ? AND id <> ?
        ORDER BY id LIMIT 20""",
        [mail.message_id, mail.sender.addr, mail.subject, MailState.DONE, mail_id],
    )
    for row in list(rows):
        parts = db.execute(
            """SELECT sha256, inside <> '[]' OR (kind = 'form' AND content_type LIKE 'text/%') FROM parts
            WHERE mail_id = ? ORDER BY position""",
            [row["id"]],
        ).fetchall()
        original = spooled(db, int(row["id"])) if _same_leaves(parts, leaves) else None
        if original is not None:
            yield original


def _same_leaves(parts: Sequence[tuple[str, bool]], leaves: Sequence[str]) -> bool:
    """Whether a mail's kept parts are these leaves, and besides only what reading brought: members, a body's form."""
    left = list(leaves)
    for content, may_be_brought in parts:
        if left[:1] == [content]:
            left.pop(0)
        elif content not in leaves and not may_be_brought:
            return False
    return not left


def mark_copy(db: Ledger, mail_id: int, original: int, mail: Mail, now: datetime) -> None:
    """End a mail as the copy of another."""
    with writing(db):
        db.execute(
            """UPDATE mails SET state = ?, copy_of = ?, done_at = ?, message_id = ?, sender = ?, subject = ?
            WHERE id = ?""",
            [MailState.COPY, original, stamp(now), mail.message_id, mail.sender.addr, mail.subject, mail_id],
        )
