"""Seen from outside: health and metrics on loopback, a heartbeat that holds up nobody, systemd's notices."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailbot.cli import cli
from mailbot.ledger import mails
from mailbot.model.mail import MailRef
from mailbot.ops import service
from mailbot.ops.heartbeat import WAITING, Beat, Heart
from mailbot.ops.house import House, now, open_house
from mailbot.ops.outside import open_to_watchers
from mailbot.ops.pulse import Pulse
from mailbot.settings.keys import MailboxSettings, Settings, WatchSettings
from mailbot.settings.loading import load
from mailbot.stages import Stage, timed, totals
from tests.make.maildir import maildir

ROOT = Path(__file__).parents[2]
PERSON = "wang@yunling.example.org"


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> Iterator[House]:
    settings = replace(
        Settings(),
        data_dir=tmp_path / "var",
        file=tmp_path / "config.toml",
        mailbox=(MailboxSettings(name="box", path=tmp_path / "inbox"),),
        watch=WatchSettings("127.0.0.1:0"),
    )
    with open_house(settings) as house:
        yield house


def asked(address: str, path: str, method: str = "GET") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://{address}{path}", method=method)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def enter(house: House, hours: int) -> None:
    content = f"From: {PERSON}\r\nSubject: {hours}\r\n\r\n".encode()
    at = now() - timedelta(hours=hours)
    ref = MailRef("box", "INBOX", 1, hours, at)
    with house.ledger() as db:
        kept = house.bench.spool.keep(lambda _ref, start: iter([content[start:]]), ref)
        mails.enter(db, ref, kept, house.settings.campaign.zone, at)


def figure(text: str, name: str) -> float:
    return float(next(line for line in text.splitlines() if line.startswith(f"{name} ")).rpartition(" ")[2])


def test_health_and_metrics_tell_what_waits_and_what_is_wrong_and_nobodys_name(house: House) -> None:
    pulse = Pulse(Heart(""))
    with open_to_watchers(house, pulse) as address:
        enter(house, 0)
        with timed(Stage.PARSE):
            pass
        status, told = asked(address, "/healthz")
        assert (status, json.loads(told)["well"], json.loads(told)["troubles"]) == (200, True, [])
        enter(house, 3)
        status, told = asked(address, "/healthz")
        assert (status, json.loads(told)["troubles"]) == (503, ["waiting"])
        status, text = asked(address, "/metrics")
        assert status == 200
        assert figure(text, 'mailbot_mails{state="spooled"}') == 2
        assert figure(text, 'mailbot_trouble{cause="waiting"}') == 1
        assert figure(text, 'mailbot_trouble{cause="disk"}') == 0
        assert 3 * 3600 <= figure(text, "mailbot_oldest_mail_seconds") < 3 * 3600 + 600
        assert figure(text, 'mailbot_stage_runs_total{stage="parse"}') == totals()[Stage.PARSE].times > 0
        assert PERSON not in text + told
        assert [asked(address, path)[0] for path in ("/", "/metrics/x", "/../etc/passwd")] == [404] * 3
        assert asked(address, "/healthz", "POST")[0] == 404


def test_rounds_that_no_longer_end_are_told(house: House) -> None:
    pulse = Pulse(Heart(""))
    pulse.ended_at -= 3600
    with open_to_watchers(house, pulse) as address:
        assert json.loads(asked(address, "/healthz")[1])["troubles"] == ["rounds"]
        with pulse.round() as verdict:
            verdict.well = True
        assert asked(address, "/healthz")[0] == 200


@contextmanager
def watcher(answers: threading.Event) -> Iterator[tuple[str, list[str], threading.Semaphore]]:
    """A server that notes what it is told, and answers once it may."""
    paths: list[str] = []
    came = threading.Semaphore(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            paths.append(self.path)
            came.release()
            answers.wait(60)
            with suppress(OSError):
                self.send_response(200)
                self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Not into the tests' output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/ping/1", paths, came
        answers.set()
        server.shutdown()


def test_each_round_is_told_as_it_begins_and_by_how_it_went() -> None:
    answers = threading.Event()
    answers.set()
    with watcher(answers) as (url, paths, _):
        heart = Heart(url)
        pulse = Pulse(heart)
        with pulse.round() as verdict:
            verdict.well = True
        with pulse.round():
            pass
        with pytest.raises(ZeroDivisionError), pulse.round():
            raise ZeroDivisionError
        heart.close(30)
    assert paths == ["/ping/1/start", "/ping/1", *["/ping/1/start", "/ping/1/fail"] * 2]
    assert pulse.failures == 2


def test_a_watcher_that_never_answers_holds_up_no_round() -> None:
    answers = threading.Event()
    with watcher(answers) as (url, paths, came):
        heart = Heart(url)
        for _ in range(WAITING + 5):
            heart.tell(Beat.START)
        came.acquire()
        heart.close(0)
        assert paths == ["/ping/1/start"]


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@mailbot-nobody-listens"])
def test_without_a_systemd_that_listens_nothing_is_told(address: str) -> None:
    service.tell(service.READY, {"NOTIFY_SOCKET": address})


def test_a_daemon_tells_systemd_that_it_is_ready_lives_and_stops_and_answers_those_who_watch(tmp_path: Path) -> None:
    maildir(tmp_path / "inbox")
    (tmp_path / "config.toml").write_text(
        '[mailbox]\nkind = "maildir"\npath = "inbox"\n[smtp]\nkind = "folder"\npath = "sent"\nfrom = "a@example.org"\n'
        '[watch]\nlisten = "127.0.0.1:0"\n',
        encoding="utf-8",
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        with chdir(tmp_path):  # such an address may be 107 bytes long
            systemd.bind("notify")
        systemd.settimeout(60)
        process = subprocess.Popen(
            [sys.executable, "-m", "mailbot", "--config", "config.toml", "run"],
            cwd=tmp_path, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "NOTIFY_SOCKET": "notify"},
        )  # fmt: skip
        try:
            told = [systemd.recv(100), systemd.recv(100)]
            assert process.stderr is not None
            port = next(json.loads(line)["port"] for line in process.stderr if "watchers-welcome" in line)
            assert asked(f"127.0.0.1:{port}", "/healthz")[0] == 200
            process.send_signal(signal.SIGTERM)
            while told[-1] != b"STOPPING=1":
                told.append(systemd.recv(100))
            assert (told[0], set(told[1:-1])) == (b"READY=1", {b"WATCHDOG=1"})
            process.stderr.read()
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.communicate()


def test_the_unit_runs_this_mailbot_with_this_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    shutil.copy(ROOT / "config.example.toml", config)
    printed = CliRunner().invoke(cli, ["--config", str(config), "init", "--systemd"])
    assert printed.exit_code == 0, printed.output
    assert f"--config {config} run" in printed.output
    assert f"ReadWritePaths={load(config, {})[0].data_dir}" in printed.output
    assert not re.search(r"\$[a-z{]", printed.output)
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / "mailbot.service"
    unit.write_text(printed.output, encoding="utf-8")
    found = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "mailbot.service" not in found.stderr + found.stdout, found.stderr
