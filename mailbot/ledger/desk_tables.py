"""The tables of the organizers' day: what they order by mail, and what is due once a day."""

from typing import Final

from mailbot.ledger.enums import one_of
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
