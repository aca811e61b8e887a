"""Read the answer to one UID FETCH of a mail's bytes in little memory (RFC 3501 §7.4.2, §4.3).

imaplib builds every literal in memory before anybody sees it, so a server that ignores `<offset.count>`, or lies
about a literal's size, would fill it. This reader hands the literal on in small blocks as it comes.
"""

import re
from collections.abc import Iterator
from typing import Final, Protocol

from mailbot.fetch.source import WrongMail
from mailbot.model.errors import MailboxError

BLOCK: Final = 256 * 1024
BODY: Final = re.compile(
    rb"(?:BODY(?:\.PEEK)?\[\](?:<(\d+)>)?|RFC822(?:\.PEEK)?) *"
    rb'(?:~?\{(\d+)\+?\}\r\n$|"((?:[^"\\]|\\.)*)"|(NIL)\b)',
    re.IGNORECASE,
)
LITERAL: Final = re.compile(rb"\{(\d+)\+?\}\r\n$")
FETCH: Final = re.compile(rb"\* +\d+ +FETCH ", re.IGNORECASE)
TRAILER: Final = re.compile(rb"(?: +[A-Z][A-Z0-9.\[\]<>-]* [^\r\n]*)? *\)\r\n$", re.IGNORECASE)
UID: Final = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
ESCAPED: Final = re.compile(rb"\\(.)")


class Wire(Protocol):
    """An IMAP connection's receiving end; `imaplib.IMAP4` is one."""

    def readline(self) -> bytes:
        """One line with its CRLF; empty at the connection's end."""
        ...

    def read(self, size: int, /) -> bytes:
        """So many bytes, or what there is of them; none at the connection's end."""
        ...


class BodyAnswer:
    """The answer to one such command, up to its tagged line.

    Attributes:
        found: the mail's bytes are in it.
        origin: the offset that the server says they start at; None for a whole mail.
        size: bytes that the server announces.
        refusal: the words of NO or BAD; empty for OK.
        done: the tagged line was read, so that the connection can be used again.
    """

    def __init__(self, wire: Wire, tag: bytes, uid: int) -> None:
        self.found = False
        self.origin: int | None = None
        self.size = 0
        self.refusal = ""
        self.done = False
        self._wire = wire
        self._tag = tag
        self._uid = uid
        self._short: bytes | None = None
        self._seek_body()

    def blocks(self) -> Iterator[bytes]:
        """The mail's bytes as they come; the tagged line is read at the end.

        Raises:
            MailboxError: the server cut the literal short, or goes on with what is no answer.
            WrongMail: the blocks were not this mail's.
        """
        if self._short is not None:
            yield self._short
        left = 0 if self._short is not None else self.size
        while left:
            block = self._wire.read(min(left, BLOCK))
            if not block:
                raise MailboxError("the server closed the connection in the middle of a mail")
            left -= len(block)
            yield block
        if self.found and self._short is None:
            line = self._line()
            self._end(self._line() if line == b"\r\n" else line)  # Yahoo ends a literal with an empty line
        while not self.done:
            line = self._line()
            # Xeams closes the answer behind the literal and says the other items on a line of their own
            if not line.startswith((b"* ", b"+ ", b"\r\n", self._tag)) and not TRAILER.match(line):
                raise MailboxError("the server sends more bytes than it announced")
            self._skip(line)
        if self.found and self.refusal:
            raise WrongMail(f"the server sent a mail and took it back: {self.refusal}")

    def drain(self) -> None:
        """Read the answer to its end and forget it."""
        for _ in self.blocks():
            pass

    def _seek_body(self) -> None:
        while not self.done:
            line = self._line()
            body = BODY.search(line) if FETCH.match(line) else None
            if body is not None and self._is_ours(line[: body.start()]):
                self._start(body)
                return
            self._skip(line)

    def _start(self, body: re.Match[bytes]) -> None:
        self.found = True
        self.origin = int(body[1]) if body[1] else None
        if body[2] is not None:
            self.size = int(body[2])
        else:
            self._short = ESCAPED.sub(rb"\1", body[3] or b"")
            self.size = len(self._short)

    def _is_ours(self, before: bytes) -> bool:
        uid = UID.search(before)
        return uid is None or int(uid[1]) == self._uid

    def _end(self, after: bytes) -> None:
        """What stands behind the literal: a parenthesis, and some servers say the UID only here."""
        if not TRAILER.match(after):
            raise MailboxError("the server sends more bytes than it announced")
        if not self._is_ours(after):
            raise WrongMail("the server answered with another mail")

    def _skip(self, line: bytes) -> None:
        """Pass over an answer, the literals in it and what stands behind them; note the tagged one."""
        if line.startswith(self._tag + b" "):
            self.done = True
            status, _, text = line[len(self._tag) + 1 :].strip().partition(b" ")
            if status.upper() != b"OK":
                self.refusal = text.decode("utf-8", "replace") or status.decode("ascii", "replace")
            return
        if line.upper().startswith(b"* BYE"):
            raise MailboxError(f"the server ended the session: {line[5:].strip().decode('utf-8', 'replace')}")
        while (literal := LITERAL.search(line)) is not None:
            left = int(literal[1])
            while left:
                block = self._wire.read(min(left, BLOCK))
                if not block:
                    raise MailboxError("the server closed the connection in the middle of an answer")
                left -= len(block)
            line = self._line()

    def _line(self) -> bytes:
        line = self._wire.readline()
        if not line.endswith(b"\r\n"):
            raise MailboxError("the server closed the connection in the middle of an answer")
        return line
