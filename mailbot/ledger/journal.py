"""The journal beside the backups: every transaction of the ledger, appended and on the disk before it is committed.

`backup/journal/<n>.jsonl` holds one JSON line a transaction: its number and its statements with their values: a mail
entered, a number given, a person's decision, a letter sent. `<n>.sqlite` is the whole ledger as it was after
transaction `n`, where a file of lines begins: at the very first start, and wherever the tables changed. So the ledger
may be lost, damaged or put back from an old copy: what the journal has, it gets again, to the letter. The number of the
last transaction stands in the ledger itself (mark `journal`).

Because the journal is on the disk first, SQLite need not wait for it once more (`synchronous = NORMAL`).
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mailbot.faults import Point, reach
from mailbot.model.errors import MailbotError, TemporaryError
from mailbot.store import sync_folder

FOLDER: Final = "journal"
MARK: Final = "journal"
_CHANGES: Final = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")
_TAIL: Final = 64 * 1024
_SET_MARK: Final = "INSERT OR REPLACE INTO marks VALUES (?, ?)"

Change = tuple[str, Any]
"""A statement and its values."""


class JournalBroken(MailbotError):
    """The journal cannot be read, or does not fit the ledger."""


class Recorder(sqlite3.Connection):
    """A connection that can write down what changes it."""

    changes: list[Change] | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3's
        """As sqlite3's, noting what changes the ledger."""
        cursor = super().execute(sql, parameters)
        if self.changes is not None and sql.lstrip()[:7].upper().startswith(_CHANGES):
            self.changes.append((sql, parameters))
        return cursor


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One transaction: its number, and what it changed."""

    number: int
    changes: tuple[Change, ...]


class Journal:
    """The journal of one ledger. Whoever writes to it holds the ledger's write lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: tuple[Path, int] | None = None
        self._newest: tuple[int, Path] | None = None
        self._later = False

    def last(self) -> int | None:
        """The number of the last transaction that is whole; None where there is no journal."""
        bases = self.bases()
        if not bases:
            return None
        found = _last_line(self._lines(bases[-1]))
        return bases[-1] if found is None else found

    def bases(self) -> list[int]:
        """After which transactions whole copies were kept, in order."""
        return sorted(int(path.stem) for path in self.folder.glob("*.sqlite") if path.stem.isdigit())

    def base(self, number: int) -> Path:
        """The whole ledger as it was after a transaction."""
        return self.folder / f"{number:012d}.sqlite"

    def _lines(self, base: int) -> Path:
        return self.base(base).with_suffix(".jsonl")

    def begin(self, connection: sqlite3.Connection) -> None:
        """Keep the ledger as it is now, and go on behind it. The write lock is free; it is held at the end."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f"{os.getpid()}.part"
        while True:
            temporary.unlink(missing_ok=True)
            copy_whole(connection, temporary)
            with closing(sqlite3.connect(temporary)) as copy:
                number = position(copy)
            connection.execute("BEGIN IMMEDIATE")
            try:
                if position(connection) == number:  # else somebody wrote meanwhile, into the file before
                    temporary.replace(self.base(number))
                    sync_folder(self.folder)
                    return
            finally:
                connection.rollback()

    def _written_to(self) -> Path:
        """The file of lines that goes on; the folder is looked through again only where something in it was renamed."""
        at = self.folder.stat().st_mtime_ns
        if self._newest is None or self._newest[0] != at:
            self._newest = at, self._lines(self.bases()[-1])
        return self._newest[1]

    def make_durable(self) -> None:
        """Wait until the disk has every transaction that was noted to be durable later.

        Raises:
            TemporaryError: the disk does not take it.
        """
        if not self._later:
            return
        try:
            with self._written_to().open("rb") as file:
                os.fsync(file.fileno())
        except OSError as error:
            raise TemporaryError(f"{self.folder}: cannot be written now ({error}). Check the disk.") from error
        self._later = False

    @contextmanager
    def noting(self, connection: sqlite3.Connection, *, later: bool = False) -> Iterator[None]:
        """Append what the block changes, as one transaction; the caller commits it right behind.

        Args:
            connection: on which it is changed.
            later: it need not be on the disk yet: the next transaction takes it along, or `make_durable`.

        Raises:
            TemporaryError: the disk does not take it; nothing is appended.
        """
        if not isinstance(connection, Recorder):
            raise TypeError("only a Recorder's changes are known")
        connection.changes = []
        try:
            yield
            changes, connection.changes = connection.changes, None
            if changes:
                self._append(connection, changes, later=later)
        finally:
            connection.changes = None

    def pass_over(self, connection: sqlite3.Connection) -> None:
        """Count a transaction that stands in no line; call inside it. A whole copy has to follow: `begin`."""
        connection.execute(_SET_MARK, (MARK, str(position(connection) + 1)))

    def forget_older(self) -> None:
        """Remove every whole copy but the newest, and the lines before it."""
        newest = max(self.bases(), default=0)
        for number in self.bases():
            if number < newest:
                self.base(number).unlink()
        for path in (*self.folder.glob("*.jsonl"), *self.folder.glob("*.part")):
            if path != self._lines(newest):
                path.unlink()
        sync_folder(self.folder)

    def _append(self, connection: sqlite3.Connection, changes: Sequence[Change], *, later: bool) -> None:
        number = position(connection) + 1
        marked = (_SET_MARK, (MARK, str(number)))
        connection.execute(*marked)
        line = _to_line(number, (*changes, marked))
        path = self._written_to()
        fresh = not path.exists()
        try:
            with path.open("ab+", buffering=0) as file:
                size = _end_of_lines(file.fileno(), file.seek(0, os.SEEK_END))
                file.truncate(size)  # a line that was cut as its writer died was never promised
                self._open = path, size
                _write(file.fileno(), line.encode() + b"\n")
                self._later = later
                if not later:
                    os.fsync(file.fileno())
            if fresh:
                sync_folder(self.folder)
        except OSError as error:
            self.take_back()
            raise TemporaryError(f"{path}: the journal cannot be written now ({error}). Check the disk.") from error
        reach(Point.JOURNAL_WRITTEN)

    def settle(self) -> None:
        """The transaction that was appended last is committed."""
        self._open = None

    def take_back(self) -> None:
        """Take a transaction out again that could not be committed; nothing where there is none."""
        if self._open is not None:
            os.truncate(*self._open)
            self._open = None

    def since(self, number: int) -> Iterator[JournalLine]:
        """Every transaction behind a number, in order.

        Raises:
            JournalBroken: a line is damaged, or one is missing.
        """
        newest = max(self.bases(), default=0)
        for line in _read(self._lines(newest)):
            if line.number <= number:
                continue
            if line.number != number + 1:
                raise JournalBroken(f"{self._lines(newest)}: transaction {number + 1} is missing")
            number = line.number
            yield line

    def catch_up(self, connection: sqlite3.Connection) -> None:
        """Give the ledger every transaction that it lacks, each as a whole.

        One that is older than the last whole copy becomes that copy first: between two copies the tables changed.

        Raises:
            JournalBroken: they do not fit.
        """
        newest = max(self.bases(), default=-1)
        if newest >= position(connection):
            try:
                with closing(sqlite3.connect(self.base(newest))) as base:
                    base.backup(connection)
            except sqlite3.Error as error:
                raise JournalBroken(f"{self.base(newest)} is damaged ({error})") from error
        for line in self.since(position(connection)):
            try:
                connection.execute("BEGIN IMMEDIATE")
                if position(connection) != line.number - 1:
                    connection.rollback()
                    return  # another process was quicker
                for sql, values in line.changes:
                    connection.execute(sql, values).fetchall()
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                connection.rollback()
                raise JournalBroken(f"transaction {line.number} of {self.folder} does not fit ({error})") from error

    def set_aside(self) -> None:
        """Begin anew at the next opening; what was written so far stays beside, named by its last whole copy."""
        self.folder.rename(self.folder.with_name(f"{self.folder.name}.before-{max(self.bases(), default=0)}"))
        sync_folder(self.folder.parent)


def position(connection: sqlite3.Connection) -> int:
    """The number of the ledger's last transaction; 0 where it has none yet."""
    try:
        row = connection.execute("SELECT value FROM marks WHERE name = ?", (MARK,)).fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        row = None
    return int(row[0]) if row else 0


def copy_whole(connection: sqlite3.Connection, target: Path) -> None:
    """Write a copy of the ledger that is whole and on the disk, by SQLite's online backup."""
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
    finally:
        copy.close()
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _to_line(number: int, changes: Sequence[Change]) -> str:
    """A transaction as JSON; bytes are told in hexadecimal digits."""
    told = [[sql, {"named": values} if isinstance(values, Mapping) else values] for sql, values in changes]
    return _JSON.encode({"n": number, "changes": told})


def _hex(value: bytes) -> dict[str, str]:
    return {"hex": value.hex()}


_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_hex)


def _values(plain: Any) -> Any:  # noqa: ANN401 - the reverse of `_to_line`
    if isinstance(plain, list):
        return [_values(value) for value in plain]
    if isinstance(plain, dict) and "hex" in plain:
        return bytes.fromhex(plain["hex"])
    if isinstance(plain, dict):
        return {name: _values(value) for name, value in plain["named"].items()}
    return plain


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _read(path: Path) -> Iterator[JournalLine]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for text in file:
            if not text.endswith(b"\n"):
                return  # cut as the machine died: it was never promised
            try:
                told = json.loads(text)
                yield JournalLine(told["n"], tuple((sql, _values(values)) for sql, values in told["changes"]))
            except (ValueError, KeyError, TypeError) as error:
                raise JournalBroken(f"{path}: a line is damaged ({error})") from None


def _last_line(path: Path) -> int | None:
    """The number of a file's last whole line, read from its end."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        end = _end_of_lines(file.fileno(), file.seek(0, os.SEEK_END))
        if not end:
            return None
        begin = _end_of_lines(file.fileno(), end - 1)
        file.seek(begin)
        try:
            return int(json.loads(file.read(end - begin))["n"])
        except (ValueError, KeyError, TypeError):
            raise JournalBroken(f"{path}: its last line is damaged") from None


def _end_of_lines(descriptor: int, size: int) -> int:
    """Where the last whole line before `size` ends."""
    at = size
    while at:
        begin = max(at - _TAIL, 0)
        found = os.pread(descriptor, at - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        at = begin
    return 0
