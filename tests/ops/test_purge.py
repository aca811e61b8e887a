"""Closed campaigns are forgotten: no file holds a person's datum any more, every total is what it was."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailbot.faults import Point
from mailbot.ops.house import now
from mailbot.ops.lock import only_one
from mailbot.ops.nightly import keep_safe
from mailbot.ops.round import run_once
from mailbot.ops.scrub import missing
from tests.journeys.material import mail
from tests.make.closed import DAY, PERSONAL, STAYS, held_by, house_of, play, typed
from tests.make.maildir import maildir

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", name="played")
def _played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("played")
    play(folder)
    return folder


@pytest.fixture(name="folder")
def _folder(played: Path, tmp_path: Path) -> Path:
    return shutil.copytree(played, tmp_path / "campaign")


def totals(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder / "var" / "ledger.sqlite")) as db:
        asked = {name: f"SELECT * FROM {name} ORDER BY 1, 2" for name in ("unit_totals", "theme_totals", "day_totals")}
        asked["numbers"] = "SELECT number, status, received_day FROM entries ORDER BY seq"
        asked["letters"] = "SELECT id, kind, state FROM replies ORDER BY id"
        asked["places"] = "SELECT * FROM sightings ORDER BY 1, 2, 3, 4"
        return {name: db.execute(question).fetchall() for name, question in asked.items()}


def test_no_file_holds_a_persons_datum_and_every_total_is_what_it_was(folder: Path) -> None:
    before = totals(folder)
    assert len({line.partition(" in ")[0] for line in held_by(folder, PERSONAL)}) == len(PERSONAL)
    told = typed(folder, "purge", "--before", DAY, "--preview").output
    assert totals(folder) == before
    done = typed(folder, "purge", "--before", DAY)
    assert done.exit_code == 0, done.output
    assert told.split(":", 1)[1].splitlines()[0] == done.output.split(":", 1)[1].splitlines()[0]
    assert "2 mails, 2 entries" in told
    assert held_by(folder, PERSONAL) == []
    assert {line.partition(" in ")[0] for line in held_by(folder, STAYS)} == set(STAYS)
    with closing(sqlite3.connect(folder / "var" / "ledger.sqlite")) as db:
        assert db.execute("SELECT DISTINCT mail_id FROM attention WHERE mail_id < 3").fetchall() == []
    assert totals(folder) == before


def test_neither_rebuild_nor_an_old_copy_nor_another_round_brings_anything_back(folder: Path, tmp_path: Path) -> None:
    old_copy = shutil.copy(next((folder / "var" / "backup").glob("*.sqlite")), tmp_path / "old.sqlite")
    before = totals(folder)
    assert typed(folder, "purge", "--before", DAY).exit_code == 0
    assert typed(folder, "rebuild", str(folder / "again")).exit_code == 0
    assert held_by(folder, PERSONAL) == []
    assert typed(folder, "restore", str(old_copy)).exit_code == 0
    maildir(folder / "inbox")
    with house_of(folder) as house:
        assert run_once(house).well
        with house.ledger() as db:
            assert list(missing(db, house.settings)) == []
            keep_safe(house, db, date(2025, 7, 1))
    assert held_by(folder, PERSONAL) == []
    assert {name: totals(folder)[name] for name in ("unit_totals", "numbers")} == {
        name: before[name] for name in ("unit_totals", "numbers")
    }


def test_a_purged_mail_that_the_server_shows_anew_leaves_nothing_but_its_place(folder: Path) -> None:
    assert typed(folder, "purge", "--before", DAY).exit_code == 0
    again = mail(subject="请问", body="请问能否改期？\n李工", sender="李工 <li@yunling.example.org>")
    with house_of(folder) as house, house.ledger() as db:
        path = house.bench.spool.path(db.execute("SELECT sha256 FROM mails WHERE id = 2").fetchone()[0])
        path.write_bytes(again.as_bytes())
        keep_safe(house, db, date(2025, 7, 1))
    assert held_by(folder, PERSONAL) == []


KILLS = [
    (Point.LEDGER_PURGED, 0, "purge"),
    (Point.LEDGER_PURGED, 0, "run"),
    (Point.BACKUP_WRITTEN, 0, "purge"),
    (Point.FILE_PURGED, 1, "run"),
]
"""The point, how often it is passed before, and what finishes the purge."""


@pytest.mark.parametrize(("point", "passes", "goes_on"), KILLS)
def test_a_purge_that_was_killed_is_finished_by_the_next_one_or_the_next_start(
    folder: Path, point: Point, passes: int, goes_on: str
) -> None:
    before = totals(folder)
    command = [sys.executable, "-m", "tests.storms.armed", point.value, str(passes), "--config", "config.toml"]
    killed = subprocess.run(
        [*command, "purge", "--before", DAY], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert held_by(folder, PERSONAL) != []
    if goes_on == "purge":
        assert typed(folder, "purge", "--before", DAY).exit_code == 0
    else:
        maildir(folder / "inbox")
        assert typed(folder, "run", "--once").exit_code == 0
    assert held_by(folder, PERSONAL) == []
    assert totals(folder) == before
    with closing(sqlite3.connect(folder / "var" / "ledger.sqlite")) as db:
        ((details,),) = db.execute("SELECT details FROM events WHERE kind = 'purged'").fetchall()
    assert DAY in details


def test_a_work_that_was_written_of_later_stays_with_the_mails_it_relies_on(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "var" / "ledger.sqlite")) as db:
        db.execute("INSERT INTO entry_mails SELECT id, 3 FROM entries WHERE seq = 2")
        db.commit()
    assert "1 mails, 1 entries" in typed(folder, "purge", "--before", DAY).output
    assert held_by(folder, ("雪线之上", "13800000001")) != []
    assert [row[1] for row in totals(folder)["numbers"]] == ["rejected", "incomplete", "rejected"]


def test_a_purge_is_refused_for_a_day_to_come_while_another_works_and_while_mails_wait(folder: Path) -> None:
    assert "not past" in typed(folder, "purge", "--before", str(now().date() + timedelta(days=1))).output
    with only_one(folder / "var"):
        assert "Stop it first" in typed(folder, "purge", "--before", DAY).output
        assert typed(folder, "purge", "--before", DAY, "--preview").exit_code == 0
    with closing(sqlite3.connect(folder / "var" / "ledger.sqlite")) as db:
        db.execute("UPDATE mails SET state = 'spooled' WHERE id = 2")
        db.commit()
    waits = typed(folder, "purge", "--before", DAY)
    assert (waits.exit_code, "run --once" in waits.output) == (1, True)
    assert held_by(folder, PERSONAL) != []


def test_where_nothing_is_so_old_nothing_is_done(folder: Path) -> None:
    copies = sorted((folder / "var" / "backup").rglob("*"))
    assert "0 mails, 0 entries" in typed(folder, "purge", "--before", "2020-01-01").output
    assert sorted((folder / "var" / "backup").rglob("*")) == copies
