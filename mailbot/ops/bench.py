"""What reading files takes, put together as the configuration says: children, store, spool, engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailbot.engine import Engine, cores, local_engine
from mailbot.extract.works import Bench
from mailbot.form.read import PRELOAD
from mailbot.model.errors import ConfigError
from mailbot.model.limits import MIB, Bounds, Limits
from mailbot.model.rules import Rules
from mailbot.parse.bounded import PRELOAD as MAIL_PRELOAD
from mailbot.sandbox import Readers
from mailbot.settings.keys import EngineKind, Settings, StoreKind
from mailbot.spool import Spool
from mailbot.store import Store

Terms = tuple[Rules, Limits]
"""What work on a file depends on besides the file; it travels to where the work is done."""


@contextmanager
def open_bench(settings: Settings, engine: Engine, desk: Path | None, folder: Path | None = None) -> Iterator[Bench]:
    """A bench on which work is begun, or done.

    Args:
        settings: the configuration.
        engine: where the work is done.
        desk: where files are laid before readers; None for a temporary folder.
        folder: where mails and files lie; None for data_dir.
    """
    workers = settings.work.workers or cores()
    store, spool = stores(settings, folder or settings.data_dir)
    with _readers(settings.limits, workers, desk) as readers, _mail_readers(settings.limits, workers, desk) as mails:
        yield Bench(store, readers, mails, settings.limits, settings.tools, settings.rules, engine, spool)


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """Where the configuration wants work on files to be done.

    Raises:
        ConfigError: the extra `cluster` is not installed.
    """
    if settings.work.engine is EngineKind.LOCAL:
        with local_engine(settings.work.workers) as engine:
            yield engine
        return
    try:
        from mailbot.cluster.engine import dask_engine  # noqa: PLC0415 - of an extra
    except ModuleNotFoundError as error:
        raise lacking("work.engine", error) from None
    with dask_engine(settings.work, (settings.rules, settings.limits)) as engine:
        yield engine


def stores(settings: Settings, folder: Path) -> tuple[Store, Spool]:
    """Store and spool under a folder, or in the bucket before which the folder stands.

    Raises:
        ConfigError: the extra `cluster` is not installed, or the bucket's URL is wrong.
    """
    files, mails = folder / settings.files_dir.name, folder / settings.spool_dir.name
    if settings.store.kind is StoreKind.FOLDER:
        return Store(files), Spool(mails)
    try:
        from mailbot.bucket import Bucket  # noqa: PLC0415 - of an extra
        from mailbot.bucket_store import BucketSpool, BucketStore  # noqa: PLC0415 - likewise
    except ModuleNotFoundError as error:
        raise lacking("store.kind", error) from None
    bucket, room = Bucket(settings.store), settings.store.cache_mb * MIB // 2
    return BucketStore(files, bucket, room), BucketSpool(mails, bucket, room)


def lacking(key: str, error: ModuleNotFoundError) -> ConfigError:
    """That an extra is not installed which a key asks for."""
    return ConfigError(f"{key}: {error.name} is not installed. Run: pip install 'mailbot[cluster]'")


def _readers(limits: Limits, workers: int, desk: Path | None) -> Readers:
    bounds = Bounds(limits.form_seconds, int(limits.form_seconds) + 1, limits.form_memory_mb * MIB)
    return Readers(bounds, workers, preload=PRELOAD, desk=desk, written_bytes=limits.archive_total_mb * MIB)


def _mail_readers(limits: Limits, workers: int, desk: Path | None) -> Readers:
    bounds = Bounds(limits.mail_seconds, int(limits.mail_seconds) + 1, limits.mail_memory_mb * MIB)
    return Readers(bounds, workers, MAIL_PRELOAD, desk, limits.mail_mb * MIB)
