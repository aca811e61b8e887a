"""What sending and telling work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailbot.ledger.connection import Ledger
from mailbot.reply.compose import Writer
from mailbot.settings import Settings
from mailbot.store import Store


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs.

    Attributes:
        settings: the configuration.
        ledger: open for writing.
        store: where attachments lie.
        writer: words.
        now: the clock.
        pause: sleeps so many seconds; True where mailbot is asked to stop.
        secret: signs the orders in a digest.
    """

    settings: Settings
    ledger: Ledger
    store: Store
    writer: Writer
    now: Callable[[], datetime]
    pause: Callable[[float], bool]
    secret: bytes
