"""A real SMTP server on a loopback port that answers as scripted and keeps what it takes."""

import asyncio
import logging
import ssl
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.ports import free_port

USER: Final = "submissions@163.example"
PASSWORD: Final = "let-me-in"
STALL_SECONDS: Final = 60
logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own attribute at every login


class Act(Enum):
    """What it may do instead of answering."""

    CUT = "close the connection; nothing is kept"
    TAKE_AND_CUT = "keep the letter, then close the connection without an answer"
    STALL = "say nothing for a minute"
    TWICE = "answer well, and say so twice"


Answer = str | Act


@dataclass(frozen=True)
class Letter:
    """A letter that was taken: its envelope, its bytes and its message."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """Parsed with the standard library."""
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass
class SmtpReceiver:
    """A running server.

    Attributes:
        letters: what it took, in order.
        connections: how many were opened.
        steps: what it will say next at each step (`connect`, `login`, `mail`, `rcpt`, `data`, `end`), one each time;
            where nothing is left it answers well.
        forward: given each letter that it took, as a server that delivers it.
    """

    port: int
    host: str = "127.0.0.1"
    user: str = USER
    password: str = PASSWORD
    letters: list[Letter] = field(default_factory=list)
    connections: int = 0
    steps: defaultdict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    forward: Callable[[Letter], object] = lambda _letter: None

    def answer(self, step: str, *answers: Answer) -> None:
        """Say these at the next visits of a step: `receiver.answer("rcpt", "550 5.1.1 Invalid User")`."""
        self.steps[step].extend(answers)

    def next(self, step: str) -> Answer | None:
        """What is scripted for this visit."""
        return self.steps[step].popleft() if self.steps[step] else None


class _Dialogue(SMTP):
    """One connection."""

    receiver: SmtpReceiver
    doubled = False

    async def _handle_client(self) -> None:
        self.receiver.connections += 1
        answer = self.receiver.next("connect")
        if answer is not None:
            if (line := await self.perform(answer)) is not None:
                await self.push(line)
            self.cut()
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        answer = self.receiver.next("data")
        if answer is None:
            await super().smtp_DATA(arg)
        elif (line := await self.perform(answer)) is not None:
            await self.push(line)

    async def perform(self, answer: Answer) -> str | None:
        """Do what is scripted; a line that is still to be said, else None."""
        if answer is Act.STALL:
            await asyncio.sleep(STALL_SECONDS)
        if isinstance(answer, Act):
            self.cut()
            return None
        return answer

    def cut(self) -> None:
        """Close the connection once what was said is out."""
        if self.transport is not None:
            self.transport.close()


class _Handler:
    def __init__(self, receiver: SmtpReceiver) -> None:
        self.receiver = receiver

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: _Dialogue, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address != self.receiver.user:
            return "553 Mail from must equal authorized user"
        said = await self._scripted(server, "mail")
        if said is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return said or _well(server, "250 Mail OK")

    async def handle_RCPT(  # noqa: N802
        self, server: _Dialogue, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = await self._scripted(server, "rcpt")
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or _well(server, "250 Mail OK")

    async def handle_DATA(self, server: _Dialogue, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = Letter(envelope.mail_from or "", tuple(envelope.rcpt_tos), bytes(envelope.original_content or b""))
        if self.receiver.steps["end"] and self.receiver.steps["end"][0] is Act.TAKE_AND_CUT:
            self.receiver.letters.append(letter)
        said = await self._scripted(server, "end")
        if said is not None:
            return said
        self.receiver.letters.append(letter)
        self.receiver.forward(letter)
        return _well(server, f"250 Mail OK queued as smtp1,TEST{len(self.receiver.letters)} 1721000000")

    async def _scripted(self, server: _Dialogue, step: str) -> str | None:
        answer = self.receiver.next(step)
        if answer is None or answer is Act.TWICE:
            server.doubled = answer is Act.TWICE
            return None
        return await server.perform(answer) or "421 cut"


def _well(server: _Dialogue, words: str) -> str:
    """A good answer, once or twice."""
    doubled, server.doubled = server.doubled, False
    return f"{words}\r\n{words}" if doubled else words


@contextmanager
def smtp_receiver(
    tls: ssl.SSLContext | None = None, *, implicit: bool = False, utf8: bool = False
) -> Iterator[SmtpReceiver]:
    """Run a receiver. Like NetEase's it wants a login, and the envelope's sender to be the login name.

    Args:
        tls: for STARTTLS.
        implicit: use it from the first byte.
        utf8: offer SMTPUTF8.

    Settings for it: host and port, security none, `user` and `password`, and `from` with the address `user`.
    """
    receiver = SmtpReceiver(free_port())

    def authenticate(
        server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, secret: LoginPassword
    ) -> AuthResult:
        del server
        scripted = receiver.next("login")
        if isinstance(scripted, str):
            return AuthResult(success=False, handled=False, message=scripted)
        right = (secret.login.decode(), secret.password.decode()) == (receiver.user, receiver.password)
        return AuthResult(success=right, handled=False, message=None if right else "535 Error: authentication failed")

    class Listening(Controller):
        def factory(self) -> SMTP:
            dialogue = _Dialogue(
                self.handler,
                authenticator=authenticate,
                auth_require_tls=False,
                hostname="163.example",
                tls_context=None if implicit else tls,
                enable_SMTPUTF8=utf8,
            )
            dialogue.receiver = receiver
            return dialogue

    context = tls if implicit else None
    controller = Listening(_Handler(receiver), hostname=receiver.host, port=receiver.port, ssl_context=context)
    controller.start()
    try:
        yield receiver
    finally:
        controller.stop()
