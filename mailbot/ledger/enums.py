"""Columns that hold an enum's values and no others."""

import re
from enum import StrEnum

from sqlite_utils import Database


def one_of(column: str, words: type[StrEnum]) -> str:
    """A CHECK that lets a column hold only an enum's values."""
    values = ", ".join(f"'{word.value}'" for word in words)
    return f"CHECK ({column} IN ({values}))"


def renew_check(db: Database, table: str, column: str, words: type[StrEnum]) -> None:
    """Let a column hold an enum's newest values; nothing of the table's content changes.

    SQLite has no statement for it: its own documentation (lang_altertable.html, §7) has the schema's text changed.
    """
    ((old,),) = db.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [table]).fetchall()
    new = re.sub(rf"CHECK \({column} IN \([^)]*\)\)", lambda _: one_of(column, words), old)
    ((version,),) = db.execute("PRAGMA schema_version").fetchall()
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", [new, table])
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = RESET")
