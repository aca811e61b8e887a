"""Once a night: the ledger is copied, and a part of what is kept is read again."""

from datetime import date
from typing import Final

from mailbot import outgoing
from mailbot.ledger.backup import backup, copy_of
from mailbot.ledger.connection import Ledger, writing
from mailbot.model.errors import TemporaryError
from mailbot.ops.house import House
from mailbot.ops.purge import empty_again
from mailbot.ops.scrub import scrub
from mailbot.outgoing.organizers import owe_alert

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
    damaged = scrub(db, house.settings, day)
    if damaged:
        with writing(db):
            owe_alert(session, f"alert:damage::{day}", "damage", {}, damaged)
