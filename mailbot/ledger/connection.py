"""The one way to open the ledger, and how moments are written in it."""

import os
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mailbot.faults import Point, reach
from mailbot.ledger.handle import Handle
from mailbot.ledger.journal import FOLDER, Journal, JournalBroken, Recorder, position
from mailbot.model.errors import Refused, TemporaryError

BUSY_MILLISECONDS = 30_000
BACKUP_FOLDER: Final = "backup"
SPOOL_FOLDER: Final = "spool"
READ_ONLY: Final = ("readonly", "read-only")
DAMAGED: Final = ("malformed", "not a database", "no such table", "no such column", "has no column")


class Ledger(Handle):
    """An open ledger with its journal. One per thread: SQLite connections do not travel."""

    def __init__(self, connection: sqlite3.Connection, journal: Journal) -> None:
        super().__init__(connection)
        self.journal = journal


def journal_of(path: Path) -> Journal:
    """The journal of the ledger at `path`."""
    return Journal(path.parent / BACKUP_FOLDER / FOLDER)


@contextmanager
def open_ledger(path: Path, themes: Sequence[str]) -> Iterator[Ledger]:
    """Open the ledger for writing; make it, bring it up to date and remake its views at need.

    What its journal has and the ledger lacks, after a power cut or an old copy put in its place, it gets first.

    Args:
        path: of the file; its folder is made.
        themes: the campaign's, for the view `unit_totals`.

    Raises:
        Refused: the ledger is missing though its spool or journal is there, or was written by a newer mailbot.
        TemporaryError: the file cannot be opened or written (disk full, no rights, damaged, locked for long).
    """
    _refuse_anew(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000, factory=Recorder)
    except sqlite3.Error as error:
        raise TemporaryError(
            f"{path}: the ledger cannot be opened ({error}). Check the disk and the rights."
        ) from error
    try:
        db = Ledger(connection, journal_of(path))
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")  # the journal is on the disk first
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        _keep_in_step(path, db, themes)
        yield db
    except JournalBroken as error:
        raise TemporaryError(
            f"{path}: the ledger and its journal differ: {error}. Run 'mailbot restore BACKUP'."
        ) from error
    except sqlite3.DatabaseError as error:
        if type(error) not in {sqlite3.OperationalError, sqlite3.DatabaseError}:
            raise  # a constraint of ours is broken: a fault in mailbot
        raise TemporaryError(f"{path}: {_told(error, path)}") from error
    finally:
        connection.close()


def _refuse_anew(path: Path) -> None:
    if path.exists():
        return
    spooled = next((path.parent / SPOOL_FOLDER).glob("[0-9a-f][0-9a-f]/*.eml"), None)
    if spooled is None and journal_of(path).last() is None:
        return
    raise Refused(
        f"{path}: the ledger is missing, though its mails are here; a new one would answer them all again. Put it back "
        "by 'mailbot restore BACKUP' (see data_dir/backup), or make it again by 'mailbot rebuild DIR'."
    )


def _told(error: sqlite3.Error, path: Path | None = None) -> str:
    text = str(error)
    read_only = path is not None and bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    if read_only or any(word in text for word in READ_ONLY):
        return f"the ledger cannot be written: its disk or file is read-only ({text}). Mend the disk or the rights."
    if any(word in text for word in DAMAGED):
        return (
            f"the ledger is damaged ({text}). Stop mailbot and put a copy back: mailbot restore BACKUP; the journal "
            "brings what happened since."
        )
    return f"the ledger cannot be used now ({text}). Check the disk and the rights."


def _keep_in_step(path: Path, db: Ledger, themes: Sequence[str]) -> None:
    """Catch up with the journal, migrate, remake views; each under the write lock, another process may do the same.

    What brings a ledger up to date is imported only where that was not done by these very files (SQLite's
    `user_version`, which is nobody else's).
    """
    seal = _seal(themes)
    done = seal == db.execute("PRAGMA user_version").fetchone()[0]
    if not done:
        _refuse_newer(path, db)
    if db.journal.last() not in {None, position(db.conn)}:
        _catch_up(db)
        done = done and seal == db.execute("PRAGMA user_version").fetchone()[0]
    if not done:
        _bring_up_to_date(db, themes)
        db.execute(f"PRAGMA user_version = {seal}")
    elif db.journal.last() is None:
        db.journal.begin(db.conn)


def _seal(themes: Sequence[str]) -> int:
    """A number that is another one where the tables or views may be others: by our own files, and the themes."""
    told = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in _sources()]
    return zlib.crc32(repr((told, *themes)).encode()) >> 1 or 1


def _sources() -> list[Path]:
    here = Path(__file__).parent
    return sorted(path for folder in (here, here / "migrations", here.parent / "model") for path in folder.glob("*.py"))


def _refuse_newer(path: Path, db: Ledger) -> None:
    from mailbot.ledger import upkeep  # noqa: PLC0415 - see `_keep_in_step`

    if unknown := upkeep.unknown_steps(db):
        raise Refused(
            f"{path}: written by a newer mailbot ({', '.join(sorted(unknown))}). Install that version again, or put a "
            "copy from before it back: mailbot restore BACKUP."
        )


def _bring_up_to_date(db: Ledger, themes: Sequence[str]) -> None:
    from mailbot.ledger import upkeep  # noqa: PLC0415 - see `_keep_in_step`

    begun = db.journal.last() is not None
    if upkeep.is_behind(db) or not begun:
        with unrecorded(db):
            begun = not upkeep.migrate(db) and begun
        if not begun:
            db.journal.begin(db.conn)
    if stale := upkeep.stale_views(db, themes):
        with writing(db):
            for name, text in stale.items():
                db.execute(f'DROP VIEW IF EXISTS "{name}"')
                db.execute(f'CREATE VIEW "{name}" AS {text}')


def _catch_up(db: Ledger) -> None:
    with unrecorded(db):  # another process may be between its line and its commit
        last = db.journal.last() or 0
        behind, ahead = last > position(db.conn), last < position(db.conn)
    if behind:
        db.journal.catch_up(db.conn)
    elif ahead:
        db.journal.begin(db.conn)


@contextmanager
def unrecorded(db: Ledger) -> Iterator[None]:
    """Hold the write lock; what is written stays out of the journal."""
    try:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


@contextmanager
def writing(db: Ledger, *, later: bool = False) -> Iterator[None]:
    """One transaction that takes the write lock at its beginning, so that what is read in it is not overtaken.

    Args:
        db: the ledger.
        later: it outlives this process at once, and the machine's own end only once the next one is written, or
            `db.journal.make_durable` was called.

    Raises:
        TemporaryError: the ledger cannot be written now (locked for long, disk full); nothing is written.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        with db.journal.noting(db.conn, later=later):
            yield
        _commit(db)
    except sqlite3.OperationalError as error:
        db.rollback()
        raise TemporaryError(_told(error)) from error
    except BaseException:
        db.rollback()
        raise
    reach(Point.LEDGER_WRITTEN)


def _commit(db: Ledger) -> None:
    try:
        db.commit()
    except BaseException:
        db.journal.take_back()
        raise
    db.journal.settle()


def check_integrity(db: Ledger, *, whole: bool = False) -> tuple[str, ...]:
    """What SQLite finds wrong with the file; empty where it is sound. Indexes are compared where it is to be whole."""
    found = [str(row[0]) for row in db.execute("PRAGMA integrity_check" if whole else "PRAGMA quick_check").fetchall()]
    broken = [f"a {row[0]} row points nowhere" for row in db.execute("PRAGMA foreign_key_check").fetchall()]
    return tuple(line for line in found if line != "ok") + tuple(broken)


def stamp(moment: datetime) -> str:
    """A moment as the ledger writes it: ISO 8601, UTC, whole seconds; sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def unstamp(text: str) -> datetime:
    """A moment as the ledger wrote it."""
    return datetime.fromisoformat(text)
