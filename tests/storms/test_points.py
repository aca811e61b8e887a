"""Killed right behind each durable step and started again: ledger and letters are those of an undisturbed run."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import pytest

from mailbot.faults import Point
from tests.make.configs import CAMPAIGN
from tests.make.maildir import lay, maildir

ROOT = Path(__file__).parents[2]
CONFIG = CAMPAIGN.replace("2024-07-31", "2099-12-31")
ROUND = [Point.MAIL_FETCHED, Point.MAIL_SPOOLED, Point.FILE_STORED, Point.JOURNAL_WRITTEN, Point.LEDGER_WRITTEN,
         Point.LETTER_HANDED_OVER]  # fmt: skip
"""Of a round; the copy's and the purge's are reached in tests/ops."""


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
    return subprocess.run(
        [sys.executable, "-m", *(launcher or ("mailbot",)), "--config", str(config), "run", "--once"],
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


@pytest.fixture(scope="module", name="undisturbed")
def _undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[object], list[str]]:
    config = campaign(tmp_path_factory.mktemp("undisturbed"))
    assert once(config) == 0
    return outcome(config)


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
