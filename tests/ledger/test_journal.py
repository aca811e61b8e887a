"""The journal brings back what the ledger lost: whole, in order, and nothing twice."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlite_utils import Database

from mailbot import faults
from mailbot.ledger import outbox
from mailbot.ledger.backup import backup, faults_of, put_back, rebuild
from mailbot.ledger.connection import journal_of, open_ledger, writing
from mailbot.ledger.digests import mark, set_mark
from mailbot.ledger.migrations import migrations
from mailbot.ledger.prints import keep
from mailbot.ledger.record import move_letters
from mailbot.model.errors import Refused, TemporaryError
from mailbot.model.letter import LetterState
from mailbot.model.prints import Print, PrintKind
from tests.make.decisions import IN_TIME, film, form, row
from tests.make.disks import make_read_only, small_disk
from tests.make.ledger import THEMES, Books, books, letter


def everything(path: Path) -> list[str]:
    """Every row of every table, and the views."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        names = [name for name in names if not name.startswith("_search_")]
        rows = [f"{name} {line}" for name in names for line in db.execute(f"SELECT * FROM {name} ORDER BY 1, 2")]
        return [*rows, *map(str, db.execute("SELECT name, sql FROM sqlite_master WHERE type <> 'table' ORDER BY name"))]


def fill(desk: Books) -> None:
    """A campaign in small: works, a print, letters sent and owed, a letter that a person dropped."""
    desk.take(form(row(), row("绿水青山")), film())
    desk.take(form(row("深地先锋", phone="")), sender="another@example.org")
    desk.owe(letter("sent"))
    desk.owe(letter("dropped", text="含\x00字符与 'quotes'"))
    item = next(outbox.due(desk.db, desk.now))
    assert outbox.claim(desk.db, item, desk.now)
    outbox.settle(desk.db, item, LetterState.SENT, desk.now, queue_id="q1")
    move_letters(desk.db, [next(outbox.due(desk.db, desk.now)).id], LetterState.DROPPED, "li", desk.now)


def test_a_ledger_made_again_from_its_journal_equals_the_original(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as desk:
        fill(desk)
    rebuild(journal_of(path), tmp_path / "again.sqlite")
    assert everything(tmp_path / "again.sqlite") == everything(path)


def test_a_copy_gets_everything_that_happened_since(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copies" / "copy.sqlite"
    with books(path) as desk:
        desk.take(form(row()), film())
        backup(desk.db, copy, keep=1)
        fill(desk)
        desk.owe(letter("since"))
    before = everything(path)
    done, broken = put_back(copy, path, journal_of(path))
    assert (done > 5, broken) == (True, "")
    with open_ledger(path, THEMES) as db:
        states = {item.letter.key: item.state for item in outbox.in_state(db)}
    assert (states["sent"], states["dropped"], states["since"]) == (
        LetterState.SENT,
        LetterState.DROPPED,
        LetterState.HELD,
    )
    again = [line for line in everything(path) if not line.startswith("replies")]
    assert again == [line for line in before if not line.startswith("replies")]
    assert everything(path.with_name("ledger.sqlite.before-restore")) == before


def test_an_old_copy_put_in_place_by_hand_catches_up(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copies" / "copy.sqlite"
    with books(path) as desk:
        backup(desk.db, copy, keep=1)
        fill(desk)
    before = everything(path)
    shutil.copy(copy, path)
    with books(path):
        assert everything(path) == before


def test_a_copy_from_before_the_tables_changed_catches_up(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copies" / "copy.sqlite"
    with closing(sqlite3.connect(path)) as raw:
        migrations.apply(Database(raw), stop_before="m010_prints_anew")
        raw.commit()
    copy.parent.mkdir()
    shutil.copy(path, copy)
    with books(path) as desk:
        fill(desk)
    before = everything(path)
    put_back(copy, path, journal_of(path))
    with books(path):
        assert everything(path) == before


def test_what_was_in_the_journal_and_not_yet_committed_is_done(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as desk:
        set_mark(desk.db, "before", "1")
    assert _killed_at(faults.Point.JOURNAL_WRITTEN, path) == -signal.SIGKILL
    with books(path) as desk:
        assert mark(desk.db, "killed") == "yes"
        set_mark(desk.db, "after", "1")
    rebuild(journal_of(path), tmp_path / "again.sqlite")
    assert everything(tmp_path / "again.sqlite") == everything(path)


def _killed_at(point: faults.Point, path: Path) -> int | None:
    child = get_context("spawn").Process(target=_die_at, args=(point, path))
    child.start()
    child.join()
    return child.exitcode


def _die_at(point: faults.Point, path: Path) -> None:
    with open_ledger(path, THEMES) as db:
        faults.arm(point)
        set_mark(db, "killed", "yes")


@pytest.mark.parametrize("cut", [1, 20])
def test_a_line_that_was_cut_was_never_promised(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as desk:
        fill(desk)
    before = everything(path)
    lines = max((tmp_path / "backup" / "journal").glob("*.jsonl"))
    with lines.open("ab") as file:
        file.write(b'{"n": 99999, "changes": [["DELETE FROM mails"'[:cut])
    with books(path) as desk:
        assert everything(path) == before
        set_mark(desk.db, "on", "1")
    rebuild(journal_of(path), tmp_path / "again.sqlite")
    assert everything(tmp_path / "again.sqlite") == everything(path)


def test_a_damaged_journal_is_told_and_what_came_before_comes_back(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copies" / "copy.sqlite"
    with books(path) as desk:
        backup(desk.db, copy, keep=1)
        for name in "abc":
            set_mark(desk.db, name, "1")
    lines = max((tmp_path / "backup" / "journal").glob("*.jsonl"))
    text = lines.read_bytes().splitlines(keepends=True)
    lines.write_bytes(b"".join([*text[:-2], b"{rot}\n", text[-1]]))
    _, broken = put_back(copy, path, journal_of(path))
    assert "damaged" in broken
    with open_ledger(path, THEMES) as db:
        assert [mark(db, name) for name in "abc"] == ["1", "", ""]
        set_mark(db, "on", "1")
    with open_ledger(path, THEMES) as db:
        assert mark(db, "on") == "1"


def test_a_transaction_that_was_not_committed_leaves_no_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as desk:
        last = desk.db.journal.last()
        with pytest.raises(sqlite3.IntegrityError), writing(desk.db):
            desk.db.execute("INSERT INTO marks SELECT 'a', 'b' UNION ALL SELECT 'a', 'c'")
        assert desk.db.journal.last() == last


def test_films_prints_come_back(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as desk:
        desk.take(form(row()), film())
        sha256 = str(desk.rows("SELECT sha256 FROM videos")[0][0])
        keep(desk.db, sha256, Print(PrintKind.DENSE, (0.0, 1.0), b"\x00\xff" * 32), IN_TIME)
    rebuild(journal_of(path), tmp_path / "again.sqlite")
    assert everything(tmp_path / "again.sqlite") == everything(path)


@pytest.mark.parametrize("left", ["journal", "spool"])
def test_a_ledger_that_is_missing_beside_its_spool_or_journal_is_not_made_anew(tmp_path: Path, left: str) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path):
        pass
    if left == "spool":
        shutil.rmtree(tmp_path / "backup")
        (tmp_path / "spool" / "ab").mkdir(parents=True)
        (tmp_path / "spool" / "ab" / "ab12.eml").write_bytes(b"Subject: x")
    path.unlink()
    with pytest.raises(Refused, match="mailbot restore"), open_ledger(path, THEMES):
        raise AssertionError("it must not open")
    assert not path.exists()


def test_a_ledger_of_a_newer_mailbot_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as desk:
        desk.db.table("_sqlite_migrations").insert(
            {"migration_set": "mailbot", "name": "m999_of_the_future", "applied_at": "2099-01-01"}
        )
        desk.db.execute("PRAGMA user_version = 999")  # as every mailbot of other files leaves it
    with pytest.raises(Refused, match="m999_of_the_future"), open_ledger(path, THEMES):
        raise AssertionError("it must not open")


@pytest.mark.parametrize("damage", ["DROP TABLE replies", "ALTER TABLE mails RENAME COLUMN sha256 TO digest"])
def test_a_damaged_schema_is_a_sentence_with_its_cure(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path):
        pass
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript("PRAGMA writable_schema = ON; DROP VIEW attention; DROP VIEW reply_log; DROP VIEW day_totals")
        raw.execute(damage)
        raw.commit()
    with pytest.raises(TemporaryError, match="mailbot restore"), books(path) as desk:
        fill(desk)


def test_a_copy_that_is_not_sound_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as desk:
        fill(desk)
    before = everything(path)
    for name, content in (("text", b"no ledger at all" * 100), ("cut", path.read_bytes()[:9000])):
        (tmp_path / name).write_bytes(content)
        assert faults_of(tmp_path / name)
        with pytest.raises(Refused, match="not sound"):
            put_back(tmp_path / name, path, journal_of(path))
    assert everything(path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_ledger_that_may_not_be_written_says_so_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path):
        pass
    path.chmod(0o400)
    with pytest.raises(TemporaryError, match="read-only"), books(path) as desk:
        set_mark(desk.db, "a", "b")


def test_a_ledger_on_a_read_only_disk_says_so_in_a_line(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4096) as disk:
        with books(disk / "ledger.sqlite"):
            pass
        make_read_only(disk)
        with pytest.raises(TemporaryError, match="read-only"), books(disk / "ledger.sqlite") as desk:
            set_mark(desk.db, "a", "b")
