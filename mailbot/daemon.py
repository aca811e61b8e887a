"""Which job runs when; signals; nothing else.

Each kind of work has its thread: taking mail in, sending letters, making fingerprints, following links, what is due
each day, so that none holds up another and none overlaps itself. Times between two runs are on the monotonic clock: the
wall clock may jump. SIGTERM and SIGINT set a flag: the mail or letter under way is finished, the rest is left; what
takes longer than `GRACE` is left as a kill would leave it, and the next start goes on from there.
"""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import FrameType
from typing import Final

from mailbot.ops.daily import do_duties
from mailbot.ops.health import look_after
from mailbot.ops.house import House
from mailbot.ops.links import follow_links
from mailbot.ops.round import Breaker, look_after_orphans, make_prints, send, take_in
from mailbot.ops.watch import watch
from mailbot.prints import Gallery

LOG: Final = logging.getLogger(__name__)
SEND_SECONDS: Final = 30.0
PRINT_SECONDS: Final = 60.0
LINK_SECONDS: Final = 60.0
HEALTH_SECONDS: Final = 300.0
DAILY_SECONDS: Final = 30.0
"""How often it is asked whether the day's time has come."""
GRACE: Final = 5.0
"""Seconds that work under way is given to end once mailbot is asked to stop."""


class Job:
    """Work that is done again and again in a thread of its own, until mailbot is asked to stop.

    Args:
        name: of the thread.
        act: the work; what it raises is logged, and the next run comes in its time.
        seconds: between the end of one run and the beginning of the next.
        stop: set when mailbot is asked to end.
        wait_first: begin with the pause.
    """

    def __init__(
        self, name: str, act: Callable[[], object], seconds: float, stop: threading.Event, *, wait_first: bool = False
    ) -> None:
        self._name = name
        self._act = act
        self._seconds = seconds
        self._stop = stop
        self._wait_first = wait_first
        self._awake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Begin the next run now, or right behind the one under way."""
        self._awake.set()

    def join(self, seconds: float) -> bool:
        """Wait for the run under way to end; False where it takes longer than this."""
        self._awake.set()
        self._thread.join(max(seconds, 0))
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._wait_first:
            self._awake.wait(self._seconds)
        while not self._stop.is_set():
            self._awake.clear()
            try:
                self._act()
            except Exception:
                # the one guard a job: what it meets in our own code must not end it for good
                LOG.exception("job-failed job=%s", self._name)
            self._awake.wait(self._seconds)


def run(house: House) -> None:
    """Run until SIGTERM or SIGINT."""
    breaker = Breaker()
    look_after_orphans(house)
    polled, polled_well = threading.Event(), threading.Event()
    gallery = Gallery()

    def poll() -> None:
        outcome = take_in(house, breaker, patient=True, processed=jobs["send"].wake)
        polled.set()
        if not outcome.troubles:
            polled_well.set()
        jobs["send"].wake()

    def post() -> None:
        send(house, breaker, polled=polled.is_set(), well=polled_well.is_set())

    def health() -> None:
        with house.ledger() as db:
            look_after(house.session(db))

    def job(name: str, act: Callable[[], object], seconds: float, *, wait_first: bool = True) -> Job:
        return Job(name, act, seconds, house.stop, wait_first=wait_first)

    jobs = {
        "poll": job("poll", poll, house.settings.schedule.poll_every, wait_first=False),
        "send": job("send", post, SEND_SECONDS),
        "prints": job("prints", lambda: make_prints(house, gallery), PRINT_SECONDS),
        "links": job("links", lambda: follow_links(house), LINK_SECONDS),
        "health": job("health", health, HEALTH_SECONDS),
        "daily": job("daily", lambda: do_duties(house, datetime.now(UTC)), DAILY_SECONDS, wait_first=False),
    }
    with _signalled() as wait_for_signal:
        for each in jobs.values():
            each.start()
        for settings in house.settings.mailbox:
            threading.Thread(target=watch, args=(house, settings, jobs["poll"].wake), daemon=True).start()
        LOG.info("daemon-started poll_every=%s", house.settings.schedule.poll_every)
        wait_for_signal()
        house.stop.set()
        LOG.info("daemon-stopping")
        ends = time.monotonic() + GRACE
        left = [name for name, each in jobs.items() if not each.join(ends - time.monotonic())]
        if left:
            LOG.warning("daemon-stopped-under-way jobs=%s", ",".join(left))
            logging.shutdown()
            # a thread that lives on while the house is taken down may write what is not so
            os._exit(0)


@contextlib.contextmanager
def _signalled() -> Iterator[Callable[[], None]]:
    """Heed SIGTERM and SIGINT; gives what waits for one of them.

    The handler does nothing: Python writes the signal into a pipe, so that no lock is taken inside of it.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def heed(_number: int, _frame: FrameType | None) -> None:
        """Only so that the signal does not end the process."""

    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, heed) for number in signals]
    pipe_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def wait() -> None:
        while os.read(reading, 1)[0] not in signals:
            pass

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(pipe_before)
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)
