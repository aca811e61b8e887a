"""From the end of a mail's APPEND to the reply at the SMTP receiver, and a backlog until all of it is answered."""

import imaplib
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from bench.rows.video import film
from bench.table import Goal, Row, Run, together
from tests.journeys.material import IN_TIME, Work, form, mail
from tests.journeys.stage import Stage
from tests.servers.dovecot import PASSWORD, USER, dovecot
from tests.servers.smtp_receiver import smtp_receiver

BACKLOG: Final = 60
SAMPLE: Final = 12
"""Prints that are waited for; all of them take as long each."""
LONGEST: Final = 600.0
"""Seconds after which a row is given up."""
LOOK_SECONDS: Final = 0.01
OUTBOX: Final = "daily_cap = 1000000\nper_sender_daily = 1000000\nfirst_run_limit = 0"
ANSWERED: Final = (Goal("figure", "≤", 1.0), Goal("peak", "≤", 150))
FIRST, ALL, PRINTED = (Goal("figure", "≤", seconds) for seconds in (3, 25, 120))


def rows() -> Iterator[Row]:
    with stage() as (campaign, daemon):
        campaign.imap.deliver(_mail(0, b"").as_bytes(policy=policy.SMTP), received_at=IN_TIME)  # begins the first round
        with daemon() as process:
            _await(lambda: bool(campaign.smtp.letters))
            time.sleep(2)  # it settles, and waits by IDLE
            yield Row("APPEND of 8 min at 600 kbit/s until the reply", _answer(campaign, process), "s", goals=ANSWERED)
    with stage() as (campaign, daemon):
        campaign.imap.deliver(_mail(BACKLOG, b"").as_bytes(policy=policy.SMTP), received_at=IN_TIME)
        with daemon():  # until a first round has gone well no letter leaves before its end
            _await(lambda: bool(campaign.smtp.letters))
        yield from _backlog(campaign, daemon, BACKLOG)


@contextmanager
def stage() -> Iterator[tuple[Stage, Callable[[], "subprocess.Popen[bytes]"]]]:
    """A campaign on real servers, and what starts its daemon; leaving the started process's block ends it."""
    with dovecot() as imap, smtp_receiver() as smtp, tempfile.TemporaryDirectory() as name:
        made = Stage(Path(name), imap, smtp)
        config = made.configure(outbox=OUTBOX)
        yield made, lambda: _started(config)


class _Daemon(subprocess.Popen[bytes]):
    """A daemon that is asked to end at the end of its block."""

    def __exit__(self, *_: object) -> None:
        self.send_signal(signal.SIGTERM)
        self.wait(LONGEST)


def _started(config: Path) -> "subprocess.Popen[bytes]":
    quiet = subprocess.DEVNULL
    return _Daemon([sys.executable, "-m", "mailbot", "--config", str(config), "run"], stdout=quiet, stderr=quiet)


def _mail(number: int, content: bytes) -> EmailMessage:
    title = f"作品{number}"
    other = content + struct.pack(">I4sI", 12, b"free", number) if content else b""  # each film is another file
    files = [
        ("推荐汇总表.docx", form(Work(title), unit=f"第{number}厂")),
        *([(f"{title}.mp4", other)] if other else []),
    ]
    return mail(*files, sender=f"maker{number}@example.com", subject=f"报送 {title}")


def _await(ready: Callable[[], bool], look: Callable[[], object] = lambda: None) -> float:
    """Seconds until it is so."""
    begun = time.monotonic()
    while not ready():
        if time.monotonic() - begun > LONGEST:
            raise TimeoutError("mailbot does not come to an end")
        look()
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - begun


class _Peak:
    """The most memory of a process and all below it, as often as it is looked at."""

    def __init__(self, pid: int) -> None:
        self.pid, self.bytes = pid, 0

    def look(self) -> None:
        self.bytes = max(self.bytes, together(self.pid))


def _answer(campaign: Stage, process: "subprocess.Popen[bytes]") -> Run:
    raw = _mail(1, film(480, "600k").read_bytes()).as_bytes(policy=policy.SMTP)
    before, peak = len(campaign.smtp.letters), _Peak(process.pid)
    with imaplib.IMAP4(campaign.imap.host, campaign.imap.port) as client:
        client.login(USER, PASSWORD)
        client.append("INBOX", "", imaplib.Time2Internaldate(IN_TIME), raw)
        spent = _await(lambda: len(campaign.smtp.letters) > before, peak.look)
    return Run(spent, peak=peak.bytes)


def _backlog(campaign: Stage, daemon: Callable[[], "subprocess.Popen[bytes]"], count: int) -> Iterator[Row]:
    content = film(120, "1750k").read_bytes()
    for number in range(count):
        raw = _mail(number, content).as_bytes(policy=policy.SMTP)
        campaign.imap.deliver(raw, received_at=_minute(number))
    with daemon() as process:
        begun, peak, before = time.monotonic(), _Peak(process.pid), len(campaign.smtp.letters)
        first = _await(lambda: len(campaign.smtp.letters) > before, peak.look)
        _await(lambda: len(campaign.smtp.letters) >= before + count, peak.look)
        answered = Run(time.monotonic() - begun, peak=peak.bytes)
        owed = _owed(campaign)
        few = max(1, min(SAMPLE, owed))
        some = _await(lambda: _owed(campaign) <= max(0, owed - few), peak.look)
        printed = Run(answered.value + some * owed / few, peak=peak.bytes)
        what = f"{count} mails with films of 2 min until"
        yield Row(f"{what} the first is answered", Run(first), "s", goals=(FIRST,))
        yield Row(f"{what} all are answered", answered, "s", goals=(ALL,))
        yield Row(f"{what} all prints are made, by {SAMPLE} of them", printed, "s", goals=(PRINTED,))


def _minute(number: int) -> datetime:
    return IN_TIME + timedelta(minutes=number)


def _owed(campaign: Stage) -> int:
    with closing(sqlite3.connect(campaign.folder / "var" / "ledger.sqlite")) as db:
        return int(db.execute("SELECT count(*) FROM videos WHERE print = 'owed'").fetchone()[0])
