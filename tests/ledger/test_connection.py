"""Opening, migrating, reading beside a writer, copying."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from sqlite_utils import Database

from mailbot.ledger.backup import backup
from mailbot.ledger.connection import check_integrity, open_ledger, stamp, unstamp, writing
from mailbot.ledger.digests import mark, set_mark
from mailbot.ledger.enums import renew_check
from mailbot.ledger.migrations import migrations
from mailbot.model.entry import EntryStatus
from mailbot.model.errors import TemporaryError
from mailbot.model.finding import Severity
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.mail import MailState, PartKind, Triage
from tests.make.decisions import CHINA, film, form, row
from tests.make.ledger import THEMES, Books, books, letter

TABLES = {"mails", "parts", "files", "videos", "forms", "entries", "entry_themes", "links", "findings", "replies",
          "events", "digests"}  # fmt: skip


def test_a_new_ledger_has_the_tables_of_the_contract(ledger: Books) -> None:
    assert set(Database(ledger.db.conn).table_names()) >= TABLES
    assert check_integrity(ledger.db) == ()


def test_opening_twice_migrates_once_and_remakes_no_view(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ledger.sqlite"
    with books(path) as first:
        first.take(form(row()), film())
        version = first.rows("PRAGMA schema_version")
    with books(path) as second:
        assert second.rows("PRAGMA schema_version") == version
        assert second.entry().title == "智造未来"


def test_a_column_learns_an_enums_newest_values_and_keeps_its_rows(tmp_path: Path) -> None:
    class Colour(StrEnum):
        RED = "red"
        BLUE = "blue"

    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as raw:
        raw.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, colour TEXT CHECK (colour IN ('red')), size INTEGER)")
        raw.execute("INSERT INTO things VALUES (1, 'red', 5)")
        raw.commit()
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute("INSERT INTO things VALUES (2, 'blue', 6)")
        raw.rollback()
        db = Database(raw)
        raw.execute("BEGIN IMMEDIATE")
        renew_check(db, "things", "colour", Colour)
        raw.commit()
        raw.execute("INSERT INTO things VALUES (2, 'blue', 6)")
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute("INSERT INTO things VALUES (3, 'green', 6)")
        assert raw.execute("SELECT * FROM things").fetchall() == [(1, "red", 5), (2, "blue", 6)]
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_older_ledger_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as raw:
        migrations.apply(Database(raw), stop_before="m003_outbox")
        raw.commit()
    with open_ledger(path, THEMES) as db:
        assert "replies" in Database(db.conn).table_names()
        assert not migrations.pending(Database(db.conn))


CHECKED: list[tuple[str, str, type[StrEnum]]] = [
    ("mails", "state", MailState),
    ("mails", "triage", Triage),
    ("files", "kind", PartKind),
    ("parts", "kind", PartKind),
    ("entries", "status", EntryStatus),
    ("findings", "severity", Severity),
    ("replies", "kind", LetterKind),
    ("replies", "state", LetterState),
]


@pytest.mark.parametrize(("table", "column", "words"), CHECKED)
def test_a_state_column_takes_its_enums_words_and_no_other(
    ledger: Books, table: str, column: str, words: type[StrEnum]
) -> None:
    ledger.take(form(row()), film())
    ledger.take(form(row("绿水青山", phone="")))
    ledger.owe(letter())
    for word in words:
        ledger.db.execute(f"UPDATE {table} SET {column} = ?", [word.value])
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        ledger.db.execute(f"UPDATE {table} SET {column} = 'gone'")
    ledger.db.rollback()


def test_anyone_may_read_while_a_writer_writes(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as writer, closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        writer.take(form(row()), film())
        with writing(writer.db):
            writer.db.execute("UPDATE entries SET title = 'unfinished'")
            assert reader.execute("SELECT title FROM entry_list").fetchall() == [("智造未来",)]
        assert reader.execute("SELECT title FROM entry_list").fetchall() == [("unfinished",)]
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_write_that_raises_leaves_nothing_behind(ledger: Books) -> None:
    with pytest.raises(sqlite3.IntegrityError), writing(ledger.db):
        ledger.db.conn.executemany("INSERT INTO marks VALUES (?, 'b')", [["a"], ["a"]])
    assert mark(ledger.db, "a") == ""


def test_two_writers_wait_for_one_another(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as one, books(path) as other:
        set_mark(one.db, "a", "1")
        set_mark(other.db, "a", "2")
        assert mark(one.db, "a") == "2"


def test_a_ledger_that_stays_locked_is_our_own_trouble(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as one, books(path) as other, writing(one.db):
        other.db.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(TemporaryError, match="ledger"), writing(other.db):
            raise AssertionError("nothing may be written here")


@pytest.mark.parametrize("content", [b"no database at all, but text of some length" * 40])
def test_a_file_that_is_no_ledger_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(TemporaryError, match=r"ledger\.sqlite"), open_ledger(path, THEMES):
        raise AssertionError("it must not open")


def test_a_folder_in_the_ledgers_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").mkdir()
    with pytest.raises(TemporaryError, match="cannot be opened"), open_ledger(tmp_path / "ledger.sqlite", THEMES):
        raise AssertionError("it must not open")


def test_moments_are_written_in_utc_and_sort_as_text() -> None:
    moments = [datetime(2024, 6, 1, hour, tzinfo=zone) for hour in (3, 7, 12) for zone in (CHINA, UTC)]
    stamps = [stamp(moment) for moment in moments]
    assert [unstamp(text) for text in sorted(stamps)] == sorted(moments)
    assert stamp(datetime(2024, 6, 1, 8, tzinfo=CHINA)) == "2024-06-01T00:00:00+00:00"


def test_a_copy_is_whole_and_old_copies_go(ledger: Books, tmp_path: Path) -> None:
    ledger.take(form(row()), film())
    for day in range(1, 5):
        backup(ledger.db, tmp_path / "backup" / f"2024-06-0{day}.sqlite", keep=2)
    assert sorted(file.name for file in (tmp_path / "backup").glob("*.*")) == ["2024-06-03.sqlite", "2024-06-04.sqlite"]
    with books(tmp_path / "backup" / "2024-06-04.sqlite") as copy:
        assert copy.entry() == ledger.entry()
