"""One storm: mailbot is killed again and again while disk, ledger, clock, IMAP and SMTP misbehave.

    python -m bench.storm [KILLS] [--minutes N] [--seed N]

A campaign of independent mails comes in one by one. Each run of mailbot is killed by SIGKILL, at a random moment or at
a random named point (`mailbot/faults.py`); in many of them files may not grow (RLIMIT_FSIZE), the ledger is locked, the
clock jumps by up to a year, the IMAP server stalls or gives mails in part, the SMTP server puts off, cuts, or takes a
letter and dies. When all its mails are done, the weather clears, and mailbot runs until nothing is open. Ledger and
letters must be those of an undisturbed run, to the letter, and each letter must have arrived once. Then the same mails
come in another time, in an empty folder, until it was killed so often in all.
"""

import argparse
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import Any, Final, Self, cast

from mailbot.faults import Point
from mailbot.ledger.connection import open_ledger
from mailbot.ops.scrub import missing, rotten
from mailbot.settings.loading import load
from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.journeys.stage import Stage
from tests.servers.doubtful import Doubtful, at_most, doubtful, nothing, short_by
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import Act, Letter, SmtpReceiver, smtp_receiver

SENT: Final = "已发送"
SIGNED: Final = re.compile(r"(?<=[\n>])[ ]{0,9}20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日(?=\s*(?:\n|<|$))")
"""The day on which a letter was written, on a line of its own."""
MAILS: Final = 40
PATIENCE: Final = 13
"""Runs after which another mail comes in, whatever is open, or the weather clears when none is left."""
FILMS: Final = 8
"""Every so manieth mail brings a film."""
JUMPS: Final = (0, -600, -86400, 600, 86400, 365 * 86400)
"""Seconds by which the clock is wrong."""
POINTS: Final = (
    Point.MAIL_FETCHED, Point.MAIL_SPOOLED, Point.FILE_STORED, Point.JOURNAL_WRITTEN, Point.LEDGER_WRITTEN,
    Point.LETTER_HANDED_OVER,
)  # fmt: skip
SMTP: Final[tuple[tuple[str, Any], ...]] = (
    ("connect", "421 4.3.2 try later"),
    ("login", "451 4.3.0 too much"), ("mail", "451 4.7.1 RP:QRC"),
    ("rcpt", Act.CUT), ("data", Act.CUT), ("end", Act.CUT), ("end", Act.TAKE_AND_CUT), ("end", Act.TWICE),
    ("end", "451 4.3.0 DT:SPM please try again"),
)  # fmt: skip
QUESTIONS: Final = {
    "mails": "SELECT id, sha256, state, sender, triage, received_at, attention FROM mails ORDER BY id",
    "entries": "SELECT number, status, title, unit, contact, phone, sender, mail_id, video_sha256, received_at "
    "FROM entries ORDER BY seq",
    "findings": "SELECT f.mail_id, e.number, f.position, f.code, f.message, f.details FROM findings f "
    "LEFT JOIN entries e ON e.id = f.entry_id ORDER BY e.seq, f.mail_id, f.position",
    "letters": "SELECT mail_id, letter_key, message_id, kind, state, recipient, subject, text, html, numbers "
    "FROM replies WHERE mail_id IS NOT NULL ORDER BY mail_id, letter_key",
    "history": "SELECT kind, number, mail_id, before, after, note, say, details FROM events "
    "ORDER BY mail_id, number, id",
}
"""What must be the same; alerts tell of the weather, and are left out."""


class Filed(list[Letter]):
    """Letters that the server took: it files each in the account's Sent folder."""

    def __init__(self, server: Doubtful) -> None:
        super().__init__()
        self._server = server

    def append(self, letter: Letter) -> None:
        """Take a letter."""
        super().append(letter)
        self._server.deliver(letter.raw, folder=SENT)


def message(number: int) -> bytes:
    """A mail that has nothing to do with any other."""
    sender = f"a{number} <a{number}@maker{number}.example.org>"
    if number % 3 == 2:
        return mail(sender=sender, subject="请问", body=f"请问截止日期是哪天？（{number}）").as_bytes(
            policy=policy.SMTP
        )
    works = [Work(f"作品{number}之{which}") for which in range(1 + number % 2)]
    files = [(f"表{number}.docx", form(*works, unit=f"第{number}机械厂"))]
    if number % FILMS == 0:
        files.append((f"作品{number}之0.mp4", film(f"storm{number}")))
    return mail(*files, sender=sender).as_bytes(policy=policy.SMTP)


class Campaign:
    """One mailbox, one receiver, one data folder."""

    def __init__(self, folder: Path, stack: ExitStack, mails: list[bytes]) -> None:
        folder.mkdir()
        self.server = stack.enter_context(doubtful())
        self.server.stall_seconds = 0.3
        self.receiver: SmtpReceiver = stack.enter_context(smtp_receiver())
        self.receiver.letters = Filed(self.server)
        stage = Stage(folder, cast("Dovecot", self.server), self.receiver)
        mailbox = 'timeout = "2s"\n'
        self.config = stage.configure(campaign="deadline = 2099-12-31", mailbox=mailbox, outbox="daily_cap = 10000")
        self.ledger = folder / "var" / "ledger.sqlite"
        self.clock = folder / "clock"
        self.log = folder / "log"
        self.set_clock(0)
        self.starter = stack.enter_context(starter(self.clock))
        self.mails = mails
        self.delivered = 0

    def set_clock(self, jump: int) -> None:
        """Let the clock be wrong by so many seconds from now on."""
        self.clock.write_text(str(jump), encoding="ascii")

    def deliver(self) -> None:
        """The next mail."""
        at = IN_TIME + timedelta(minutes=self.delivered)
        self.server.deliver(self.mails[self.delivered], received_at=at)
        self.delivered += 1

    def run(
        self, seconds: float | None = None, point: Point | None = None, passes: int = 0, file_bytes: int = 0
    ) -> int:
        """Run mailbot once; its exit code, negative where it was killed."""
        told = {"config": str(self.config), "log": str(self.log), "seconds": seconds, "point": point, "passes": passes,
                "file_bytes": file_bytes}  # fmt: skip
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        self.starter.stdin.write(json.dumps(told) + "\n")
        self.starter.stdin.flush()
        return int(json.loads(self.starter.stdout.readline()))

    def undecided(self) -> int:
        """Mails that are not in yet, or wait to be decided."""
        if not self.ledger.exists():
            return self.delivered
        with closing(sqlite3.connect(self.ledger)) as db:
            decided = db.execute("SELECT count(*) FROM mails WHERE state <> 'spooled'").fetchone()[0]
        return int(self.delivered - decided)

    def open(self) -> int:
        """Mails and letters that are not done."""
        if not self.ledger.exists():
            return self.delivered
        with closing(sqlite3.connect(self.ledger)) as db:
            letters = db.execute("SELECT count(*) FROM replies WHERE state IN ('due', 'sending')").fetchone()[0]
        return int(self.undecided() + letters)

    def outcome(self) -> dict[str, list[tuple[Any, ...]]]:
        """What is compared; the day under a letter is the clock's, which was wrong."""
        with closing(sqlite3.connect(self.ledger)) as db:
            asked = {name: db.execute(question).fetchall() for name, question in QUESTIONS.items()}
        dated = asked["letters"]
        asked["letters"] = [tuple(SIGNED.sub("", one) if isinstance(one, str) else one for one in row) for row in dated]
        return asked

    def arrived(self) -> Counter[str]:
        """How often each letter to a submitter arrived."""
        return Counter(
            str(letter.message["Message-ID"])
            for letter in self.receiver.letters
            if "organizer" not in letter.recipients[0]
        )


@contextmanager
def starter(clock: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.tempest", str(clock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as process:  # fmt: skip
        yield process
        assert process.stdin is not None
        process.stdin.close()


class Weather:
    """What goes wrong in one run."""

    def __init__(self, campaign: Campaign, dice: random.Random, faults: Counter[str]) -> None:
        self._campaign = campaign
        self._dice = dice
        self._faults = faults
        self.file_bytes = 0

    def __enter__(self) -> Self:
        server, dice = self._campaign.server, self._dice
        alone = self._campaign.undecided() < 2  # a mail that a fault holds back is overtaken by those behind it
        if self._likely("disk", 0.2 * alone):
            self.file_bytes = dice.randrange(1, 600_000)
        if self._likely("clock", 0.3):
            self._campaign.set_clock(dice.choice(JUMPS))
        if self._likely("locked", 0.15) and self._campaign.ledger.exists():
            threading.Thread(target=self._lock, args=(dice.uniform(0, 1), dice.uniform(0.1, 1.5))).start()
        if self._likely("imap", 0.3 * alone):
            change = dice.choice((nothing, at_most(2000), short_by(7)))
            setattr(server, dice.choice(("pieces", "whole", "rfc822")), change)
            server.stalled = set(dice.sample(sorted(server.boxes["INBOX"].mails), 1))
        if self._likely("smtp", 0.3):
            self._campaign.receiver.answer(*dice.choice(SMTP))
        return self

    def __exit__(self, *_error: object) -> None:
        server = self._campaign.server
        server.pieces = server.whole = server.rfc822 = bytes
        server.stalled = set()
        self._campaign.receiver.steps.clear()

    def _likely(self, name: str, share: float) -> bool:
        happens = self._dice.random() < share
        self._faults[name] += happens
        return happens

    def _lock(self, after: float, seconds: float) -> None:
        time.sleep(after)
        try:
            with closing(sqlite3.connect(self._campaign.ledger, timeout=5)) as db:
                db.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                db.rollback()
        except sqlite3.Error:
            return  # mailbot was quicker


@dataclass
class Toll:
    """What all campaigns came to.

    Attributes:
        deaths: what killed mailbot, and how often.
        faults: what else went wrong, and how often.
        letters: that arrived.
        found: what is not as in the undisturbed run.
    """

    deaths: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    found: list[str] = field(default_factory=list)


def rage(campaign: Campaign, dice: random.Random, longest: float, toll: Toll, enough: Callable[[], bool]) -> None:
    """Kill mailbot until it was often enough, or all mails are done; one mail takes `longest` seconds."""
    runs, left = 0, PATIENCE
    while not enough() and left and (campaign.delivered < MAILS or campaign.open()):
        if campaign.delivered == MAILS:
            left -= 1  # what is open now waits by its clock
        elif campaign.open() < 2 or runs % PATIENCE == 0:
            campaign.deliver()
        point = dice.choice(POINTS) if dice.random() < 0.5 else None
        runs += 1
        with Weather(campaign, dice, toll.faults) as weather:
            code = campaign.run(
                4 * longest if point else dice.uniform(0.02, longest), point, dice.randrange(12), weather.file_bytes
            )
        if code < 0:
            toll.deaths[point or "at random"] += 1
        if runs % 25 == 0:
            print(
                f"{runs} runs, {campaign.delivered} mails, {campaign.open()} open; {toll.deaths.total()} kills in all",
                flush=True,
            )


def clear(campaign: Campaign) -> None:
    """Let the rest come in, and mailbot finish; what waits by its clock is given the time."""
    while campaign.delivered < MAILS:
        campaign.deliver()
    for minutes in range(0, 600, 10):
        campaign.set_clock(60 * minutes)
        campaign.run()
        if not campaign.open():
            return


def differences(storm: Campaign, calm: Campaign) -> list[str]:
    """What is not as in the undisturbed run."""
    found = []
    ours, theirs = storm.outcome(), calm.outcome()
    for name in QUESTIONS:
        found += [f"{name}: only in the storm: {row}"[:400] for row in ours[name] if row not in theirs[name]]
        found += [f"{name}: not in the storm: {row}"[:400] for row in theirs[name] if row not in ours[name]]
        found += [f"{name}: in another order"] if sorted(map(str, ours[name])) == sorted(map(str, theirs[name])) and (
            ours[name] != theirs[name]
        ) else []  # fmt: skip
    twice = {name: times for name, times in storm.arrived().items() if times > 1}
    found += [f"arrived {times} times: {name}" for name, times in twice.items()]
    found += [f"never arrived: {name}" for name in calm.arrived() - storm.arrived()]
    settings = load(storm.config, {})[0]
    with open_ledger(storm.ledger, settings.campaign.themes) as db:
        found += [f"missing: {path}" for path in missing(db, settings)]
    return found + [f"rotten: {path}" for path in rotten(settings)]


def calm_run(folder: Path, stack: ExitStack, mails: list[bytes]) -> tuple[Campaign, float]:
    """The undisturbed run, and the seconds that its first mail, one with a film, takes."""
    calm = Campaign(folder, stack, mails)
    calm.deliver()
    begun = time.monotonic()
    calm.run()
    longest = time.monotonic() - begun
    while calm.delivered < MAILS:
        calm.deliver()
    if calm.run():
        sys.exit(f"the undisturbed run fails: {calm.log.read_text()[-2000:]}")
    return calm, longest


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("kills", nargs="?", type=int, default=500)
    arguments.add_argument("--minutes", type=float, default=600, help="end earlier, after so many")
    arguments.add_argument("--seed", type=int, default=20240731)
    chosen = arguments.parse_args()
    ends = time.monotonic() + 60 * chosen.minutes
    toll, played = Toll(), 0

    def enough() -> bool:
        return toll.deaths.total() >= int(chosen.kills) or time.monotonic() > ends

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mails = [message(number) for number in range(MAILS)]
        calm, longest = calm_run(folder / "calm", stack, mails)
        while not enough():
            dice = random.Random(chosen.seed + played)  # noqa: S311 - reproducible weather
            with ExitStack() as one:
                storm = Campaign(folder / f"storm{played}", one, mails)
                rage(storm, dice, longest, toll, enough)
                clear(storm)
                toll.found += [f"campaign {played}: {what}" for what in differences(storm, calm)]
                toll.letters += storm.arrived().total()
            shutil.rmtree(storm.ledger.parents[1])
            played += 1
    print(f"killed: {dict(toll.deaths.most_common())}")
    print(f"besides: {dict(toll.faults.most_common())}")
    print(f"{toll.deaths.total()} kills; {played} times {MAILS} mails; {toll.letters} letters arrived")
    print(*toll.found or ["ledger and letters are those of the undisturbed run"], sep="\n")
    return 1 if toll.found else 0


if __name__ == "__main__":
    sys.exit(main())
