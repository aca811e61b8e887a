"""What deciding works with, and how an entry is found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailbot.ledger import entries
from mailbot.ledger.connection import Ledger
from mailbot.model.entry import Entry
from mailbot.model.errors import Refused
from mailbot.reply.compose import Writer
from mailbot.settings import Settings


@dataclass(frozen=True, slots=True)
class Panel:
    """What deciding needs.

    Attributes:
        settings: the configuration.
        ledger: open for writing.
        writer: words.
        now: the clock.
    """

    settings: Settings
    ledger: Ledger
    writer: Writer
    now: Callable[[], datetime]


def find(panel: Panel, number: str) -> Entry:
    """An entry by its number.

    Raises:
        Refused: there is none.
    """
    entry = entries.by_number(panel.ledger, number)
    if entry is None:
        raise Refused(f"{number}: no such entry. 'mailbot entries' lists them.")
    return entry
