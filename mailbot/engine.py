"""Where work on files is done: side by side, while decisions stay one after the other.

Reading a form or a film is a function of the file and the settings, so its outcome is the same whatever else is under
way and in whatever order the work ends. `Engine` is all that the rooms know of it: another one may run the same
functions on other machines, each with a bench of its own.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from mailbot.model.errors import TemporaryError

B = TypeVar("B")
P = ParamSpec("P")
T = TypeVar("T")


class Engine(Protocol):
    """Takes work on files: functions whose first argument is the bench of the machine that does it."""

    @property
    def width(self) -> int:
        """Files that are worked on at once."""
        ...

    def submit(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """Begin some work; the future has what the function returns or raises.

        Args:
            work: the function.
            bench: this machine's; another machine gives the function its own, with the rules and limits of this one.
            args: of the function.
            kwargs: of the function.
        """
        ...

    def behind(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """Likewise for what nobody waits for: it is begun where there is no other work to begin."""
        ...


class LocalEngine:
    """Work on this machine. Each piece waits in a thread for the bounded children that do it: threads use every core.

    Args:
        workers: files that are worked on at once.
    """

    def __init__(self, workers: int) -> None:
        self.width = workers
        self._front = ThreadPoolExecutor(workers, "engine")
        self._back = ThreadPoolExecutor(workers, "engine-behind")
        self._open = 0
        self._room = threading.Condition()
        self._closed = False

    def submit(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """See `Engine.submit`."""
        with self._room:
            self._open += 1
        try:
            begun = self._front.submit(work, bench, *args, **kwargs)
        except RuntimeError:
            self._ended()
            raise
        begun.add_done_callback(self._ended)
        return begun

    def behind(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """See `Engine.behind`. What is under way already goes on at the low priority that it gives its children."""

        def when_there_is_room() -> T:
            with self._room:
                self._room.wait_for(lambda: self._open < self.width or self._closed)
                if self._closed:
                    raise TemporaryError("mailbot is asked to stop")
            return work(bench, *args, **kwargs)

        return self._back.submit(when_there_is_room)

    def _ended(self, _future: object = None) -> None:
        with self._room:
            self._open -= 1
            self._room.notify_all()

    def close(self) -> None:
        """Let go what was not begun, and wait for the rest."""
        with self._room:
            self._closed = True
            self._room.notify_all()
        self._back.shutdown(wait=False, cancel_futures=True)
        self._front.shutdown(cancel_futures=True)
        self._back.shutdown()


@contextmanager
def local_engine(workers: int) -> Iterator[Engine]:
    """Work on this machine; what was not begun is let go at the end.

    Args:
        workers: files that are worked on at once; 0 for one a core.
    """
    engine = LocalEngine(workers or cores())
    try:
        yield engine
    finally:
        engine.close()


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))
