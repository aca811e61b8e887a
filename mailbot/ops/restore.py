"""Put a copy of the ledger back, or make the ledger again: journal and spool bring what the copy lacks."""

from dataclasses import dataclass
from pathlib import Path

from mailbot.ledger import backup, mails
from mailbot.ledger.connection import Ledger, journal_of, open_ledger
from mailbot.model.errors import Refused
from mailbot.ops.bench import stores
from mailbot.settings.keys import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back.

    Attributes:
        transactions: from the journal, behind the copy.
        mails: from the spool, which neither copy nor journal knew: they are processed anew, their letters wait.
        broken: where the journal breaks off; empty where it does not.
    """

    transactions: int
    mails: int
    broken: str = ""


def restore(settings: Settings, copy: Path) -> Restored:
    """Put a copy in the ledger's place, with all that happened since. Nobody else may be at work.

    Raises:
        Refused: the copy cannot be used; nothing is changed.
    """
    if not copy.is_file():
        raise Refused(f"{copy}: no such file. The copies lie in {settings.data_dir / 'backup'}.")
    done, broken = backup.put_back(copy, settings.ledger_file, journal_of(settings.ledger_file))
    with open_ledger(settings.ledger_file, settings.campaign.themes) as db:
        return Restored(done, _from_spool(db, settings), broken)


def rebuild(settings: Settings, folder: Path) -> Restored:
    """Make the whole ledger again in an empty folder; the one in use is not touched.

    Raises:
        Refused: the folder is not empty, or there is nothing to make a ledger from.
        JournalBroken: the journal is damaged.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder}: not empty. Name an empty folder.")
    folder.mkdir(parents=True, exist_ok=True)
    journal = journal_of(settings.ledger_file)
    target = folder / settings.ledger_file.name
    last = backup.rebuild(journal, target) if journal.bases() else 0
    with open_ledger(target, settings.campaign.themes) as db:
        return Restored(last, _from_spool(db, settings))


def _from_spool(db: Ledger, settings: Settings) -> int:
    """Enter mails that lie in the spool and that the ledger does not know."""
    _, spool = stores(settings, settings.data_dir)
    known = mails.spooled_names(db)
    label = settings.mailbox[0].label
    return sum(
        mails.enter_spooled(db, raw, label, settings.campaign.zone, spool.kept_at(raw.sha256))
        for raw in spool.everything()
        if raw.sha256 not in known
    )
