"""Several mails are read at once, in whatever order that ends and wherever it is killed: the ledger is that of one."""

import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest

from mailbot.faults import Point
from mailbot.fetch.open import open_mailbox
from mailbot.ops.house import open_house
from mailbot.ops.round import run_once
from mailbot.polling import fetch_new
from mailbot.settings.keys import Settings
from mailbot.settings.loading import load
from tests.house.checkout import ROOT
from tests.make.backlog import CONFIG, deliver, ledger_of, letters_of
from tests.make.readers import WarmReaders

B = TypeVar("B")
P = ParamSpec("P")
T = TypeVar("T")
MAILS = 200
Ended = tuple[dict[str, list[tuple[object, ...]]], list[tuple[str, str, str]]]


class Shuffled:
    """An engine of several threads, each of which takes any of the work that waits, by the dice."""

    def __init__(self, workers: int) -> None:
        self.width = workers
        self._dice = random.Random(20240731)  # noqa: S311 - the same order each time, as far as threads allow
        self._threads = ThreadPoolExecutor(workers)
        self._waiting: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def submit(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        asked: Future[T] = Future()
        with self._lock:
            self._waiting.append(partial(self._do, asked, partial(work, bench, *args, **kwargs)))
        self._threads.submit(self._any)
        return asked

    behind = submit

    def _any(self) -> None:
        with self._lock:
            chosen = self._waiting.pop(self._dice.randrange(len(self._waiting)))
        chosen()

    @staticmethod
    def _do(asked: "Future[Any]", work: Callable[[], object]) -> None:
        try:
            asked.set_result(work())
        except Exception as error:  # noqa: BLE001 - as every engine hands it on
            asked.set_exception(error)


class Held:
    """An engine of two threads whose first work ends only when so many others have ended."""

    width = 2

    def __init__(self, others: int) -> None:
        self._threads = ThreadPoolExecutor(self.width)
        self._others = threading.Semaphore(0)
        self._wanted = others
        self._first = True

    def submit(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        first, self._first = self._first, False
        return self._threads.submit(self._do, partial(work, bench, *args, **kwargs), first=first)

    behind = submit

    def _do(self, work: Callable[[], T], *, first: bool) -> T:
        if first:
            assert all(self._others.acquire(timeout=60) for _ in range(self._wanted))
            return work()
        ended = work()
        self._others.release()
        return ended


@pytest.fixture(scope="module", name="fetched")
def _fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign whose mails are all in the spool, and none is processed."""
    folder = tmp_path_factory.mktemp("side-by-side")
    deliver(folder / "inbox", MAILS)
    settings = configured(folder / "fetched", 1)
    with open_house(settings) as house, house.ledger() as db:
        mailbox = open_mailbox(settings.mailbox[0])
        assert fetch_new(mailbox, house.session(db)).mails == MAILS
    return folder


def configured(folder: Path, workers: int) -> Settings:
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(CONFIG.format(inbox=folder.parent / "inbox", workers=workers), encoding="utf-8")
    return load(folder / "config.toml", {})[0]


def copied(fetched: Path, name: str, workers: int) -> Path:
    shutil.copytree(fetched / "fetched", fetched / name)
    configured(fetched / name, workers)
    return fetched / name


def outcome(folder: Path) -> Ended:
    return ledger_of(folder / "var"), letters_of(folder / "sent")


@pytest.fixture(scope="module", name="alone")
def _alone(fetched: Path, warm: WarmReaders) -> Ended:
    """What one worker comes to, undisturbed."""
    folder = copied(fetched, "alone", 1)
    with open_house(load(folder / "config.toml", {})[0]) as house:
        bench = replace(house.bench, readers=warm.files, mail_readers=warm.mails)
        assert run_once(replace(house, bench=bench)).processed == MAILS
    return outcome(folder)


def test_two_workers_whose_work_ends_in_any_order_come_to_the_ledger_of_one(
    fetched: Path, alone: Ended, warm: WarmReaders
) -> None:
    folder = copied(fetched, "shuffled", 2)
    with open_house(load(folder / "config.toml", {})[0]) as house:
        bench = replace(house.bench, readers=warm.files, mail_readers=warm.mails, engine=Shuffled(2))
        run_once(replace(house, bench=bench))
    assert outcome(folder) == alone


def test_four_workers_killed_again_and_again_come_to_the_ledger_of_one(fetched: Path, alone: Ended) -> None:
    folder = copied(fetched, "killed", 4)
    command = ["--config", str(folder / "config.toml"), "run", "--once"]
    kills = ((Point.FILE_STORED, 9), (Point.LEDGER_WRITTEN, 150))
    for point, passes in kills:
        armed = [sys.executable, "-m", "tests.storms.armed", point.value, str(passes), *command]
        assert subprocess.run(armed, cwd=ROOT, capture_output=True, check=False).returncode == -signal.SIGKILL
    subprocess.run([sys.executable, "-m", "mailbot", *command], cwd=ROOT, capture_output=True, check=True)
    assert outcome(folder) == alone


def test_a_mail_that_takes_long_holds_up_other_senders_by_its_own_work_alone(tmp_path: Path, warm: WarmReaders) -> None:
    """Those behind it are read meanwhile, as many as are in hand, and decided in the order of receipt when it is."""
    deliver(tmp_path / "inbox", 4)
    settings, engine = configured(tmp_path / "held", 2), Held(others=4)
    with open_house(settings) as house, house.ledger() as db:
        bench = replace(house.bench, readers=warm.files, mail_readers=warm.mails, engine=engine)
        assert run_once(replace(house, bench=bench)).processed == 4
        decided = [row[0] for row in db.execute("SELECT mail_id FROM replies WHERE mail_id IS NOT NULL ORDER BY id")]
        assert decided == sorted(decided)
        assert len(set(db.execute("SELECT sender FROM mails").fetchall())) > 1
