"""SQL on an open ledger: rows as dicts, records as INSERTs.

sqlite-utils changes the tables (`ledger/migrations`); once a command is too dear for what is asked here: it imports
numpy, and makes an INSERT's text anew for each record.
"""

import functools
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class Handle:
    """A connection to the ledger. Outside of a transaction each change is one of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.conn = connection
        connection.isolation_level = None  # no transaction but those that are begun
        self.execute("PRAGMA recursive_triggers = ON")

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        """Run a statement."""
        return self.conn.execute(sql, parameters)

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[dict[str, Any]]:
        """The rows of a question, each as column -> value, read as they are asked for."""
        cursor = self.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def table(self, name: str) -> "LedgerTable":
        """A table to write records to."""
        return LedgerTable(self, name)

    def commit(self) -> None:
        """Commit; nothing where no transaction is open."""
        self.conn.commit()

    def rollback(self) -> None:
        """Take an open transaction back."""
        self.conn.rollback()


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """One table.

    Attributes:
        db: where it is.
        name: of it.
    """

    db: Handle
    name: str

    def insert(self, record: Mapping[str, Any], *, ignore: bool = False) -> None:
        """Add a record; with `ignore` nothing where one of the same key is there."""
        self.db.execute(_insert(self.name, tuple(record), ignore), list(record.values()))

    def insert_all(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Add records."""
        for record in records:
            self.insert(record)

    def upsert(self, record: Mapping[str, Any], pk: str) -> None:
        """Add a record, or change the one of the same key."""
        self.db.execute(_upsert(self.name, tuple(record), pk), list(record.values()))


@functools.cache
def _insert(table: str, columns: tuple[str, ...], ignore: bool) -> str:  # noqa: FBT001 - one of the cache's keys
    way = "INSERT OR IGNORE" if ignore else "INSERT"
    return f"{way} INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


@functools.cache
def _upsert(table: str, columns: tuple[str, ...], pk: str) -> str:
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column != pk)
    return f"{_insert(table, columns, ignore=False)} ON CONFLICT ({pk}) DO UPDATE SET {changes}"
