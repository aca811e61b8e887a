"""Longer times that persons gave."""

import json
from collections.abc import Iterable
from datetime import datetime

from mailbot.ledger.connection import Ledger, stamp, unstamp
from mailbot.model.extension import Extension, Scope
from mailbot.text.units import short_unit


def save_extension(db: Ledger, extension: Extension, actor: str, note: str, now: datetime) -> None:
    """Write a longer time, or another in its place; call inside a transaction."""
    db.execute(
        "INSERT OR REPLACE INTO extensions (scope, target, until, actor, at, note) VALUES (?, ?, ?, ?, ?, ?)",
        [extension.scope, extension.target, stamp(extension.until), actor, stamp(now), note],
    )


def bearing_on(
    db: Ledger, senders: Iterable[str], units: Iterable[str], numbers: Iterable[str]
) -> tuple[Extension, ...]:
    """The longer times of these addresses, units (as forms write them) and entries."""
    targets = {
        Scope.ADDRESS: sorted({sender.lower() for sender in senders}),
        Scope.UNIT: sorted({short_unit(unit) for unit in units} - {""}),
        Scope.ENTRY: sorted(set(numbers)),
    }
    return tuple(
        Extension(scope, str(target), unstamp(until))
        for scope, wanted in targets.items()
        for target, until in db.execute(
            "SELECT target, until FROM extensions WHERE scope = ? AND target IN (SELECT value FROM json_each(?))",
            [scope, json.dumps(wanted)],
        ).fetchall()
    )
