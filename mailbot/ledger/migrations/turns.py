"""The order in which mails take their turn."""

from sqlite_utils import Database

from mailbot.ledger.migrations.registry import migrations
from mailbot.model.mail import MailState


@migrations()
def m036_turns(db: Database) -> None:
    """When each mail takes its turn, and until when each sender's pace holds its mails back (`ledger/turns.py`)."""
    db.executescript(f"""
        ALTER TABLE mails ADD COLUMN turn_at TEXT NOT NULL DEFAULT '';
        UPDATE mails SET turn_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', received_at);
        CREATE INDEX mails_turn ON mails(turn_at) WHERE state = '{MailState.SPOOLED}';
        CREATE TABLE paces (sender TEXT PRIMARY KEY, free_at TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX paces_free ON paces(free_at);
    """)
