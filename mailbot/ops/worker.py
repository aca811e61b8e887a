"""`mailbot worker`: reads files for a deciding node on another machine; it knows no mailbox, no letter, no ledger."""

import logging
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from mailbot.engine import cores, local_engine
from mailbot.extract.works import Bench
from mailbot.model.errors import ConfigError
from mailbot.ops.bench import Terms, lacking, open_bench
from mailbot.ops.privacy import private
from mailbot.sandbox import close_to_others, find_tool, isolation
from mailbot.settings.keys import EngineKind, Settings
from mailbot.store import Store

LOG: Final = logging.getLogger(__name__)
PROBE: Final = b"mailbot doctor"
FOLDER: Final = "worker"
"""Under data_dir: what a worker keeps of the bucket."""


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT.

    Raises:
        ConfigError: the configuration names no cluster, or the extra is missing.
    """
    if settings.work.engine is not EngineKind.DASK:
        raise ConfigError('work.engine: a worker needs a cluster. Write engine = "dask", and scheduler.')
    try:
        from mailbot.cluster.worker import serve  # noqa: PLC0415 - of an extra
    except ModuleNotFoundError as error:
        raise lacking("work.engine", error) from None
    close_to_others()
    folder = settings.data_dir / FOLDER
    threads = settings.work.workers or cores()
    with (
        private(settings.data_dir),
        private(folder),
        tempfile.TemporaryDirectory(dir=folder) as own,
        local_engine(threads) as engine,
        open_bench(settings, engine, Path(own) / "desk", folder) as bench,
    ):

        def fitted(terms: object) -> Bench:
            rules, limits = cast("Terms", terms)
            return replace(bench, rules=rules, limits=limits)

        serve(
            settings.work,
            threads,
            fitted,
            Path(own) / "dask",
            lambda address: LOG.info("worker-started at=%s", address),
        )


def condition(bench: Bench) -> str:
    """What a worker tells of itself, for `doctor`: its tools, its sandbox, that it reaches the bucket.

    Raises:
        TemporaryError: a tool is missing, or the bucket cannot be reached.
    """
    there = gives_back(bench.store)
    found = isolation()
    inside = f"network {found.network}, landlock {found.landlock}, seccomp {found.calls}"
    tools = f"{find_tool(bench.tools.ffmpeg)}, {find_tool(bench.tools.ffprobe)}"
    return f"{tools}, {inside}, store {'sound' if there else 'ROTTEN'}"


def forget(names: frozenset[str], bench: Bench) -> str:
    """Remove from a worker's folder files and mails that were purged; nothing is told."""
    for name in names:
        bench.store.place(name).unlink(missing_ok=True)
        bench.spool.path(name).unlink(missing_ok=True)
    return ""


def gives_back(store: Store) -> bool:
    """Whether a bucket takes a file and gives it back. Errors as in `Bucket`."""
    kept = store.put([PROBE])
    store.place(kept.sha256).unlink()
    return store.path(kept.sha256).read_bytes() == PROBE
