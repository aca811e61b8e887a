"""A scheduler and bare workers as processes forked from one which has imported everything: each starts at once.

A bare worker does `tests.cluster.tasks` for the real engine; it has no readers, no store.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from distributed.cli import dask_scheduler

from mailbot.cluster.worker import serve
from mailbot.settings.keys import WorkSettings
from tests.cluster.tasks import Nothing

CONTEXT: Final = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])


def start(target: Callable[..., None], log: Path, *given: object) -> "multiprocessing.context.ForkServerProcess":
    """Begin a process that writes its output into a file, and leads a group of its own."""
    process = CONTEXT.Process(target=_begun, args=(target, log, *given), daemon=True)
    process.start()
    return process


def _begun(target: Callable[..., None], log: Path, *given: object) -> None:
    os.setsid()
    with log.open("wb", buffering=0) as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    target(*given)


def scheduler(arguments: list[str]) -> None:
    """`dask scheduler` with these arguments."""
    dask_scheduler.main(arguments)


def bare_worker(settings: WorkSettings, threads: int, home: Path) -> None:
    """Work until killed; leaves a file `known` in its folder when the scheduler knows it."""
    serve(settings, threads, lambda terms: Nothing(terms[0]), home, lambda _: (home / "known").touch())  # type: ignore[index]
