"""What persons grant: longer times, and letters that they write to groups."""

from typing import Final

from sqlite_utils import Database

from mailbot.ledger.enums import one_of, renew_check
from mailbot.ledger.migrations.registry import migrations
from mailbot.model.extension import Scope
from mailbot.model.letter import LetterKind

EXTENSIONS: Final = f"""
    CREATE TABLE extensions (
        scope TEXT NOT NULL {one_of("scope", Scope)},
        target TEXT NOT NULL,
        until TEXT NOT NULL,
        actor TEXT NOT NULL,
        at TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (scope, target)
    ) WITHOUT ROWID;
"""


@migrations()
def m035_extensions(db: Database) -> None:
    """Deadlines of an address, a unit or an entry; letters to groups."""
    db.executescript(EXTENSIONS)
    renew_check(db, "replies", "kind", LetterKind)
