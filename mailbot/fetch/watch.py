"""Hear of new mail within seconds, where the server offers IDLE (RFC 2177); polling goes on besides."""

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Final

from mailbot.fetch.open import open_mailbox
from mailbot.fetch.source import Mailbox
from mailbot.model.errors import AccountError, MailboxError
from mailbot.settings.keys import MailboxSettings

LOG: Final = logging.getLogger(__name__)
LISTEN_SECONDS: Final = 10.0
"""One wait: so soon a stop is heard."""
PAUSE_SECONDS: Final = 60.0
"""Before a new connection, where one died: polling reports what is wrong."""


def watch(settings: MailboxSettings, stop: threading.Event, news: Callable[[], None]) -> None:
    """Call `news` each time the first folder grows, over a connection of its own; for a thread of its own.

    Args:
        settings: the mailbox.
        stop: ends it within some seconds.
        news: starts a poll; must return at once.

    Returns:
        When stopped, or at once where the server cannot tell (163 has no IDLE) or refuses the account.
    """
    while not stop.is_set():
        try:
            with closing(open_mailbox(settings)) as mailbox:
                if not mailbox.can_wait:
                    return
                _listen(mailbox, stop, news)
        except AccountError as error:
            LOG.warning("watch-refused reason=%s", error)
            return
        except MailboxError as error:
            LOG.info("watch-interrupted reason=%s", error)
            stop.wait(PAUSE_SECONDS)


def _listen(mailbox: Mailbox, stop: threading.Event, news: Callable[[], None]) -> None:
    folder = mailbox.folders()[0]
    mailbox.listing(folder)
    while not stop.is_set():
        if mailbox.wait(LISTEN_SECONDS):
            # what comes from here on is news again; the poll sees at least what is listed now
            mailbox.listing(folder)
            news()
