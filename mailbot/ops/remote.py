"""Whether what lies beyond this machine works: the bucket, the scheduler, each of its workers. For `doctor`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mailbot.ledger import mails
from mailbot.model.check import CheckLine
from mailbot.model.errors import MailbotError
from mailbot.ops.bench import stores
from mailbot.ops.house import House
from mailbot.ops.worker import condition, gives_back
from mailbot.settings.keys import EngineKind, StoreKind

GLANCE: Final = 10.0
"""Seconds for which a request is tried that only asks whether the bucket is there."""


def tried(house: House) -> Iterator[CheckLine]:
    """A line for the bucket, and one for each worker; none where all is on this machine."""
    if house.settings.store.kind is StoreKind.S3:
        yield _bucket(house)
    if house.settings.work.engine is EngineKind.DASK:
        yield from _workers(house)


def _bucket(house: House) -> CheckLine:
    settings, url = house.settings, house.settings.store.url
    hasty = replace(settings, store=replace(settings.store, patience=min(settings.store.patience, GLANCE)))
    try:
        store, _ = stores(hasty, settings.data_dir)
        sound, versions = gives_back(store), store.keeps_versions()
    except (MailbotError, OSError) as error:
        return CheckLine("bucket", well=False, told=str(error))
    if not sound:
        return CheckLine("bucket", well=False, told=f"{url} does not give what it took.")
    more = "; it keeps versions: what a purge removes stays until a rule of the bucket ends them" if versions else ""
    return CheckLine("bucket", well=True, told=f"{url} takes and gives{more}")


def lost(house: House) -> Iterator[CheckLine]:
    """Mails and files that the ledger knows and the bucket has not; nothing where they lie in a folder."""
    if house.settings.store.kind is not StoreKind.S3:
        return
    with house.ledger() as db:
        kept = {raw.sha256 for raw in house.bench.spool.everything()} | house.bench.store.names()
        for name in sorted(mails.spooled_names(db) | mails.stored_names(db)):
            if name not in kept:
                yield CheckLine(
                    "bucket", well=False, told=f"{name}: not in {house.settings.store.url}. Put a copy back."
                )


def _workers(house: House) -> Iterator[CheckLine]:
    from mailbot.cluster.client import told_of_workers  # noqa: PLC0415 - of an extra

    settings = house.settings
    try:
        told = told_of_workers(settings.work, (settings.rules, settings.limits), condition)
    except (MailbotError, OSError) as error:
        yield CheckLine("scheduler", well=False, told=str(error))
        return
    none = "no worker. Start some on other machines: mailbot worker, with [work] and [store] alone."
    some = f"{len(told)} workers" if told else none
    yield CheckLine("scheduler", bool(told), f"{settings.work.scheduler} answers; {some}")
    for address, line in told.items():
        yield CheckLine(f"worker {address}", well=True, told=line)
