"""What was emptied of the personal data of closed campaigns."""

from sqlite_utils import Database

from mailbot.ledger.migrations.registry import migrations


@migrations()
def m031_purged(db: Database) -> None:
    """When a mail or an entry was emptied: it is counted, and nobody is asked or told about it any more."""
    db.executescript("""
        ALTER TABLE mails ADD COLUMN purged_at TEXT;
        ALTER TABLE entries ADD COLUMN purged_at TEXT;
    """)
