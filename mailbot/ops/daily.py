"""What is due once a day: the digest of the day before, reminders, a copy of the ledger.

Each duty of each day is a row in the ledger once it is done. What a daemon that was down, or a clock that jumped, has
missed is made up for at the next look, once.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from mailbot import outgoing
from mailbot.ledger import digests
from mailbot.ledger.connection import Ledger
from mailbot.ops.house import House
from mailbot.ops.nightly import keep_safe

LOG: Final = logging.getLogger(__name__)
Duty = Callable[[House, Ledger, date], object]


def last_due(now: datetime, at: time) -> date:
    """The day whose duties are due last: today from `at` on, before that yesterday.

    Args:
        now: in the campaign's time zone.
        at: the time of day from which a day's duties are due.
    """
    return now.date() if now.time() >= at else now.date() - timedelta(days=1)


def do_duties(house: House, now: datetime) -> tuple[str, ...]:
    """Do what is due and not done yet.

    A ledger that knows no mail at all has nothing to tell: its first day's duties count as done.

    Returns:
        The names of what was done.
    """
    due = last_due(now.astimezone(house.settings.campaign.zone), house.settings.schedule.digest_time)
    done = []
    with house.ledger() as db:
        for name, duty in DUTIES.items():
            if digests.duty_done(db, name, due):
                continue
            if digests.knows_mails(db):
                duty(house, db, due)
                done.append(name)
                LOG.info("duty-done name=%s day=%s", name, due)
            digests.note_duty(db, name, due, now)
    return tuple(done)


def _digest(house: House, db: Ledger, day: date) -> None:
    outgoing.owe_digest(house.session(db), day - timedelta(days=1))


def _reminders(house: House, db: Ledger, _day: date) -> None:
    outgoing.owe_reminders(house.session(db))


def _backup(house: House, db: Ledger, day: date) -> None:
    keep_safe(house, db, day)


DUTIES: Final[dict[str, Duty]] = {"digest": _digest, "reminders": _reminders, "backup": _backup}
