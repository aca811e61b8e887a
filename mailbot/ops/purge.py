"""Personal data of closed campaigns is removed from ledger, journal, spool, store, backups and the folder of letters.

Spool and store may lie in a bucket: its objects go, and what workers keep of them.

The ledger comes first, in one transaction; what is to be removed on the disk follows from it alone. So a purge that was
cut is gone on with by the next one, or by the next start.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from email import policy
from email.parser import BytesHeaderParser
from functools import partial
from pathlib import Path
from typing import Final

from mailbot.faults import Point, reach
from mailbot.ledger import digests
from mailbot.ledger import purge as ledger
from mailbot.ledger.backup import backup, copy_of
from mailbot.ledger.connection import BACKUP_FOLDER, Ledger, open_ledger, unrecorded
from mailbot.ledger.purge import Purged
from mailbot.model.errors import Refused, TemporaryError
from mailbot.ops.bench import stores
from mailbot.ops.house import now
from mailbot.ops.worker import forget
from mailbot.settings.keys import EngineKind, Settings
from mailbot.spool import Spool

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removed:
    """What a purge removes.

    Attributes:
        rows: in the ledger.
        files: on the disk or in the bucket; in a preview the ledger's own room is left out.
        size: theirs, bytes.
        missed: what is in the way of copies elsewhere: workers that were not reached; empty where nothing is.
        versions: whether the bucket keeps what was removed, as older versions.
    """

    rows: Purged
    files: int
    size: int
    missed: str = ""
    versions: bool = False


@dataclass(frozen=True, slots=True)
class _Waste:
    """Something to be removed.

    Attributes:
        name: in spool or store its SHA-256.
        size: bytes.
        remove: does it.
    """

    name: str
    size: int
    remove: Callable[[], None]


def _file(path: Path) -> _Waste:
    return _Waste(path.name, path.stat().st_size, path.unlink)


def preview(settings: Settings, before: date) -> Removed:
    """What a purge would remove; nothing is changed.

    Raises: as `purge`.
    """
    _refuse(settings, before)
    with open_ledger(settings.ledger_file, settings.campaign.themes) as db:
        return _tried(db, settings, before)


def purge(settings: Settings, before: date, actor: str) -> Removed:
    """Remove what came before a day. Nobody else may be at work.

    Raises:
        Refused: the day is not past, or mails of before it still wait to be processed.
        TemporaryError: the disk or a reader of the ledger is in the way; the next purge goes on.
    """
    _refuse(settings, before)
    with open_ledger(settings.ledger_file, settings.campaign.themes) as db:
        rows = _tried(db, settings, before).rows
        if not rows.any and not digests.mark(db, ledger.UNFINISHED):
            return Removed(rows, 0, 0)
        LOG.warning("purge-begun before=%s mails=%d entries=%d", before, rows.mails, rows.entries)
        if rows.any:
            db.execute("PRAGMA secure_delete = ON")
            with unrecorded(db):
                ledger.purge(db, before, actor, now())
            reach(Point.LEDGER_PURGED)
        gone, versions = _finish(db, settings)
    return Removed(rows, len(gone), sum(waste.size for waste in gone), _tell_workers(settings, gone), versions)


def _tried(db: Ledger, settings: Settings, before: date) -> Removed:
    """What a purge would remove: it is begun, looked at, and taken back."""
    waiting = ledger.waiting_before(db, before)
    if waiting:
        raise Refused(
            f"{waiting} mails of before {before} still wait to be processed; purging them would lose them. Run "
            "'mailbot run --once', then purge."
        )
    db.execute("BEGIN IMMEDIATE")
    try:
        rows = ledger.purge(db, before, "", now())
        found = [waste.size for waste in _rubbish(db, settings)] if rows.any else []
    finally:
        db.rollback()
    return Removed(rows, len(found), sum(found))


def go_on(settings: Settings) -> None:
    """Finish a purge that was cut, where there is one. Nobody else may be at work."""
    with open_ledger(settings.ledger_file, settings.campaign.themes) as db:
        if digests.mark(db, ledger.UNFINISHED):
            LOG.warning("purge-goes-on")
            gone, _ = _finish(db, settings)
            _tell_workers(settings, gone)


def empty_again(db: Ledger, settings: Settings) -> None:
    """Remove purged mails that the server showed anew: it lists all of them where its folder was made again."""
    for waste in _emptied(db, stores(settings, settings.data_dir)[1]):
        LOG.warning("purged-mail-removed file=%s", waste.name[:12])
        waste.remove()


def _refuse(settings: Settings, before: date) -> None:
    today = now().astimezone(settings.campaign.zone).date()
    if before >= today:
        raise Refused(f"{before} is not past: a purge cannot be undone. Name a day before {today}.")
    if not settings.ledger_file.is_file():
        raise Refused(f"{settings.ledger_file}: no ledger is here, so there is nothing to purge. Check data_dir.")


def _finish(db: Ledger, settings: Settings) -> tuple[list[_Waste], bool]:
    """Write the ledger anew, begin journal and copies with it, and remove everything older.

    Returns:
        What was removed, and whether a bucket keeps it as older versions.
    """
    ledger.overwrite(db)
    backup(db, _fresh(settings))
    gone = []
    for waste in _rubbish(db, settings):
        waste.remove()
        gone.append(waste)
        reach(Point.FILE_PURGED)
    versions = stores(settings, settings.data_dir)[0].keeps_versions()
    if versions:
        LOG.warning("purge-left-versions url=%s", settings.store.url)
    digests.set_mark(db, ledger.UNFINISHED, "")
    return gone, versions


def _tell_workers(settings: Settings, gone: list[_Waste]) -> str:
    """Have workers forget what they keep of it; why not all did."""
    if settings.work.engine is not EngineKind.DASK or not gone:
        return ""
    from mailbot.cluster.client import told_of_workers  # noqa: PLC0415 - of an extra

    names = frozenset(waste.name for waste in gone)
    try:
        told_of_workers(settings.work, (settings.rules, settings.limits), partial(forget, names))
    except TemporaryError as error:
        LOG.warning("purge-missed-workers reason=%s", error)
        return str(error)
    return ""


def _rubbish(db: Ledger, settings: Settings) -> Iterator[_Waste]:
    """Files of spool, store, data_dir and the folder of letters of which the ledger knows nothing more, one by one."""
    kept = ledger.kept_files(db)
    store, spool = stores(settings, settings.data_dir)
    yield from _emptied(db, spool)
    for file in store.listing():
        if file.sha256 not in kept:
            yield _Waste(file.sha256, file.size, partial(store.discard, file.sha256))
    for folder, pattern in (
        (spool.partials, "*"),
        (store.root, ".incoming-*"),
        (settings.downloads_dir, "*"),
        (settings.desk_dir, "**/*"),
        (settings.data_dir, f"{settings.ledger_file.name}.before-restore*"),
        (settings.data_dir, "*.restored*"),
    ):
        yield from (_file(path) for path in sorted(folder.glob(pattern)) if path.is_file() and not path.is_symlink())
    yield from map(_file, _older(db, settings))
    yield from map(_file, _letters(db, settings))


def _emptied(db: Ledger, spool: Spool) -> Iterator[_Waste]:
    names = ledger.emptied(db)
    for raw in spool.everything() if names else ():
        if raw.sha256 in names:
            yield _Waste(raw.sha256, raw.size, partial(spool.discard, raw.sha256))


def _older(db: Ledger, settings: Settings) -> Iterator[Path]:
    """Copies and journals of before: all but the newest copy, and the journal that goes on."""
    folder = settings.data_dir / BACKUP_FOLDER
    fresh = _fresh(settings)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != fresh and path.parent != db.journal.folder:
            yield path


def _fresh(settings: Settings) -> Path:
    return copy_of(settings.data_dir, now().astimezone(settings.campaign.zone).date())


def _letters(db: Ledger, settings: Settings) -> Iterator[Path]:
    """Purged letters, where they are written to a folder."""
    if settings.smtp.path is None or not settings.smtp.path.is_dir():
        return
    gone = ledger.emptied_letters(db)
    for path in sorted(settings.smtp.path.rglob("*.eml")):
        with path.open("rb") as file:
            head = BytesHeaderParser(policy=policy.compat32).parse(file)
        if str(head.get("Message-ID", "")).strip() in gone:
            yield path
