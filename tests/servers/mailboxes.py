"""Settings and short ways for tests that read a mailbox on a test server."""

from dataclasses import replace
from typing import Any, Protocol

from mailbot.fetch.source import Mailbox
from mailbot.model.folder import Folder
from mailbot.model.mail import MailRef
from mailbot.settings.keys import MailboxSettings, Security


class Server(Protocol):
    """What every IMAP server of the tests has."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...


def settings_for(server: Server, **changes: Any) -> MailboxSettings:  # noqa: ANN401 - any key of them
    """Plain text on loopback, five seconds of patience, and what a test wants otherwise."""
    plain = MailboxSettings(
        host=server.host,
        port=server.port,
        security=Security.NONE,
        user=server.user,
        password=server.password,
        timeout=5,
    )
    return replace(plain, **changes)


def everything(mailbox: Mailbox, *folders: Folder) -> dict[tuple[str, int], bytes]:
    """Every mail of these folders, or of all, by folder and UID."""
    return {
        (ref.folder, ref.uid): b"".join(mailbox.read(ref))
        for folder in folders or mailbox.folders()
        for ref in all_refs(mailbox, folder)
    }


def all_refs(mailbox: Mailbox, folder: Folder) -> tuple[MailRef, ...]:
    """Where all mails of a folder lie."""
    listing = mailbox.listing(folder)
    return mailbox.refs(folder, listing, listing.uids)
