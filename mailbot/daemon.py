"""Which job runs when; signals; nothing else.

Each kind of work has an executor of one thread: taking mail in, sending letters, making fingerprints, following links,
what is due each day, so that none holds up another and none overlaps itself. APScheduler keeps the times, which are the
wall clock's; where that is set, every job is planned anew (`ClockWatch`). SIGTERM and SIGINT set a flag: the mail or
letter under way is finished, the rest is left; what takes longer than `GRACE` is left as a kill would leave it, and the
next start goes on from there.
"""

import contextlib
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from mailbot.model.errors import Refused
from mailbot.ops import service
from mailbot.ops.breaker import Breaker
from mailbot.ops.daily import do_duties
from mailbot.ops.health import look_after
from mailbot.ops.heartbeat import Heart
from mailbot.ops.house import House, now
from mailbot.ops.links import follow_links
from mailbot.ops.pulse import Pulse
from mailbot.ops.round import look_after_orphans, make_prints, send, take_in
from mailbot.ops.watch import watch

LOG: Final = logging.getLogger(__name__)
SEND_SECONDS: Final = 30.0
PRINT_SECONDS: Final = 60.0
LINK_SECONDS: Final = 60.0
HEALTH_SECONDS: Final = 300.0
AT_ONCE: Final = frozenset({"poll", "daily"})
"""Jobs that begin with the daemon; the others pause first."""
DAILY_SECONDS: Final = 30.0
"""How often it is asked whether the day's time has come."""
CLOCK_SECONDS: Final = 1.0
"""How often the clock is looked at."""
CLOCK_STEP: Final = 2.0
"""Seconds by which NTP may slew or step the clock without anything being planned anew."""
HANG: Final = 6 * 3600.0
"""Seconds after which a run counts as hung: systemd is no longer told that mailbot lives, and starts it anew."""
GRACE: Final = 5.0
"""Seconds that work under way is given to end once mailbot is asked to stop."""


class Job:
    """Work that is done again and again, until mailbot is asked to stop.

    Args:
        scheduler: keeps the time; has an executor of this name with one thread.
        name: of the work.
        act: the work; what it raises is logged, and the next run comes in its time.
        seconds: between the end of one run and the beginning of the next.
        stop: set when mailbot is asked to end.
        now: the wall clock.
    """

    def __init__(
        self,
        scheduler: BackgroundScheduler,
        name: str,
        act: Callable[[], object],
        seconds: float,
        stop: threading.Event,
        now: Callable[[], datetime],
    ) -> None:
        self._scheduler = scheduler
        self._name = name
        self._act = act
        self._seconds = seconds
        self._stop = stop
        self._now = now
        self._woken = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._begun = 0.0

    def plan(self, seconds: float | None = None) -> None:
        """Let the next run begin in so many seconds; without any, after the usual pause. One run is planned at most."""
        if self._stop.is_set():
            return
        due = self._now() + timedelta(seconds=self._seconds if seconds is None else seconds)
        # two instances on one thread: a run may be planned from within the one under way, and waits for its end
        self._scheduler.add_job(
            self._run, DateTrigger(due), id=self._name, executor=self._name, replace_existing=True,
            max_instances=2, misfire_grace_time=None,
        )  # fmt: skip

    def wake(self) -> None:
        """Begin the next run now, or right behind the one under way."""
        self._woken.set()
        if self._idle.is_set():
            self.plan(0)

    def join(self, seconds: float) -> bool:
        """Wait for the run under way to end; False where it takes longer than this."""
        return self._idle.wait(max(seconds, 0))

    def hangs(self) -> bool:
        """Whether the run under way takes longer than anything ever should."""
        return not self._idle.is_set() and time.monotonic() - self._begun > HANG

    def _run(self) -> None:
        self._begun = time.monotonic()
        self._idle.clear()
        self._woken.clear()
        try:
            if not self._stop.is_set():
                self._act()
        except Exception:
            # the one guard a job: what it meets in our own code must not end it for good
            LOG.exception("job-failed job=%s", self._name)
        finally:
            self._idle.set()
        self.plan(0 if self._woken.is_set() else None)


def end(scheduler: BackgroundScheduler) -> None:
    """End the scheduler once every run has ended and none is planned any more.

    Not before: it joins its threads under the lock that a run needs to plan the next, and what comes due while it ends
    raises in its own thread.
    """
    scheduler.remove_all_jobs()
    scheduler.shutdown(wait=False)


class ClockWatch:
    """Notices that the wall clock was set: it and the monotonic clock no longer agree on how long ago something was.

    Args:
        wall: seconds by the wall clock.
        monotonic: seconds by the monotonic clock.
    """

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._apart = wall() - monotonic()

    def was_set(self) -> bool:
        """Whether the clock was set by more than `CLOCK_STEP` since this was last asked."""
        before, self._apart = self._apart, self._wall() - self._monotonic()
        return abs(self._apart - before) > CLOCK_STEP


def run(house: House) -> None:
    """Run until SIGTERM or SIGINT."""
    breaker = Breaker()
    look_after_orphans(house)
    polled, polled_well = threading.Event(), threading.Event()
    pulse = Pulse(Heart(house.settings.watch.heartbeat))

    def poll() -> None:
        with pulse.round() as verdict:
            outcome = take_in(house, breaker, patient=True, processed=jobs["send"].wake)
            verdict.well = outcome.well
        polled.set()
        if not outcome.troubles:
            polled_well.set()
        jobs["send"].wake()
        if outcome.processed:
            jobs["prints"].wake()

    def post() -> None:
        send(house, breaker, polled=polled.is_set(), well=polled_well.is_set())

    def health() -> None:
        with house.ledger() as db:
            look_after(house.session(db))

    acts: dict[str, tuple[Callable[[], object], float]] = {
        "poll": (poll, house.settings.schedule.poll_every),
        "send": (post, SEND_SECONDS),
        "prints": (lambda: make_prints(house), PRINT_SECONDS),
        "links": (lambda: follow_links(house), LINK_SECONDS),
        "health": (health, HEALTH_SECONDS),
        "daily": (lambda: do_duties(house, now()), DAILY_SECONDS),
    }
    scheduler = BackgroundScheduler(timezone=UTC, executors={name: ThreadPoolExecutor(1) for name in acts})
    jobs = {name: Job(scheduler, name, act, seconds, house.stop, now) for name, (act, seconds) in acts.items()}
    with _watched(house, pulse), _signalled() as signal_came:
        scheduler.start()
        for name, each in jobs.items():
            each.plan(0 if name in AT_ONCE else None)
        for settings in house.settings.mailbox:
            threading.Thread(target=watch, args=(house, settings, jobs["poll"].wake), daemon=True).start()
        LOG.info("daemon-started poll_every=%s", house.settings.schedule.poll_every)
        service.tell(service.READY)
        _attend(jobs, signal_came)
        house.stop.set()
        service.tell(service.STOPPING)
        LOG.info("daemon-stopping")
        _wait_for(jobs)
        end(scheduler)
        _bound_the_rest()


def _attend(jobs: Mapping[str, Job], signal_came: Callable[[float], bool]) -> None:
    """Until a signal comes: tell systemd that mailbot lives, and plan every job anew where the clock was set."""
    clock = ClockWatch()
    while not signal_came(CLOCK_SECONDS):
        if not any(each.hangs() for each in jobs.values()):
            service.tell(service.ALIVE)
        if clock.was_set():
            LOG.warning("clock-set")
            for each in jobs.values():
                each.plan()


def _wait_for(jobs: Mapping[str, Job]) -> None:
    """Give runs under way the time to end; what takes longer is left as a kill would leave it."""
    ends = time.monotonic() + GRACE
    left = [name for name, each in jobs.items() if not each.join(ends - time.monotonic())]
    if left:
        LOG.warning("daemon-stopped-under-way jobs=%s", ",".join(left))
        logging.shutdown()
        # a thread that lives on while the house is taken down may write what is not so
        os._exit(0)


def _bound_the_rest() -> None:
    """Let the house be taken down in time: work on files that nobody waits for any more may go on for minutes."""

    def leave() -> None:
        LOG.warning("daemon-stopped-under-way jobs=files")
        logging.shutdown()
        os._exit(0)

    rest = threading.Timer(GRACE / 2, leave)
    rest.daemon = True
    rest.start()


def _watched(house: House, pulse: Pulse) -> AbstractContextManager[object]:
    """Answer those who watch from outside; what that takes is an extra, and loaded where it is wanted."""
    if not house.settings.watch.listen:
        return contextlib.nullcontext()
    try:
        from mailbot.ops.outside import open_to_watchers  # noqa: PLC0415
    except ImportError:
        raise Refused("watch.listen: needs prometheus-client. Install mailbot[watch], or leave it empty.") from None
    return open_to_watchers(house, pulse)


@contextlib.contextmanager
def _signalled() -> Iterator[Callable[[float], bool]]:
    """Heed SIGTERM and SIGINT; gives what waits so many seconds for one of them and says whether it came.

    The handler does nothing: Python writes the signal into a pipe, so that no lock is taken inside of it.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def heed(_number: int, _frame: FrameType | None) -> None:
        """Only so that the signal does not end the process."""

    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, heed) for number in signals]
    pipe_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def came(seconds: float) -> bool:
        ready, _, _ = select.select([reading], [], [], seconds)
        return bool(ready) and os.read(reading, 1)[0] in signals

    try:
        yield came
    finally:
        signal.set_wakeup_fd(pipe_before)
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)
