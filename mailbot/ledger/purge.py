"""Closed campaigns are emptied of personal data in the ledger; what is counted stays.

Of an entry stay its number, day, status, themes and unit, so that every total is what it was and no number is given
twice; of a mail its place on the server and its hash, so that it is never taken in again; of a letter its kind, state
and Message-ID.
"""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mailbot.ledger.connection import Ledger, stamp
from mailbot.ledger.record import save_events
from mailbot.model.decision import Event, EventKind
from mailbot.model.errors import TemporaryError
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.mail import MailState

UNFINISHED: Final = "purging"
"""Mark: files are still to be removed of what was purged before this day."""

_CHOOSE: Final = """
    CREATE TEMP TABLE going_entries AS SELECT id FROM entries e
    WHERE purged_at IS NULL AND received_day < :before AND NOT EXISTS (
        SELECT 1 FROM mails m WHERE m.received_day >= :before AND m.id IN (
            SELECT mail_id FROM entry_mails WHERE entry_id = e.id UNION SELECT e.mail_id));
    CREATE TEMP TABLE going_mails AS SELECT id FROM mails m
    WHERE purged_at IS NULL AND received_day < :before AND NOT EXISTS (
        SELECT 1 FROM entries e WHERE e.purged_at IS NULL AND e.id NOT IN (SELECT id FROM going_entries)
        AND (e.mail_id = m.id OR e.id IN (SELECT entry_id FROM entry_mails WHERE mail_id = m.id)));
    CREATE TEMP TABLE going_letters AS SELECT id FROM replies
    WHERE recipient <> '' AND (kind IN (:digest, :alert, :orders) OR mail_id IN (SELECT id FROM going_mails)
        OR id IN (SELECT reply_id FROM reply_entries WHERE number IN
            (SELECT number FROM entries WHERE id IN (SELECT id FROM going_entries))));
"""
"""What goes: works whose every mail is older, mails that no work which stays relies on, the letters that speak of them,
and all letters to organizers, which list whatever was open on their day."""

_EMPTY: Final = """
    DELETE FROM findings WHERE entry_id IN (SELECT id FROM going_entries) OR mail_id IN (SELECT id FROM going_mails);
    UPDATE events SET actor = iif(actor = 'mailbot', actor, ''), note = '', say = '', details = '{}'
    WHERE mail_id IN (SELECT id FROM going_mails)
        OR number IN (SELECT number FROM entries WHERE id IN (SELECT id FROM going_entries))
        OR (number = '' AND mail_id IS NULL AND substr(at, 1, 10) < :before AND kind <> :purged);
    DELETE FROM orders WHERE mail_id IN (SELECT id FROM going_mails);
    UPDATE entries SET sender = '', title = '', told_title = '', title_key = '', recommender = '', contact = '',
        signed = '', phone = '', extra = '{}', notes = '[]', video_filename = '', link_id = NULL, video_sha256 = NULL,
        version = version + 1, purged_at = :now
    WHERE id IN (SELECT id FROM going_entries);
    UPDATE mails SET sender = '', sender_name = '', subject = '', message_id = '', in_reply_to = '', thread = '',
        error = '', reason = '', silence = '', attention = '', purged_at = :now
    WHERE id IN (SELECT id FROM going_mails);
    UPDATE _search SET body = '' WHERE rowid IN (SELECT id * 2 + 1 FROM going_mails);
    UPDATE replies SET recipient = '', subject = '', in_reply_to = '', thread = '[]', text = '', html = '',
        attachments = '[]', queue_id = '', error = '', letter_key = 'purged:' || id,
        state = iif(state IN (:sent, :back), state, :dropped)
    WHERE id IN (SELECT id FROM going_letters);
    UPDATE digests SET recipients = '[]' WHERE day < :before;
    DELETE FROM forms WHERE mail_id IN (SELECT id FROM going_mails);
    DELETE FROM links WHERE mail_id IN (SELECT id FROM going_mails) AND id NOT IN
        (SELECT link_id FROM entries WHERE link_id IS NOT NULL);
    DELETE FROM parts WHERE mail_id IN (SELECT id FROM going_mails);
    CREATE TEMP TABLE going_files AS SELECT sha256 FROM files
    WHERE sha256 NOT IN (SELECT sha256 FROM parts UNION SELECT sha256 FROM forms
        UNION SELECT video_sha256 FROM entries WHERE video_sha256 IS NOT NULL);
    DELETE FROM prints WHERE sha256 IN (SELECT sha256 FROM going_files);
    DELETE FROM videos WHERE sha256 IN (SELECT sha256 FROM going_files);
    DELETE FROM files WHERE sha256 IN (SELECT sha256 FROM going_files);
    DELETE FROM paces;
    INSERT INTO _search(_search) VALUES ('optimize');
"""
"""Statement by statement, parents behind their children; at the end the index forgets the words of what it lost."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How much is emptied.

    Attributes:
        mails: and what hangs on them.
        entries: works.
        letters: of ours.
        open: entries among them that nobody has decided yet.
    """

    mails: int
    entries: int
    letters: int
    open: int

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.mails or self.entries)


def waiting_before(db: Ledger, before: date) -> int:
    """Mails received before a day that are still to be processed."""
    row = db.execute(
        "SELECT count(*) FROM mails WHERE state = ? AND received_day < ?", [MailState.SPOOLED, before.isoformat()]
    ).fetchone()
    return int(row[0])


def purge(db: Ledger, before: date, actor: str, now: datetime) -> Purged:
    """Empty what came before a day; call inside a transaction that the journal does not record.

    Args:
        db: the ledger.
        before: the first day, in the campaign's time zone, of which everything stays.
        actor: who wants it.
        now: when.
    """
    values = {"before": before.isoformat(), "now": stamp(now), "purged": EventKind.PURGED, "sent": LetterState.SENT,
              "back": LetterState.UNDELIVERABLE, "dropped": LetterState.DROPPED, "digest": LetterKind.DIGEST,
              "alert": LetterKind.ALERT, "orders": LetterKind.ORDERS}  # fmt: skip
    _each(db, _CHOOSE, values)
    found = Purged(
        _count(db, "going_mails"),
        _count(db, "going_entries"),
        _count(db, "going_letters"),
        _count(db, "entries WHERE id IN (SELECT id FROM going_entries) AND status IN ('incomplete', 'review')"),
    )
    _each(db, _EMPTY, values)
    for name in ("entries", "mails", "letters", "files"):
        db.execute(f"DROP TABLE temp.going_{name}")
    details = {"before": before.isoformat(), "mails": str(found.mails), "entries": str(found.entries)}
    save_events(db, [Event(EventKind.PURGED, actor=actor, details=details)], None, now)
    db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", [UNFINISHED, before.isoformat()])
    db.journal.pass_over(db.conn)
    return found


def _count(db: Ledger, where: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {where}").fetchone()[0])


def _each(db: Ledger, script: str, values: dict[str, str]) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement, {name: value for name, value in values.items() if f":{name}" in statement})


def overwrite(db: Ledger) -> None:
    """Write the ledger anew without the room in which something stood, and let the journal begin behind it.

    Raises:
        TemporaryError: somebody reads the ledger just now.
    """
    try:
        db.execute("VACUUM")
        busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise TemporaryError(f"the ledger cannot be written anew ({error}). Run the purge again.") from error
    if busy:
        raise TemporaryError("somebody reads the ledger (Datasette, sqlite3). Close it, then run the purge again.")
    db.journal.begin(db.conn)
    db.journal.forget_older()


def emptied(db: Ledger) -> frozenset[str]:
    """SHA-256 of the mails that were purged."""
    return frozenset(row[0] for row in db.execute("SELECT sha256 FROM mails WHERE purged_at IS NOT NULL"))


def emptied_letters(db: Ledger) -> frozenset[str]:
    """Message-IDs of the letters that were purged."""
    return frozenset(row[0] for row in db.execute("SELECT message_id FROM replies WHERE recipient = ''"))


def kept_files(db: Ledger) -> frozenset[str]:
    """SHA-256 of every file of the store that the ledger still speaks of."""
    rows = db.execute(
        """SELECT sha256 FROM files UNION SELECT contact_sheet FROM videos
        UNION SELECT json_extract(value, '$[2]') FROM replies, json_each(replies.attachments)"""
    )
    return frozenset(str(row[0]) for row in rows)
