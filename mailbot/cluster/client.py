"""The deciding node's way to the scheduler, and to each worker by itself."""

import logging
import uuid
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any, Final

from distributed import Client, KilledWorker
from distributed.comm.core import CommClosedError

from mailbot.cluster.security import security
from mailbot.cluster.task import Task, do
from mailbot.model.errors import TemporaryError
from mailbot.settings.keys import WorkSettings

LOG: Final = logging.getLogger(__name__)
CONNECT: Final = 5.0
"""Seconds that one try to reach the scheduler, or to leave it, may take."""
LOST: Final = (CancelledError, CommClosedError, OSError, TimeoutError)
"""What Dask raises where scheduler or workers are gone."""


def connected(settings: WorkSettings) -> Client:
    """A client of the scheduler, which then tells of each death of a worker at once.

    Raises:
        OSError, TimeoutError: there is none.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it tells of is told by our own errors
    client = Client(
        settings.scheduler,
        security=security(settings),
        timeout=min(CONNECT, settings.patience),
        set_as_default=False,
        heartbeat_interval=1000,
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
    """What some work tells of each worker, by the worker's address.

    Raises:
        TemporaryError: no scheduler answers, or a worker does not.
    """
    try:
        client = connected(settings)
    except LOST as error:
        raise TemporaryError(
            f"{settings.scheduler}: no scheduler answers ({error}). Start it: dask scheduler"
        ) from None
    task = Task(work, terms)
    try:
        asked = {
            address: client.submit(do, task, key=f"asked-{uuid.uuid4()}", workers=[address])
            for address in client.scheduler_info(n_workers=-1)["workers"]
        }
        return {address: str(asking.result(timeout=settings.patience).outcome) for address, asking in asked.items()}
    except (KilledWorker, *LOST) as error:
        raise TemporaryError(f"{settings.scheduler}: a worker does not answer ({error}). Restart it.") from None
    finally:
        client.close(timeout=CONNECT)
