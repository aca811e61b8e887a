"""When the daemon's jobs run."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from mailbot.daemon import ClockWatch, Job, end

PATIENCE = 20
"""Seconds after which a run that should have begun is missed, on a busy machine too."""
HOUR = 3600.0


@pytest.fixture(name="stop")
def _stop() -> threading.Event:
    return threading.Event()


@pytest.fixture(name="scheduler")
def _scheduler(stop: threading.Event) -> Iterator[BackgroundScheduler]:
    made = BackgroundScheduler(timezone=UTC, executors={"work": ThreadPoolExecutor(1)})
    made.start()
    yield made
    stop.set()
    end(made)


class Clock:
    """A wall clock that can be set."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead  # noqa: TID251 - the clock of this test


def test_a_job_is_done_again_and_again(scheduler: BackgroundScheduler, stop: threading.Event) -> None:
    runs = threading.Semaphore(0)
    job = Job(scheduler, "work", runs.release, 0.01, stop, Clock())
    job.plan()
    assert all(runs.acquire(timeout=PATIENCE) for _ in range(3))


def test_a_job_that_fails_is_done_again(scheduler: BackgroundScheduler, stop: threading.Event) -> None:
    runs = threading.Semaphore(0)

    def act() -> None:
        runs.release()
        raise ValueError("a fault of our own")

    Job(scheduler, "work", act, 0.01, stop, Clock()).plan()
    assert all(runs.acquire(timeout=PATIENCE) for _ in range(2))


def test_a_job_woken_while_it_runs_runs_once_more_and_never_beside_itself(
    scheduler: BackgroundScheduler, stop: threading.Event
) -> None:
    begun, go_on = threading.Semaphore(0), threading.Semaphore(0)
    running: list[int] = [0]
    most: list[int] = [0]

    def act() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        begun.release()
        go_on.acquire(timeout=PATIENCE)
        running[0] -= 1

    job = Job(scheduler, "work", act, HOUR, stop, Clock())
    job.plan(0)
    assert begun.acquire(timeout=PATIENCE)
    job.wake()
    job.wake()
    go_on.release()
    assert begun.acquire(timeout=PATIENCE), "what woke it while it ran is not lost"
    go_on.release()
    assert job.join(PATIENCE)
    assert not begun.acquire(timeout=0.2), "two calls are one run more"
    assert most == [1]


def test_a_job_planned_by_a_clock_that_was_a_day_ahead_runs_once_the_clock_is_set(
    scheduler: BackgroundScheduler, stop: threading.Event
) -> None:
    runs, clock = threading.Semaphore(0), Clock()
    clock.ahead = timedelta(days=1)
    job = Job(scheduler, "work", runs.release, 0.01, stop, clock)
    job.plan()
    assert not runs.acquire(timeout=0.2)
    clock.ahead = timedelta()
    job.plan()
    assert runs.acquire(timeout=PATIENCE)


def test_once_mailbot_is_to_stop_nothing_new_begins(scheduler: BackgroundScheduler, stop: threading.Event) -> None:
    runs = threading.Semaphore(0)
    job = Job(scheduler, "work", runs.release, 0.01, stop, Clock())
    stop.set()
    job.plan()
    job.wake()
    assert job.join(0)
    assert not runs.acquire(timeout=0.1)


@pytest.mark.parametrize(
    ("wall", "monotonic", "noticed"),
    [(1.0, 1.0, False), (1.5, 1.0, False), (-600.0, 1.0, True), (-86_400.0, 1.0, True), (31_536_000.0, 1.0, True)],
)
def test_a_clock_that_is_set_is_noticed_and_one_that_is_slewed_is_not(
    wall: float, monotonic: float, *, noticed: bool
) -> None:
    seconds = {"wall": 1_700_000_000.0, "monotonic": 50.0}
    watch = ClockWatch(lambda: seconds["wall"], lambda: seconds["monotonic"])
    seconds["wall"] += wall
    seconds["monotonic"] += monotonic
    assert watch.was_set() is noticed
    seconds["wall"] += 1
    seconds["monotonic"] += 1
    assert not watch.was_set(), "a step is told once"
