"""Copies of the ledger that are whole: made while it is in use, checked, and put back."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from mailbot.faults import Point, reach
from mailbot.ledger.connection import BACKUP_FOLDER, Ledger
from mailbot.ledger.journal import Journal, JournalBroken, Recorder, copy_whole, position
from mailbot.model.errors import Refused, TemporaryError
from mailbot.model.letter import LetterState
from mailbot.store import sync_folder


def copy_of(data_dir: Path, day: date) -> Path:
    """Where a day's copy of the ledger lies."""
    return data_dir / BACKUP_FOLDER / f"ledger-{day}.sqlite"


def backup(db: Ledger, target: Path, keep: int | None = None) -> Path:
    """Write a copy by SQLite's online backup, check it, and keep the last few of its folder.

    Args:
        db: the ledger.
        target: the copy's file; its folder is made.
        keep: how many copies stay in the folder; None for all.

    Returns:
        The copy's path.

    Raises:
        TemporaryError: the copy could not be written, or is not sound.
    """
    temporary = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        copy_whole(db.conn, temporary)
        wrong = faults_of(temporary)
        if wrong:
            raise TemporaryError(f"{target}: the copy is not sound ({wrong[0]}). Check the disk; see 'mailbot doctor'.")
        reach(Point.BACKUP_WRITTEN)
        temporary.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise TemporaryError(
            f"{target}: the ledger cannot be copied ({error}). Make room, or mend the disk."
        ) from error
    for old in sorted(target.parent.glob(f"*{target.suffix}"))[:-keep] if keep else ():
        old.unlink()
    return target


def faults_of(path: Path) -> tuple[str, ...]:
    """What SQLite finds wrong with a copy that nobody writes to; empty where it is sound."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            found = [str(row[0]) for row in copy.execute("PRAGMA quick_check").fetchall()]
            if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'mails'").fetchone():
                return ("it is no ledger",)
    except sqlite3.Error as error:
        return (str(error),)
    return tuple(line for line in found if line != "ok")


def put_back(copy: Path, ledger: Path, journal: Journal) -> tuple[int, str]:
    """Put a copy in the ledger's place and give it everything that the journal has of later.

    The ledger that was there stays beside it, as `<name>.before-restore`. Letters that were owed since the copy are
    held. Nobody else may have the ledger open.

    Returns:
        How many transactions the journal brought, and where the journal breaks off; empty where it does not.

    Raises:
        Refused: the copy is not sound; nothing is changed.
    """
    wrong = faults_of(copy)
    if wrong:
        raise Refused(f"{copy}: not sound ({wrong[0]}). Name another copy; nothing was changed.")
    temporary = ledger.with_suffix(".restored")
    temporary.unlink(missing_ok=True)
    with closing(sqlite3.connect(copy)) as source:
        copy_whole(source, temporary)
    with closing(sqlite3.connect(temporary, factory=Recorder)) as connection:
        done, broken = _brought(connection, journal)
    for suffix in ("", "-wal", "-shm"):
        old = ledger.with_name(ledger.name + suffix)
        if old.exists():
            old.replace(ledger.with_name(f"{ledger.name}.before-restore{suffix}"))
    temporary.replace(ledger)
    sync_folder(ledger.parent)
    return done, broken


def _brought(connection: sqlite3.Connection, journal: Journal) -> tuple[int, str]:
    known = connection.execute("SELECT coalesce(max(id), 0) FROM replies").fetchone()[0]
    before, broken = position(connection), ""
    try:
        journal.catch_up(connection)
    except JournalBroken as error:
        broken = str(error)
        journal.set_aside()
    connection.execute(
        "UPDATE replies SET state = ?, error = ? WHERE state = ? AND id > ?",
        (LetterState.HELD, "owed after the copy that was restored", LetterState.DUE, known),
    )
    connection.commit()
    if journal.bases():
        journal.begin(connection)  # holding them stands in no line
    return position(connection) - before, broken


def rebuild(journal: Journal, target: Path) -> int:
    """Make the whole ledger again at `target` from the journal alone.

    Returns:
        The number of its last transaction.

    Raises:
        Refused: there is no journal.
        JournalBroken: it is damaged; what came before stands in `target`.
    """
    if not journal.bases():
        raise Refused(f"{journal.folder}: no journal is here. Restore a copy: mailbot restore BACKUP.")
    with closing(sqlite3.connect(target, factory=Recorder)) as connection:
        journal.catch_up(connection)
        connection.execute("PRAGMA journal_mode = wal")
        return position(connection)
