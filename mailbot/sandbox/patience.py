"""A limit on how long an answer may take as a whole: a server that sends a byte a second is never silent for long."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(order=True)
class _Watched:
    """Something that must end in time.

    Attributes:
        ends: on the monotonic clock, in seconds.
        number: in the order of beginning.
        hang_up: what is done where it has not ended by then.
        done: it has ended.
        over: it had not.
    """

    ends: float
    number: int
    hang_up: Callable[[], None] = field(compare=False)
    done: bool = field(default=False, compare=False)
    over: bool = field(default=False, compare=False)


class _Watchman:
    """One thread that waits for the earliest of all ends; a thread for each answer costs more than the answer."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: list[_Watched] = []
        self._numbers = itertools.count()
        self._running = False

    def watch(self, seconds: float, hang_up: Callable[[], None]) -> _Watched:
        watched = _Watched(time.monotonic() + seconds, next(self._numbers), hang_up)
        with self._changed:
            while self._watched and self._watched[0].done:
                heapq.heappop(self._watched)
            heapq.heappush(self._watched, watched)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="patience", daemon=True).start()
            elif self._watched[0] is watched:
                self._changed.notify()
        return watched

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._watched or self._watched[0].ends > time.monotonic():
                    if self._watched and self._watched[0].done:
                        heapq.heappop(self._watched)
                        continue
                    self._changed.wait(self._watched[0].ends - time.monotonic() if self._watched else None)
                watched = heapq.heappop(self._watched)
                watched.over = not watched.done
            if watched.over:
                watched.hang_up()


_WATCHMAN = _Watchman()


@contextmanager
def within(
    seconds: float, hang_up: Callable[[], None], broken: type[Exception] | tuple[type[Exception], ...]
) -> Iterator[None]:
    """Hang up where what is done takes longer than this.

    Args:
        seconds: real time.
        hang_up: shuts the connection down, so that whoever reads from it wakes up; called from another thread, must
            neither block nor raise.
        broken: what the reader then raises.

    Raises:
        TimeoutError: the time was over.
    """
    watched = _WATCHMAN.watch(seconds, hang_up)
    try:
        yield
    except broken as error:
        if watched.over:
            raise TimeoutError from error
        raise
    finally:
        watched.done = True
