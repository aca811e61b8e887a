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
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from distributed import Client, KilledWorker
from distributed.comm.core import CommClosedError

from mailbot.cluster.suspects import DEATHS, Suspects
from mailbot.cluster.task import TaskTerms, do, security
from mailbot.engine import Engine
from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.settings import WorkSettings

LOG: Final = logging.getLogger(__name__)
GLANCE: Final = 5.0
"""Seconds after which it is looked whether work that is not done yet is under way."""
PAUSE: Final = 0.5
CONNECT: Final = 5.0
THREADS: Final = 512
"""Pieces of work that may be waited for at once."""
LEAST: Final = 2
BEHIND: Final = -10
LOST: Final = (CancelledError, CommClosedError, OSError, TimeoutError)

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
        self._order = TaskTerms(terms)
        self._client: Client | None = None
        self._connecting = threading.Lock()
        self._suspects = Suspects()
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
        return self._waiting.submit(lambda: self._done(work, 0, args, kwargs))

    def behind(
        self, work: Callable[Concatenate[B, P], T], _bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """See `Engine.behind`."""
        return self._waiting.submit(lambda: self._done(work, BEHIND, args, kwargs))

    def _done(
        self, work: Callable[..., Any], priority: int, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> Any:  # noqa: ANN401
        deaths, since = 0, time.monotonic()
        while True:
            client = self._connected(since)
            try:
                with self._suspects.turn(deaths):
                    task = client.submit(
                        do, work, self._order, args, kwargs, key=f"{work.__name__}-{uuid.uuid4()}", priority=priority
                    )
                    return self._result(client, task)
            except KilledWorker as error:
                deaths, since = self._suspects.died(deaths, error.last_worker.address), time.monotonic()
                LOG.warning("worker-died work=%s deaths=%d", work.__name__, deaths)
                if deaths == DEATHS:
                    raise ReadingFailed(ReadingTrouble.CRASH, f"{work.__name__}: three workers died") from None
            except LOST as error:
                if time.monotonic() - since > self._settings.patience:
                    raise TemporaryError(f"the cluster is lost again and again: {error}") from None
                self._closed.wait(PAUSE)

    def _result(self, client: Client, task: Any) -> Any:  # noqa: ANN401 - Dask's future, and what it brings
        ended = threading.Event()
        task.add_done_callback(lambda _: ended.set())
        waited = 0.0
        while not ended.is_set() and not task.done():
            begun = time.monotonic()
            if ended.wait(min(GLANCE, self._settings.patience)):
                break
            if client.status != "running":
                raise CommClosedError("the scheduler is gone")
            under_way = any(task.key in keys for keys in client.processing().values())
            waited = 0.0 if under_way else waited + time.monotonic() - begun
            if waited >= self._settings.patience:
                task.cancel()
                raise TemporaryError(
                    f"no worker took the work in {waited:.0f} s. Start some: mailbot worker, and see mailbot doctor."
                )
        try:
            return task.result()
        except UnboundLocalError as error:
            if task.status == "error":
                raise
            raise CommClosedError("the task was cancelled") from error  # as Dask 2026.8 tells of it

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
                except (OSError, CommClosedError, TimeoutError) as error:
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


def connected(settings: WorkSettings) -> Client:
    """A client of the scheduler, which then tells of each death of a worker at once.

    Raises:
        OSError, TimeoutError: there is none.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it tells of is told by our own errors
    client = Client(
        settings.scheduler, security=security(settings), timeout=CONNECT, set_as_default=False, heartbeat_interval=1000
    )
    try:
        client.run_on_scheduler(_tell_at_once)
    except ModuleNotFoundError:
        LOG.warning("scheduler-without-mailbot address=%s", settings.scheduler)
    return client


def _tell_at_once(dask_scheduler: Any) -> None:  # noqa: ANN401 - Dask's name for its Scheduler
    """On the scheduler: it is the deciding node that tries again, and counts."""
    dask_scheduler.allowed_failures = 0


def told_of_workers(settings: WorkSettings, terms: object, work: Callable[..., str]) -> dict[str, str]:
    """What some work tells of each worker, by the worker's address; for `doctor`.

    Raises:
        TemporaryError: no scheduler answers.
    """
    try:
        client = connected(settings)
    except LOST as error:
        raise TemporaryError(
            f"{settings.scheduler}: no scheduler answers ({error}). Start it: dask scheduler"
        ) from None
    try:
        addresses = list(client.scheduler_info(n_workers=-1)["workers"])
        tasks = {
            address: client.submit(do, work, TaskTerms(terms), (), {}, key=f"doctor-{uuid.uuid4()}", workers=[address])
            for address in addresses
        }
        return {address: str(task.result(timeout=settings.patience)) for address, task in tasks.items()}
    except (KilledWorker, *LOST) as error:
        raise TemporaryError(f"{settings.scheduler}: a worker does not answer ({error}). Restart it.") from None
    finally:
        client.close(timeout=CONNECT)


@contextmanager
def dask_engine(settings: WorkSettings, terms: object) -> Iterator[Engine]:
    """Work on a cluster; what is under way is let go at the end. Arguments as of `DaskEngine`."""
    engine = DaskEngine(settings, terms)
    try:
        yield engine
    finally:
        engine.close()
