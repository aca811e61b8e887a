"""Organizers' orders as the ledger keeps them: what was ordered by which mail, and what became of it."""

import json
from collections.abc import Iterable
from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp
from mailbot.ledger.records import to_json
from mailbot.model.order import Order, OrderState, Verb


def save_orders(db: Ledger, mail_id: int, orders: Iterable[Order], now: datetime) -> None:
    """Note a mail's orders; call inside a transaction. Those that the mail confirms replace what was noted before."""
    for order in orders:
        db.execute(
            """INSERT INTO orders (mail_id, at, organizer, verb, target, version, reason, fields, state)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [mail_id, stamp(now), order.organizer, order.verb, order.target, order.version, order.reason,
             to_json(order.values), order.state],
        )  # fmt: skip
        if order.verb is Verb.CONFIRM and order.state is OrderState.DONE:
            db.execute(
                "UPDATE orders SET state = ? WHERE mail_id = ? AND state = ?",
                [OrderState.DONE, int(order.target), OrderState.HELD],
            )
            db.execute("UPDATE mails SET seen_at = ? WHERE id = ?", [stamp(now), int(order.target)])


def held(db: Ledger, mail_id: int, organizer: str) -> tuple[Order, ...]:
    """The orders of a mail that wait for an organizer's confirmation."""
    rows = db.query(
        "SELECT * FROM orders WHERE mail_id = ? AND organizer = ? AND state = ? ORDER BY id",
        [mail_id, organizer.lower(), OrderState.HELD],
    )
    return tuple(
        Order(row["organizer"], Verb(row["verb"]), row["target"], OrderState(row["state"]), row["version"],
              row["reason"], tuple(json.loads(row["fields"])))
        for row in rows
    )  # fmt: skip


def done_at(db: Ledger, order: Order) -> str:
    """When the same order, about the same version, was carried out before; empty where it never was."""
    row = db.execute(
        "SELECT max(at) FROM orders WHERE target = ? AND organizer = ? AND verb = ? AND version = ? AND state = ?",
        [order.target, order.organizer, order.verb, order.version, OrderState.DONE],
    ).fetchone()
    return row[0] or ""


def was_carried_out(db: Ledger, number: str, mark: str) -> bool:
    """Whether an event of an entry, or of a mail where `number` is empty, bears an order's mark."""
    return bool(
        db.execute(
            "SELECT 1 FROM events WHERE number = ? AND json_extract(details, '$.order') = ?", [number, mark]
        ).fetchone()
    )
