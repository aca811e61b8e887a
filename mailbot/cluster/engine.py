"""An `Engine` whose work is done by the workers of a Dask cluster.

A thread waits for each piece of work, and asks again where its worker, all workers or the scheduler are gone. What
stays away is trouble of ours: the mail waits. Only work under which three workers died is held against its file; the
third time it has the cluster's other suspects out of its way.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from distributed import Client, KilledWorker
from distributed.comm.core import CommClosedError

from mailbot.cluster.client import CONNECT, LOST, connected
from mailbot.cluster.holders import Holders
from mailbot.cluster.suspects import DEATHS, Suspects
from mailbot.cluster.task import Done, Task, do
from mailbot.engine import Engine
from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.settings.keys import WorkSettings

LOG: Final = logging.getLogger(__name__)
GLANCE: Final = 5.0
"""Seconds after which at the latest it is looked whether anybody is there to do what is not done yet."""
PAUSE: Final = 0.5
"""Seconds between two tries."""
THREADS: Final = 512
"""Pieces of work that may be waited for at once."""
LEAST: Final = 2
"""Pieces that are begun at once where no worker is known yet."""
FRONT, BEHIND = 0, -10
"""Dask's priorities."""

B = TypeVar("B")
P = ParamSpec("P")
T = TypeVar("T")


class DaskEngine:
    """See `Engine`.

    Args:
        settings: scheduler, certificates, patience.
        terms: what the workers' benches are fitted with.
    """

    def __init__(self, settings: WorkSettings, terms: object) -> None:
        self._settings = settings
        self._terms = terms
        self._client: Client | None = None
        self._connecting = threading.Lock()
        self._suspects = Suspects()
        self._holders = Holders()
        self._closed = threading.Event()
        self._waiting = ThreadPoolExecutor(THREADS, "cluster")

    @property
    def width(self) -> int:
        """Threads of all workers that the scheduler knows."""
        client = self._client
        if client is None:
            return LEAST
        workers = client.scheduler_info(n_workers=-1)["workers"].values()
        return max(sum(int(worker["nthreads"]) for worker in workers), LEAST)

    def submit(
        self, work: Callable[Concatenate[B, P], T], _bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """See `Engine.submit`."""
        return self._waiting.submit(self._done, Task(work, self._terms, args, kwargs), FRONT)

    def behind(
        self, work: Callable[Concatenate[B, P], T], _bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """See `Engine.behind`."""
        return self._waiting.submit(self._done, Task(work, self._terms, args, kwargs), BEHIND)

    def _done(self, task: Task, priority: int) -> Any:  # noqa: ANN401 - what the work returns
        deaths, since = 0, time.monotonic()
        while True:
            client = self._connected(since)
            try:
                with self._suspects.turn(deaths):
                    done = self._given(client, task, priority)
            except KilledWorker as error:
                deaths, since = self._suspects.died(deaths, error.last_worker.address), time.monotonic()
                LOG.warning("worker-died work=%s deaths=%d", task.work.__name__, deaths)
                if deaths == DEATHS:
                    raise ReadingFailed(ReadingTrouble.CRASH, f"{task.work.__name__}: three workers died") from None
            except LOST as error:
                if time.monotonic() - since > self._settings.patience:
                    raise TemporaryError(f"the cluster is lost again and again: {error}") from None
                self._closed.wait(PAUSE)
            else:
                self._holders.note(done.worker, done.here)
                return done.outcome

    def _given(self, client: Client, task: Task, priority: int) -> Done:
        """A task, given to a worker that has its file; to another where that one is gone, or has more to do."""
        key, holders = f"{task.work.__name__}-{uuid.uuid4()}", self._holders.of(task.args)
        begun = client.submit(
            do, task, key=key, priority=priority, workers=holders or None, allow_other_workers=bool(holders)
        )
        self._wait(client, begun, holders)
        try:
            return begun.result()
        except UnboundLocalError as error:
            if begun.status == "error":
                raise
            raise CommClosedError("the task was cancelled") from error  # as Dask 2026.8 tells of it

    def _wait(self, client: Client, begun: Any, holders: set[str]) -> None:  # noqa: ANN401 - Dask's future
        ended, patience = threading.Event(), self._settings.patience
        begun.add_done_callback(lambda _: ended.set())
        alone = 0.0
        while not begun.done():
            since = time.monotonic()
            if ended.wait(min(GLANCE, patience / 10)):
                return
            if client.status != "running":
                raise CommClosedError("the scheduler is gone")
            workers = client.nthreads()
            if holders and not holders & set(workers) and not _under_way(client, begun):
                self._holders.forget(holders)
                begun.cancel()
                raise CommClosedError("the workers that had the file are gone")
            alone = 0.0 if workers else alone + time.monotonic() - since
            if alone >= patience:
                begun.cancel()
                raise TemporaryError(
                    f"no worker took the work in {alone:.0f} s. Start some: mailbot worker, and see mailbot doctor."
                )

    def _connected(self, since: float) -> Client:
        """The client, connected anew where the scheduler was lost.

        Raises:
            TemporaryError: it cannot be reached, or mailbot is asked to stop.
        """
        with self._connecting:
            while not self._closed.is_set():
                if self._client is not None and self._client.status == "running":
                    return self._client
                self._leave()
                try:
                    self._client = connected(self._settings)
                except LOST as error:
                    if time.monotonic() - since > self._settings.patience:
                        told = f"{self._settings.scheduler}: no scheduler answers ({error})"
                        raise TemporaryError(f"{told}. Start it, or mend work.scheduler.") from None
                    self._closed.wait(PAUSE)
        raise TemporaryError("mailbot is asked to stop")

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(*LOST):
                client.close(timeout=CONNECT)

    def close(self) -> None:
        """Let go of everything: what is under way on workers is cancelled."""
        self._closed.set()
        with self._connecting:
            self._leave()
        self._waiting.shutdown(cancel_futures=True)


def _under_way(client: Client, begun: Any) -> bool:  # noqa: ANN401 - Dask's future
    """Whether a worker has the task: where there was none at all Dask lets it wait for the very ones that it names."""
    return any(begun.key in keys for keys in client.processing().values())


@contextmanager
def dask_engine(settings: WorkSettings, terms: object) -> Iterator[Engine]:
    """Work on a cluster; what is under way is let go at the end. Arguments as of `DaskEngine`."""
    engine = DaskEngine(settings, terms)
    try:
        yield engine
    finally:
        engine.close()
