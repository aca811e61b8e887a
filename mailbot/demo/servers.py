"""The embedded servers on loopback: pymap keeps the submission mailbox, aiosmtpd takes the replies.

Both come with the `demo` extra, run inside this process, and end with it.
"""

import asyncio
import imaplib
import threading
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

from mailbot.model.errors import TemporaryError

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in to both servers."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the servers listen on loopback."""

    imap: int
    smtp: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter that the receiver took: its envelope's recipient and its bytes."""

    recipient: str
    raw: bytes


class _Handler:
    """Takes every letter."""

    def __init__(self, take: Callable[[Taken], None]) -> None:
        self._take = take

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        raw = bytes(envelope.original_content or b"")
        for recipient in envelope.rcpt_tos:
            self._take(Taken(recipient, raw))
        return "250 Mail OK"


async def _listen_imap(account: Account) -> asyncio.Server:
    arguments = Namespace(
        demo_user=account.user, demo_password=account.password, demo_data=False,
        host=HOST, port="0", debug=False, cert=None, key=None, tls=False,
        inherited_sockets=None, passlib_cfg=None, proxy_protocol="noop",
    )  # fmt: skip
    backend, config = await DictBackend.init(arguments)
    config.apply_context()
    proxy = ProxyProtocolReader(config.proxy_protocol)
    return await asyncio.start_server(proxy.get_callback(IMAPServer(backend.login, config)), HOST, 0)


async def _listen_smtp(account: Account, take: Callable[[Taken], None]) -> asyncio.Server:
    loop = asyncio.get_running_loop()

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, told: object) -> AuthResult:
        return AuthResult(success=told == LoginPassword(account.user.encode(), account.password.encode()))

    def dialogue() -> SMTP:
        return SMTP(
            _Handler(take),
            hostname="localhost",
            loop=loop,
            authenticator=authenticate,
            auth_require_tls=False,
        )

    return await loop.create_server(dialogue, HOST, 0)


@contextmanager
def embedded(account: Account, take: Callable[[Taken], None]) -> Iterator[Ports]:
    """Run both servers in a thread of their own.

    Args:
        account: who may log in.
        take: called in that thread with each letter that comes in.
    """
    started: Future[Ports] = Future()
    end = asyncio.Event()

    async def serve() -> None:
        async with await _listen_imap(account) as imap, await _listen_smtp(account, take) as smtp:
            started.set_result(Ports(*(server.sockets[0].getsockname()[1] for server in (imap, smtp))))
            await end.wait()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="demo-servers", daemon=True)
    thread.start()
    try:
        yield started.result(START_SECONDS)
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


def deliver(port: int, account: Account, mails: Iterable[tuple[bytes, datetime]], done: Callable[[], None]) -> None:
    """Put mails into the mailbox as if each had come in at its moment (IMAP APPEND with an INTERNALDATE).

    Args:
        port: of the IMAP server.
        account: whose mailbox.
        mails: bytes and moment of each.
        done: called after each.

    Raises:
        TemporaryError: the server refuses one.
    """
    client = imaplib.IMAP4(HOST, port)
    try:
        client.login(account.user, account.password)
        for raw, received_at in mails:
            said, told = client.append("INBOX", "", imaplib.Time2Internaldate(received_at), raw)
            if said != "OK":
                raise TemporaryError(f"the embedded mailbox refuses a mail: {told!r}")
            done()
    finally:
        client.logout()
