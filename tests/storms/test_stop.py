"""Asked to stop in whatever state, the daemon ends cleanly within ten seconds, and the next start goes on."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import cast

import pytest

from mailbot.ops.round import run_once
from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.journeys.stage import Stage
from tests.servers.doubtful import Doubtful, doubtful
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import Act, SmtpReceiver

STOP_SECONDS = 10
START_SECONDS = 60
MOMENTS = 4


@pytest.fixture(name="server")
def _server() -> Iterator[Doubtful]:
    with doubtful() as server:
        server.stall_seconds = 60
        yield server


@pytest.fixture(name="stage")
def _stage(tmp_path: Path, server: Doubtful, smtp_receiver: SmtpReceiver) -> Stage:
    made = Stage(tmp_path, cast("Dovecot", server), smtp_receiver)
    made.configure()
    return made


def ask(server: Doubtful, number: int) -> int:
    question = mail(sender=f"asker{number}@ask.example.org", subject="请问", body=f"请问截止日期？（{number}）")
    return server.deliver(question.as_bytes(policy=policy.SMTP), received_at=IN_TIME + timedelta(minutes=number))


def start(stage: Stage, *launcher: str) -> "subprocess.Popen[bytes]":
    config = str(stage.folder / "config.toml")
    process = subprocess.Popen(
        [sys.executable, "-m", *(launcher or ("mailbot", "--config", config, "run"))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=stage.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if b"daemon-started" in line:
            break
    return process


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        assert process.wait(STOP_SECONDS) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert process.stderr is not None
        process.stderr.close()


def until(happened: Callable[[], object]) -> None:
    ends = time.monotonic() + START_SECONDS
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_it_stops_in_the_middle_of_a_mail_that_does_not_come(stage: Stage, server: Doubtful) -> None:
    server.stalled = {ask(server, 0)}
    process = start(stage)
    until(lambda: server.stalls)
    stop(process)


def test_it_stops_in_the_middle_of_a_letter_that_nobody_takes(stage: Stage, server: Doubtful) -> None:
    ask(server, 0)
    stage.smtp.answer("data", Act.STALL)
    process = start(stage)
    until(lambda: stage.smtp.connections and not stage.smtp.steps["data"])
    stop(process)


def test_it_stops_while_work_on_a_file_goes_on_that_nobody_waits_for(stage: Stage) -> None:
    process = start(stage, "tests.storms.busy", str(stage.folder / "config.toml"))
    stop(process)


def test_it_stops_at_any_moment_and_the_next_start_goes_on(stage: Stage, server: Doubtful) -> None:
    for number in range(3):
        ask(server, number)
        whole = mail((f"表{number}.docx", form(Work(f"作品{number}"))), (f"作品{number}.mp4", film(f"stop{number}")))
        server.deliver(whole.as_bytes(policy=policy.SMTP), received_at=IN_TIME)
    dice = random.Random(20240731)  # noqa: S311 - reproducible moments
    for _ in range(MOMENTS):
        process = start(stage)
        time.sleep(dice.uniform(0, 3))
        stop(process)
    with stage.house() as house:
        run_once(house)
    assert len(stage.letters()) == 6
    assert [row["state"] for row in stage.query("SELECT DISTINCT state FROM mails")] == ["done"]
