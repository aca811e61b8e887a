"""Named points right behind each durable step, at which a test may kill mailbot. In a running mailbot none is armed.

A test arms one by a launcher of its own (`tests/storms/`); mailbot itself never looks for a switch.
"""

import os
import signal
from enum import StrEnum


class Point(StrEnum):
    """A durable step that has just been done."""

    MAIL_FETCHED = "mail-fetched"
    """The mail's bytes are in the partial file, on the disk."""
    MAIL_SPOOLED = "mail-spooled"
    """The mail lies in the spool under its hash; the ledger does not know it yet."""
    FILE_STORED = "file-stored"
    """A file lies in the store under its hash."""
    JOURNAL_WRITTEN = "journal-written"
    """A transaction is in the journal, and not yet committed."""
    LEDGER_WRITTEN = "ledger-written"
    """A transaction is committed."""
    LETTER_HANDED_OVER = "letter-handed-over"
    """The server has taken a letter; the ledger does not know it yet."""
    LEDGER_PURGED = "ledger-purged"
    """Personal data is gone from the ledger's tables; the room where it stood, and the files, are still there."""
    FILE_PURGED = "file-purged"
    """One of the files of which the ledger knows nothing more is removed."""
    BACKUP_WRITTEN = "backup-written"
    """A copy of the ledger is written and checked, and has not its name yet."""


class _Armed:
    point: Point | None = None
    passes: int = 0


def arm(point: Point, passes: int = 0) -> None:
    """Kill this process when it reaches a point; so many times it passes before."""
    _Armed.point, _Armed.passes = point, passes


def reach(point: Point) -> None:
    """A durable step was done."""
    if _Armed.point is not point:
        return
    if not _Armed.passes:
        os.kill(os.getpid(), signal.SIGKILL)
    _Armed.passes -= 1
