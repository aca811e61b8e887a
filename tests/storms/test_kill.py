"""Killed anywhere, started again: the same ledger, the same letters, none twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.journeys.material import Work, film, form, mail
from tests.journeys.stage import Stage
from tests.make.readers import WarmReaders
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import SmtpReceiver

KILLS = 12
SUBMITTERS = 6


@pytest.fixture
def stage(tmp_path: Path, dovecot: Dovecot, smtp_receiver: SmtpReceiver, warm: WarmReaders) -> Stage:
    made = Stage(tmp_path, dovecot, smtp_receiver, warm)
    made.configure(outbox='on_unknown = "resend"')
    return made


def _deliver(stage: Stage) -> None:
    for index in range(SUBMITTERS):
        title = f"作品{index}"
        stage.imap.deliver(
            mail(
                ("表.docx", form(Work(title))),
                (f"{title}.mp4", film(f"storm{index}")),
                sender=f"submitter{index}@example.org",
            ).as_bytes()
        )


def _start(stage: Stage) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "mailbot", "--config", str(stage.folder / "config.toml"), "run", "--once"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=stage.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
    )


def test_killed_at_random_moments_it_ends_in_the_same_ledger(stage: Stage) -> None:
    stage.configure(campaign="deadline = 2099-12-31", outbox='on_unknown = "resend"')
    _deliver(stage)
    dice = random.Random(20240731)  # noqa: S311 - reproducible moments
    for _ in range(KILLS):
        process = _start(stage)
        time.sleep(dice.uniform(0.4, 2.2))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert _start(stage).wait(timeout=120) == 0
    entries = stage.query("SELECT title, status FROM entry_list ORDER BY title")
    assert entries == [{"title": f"作品{index}", "status": "accepted"} for index in range(SUBMITTERS)]
    numbers = [row["number"] for row in stage.query("SELECT number FROM entries ORDER BY number")]
    assert numbers == [f"GYQG-2099-{index + 1:04d}" for index in range(SUBMITTERS)]
    assert {row["state"] for row in stage.query("SELECT state FROM mails")} == {"done"}
    replies = stage.query("SELECT recipient, count(*) AS letters FROM replies GROUP BY recipient")
    assert [row["letters"] for row in replies] == [1] * SUBMITTERS
    arrived = Counter(str(letter.message["Message-ID"]) for letter in stage.smtp.letters)
    assert set(arrived) == {row["message_id"] for row in stage.query("SELECT message_id FROM replies")}


def test_a_letter_cut_in_mid_sending_is_held_where_nobody_can_tell(stage: Stage) -> None:
    stage.configure()
    stage.receive()
    stage.imap.deliver(mail(subject="咨询", body="请问？").as_bytes())
    stage.receive()
    letter = stage.query("SELECT id FROM replies")[0]["id"]
    with stage.house() as house, house.ledger() as db:
        db.execute(
            "UPDATE replies SET state = 'sending', claimed_at = '2024-06-01T00:00:00+00:00' WHERE id = ?", [letter]
        )
        db.commit()
    stage.receive()
    assert [row["state"] for row in stage.query("SELECT state FROM replies")] == ["unknown"]
    assert [row["kind"] for row in stage.query("SELECT kind FROM attention WHERE kind <> 'mail'")] == ["letter"]
    assert len(stage.smtp.letters) == 1
