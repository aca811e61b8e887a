"""An IMAP server with one odd habit at a time, each of a server that its users' clients stumbled over."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers.coremail import Coremail, Session, serving

Line = Callable[[str], str]
"""What becomes of a line that the server says."""
Body = Callable[[int, bytes, bytes, bytes], bytes]
"""A FETCH answer of its number, its other items, the body's key and bytes."""


def plain(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    """As RFC 3501 has it."""
    return b"* %d FETCH (%b %b {%d}\r\n%b)\r\n" % (number, before, key, len(piece), piece)


@dataclass
class Peculiar(Coremail):
    """A running server.

    Attributes:
        line: its habit with lines; several lines are parted by CRLF, an empty one is not sent.
        body: its habit with mails.
    """

    line: Line = str
    body: Body = plain


class PeculiarSession(Session):
    """One connection."""

    mailbox: Peculiar

    def say(self, line: str) -> None:
        if said := self.mailbox.line(line):
            super().say(said)

    def fetch(self, number: int, uid: int, items: str) -> bool:
        if "BODY.PEEK[]" in items or items == "(RFC822)":
            return super().fetch(number, uid, items)
        mail = self.box.mails[uid]
        date = mail.received_at.strftime(self.mailbox.date_format)
        self.say(f'* {number} FETCH (UID {uid} INTERNALDATE "{date}" RFC822.SIZE {len(mail.raw)})')
        return True

    def send_body(self, number: int, before: bytes, key: bytes, piece: bytes) -> bool:
        self.wfile.write(self.mailbox.body(number, before, key, piece))
        return True


def instead(pattern: str, text: str | Callable[[re.Match[str]], str]) -> Line:
    """A habit of writing something else."""
    return lambda line: re.sub(pattern, text, line)


def besides(pattern: str, *more: str) -> Line:
    """A habit of saying more behind some lines."""
    return lambda line: "\r\n".join((line, *more)) if re.search(pattern, line) else line


def ahead(*more: str) -> Line:
    """A habit of saying more before each answer to UID FETCH, SELECT and SEARCH."""
    return lambda line: "\r\n".join((*more, line)) if re.search(r"FETCH \(|SEARCH|EXISTS", line) else line


@contextmanager
def peculiar() -> Iterator[Peculiar]:
    """Run one, empty."""
    mailbox = Peculiar()
    with serving(mailbox, PeculiarSession):
        yield mailbox
