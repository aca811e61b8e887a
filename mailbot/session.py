"""What every journey works with: one session of one thread with the ledger open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailbot.extract.works import Bench
from mailbot.ledger.connection import Ledger
from mailbot.reply.compose import Writer
from mailbot.settings.keys import Settings


@dataclass(frozen=True, slots=True)
class Session:
    """The rooms of the house, as one thread uses them.

    Attributes:
        settings: the configuration.
        ledger: open for writing, for this thread alone.
        bench: readers of files, and the spool and the store where mails and files lie.
        writer: words for letters and findings.
        own: addresses of this mailbox, lower case.
        secret: signs the orders in a digest.
        now: the clock.
        pause: sleeps so many seconds; True where mailbot is asked to stop.
    """

    settings: Settings
    ledger: Ledger
    bench: Bench
    writer: Writer
    own: frozenset[str]
    secret: bytes
    now: Callable[[], datetime]
    pause: Callable[[float], bool]

    def stopped(self) -> bool:
        """Whether mailbot is asked to stop."""
        return self.pause(0)
