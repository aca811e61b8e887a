"""Once a night: the ledger is copied, and a part of what is kept is read again."""

from datetime import date
from pathlib import Path
from typing import Final

from mailbot import outgoing
from mailbot.ledger import digests
from mailbot.ledger.backup import backup, copy_of
from mailbot.ledger.connection import Ledger
from mailbot.model.errors import TemporaryError
from mailbot.ops.house import House
from mailbot.ops.purge import empty_again
from mailbot.ops.scrub import scrub

DAMAGED: Final = "damaged"
"""Mark: files that were found rotten or missing, a line each; they are looked at each night until they are sound."""
BACKUPS: Final = 14
"""Daily copies of the ledger that are kept."""


def keep_safe(house: House, db: Ledger, day: date) -> None:
    """Copy the ledger, check it and this night's part of the files, and tell the organizers what is wrong."""
    session = house.session(db)
    told = ""
    try:
        backup(db, copy_of(house.settings.data_dir, day), BACKUPS)
    except TemporaryError as error:
        told = str(error)
    outgoing.report(session, "backup", lasts=bool(told), told=told)
    empty_again(db, house.settings)
    known = tuple(Path(name) for name in digests.mark(db, DAMAGED).splitlines())
    damaged = scrub(db, house.settings, day, known)
    digests.set_mark(db, DAMAGED, "\n".join(str(found.path) for found in damaged if found.path))
    outgoing.report(session, "damage", items=[found.told for found in damaged], lasts=bool(damaged))
