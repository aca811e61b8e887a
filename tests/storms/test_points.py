"""Killed right behind each durable step and started again: ledger and letters are those of an undisturbed run."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import pytest

from mailbot.faults import Point
from mailbot.ledger.backup import faults_of
from mailbot.ops.daily import do_duties
from mailbot.ops.house import now, open_house
from mailbot.settings.loading import load
from tests.make.configs import CAMPAIGN
from tests.make.maildir import lay, maildir
from tests.ops.test_purge import KILLS as PURGE

ROOT = Path(__file__).parents[2]
CONFIG = CAMPAIGN.replace("2024-07-31", "2099-12-31")
ROUND = [Point.MAIL_FETCHED, Point.MAIL_SPOOLED, Point.FILE_STORED, Point.JOURNAL_WRITTEN, Point.LEDGER_WRITTEN,
         Point.LETTER_HANDED_OVER]  # fmt: skip
"""Of a round."""


def campaign(folder: Path) -> Path:
    for number in range(3):
        raw = (
            f"From: a{number}@example.org\r\nTo: submissions@163.example\r\nMessage-ID: <{number}@example.org>\r\n"
            f"Subject: question\r\n\r\nWhen is the deadline, please? {number}\r\n"
        )
        lay(maildir(folder / "inbox"), "M1P1", raw.encode(), 1717200000 + number)
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return folder / "config.toml"


def once(config: Path, *launcher: str) -> int:
    return started(config, *launcher, command=("run", "--once"))


def started(config: Path, *launcher: str, command: tuple[str, ...]) -> int:
    return subprocess.run(
        [sys.executable, "-m", *(launcher or ("mailbot",)), "--config", str(config), *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    ).returncode


def outcome(config: Path) -> tuple[list[object], list[str]]:
    with closing(sqlite3.connect(config.parent / "var" / "ledger.sqlite")) as db:
        rows = db.execute(
            "SELECT m.id, m.sha256, m.state, m.sender, m.triage, r.id, r.letter_key, r.state, r.subject, r.text "
            "FROM mails m LEFT JOIN replies r ON r.mail_id = m.id ORDER BY m.id"
        ).fetchall()
    letters = [
        str(message_from_bytes(path.read_bytes())["Message-ID"]) for path in (config.parent / "sent").rglob("*.eml")
    ]
    return list(rows), sorted(letters)


@pytest.fixture(scope="module", name="finished")
def _finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = campaign(tmp_path_factory.mktemp("undisturbed"))
    assert once(config) == 0
    return config


@pytest.fixture(scope="module", name="undisturbed")
def _undisturbed(finished: Path) -> tuple[list[object], list[str]]:
    return outcome(finished)


@pytest.mark.parametrize("point", ROUND)
def test_killed_at_a_point_it_ends_as_if_undisturbed(
    tmp_path: Path, point: Point, undisturbed: tuple[list[object], list[str]]
) -> None:
    config = campaign(tmp_path)
    assert (
        once(config, "tests.storms.armed", point.value, "0" if point is Point.FILE_STORED else "2") == -signal.SIGKILL
    )
    assert once(config) == 0
    assert outcome(config) == undisturbed


def night(folder: Path) -> tuple[list[object], list[str]]:
    """What the day's duties left: done ones, digests, letters, and the sound copies of the ledger."""
    with open_house(load(folder / "config.toml", {})[0]) as house:
        do_duties(house, now())
    with closing(sqlite3.connect(folder / "var" / "ledger.sqlite")) as db:
        asked = ("SELECT name, day FROM duties", "SELECT day FROM digests", "SELECT id, letter_key, state FROM replies")
        rows = [db.execute(f"{question} ORDER BY 1").fetchall() for question in asked]
    copies = sorted((folder / "var" / "backup").glob("ledger-*"))
    assert [faults_of(copy) for copy in copies] == [()]
    return list(rows), [copy.name for copy in copies]


def test_killed_in_the_nightly_copy_it_ends_as_if_undisturbed(tmp_path: Path, finished: Path) -> None:
    killed, calm = (Path(shutil.copytree(finished.parent, tmp_path / name)) for name in ("killed", "calm"))
    launcher = ("tests.storms.armed", Point.BACKUP_WRITTEN.value, "0")
    assert started(killed / "config.toml", *launcher, command=("run",)) == -signal.SIGKILL
    assert night(killed) == night(calm)


def test_at_each_point_some_test_kills() -> None:
    assert {*ROUND, *(point for point, _, _ in PURGE)} == set(Point)
