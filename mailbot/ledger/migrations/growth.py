"""What a growing ledger asks of its tables: further fields, full text, and indexes that no question grows past."""

from typing import Final

from sqlite_utils import Database

from mailbot.ledger.migrations.registry import migrations
from mailbot.model.letter import LetterKind, Priority
from mailbot.text.folding import bare
from mailbot.text.units import short_unit

BY_INDEX: Final = """
    ALTER TABLE entries ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
    ALTER TABLE entries ADD COLUMN unit_key TEXT NOT NULL DEFAULT '';
    CREATE INDEX entries_called ON entries(title_key, unit_key);
    CREATE TABLE reply_entries (
        number TEXT NOT NULL,
        reply_id INTEGER NOT NULL REFERENCES replies(id),
        PRIMARY KEY (number, reply_id)
    ) WITHOUT ROWID;
    INSERT INTO reply_entries SELECT DISTINCT value, replies.id FROM replies, json_each(replies.numbers);
    CREATE TRIGGER replies_speak AFTER INSERT ON replies BEGIN
        INSERT INTO reply_entries SELECT DISTINCT value, new.id FROM json_each(new.numbers);
    END;
    CREATE INDEX replies_left ON replies(coalesce(sent_at, claimed_at));
    CREATE INDEX replies_recipient ON replies(recipient, state);
    CREATE INDEX replies_kind ON replies(kind);
    CREATE INDEX entry_mails_mail ON entry_mails(mail_id);
    CREATE INDEX events_mail ON events(mail_id);
    CREATE INDEX mails_from ON mails(lower(sender));
    CREATE INDEX replies_turn ON replies(state, attempts, id);
"""


def fold_names(db: Database) -> None:
    """Fold every entry's title and unit as they are folded when an entry is written."""
    for number, title, unit in db.execute("SELECT id, title, unit FROM entries").fetchall():
        keys = [bare(title), short_unit(unit), number]
        db.execute("UPDATE entries SET title_key = ?, unit_key = ? WHERE id = ?", keys)


@migrations()
def m011_extra_fields(db: Database) -> None:
    """The campaign's fields that have no column of their own, as a JSON object by their names."""
    db.execute("ALTER TABLE entries ADD COLUMN extra TEXT NOT NULL DEFAULT '{}'")


@migrations()
def m012_said(db: Database) -> None:
    """A person's words for the submitter, apart from those for colleagues; until now all of them were told."""
    db.executescript("""
        ALTER TABLE events ADD COLUMN say TEXT NOT NULL DEFAULT '';
        UPDATE events SET say = note WHERE actor <> 'mailbot' AND number <> '';
    """)


@migrations()
def m013_search(db: Database) -> None:
    """Full text of entries (row 2 × id) and mails (row 2 × id + 1); see `ledger/search.py`."""
    of_entry = "number || ' ' || title || ' ' || unit || ' ' || recommender || ' ' || contact || ' ' || phone"
    of_entry_now = " || ' ' || ".join(
        f"new.{column}" for column in ("number", "title", "unit", "recommender", "contact", "phone")
    )
    of_mail = "sender || ' ' || sender_name || ' ' || subject"
    of_mail_now = "new.sender || ' ' || new.sender_name || ' ' || new.subject"
    db.executescript(f"""
        CREATE VIRTUAL TABLE _search USING fts5(head, body, tokenize = 'trigram');
        INSERT INTO _search(rowid, head, body) SELECT id * 2, {of_entry}, '' FROM entries;
        INSERT INTO _search(rowid, head, body) SELECT id * 2 + 1, {of_mail}, '' FROM mails;
        CREATE TRIGGER entries_found_new AFTER INSERT ON entries BEGIN
            INSERT INTO _search(rowid, head, body) VALUES (new.id * 2, {of_entry_now}, '');
        END;
        CREATE TRIGGER entries_found AFTER UPDATE OF title, unit, recommender, contact, phone ON entries
        WHEN old.title <> new.title OR old.unit <> new.unit OR old.recommender <> new.recommender
            OR old.contact <> new.contact OR old.phone <> new.phone BEGIN
            UPDATE _search SET head = {of_entry_now} WHERE rowid = new.id * 2;
        END;
        CREATE TRIGGER mails_found_new AFTER INSERT ON mails BEGIN
            INSERT INTO _search(rowid, head, body) VALUES (new.id * 2 + 1, {of_mail_now}, '');
        END;
        CREATE TRIGGER mails_found AFTER UPDATE OF sender, sender_name, subject ON mails
        WHEN old.sender <> new.sender OR old.sender_name <> new.sender_name OR old.subject <> new.subject BEGIN
            UPDATE _search SET head = {of_mail_now} WHERE rowid = new.id * 2 + 1;
        END;
    """)


@migrations()
def m014_fetching_doubted(db: Database) -> None:
    """What the server says of a mail's size, when to fetch one again, and which mails were fetched only in part."""
    db.executescript("""
        ALTER TABLE sightings ADD COLUMN size INTEGER;
        ALTER TABLE sightings ADD COLUMN retry_at TEXT;
        ALTER TABLE mails ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX sightings_open ON sightings(mailbox, folder, uidvalidity, uid) WHERE mail_id IS NULL;
        CREATE INDEX sightings_unsettled ON sightings(mailbox, mail_id) WHERE NOT settled;
    """)


@migrations()
def m015_growth(db: Database) -> None:
    """What is asked once a mail or a letter is found by an index, however much the ledger holds."""
    db.executescript(BY_INDEX)
    fold_names(db)


@migrations()
def m016_priorities(db: Database) -> None:
    """Which letters leave first; those owed before this keep their order behind what a person decides."""
    db.executescript(f"""
        ALTER TABLE replies ADD COLUMN priority INTEGER NOT NULL DEFAULT {Priority.REJECTED};
        UPDATE replies SET priority = {Priority.ORGANIZERS} WHERE kind IN ('{LetterKind.DIGEST}', '{LetterKind.ALERT}');
        DROP INDEX replies_turn;
        CREATE INDEX replies_turn ON replies(state, priority, attempts, id);
    """)
