"""The one way to open the ledger, and how moments are written in it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from mailbot.ledger.migrations import migrations
from mailbot.ledger.views import stale_views
from mailbot.model.errors import TemporaryError

Ledger = Database
"""An open ledger. One per thread: SQLite connections do not travel."""
BUSY_MILLISECONDS = 30_000


@contextmanager
def open_ledger(path: Path, themes: Sequence[str]) -> Iterator[Ledger]:
    """Open the ledger for writing; make it, bring it up to date and remake its views at need.

    Args:
        path: of the file; its folder is made.
        themes: the campaign's, for the view `unit_totals`.

    Raises:
        TemporaryError: the file cannot be opened or written (disk full, no rights, locked for long).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        db = Database(sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000))
    except sqlite3.Error as error:
        raise TemporaryError(
            f"{path}: the ledger cannot be opened ({error}). Check the disk and the rights."
        ) from error
    try:
        db.enable_wal()
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        if migrations.pending(db) or stale_views(db, themes):
            _bring_up_to_date(db, themes)
        yield db
    except sqlite3.DatabaseError as error:
        if type(error) not in {sqlite3.OperationalError, sqlite3.DatabaseError}:
            raise  # a constraint of ours is broken: a fault in mailbot
        raise TemporaryError(
            f"{path}: the ledger cannot be used now ({error}). Check the disk and the rights."
        ) from error
    finally:
        db.close()


def _bring_up_to_date(db: Ledger, themes: Sequence[str]) -> None:
    """Migrate and remake views under the write lock: another process may be doing the same."""
    with writing(db):
        if migrations.pending(db):
            migrations.apply(db)
        for name, text in stale_views(db, themes).items():
            db.create_view(name, text, replace=True)


@contextmanager
def writing(db: Ledger) -> Iterator[None]:
    """One transaction that takes the write lock at its beginning, so that what is read in it is not overtaken.

    Raises:
        TemporaryError: the ledger cannot be written now (locked for long, disk full); nothing is written.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        with db.atomic():
            yield
        db.commit()
    except sqlite3.OperationalError as error:
        db.rollback()
        raise TemporaryError(f"the ledger cannot be written now ({error}). Check the disk.") from error
    except BaseException:
        db.rollback()
        raise


def check_integrity(db: Ledger) -> tuple[str, ...]:
    """What SQLite finds wrong with the file; empty where it is sound."""
    found = [str(row[0]) for row in db.execute("PRAGMA quick_check").fetchall()]
    broken = [f"a {row[0]} row points nowhere" for row in db.execute("PRAGMA foreign_key_check").fetchall()]
    return tuple(line for line in found if line != "ok") + tuple(broken)


def stamp(moment: datetime) -> str:
    """A moment as the ledger writes it: ISO 8601, UTC, whole seconds; sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def unstamp(text: str) -> datetime:
    """A moment as the ledger wrote it."""
    return datetime.fromisoformat(text)
