"""An IMAP server that cuts, stalls, lies and talks rubbish, one trick a time, and is honest in between."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from tests.servers.coremail import Coremail, Session, serving


class Trick(Enum):
    """What it does instead of sending a mail's bytes as asked."""

    CUT_IN_LITERAL = "sends half of the literal and closes"
    CUT_BEFORE = "closes without a word"
    STALL = "sends half of the literal and falls silent"
    ANNOUNCE_MORE = "announces a terabyte, sends the mail, and falls silent"
    ANNOUNCE_LESS = "announces half of what it sends"
    WRONG_OFFSET = "sends other bytes than asked, and says so"
    WHOLE = "ignores the offset and sends the whole mail"
    TOO_MUCH = "sends more bytes of a piece than asked"
    OTHER_FIRST = "sends flags and another mail's bytes first, unasked"
    UID_BEHIND = "says the UID behind the literal"
    RUBBISH = "sends bytes that are no IMAP"
    BYE = "says BYE and closes"
    THROTTLE = "declines: too many requests"
    QUOTED = "sends the bytes as a quoted string where it may"


class Mishap(Enum):
    """What befalls a command, whichever it is."""

    CUT = "the connection is closed"
    BYE = "the server says BYE and closes"
    RUBBISH = "the server sends bytes that are no IMAP and closes"
    HALF = "the server sends half a line and closes"


SOUNDS: Final = {
    Mishap.CUT: b"",
    Mishap.BYE: b"* BYE Autologout; idle for too long\r\n",
    Mishap.RUBBISH: b"\x00\xff\xfe\r\n* FETCH ((\r\n{5}\r\n",
    Mishap.HALF: b"* SEARCH 1392",
}


@dataclass
class Hostile(Coremail):
    """A running server; `tricks` are played one a body FETCH, `always` is played where none is left.

    Attributes:
        mishaps: by the number of the command, counted over all sessions from 1.
    """

    mishaps: dict[int, Mishap] = field(default_factory=dict)
    commands: int = 0
    tricks: deque[Trick] = field(default_factory=deque)
    always: Trick | None = None
    played: int = 0


class HostileSession(Session):
    """One connection."""

    mailbox: Hostile

    def answer_one(self) -> bool:
        self.mailbox.commands += 1
        mishap = self.mailbox.mishaps.get(self.mailbox.commands)
        if mishap is None:
            return super().answer_one()
        self.rfile.readline()
        self.wfile.write(SOUNDS[mishap])
        return False

    def do_uid_fetch(self, rest: str) -> str | None:
        if "BODY.PEEK[]" in rest and self.trick() is Trick.THROTTLE:
            self.play()
            return "NO FETCH too many requests, try again later"
        return super().do_uid_fetch(rest)

    def trick(self) -> Trick | None:
        return self.mailbox.tricks[0] if self.mailbox.tricks else self.mailbox.always

    def play(self) -> Trick | None:
        """The next trick, which is then gone."""
        trick = self.trick()
        if self.mailbox.tricks:
            self.mailbox.tricks.popleft()
        self.mailbox.played += trick is not None
        return trick

    def send_body(self, number: int, before: bytes, key: bytes, piece: bytes) -> bool:  # noqa: C901, PLR0912
        raw = self.box.mails[int(before.split()[1])].raw
        match self.play():
            case Trick.CUT_BEFORE:
                return False
            case Trick.CUT_IN_LITERAL:
                self.wfile.write(b"* %d FETCH (%b %b {%d}\r\n" % (number, before, key, len(piece)))
                self.wfile.write(piece[: len(piece) // 2])
                return False
            case Trick.STALL:
                self.wfile.write(b"* %d FETCH (%b %b {%d}\r\n" % (number, before, key, len(piece)))
                self.wfile.write(piece[: len(piece) // 2])
                self.stall()
                return False
            case Trick.ANNOUNCE_MORE:
                self.wfile.write(b"* %d FETCH (%b %b {%d}\r\n%b)\r\n" % (number, before, key, 10**12, piece))
                self.stall()
                return False
            case Trick.ANNOUNCE_LESS:
                self.wfile.write(b"* %d FETCH (%b %b {%d}\r\n%b)\r\n" % (number, before, key, len(piece) // 2, piece))
            case Trick.WRONG_OFFSET:
                return super().send_body(number, before, b"BODY[]<7>", raw[7 : 7 + len(piece)])
            case Trick.WHOLE:
                return super().send_body(number, before, b"BODY[]", raw)
            case Trick.TOO_MUCH if b"<" in key:
                return super().send_body(number, before, key, piece + b"more" * 300_000)
            case Trick.OTHER_FIRST:
                self.wfile.write(b"* 1 FETCH (FLAGS (\\Seen))\r\n* 2 EXISTS\r\n")
                super().send_body(9, b"UID 4711", b"BODY[]", b"another mail")
                return super().send_body(number, before, key, piece)
            case Trick.UID_BEHIND:
                self.wfile.write(b"* %d FETCH (%b {%d}\r\n%b %b)\r\n" % (number, key, len(piece), piece, before))
            case Trick.RUBBISH:
                self.wfile.write(b"\x00\xff\xfe" * 1000 + b"\r\n" + b"* LIST ((((\r\n+ \r\n")
                return False
            case Trick.BYE:
                self.wfile.write(b"* BYE Autologout; idle for too long\r\n")
                return False
            case Trick.QUOTED if b"\n" not in piece:
                text = piece.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
                self.wfile.write(b'* %d FETCH (%b %b "%b")\r\n' % (number, before, key, text))
            case _:
                return super().send_body(number, before, key, piece)
        return True

    def stall(self) -> None:
        """Say nothing for longer than the tests' patience."""
        self.wfile.flush()
        time.sleep(3)


@contextmanager
def hostile() -> Iterator[Hostile]:
    """Run one, empty."""
    mailbox = Hostile()
    with serving(mailbox, HostileSession):
        yield mailbox
