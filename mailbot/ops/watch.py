"""React within seconds where a mailbox can tell of new mail (RFC 2177 IDLE); elsewhere the schedule does."""

import logging
from collections.abc import Callable
from typing import Final

from mailbot.fetch.open import open_mailbox
from mailbot.model.errors import AccountError, MailboxError
from mailbot.ops.house import House
from mailbot.settings.keys import MailboxSettings

LOG: Final = logging.getLogger(__name__)
WAIT_SECONDS: Final = 60.0


def watch(house: House, settings: MailboxSettings, wake: Callable[[], None]) -> None:
    """Call `wake` whenever something new may be in a mailbox, until mailbot ends; return where it cannot tell.

    It keeps a connection of its own and nothing else, so that it may be left behind in mid-wait.
    """
    while not house.stop.is_set():
        try:
            mailbox = open_mailbox(settings)
            try:
                if not mailbox.can_wait:
                    return
                while not house.stop.is_set():
                    if mailbox.wait(WAIT_SECONDS):
                        wake()
            finally:
                mailbox.close()
        except AccountError:
            return
        except MailboxError as error:
            LOG.info("watch-broken reason=%s", error)
            house.stop.wait(house.settings.schedule.poll_every)
