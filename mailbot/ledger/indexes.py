"""Indexes and columns by which a question about one mail or letter reads no table through; migration 15."""

from typing import Final

from sqlite_utils import Database

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
