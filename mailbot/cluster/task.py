"""What travels between the deciding node and a worker: some work and what it needs; what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from distributed import get_worker

from mailbot.cluster.holders import named
from mailbot.model.errors import TemporaryError

VERSION: Final = version("mailbot")
BENCH: Final = "mailbot_bench"
"""The attribute of a Dask worker that makes the bench for a task's terms."""


@dataclass(frozen=True, slots=True)
class Task:
    """Some work.

    Attributes:
        work: the function; it is given the worker's bench first.
        terms: rules and limits of the deciding node: its config counts, not the worker's.
        args: of the function.
        kwargs: of the function.
        version: of the mailbot that asks.
    """

    work: Callable[..., Any]
    terms: object
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict)
    version: str = VERSION


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task.

    Attributes:
        outcome: of the work.
        worker: the address of the one that did it.
        here: the files that the work was about and that lie whole with this worker, by SHA-256.
    """

    outcome: Any
    worker: str
    here: tuple[str, ...]


def do(task: Task) -> Done:
    """Do some work with this worker's bench.

    Raises:
        TemporaryError: this worker runs another version of mailbot.
    """
    if task.version != VERSION:
        raise TemporaryError(f"a worker runs mailbot {VERSION}, the deciding node {task.version}: install the same")
    worker = get_worker()
    bench = getattr(worker, BENCH)(task.terms)
    outcome = task.work(bench, *task.args, **task.kwargs)
    return Done(outcome, worker.address, tuple(filter(bench.has, named(*task.args, outcome))))
