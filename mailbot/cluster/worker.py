"""One Dask worker: as many files at once as it has threads, each read in the same bounded children as anywhere."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Final

import dask.config
from distributed import Worker

from mailbot.cluster.security import security
from mailbot.cluster.task import BENCH
from mailbot.settings.keys import WorkSettings

LEAVE_SECONDS: Final = 8.0
"""How long it may take to hand its work back once it is asked to stop."""


def serve(
    settings: WorkSettings, threads: int, fitted: Callable[[object], object], folder: Path, ready: Callable[[str], None]
) -> None:
    """Work for the scheduler until SIGTERM or SIGINT, or until the scheduler ends it. A lost scheduler is waited for.

    Args:
        settings: scheduler and certificates.
        threads: files at once.
        fitted: makes the bench for a task's terms.
        folder: for Dask's own files.
        ready: called with this worker's address once it is known to the scheduler.
    """
    asyncio.run(_serve(settings, threads, fitted, folder, ready))


async def _serve(
    settings: WorkSettings, threads: int, fitted: Callable[[object], object], folder: Path, ready: Callable[[str], None]
) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with dask.config.set({"distributed.worker.daemon": False}):
        while not stopped.is_set():
            worker = Worker(
                settings.scheduler,
                nthreads=threads,
                security=security(settings),
                local_directory=str(folder),
                memory_limit=0,
                death_timeout=settings.patience,
                dashboard=False,
            )
            setattr(worker, BENCH, fitted)
            try:
                await worker
            except (OSError, TimeoutError, asyncio.CancelledError):
                continue
            ready(worker.address)
            ended = asyncio.create_task(worker.finished())
            asked = asyncio.create_task(stopped.wait())
            await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            if not ended.done():
                await worker.close(timeout=LEAVE_SECONDS, nanny=False)
