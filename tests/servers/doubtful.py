"""An IMAP server that gives mails in part, empty, under a wrong size, or not at all, in the ways of real ones."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from tests.servers.coremail import Coremail, Session, serving
from tests.servers.dovecot import modified_utf7

NIL: Final = b"NIL"
QUOTED: Final = b'""'
LITERAL: Final = b"{0}\r\n"

Answer = Callable[[bytes], bytes]
"""What becomes of bytes that were asked for."""


@dataclass
class Doubtful(Coremail):
    """A running server.

    Attributes:
        pieces: what it makes of the bytes of a partial fetch; likewise the next two.
        whole: of `BODY[]`.
        rfc822: of `RFC822`.
        empty: how it writes no bytes.
        misstates: bytes by which RFC822.SIZE is wrong.
        stalled: UIDs whose bytes stop in the middle, for longer than anybody waits.
        stalls: how often that was.
        stall_seconds: how long a connection stays open then.
        prefix: of the personal namespace; every folder but INBOX lies below it, and none can be made elsewhere.
        full: no folder can be made at all.
    """

    pieces: Answer = bytes
    whole: Answer = bytes
    rfc822: Answer = bytes
    empty: bytes = LITERAL
    misstates: int = 0
    stalled: set[int] = field(default_factory=set)
    stalls: int = 0
    stall_seconds: float = 2
    prefix: str = ""
    full: bool = False


class DoubtfulSession(Session):
    """One connection."""

    mailbox: Doubtful

    def stated_size(self, raw: bytes) -> int:
        return len(raw) + self.mailbox.misstates

    def do_namespace(self, _rest: str) -> str:
        self.say(f'* NAMESPACE (("{self.mailbox.prefix}" ".")) NIL NIL')
        return "OK NAMESPACE completed"

    def do_create(self, rest: str) -> str:
        prefix = modified_utf7(self.mailbox.prefix)
        if self.mailbox.full or not rest.strip('"').startswith(prefix):
            return "NO Invalid mailbox name."
        return super().do_create(rest)

    def send_body(self, number: int, before: bytes, key: bytes, piece: bytes) -> bool:
        server = self.mailbox
        if int(before.split()[1]) in server.stalled:
            server.stalls += 1
            self.wfile.write(b"* %d FETCH (%b %b {%d}\r\n" % (number, before, key, len(piece)))
            self.wfile.write(piece[: len(piece) // 2])
            self.wfile.flush()
            time.sleep(server.stall_seconds)
            return False
        change = server.rfc822 if key == b"RFC822" else server.pieces if b"<" in key else server.whole
        changed = change(piece)
        if changed:
            return super().send_body(number, before, key, changed)
        self.wfile.write(b"* %d FETCH (%b %b %b)\r\n" % (number, before, key, server.empty))
        return True


def nothing(_piece: bytes) -> bytes:
    """No bytes at all."""
    return b""


def at_most(count: int) -> Answer:
    """So many bytes of what was asked for, however much that was."""
    return lambda piece: piece[:count]


def short_by(count: int) -> Answer:
    """All but the last ones."""
    return lambda piece: piece[:-count]


@contextmanager
def doubtful() -> Iterator[Doubtful]:
    """Run one, empty."""
    mailbox = Doubtful()
    with serving(mailbox, DoubtfulSession):
        yield mailbox
