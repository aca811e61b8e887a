"""Bring the ledger up to date: its tables by the steps that it has not had yet, its views by their present text.

Imported where there is something to do: sqlite-utils, which runs the steps, imports numpy.
"""

import functools
import sqlite3
from collections.abc import Sequence
from contextlib import closing

from sqlite_utils import Database

from mailbot.ledger.handle import Handle
from mailbot.ledger.migrations import migrations
from mailbot.ledger.views import wanted_views


def unknown_steps(db: Handle) -> frozenset[str]:
    """Steps that a newer mailbot took."""
    return frozenset(step.name for step in migrations.applied(Database(db.conn))) - _known_steps()


@functools.cache
def _known_steps() -> frozenset[str]:
    with closing(sqlite3.connect(":memory:")) as empty:
        return frozenset(step.name for step in migrations.pending(Database(empty)))


def is_behind(db: Handle) -> bool:
    """Whether steps are to be taken."""
    return bool(migrations.pending(Database(db.conn)))


def migrate(db: Handle) -> bool:
    """Take the steps that are missing; False where none is. Call inside a transaction."""
    if not is_behind(db):
        return False
    migrations.apply(Database(db.conn))
    return True


def stale_views(db: Handle, themes: Sequence[str]) -> dict[str, str]:
    """Name -> text of each view that is not there, or not as it should be."""
    present = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    wanted = wanted_views(themes)
    return {name: text for name, text in wanted.items() if not _same(present.get(name, ""), text)}


def _same(schema: str, text: str) -> bool:
    return schema.partition(" AS ")[2].strip() == text.strip()
