"""Bit-rot: whether what is kept is still what came, and the way back for a mail that is not."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from mailbot.ledger import mails
from mailbot.ledger.connection import Ledger, check_integrity
from mailbot.ledger.purge import emptied
from mailbot.model.errors import Refused
from mailbot.ops.house import House
from mailbot.settings.keys import Settings, StoreKind
from mailbot.store import hash_of

LOG: Final = logging.getLogger(__name__)
NIGHTS: Final = 28
"""In so many nights everything is read once."""
FOLDERS: Final = 256


def rotten(settings: Settings, night: date | None = None) -> Iterator[Path]:
    """Files of spool and store whose bytes do not fit their names; none where they lie in a bucket, which sees to that.

    Args:
        settings: where they lie.
        night: only the part of this night; None for all.
    """
    for number in range(0 if settings.store.kind is StoreKind.S3 else FOLDERS):
        if night is not None and number % NIGHTS != night.toordinal() % NIGHTS:
            continue
        for root in (settings.spool_dir, settings.files_dir):
            for path in sorted((root / f"{number:02x}").glob("*")):
                if path.is_file() and _is_rotten(path):
                    yield path


def _is_rotten(path: Path) -> bool:
    try:
        return hash_of(path) != path.name.partition(".")[0]
    except FileNotFoundError:
        return False  # gone meanwhile
    except OSError:
        return True  # the disk cannot read it


def missing(db: Ledger, settings: Settings) -> Iterator[Path]:
    """Files that the ledger knows and that are not there; of a bucket `wide.lost` tells."""
    if settings.store.kind is StoreKind.S3:
        return
    for name in mails.spooled_names(db) - emptied(db):
        path = settings.spool_dir / name[:2] / f"{name}.eml"
        if not path.exists():
            yield path
    for (name,) in db.execute("SELECT sha256 FROM files").fetchall():
        path = settings.files_dir / name[:2] / name
        if not path.exists():
            yield path


def refuse_damaged(house: House) -> None:
    """Do not begin to work on a ledger that is damaged.

    Raises:
        Refused: it is.
    """
    with house.ledger() as db:
        wrong = check_integrity(db)
    if wrong:
        raise Refused(
            f"{house.settings.ledger_file}: the ledger is damaged ({wrong[0]}). Put the newest copy back, the journal "
            f"brings what happened since: mailbot restore {house.settings.data_dir}/backup/…"
        )


@dataclass(frozen=True, slots=True)
class Damage:
    """Something damaged: what is told of it, and the file, where it is one."""

    told: str
    path: Path | None = None


def scrub(db: Ledger, settings: Settings, night: date, known: Sequence[Path] = ()) -> tuple[Damage, ...]:
    """A night's share: check the ledger, read a part of what is kept, and have rotten mails fetched again.

    Args:
        db: the ledger.
        settings: where things lie.
        night: tells the share.
        known: files that were damaged before; they are looked at besides.
    """
    still = (path for path in known if path.exists() and _is_rotten(path))
    found = [Damage(line) for line in check_integrity(db)]
    for path in dict.fromkeys((*still, *rotten(settings, night), *missing(db, settings))):
        again = path.suffix == ".eml" and mails.fetch_again(db, path.stem)
        LOG.error("rotten file=%s again=%s", path.name[:12], again)
        found.append(Damage(f"{path}: rotten or missing" + ("; it is fetched again" if again else ""), path))
    return tuple(found)
