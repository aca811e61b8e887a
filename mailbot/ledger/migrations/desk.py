"""The tables of the organizers' day: what they order by mail, and what is due once a day."""

from typing import Final

from sqlite_utils import Database

from mailbot.ledger.enums import one_of, renew_check
from mailbot.ledger.migrations.registry import migrations
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Triage
from mailbot.model.order import OrderState, Verb

ORDERS: Final = f"""
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        mail_id INTEGER NOT NULL REFERENCES mails(id),
        at TEXT NOT NULL,
        organizer TEXT NOT NULL,
        verb TEXT NOT NULL {one_of("verb", Verb)},
        target TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '',
        fields TEXT NOT NULL DEFAULT '[]',
        state TEXT NOT NULL {one_of("state", OrderState)}
    );
    CREATE INDEX orders_mail ON orders(mail_id);
    CREATE INDEX orders_target ON orders(target);
"""
DUTIES: Final = """
    CREATE TABLE duties (
        name TEXT NOT NULL,
        day TEXT NOT NULL,
        done_at TEXT NOT NULL,
        PRIMARY KEY (name, day)
    ) WITHOUT ROWID;
"""


@migrations()
def m020_orders(db: Database) -> None:
    """What organizers order by mail; letters that tell what became of it."""
    db.executescript(ORDERS)
    renew_check(db, "replies", "kind", LetterKind)
    renew_check(db, "mails", "triage", Triage)


@migrations()
def m021_duties(db: Database) -> None:
    """What is due once a day, and was done."""
    db.executescript(DUTIES)
