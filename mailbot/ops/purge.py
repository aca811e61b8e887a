"""Personal data of closed campaigns is removed from ledger, journal, spool, store, backups and the folder of letters.

The ledger comes first, in one transaction; what is to be removed on the disk follows from it alone. So a purge that was
cut is gone on with by the next one, or by the next start.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final

from mailbot.faults import Point, reach
from mailbot.ledger import digests
from mailbot.ledger import purge as ledger
from mailbot.ledger.backup import backup, copy_of
from mailbot.ledger.connection import BACKUP_FOLDER, Ledger, open_ledger, unrecorded
from mailbot.ledger.purge import Purged
from mailbot.model.errors import Refused
from mailbot.ops.house import now
from mailbot.settings import Settings
from mailbot.settings.keys import StoreKind
from mailbot.spool import Spool
from mailbot.store import Store

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removed:
    """What a purge removes.

    Attributes:
        rows: in the ledger.
        files: on the disk; in a preview the ledger's own room is left out.
        size: theirs, bytes.
    """

    rows: Purged
    files: int
    size: int


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
        files, size = _finish(db, settings)
    return Removed(rows, files, size)


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
        found = [path.stat().st_size for path in _rubbish(db, settings)] if rows.any else []
    finally:
        db.rollback()
    return Removed(rows, len(found), sum(found))


def go_on(settings: Settings) -> None:
    """Finish a purge that was cut, where there is one. Nobody else may be at work."""
    with open_ledger(settings.ledger_file, settings.campaign.themes) as db:
        if digests.mark(db, ledger.UNFINISHED):
            LOG.warning("purge-goes-on")
            _finish(db, settings)


def empty_again(db: Ledger, settings: Settings) -> None:
    """Remove purged mails that the server showed anew: it lists all of them where its folder was made again."""
    for path in _emptied(db, Spool(settings.spool_dir)):
        LOG.warning("purged-mail-removed file=%s", path.name[:12])
        path.unlink()


def _refuse(settings: Settings, before: date) -> None:
    today = now().astimezone(settings.campaign.zone).date()
    if before >= today:
        raise Refused(f"{before} is not past: a purge cannot be undone. Name a day before {today}.")
    if settings.store.kind is StoreKind.S3:
        raise Refused(f"a purge does not reach {settings.store.url}. Remove its prefix there, then data_dir.")
    if not settings.ledger_file.is_file():
        raise Refused(f"{settings.ledger_file}: no ledger is here, so there is nothing to purge. Check data_dir.")


def _finish(db: Ledger, settings: Settings) -> tuple[int, int]:
    """Write the ledger anew, begin journal and copies with it, and remove everything older from the disk."""
    ledger.overwrite(db)
    backup(db, _fresh(settings))
    sizes = []
    for path in _rubbish(db, settings):
        sizes.append(path.stat().st_size)
        path.unlink()
        reach(Point.FILE_PURGED)
    digests.set_mark(db, ledger.UNFINISHED, "")
    return len(sizes), sum(sizes)


def _rubbish(db: Ledger, settings: Settings) -> Iterator[Path]:
    """Files of data_dir and the folder of letters of which the ledger knows nothing more, one after the other."""
    kept = ledger.kept_files(db)
    spool, store = Spool(settings.spool_dir), Store(settings.files_dir)
    yield from _emptied(db, spool)
    yield from (path for path in store.everything() if path.name not in kept)
    for folder, pattern in (
        (spool.partials, "*"),
        (store.root, ".incoming-*"),
        (settings.downloads_dir, "*"),
        (settings.desk_dir, "**/*"),
        (settings.data_dir, f"{settings.ledger_file.name}.before-restore*"),
        (settings.data_dir, "*.restored*"),
    ):
        yield from (path for path in sorted(folder.glob(pattern)) if path.is_file() and not path.is_symlink())
    yield from _older(db, settings)
    yield from _letters(db, settings)


def _emptied(db: Ledger, spool: Spool) -> Iterator[Path]:
    yield from (path for name in sorted(ledger.emptied(db)) if (path := spool.path(name)).exists())


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
