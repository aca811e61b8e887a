"""Open a mailbox of either kind."""

from mailbot.fetch.imap import connect_imap
from mailbot.fetch.maildir import open_maildir
from mailbot.fetch.source import Mailbox
from mailbot.settings.keys import MailboxSettings


def open_mailbox(settings: MailboxSettings) -> Mailbox:
    """The mailbox, logged in; `close()` it after the round.

    Raises:
        MailboxError: it cannot be reached now.
        AccountError: it refuses our account; asking again makes it worse.
    """
    return open_maildir(settings) if settings.kind == "maildir" else connect_imap(settings)
