"""A copy of the ledger that is whole, while the ledger is in use."""

import sqlite3
from pathlib import Path

from mailbot.ledger.connection import Ledger


def backup(db: Ledger, target: Path, keep: int) -> Path:
    """Write a copy by SQLite's online backup and keep the last few of its folder.

    Args:
        db: the ledger.
        target: the copy's file; its folder is made.
        keep: how many copies stay in the folder.

    Returns:
        The copy's path.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".part")
    copy = sqlite3.connect(temporary)
    try:
        db.conn.backup(copy)
    finally:
        copy.close()
    temporary.replace(target)
    for old in sorted(target.parent.glob(f"*{target.suffix}"))[:-keep]:
        old.unlink()
    return target
