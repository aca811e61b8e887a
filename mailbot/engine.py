"""Where work on files is done: side by side, while decisions stay one after the other.

Reading a form or a film is a function of the file and the settings, so its outcome is the same whatever else is under
way and in whatever order the work ends. `Engine` is all that the rooms know of it: another one may run the same
functions on other machines.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Engine(Protocol):
    """Takes work on files."""

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Begin some work; the future has what the function returns or raises."""
        ...


@contextmanager
def local_engine(workers: int) -> Iterator[Engine]:
    """Work on this machine; what was not begun is let go at the end.

    Each piece of work waits in a thread for the bounded children that do it, so threads use every core here.

    Args:
        workers: files that are worked on at once; 0 for one a core.
    """
    pool = ThreadPoolExecutor(workers or len(os.sched_getaffinity(0)), "engine")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
