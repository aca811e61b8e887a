"""The seam to the post: what every way of sending can do."""

from email.message import EmailMessage
from types import TracebackType
from typing import Protocol, Self

from mailbot.model.errors import ConfigError
from mailbot.model.sending import Receipt
from mailbot.reply.folder import FolderSender
from mailbot.reply.smtp import SmtpSender
from mailbot.settings.keys import SmtpSettings


class Sender(Protocol):
    """Sends letters one by one; a context manager, the connection lives as long as it."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def check(self) -> None:
        """Connect and log in without sending.

        Raises:
            SendError: the server cannot be reached, or asks us to wait.
            AccountError: it refuses our account.
        """
        ...

    def send(self, message: EmailMessage | bytes, recipient: str) -> Receipt:
        """Send one letter to one recipient; never raises for what a server or the network does."""
        ...


def open_sender(settings: SmtpSettings) -> Sender:
    """The sender that `[smtp]` names; nothing is dialled before it is needed.

    Raises:
        ConfigError: the folder is not named.
    """
    if settings.kind == "smtp":
        return SmtpSender(settings)
    if settings.path is None:
        raise ConfigError('smtp.path: is missing. Name the folder that kind = "folder" writes to.')
    return FolderSender(settings.path)
