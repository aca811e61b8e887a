"""An IMAP server in 163's dialect on which things happen between two commands, or very slowly, or for ever."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.servers.coremail import Coremail, Session, serving


@dataclass
class Treacherous(Coremail):
    """A running server.

    Attributes:
        dies_behind: `UID COPY` and the like: done, but the connection dies before the answer; one each time.
        for_good: no command is answered after that.
        dead: so it is now.
        refused: UIDs whose bytes are declined for ever.
        drips: UIDs whose bytes come one by one, for ever so slowly.
        also_listed: folder names as they stand in LIST.
        slow: the verb whose untagged answers come byte by byte.
        twice: each body comes in two answers, the second one with other bytes.
        vanish: UIDs that are deleted right behind the next SEARCH that lists them.
        rebuilt_at: the number of the SELECT from which UIDVALIDITY is another and every UID too.
        shrinking: an EXPUNGE of another client's is told in every answer.
        selects: how many there were.
    """

    dies_behind: list[str] = field(default_factory=list)
    for_good: bool = False
    dead: bool = False
    refused: set[int] = field(default_factory=set)
    drips: set[int] = field(default_factory=set)
    also_listed: list[bytes] = field(default_factory=list)
    slow: str = ""
    twice: bool = False
    vanish: set[int] = field(default_factory=set)
    rebuilt_at: int = 0
    shrinking: bool = False
    selects: int = 0


class TreacherousSession(Session):
    """One connection."""

    mailbox: Treacherous

    def answer_one(self) -> bool:
        return not self.mailbox.dead and super().answer_one()

    def say(self, line: str) -> None:
        """Send one line, unless it is the answer behind which the connection dies."""
        verb = " ".join(self.mailbox.log[-1].split()[:2]) if self.mailbox.log else ""
        if self.tag and line.startswith(self.tag) and verb in self.mailbox.dies_behind:
            self.mailbox.dies_behind.remove(verb)
            self.mailbox.dead = self.mailbox.for_good
            raise ConnectionAbortedError
        if self.tag and self.mailbox.slow and verb.startswith(self.mailbox.slow) and line.startswith("*"):
            for sign in line.encode():
                self.wfile.write(bytes([sign]))
                time.sleep(0.05)
            self.wfile.write(b"\r\n")
            return
        super().say(line)

    def do_list(self, rest: str) -> str:
        for raw in self.mailbox.also_listed:
            self.wfile.write(b'* LIST () "/" "' + raw + b'"\r\n')
        return super().do_list(rest)

    def do_select(self, rest: str, verb: str = "SELECT") -> str | None:
        server = self.mailbox
        server.selects += 1
        if server.selects == server.rebuilt_at:
            for box in server.boxes.values():
                box.uidvalidity += 7
                box.mails = {uid + 1: mail for uid, mail in box.mails.items()}
        return super().do_select(rest, verb)

    def do_uid_search(self, rest: str) -> str:
        said = super().do_uid_search(rest)
        for uid in self.mailbox.vanish & set(self.box.mails):
            del self.box.mails[uid]
            self.mailbox.vanish.discard(uid)
        return said

    def do_uid_fetch(self, rest: str) -> str | None:
        if self.mailbox.shrinking and self.box.mails:
            super().say("* 1 EXPUNGE")
            super().say(f"* {len(self.box.mails)} EXISTS")
        uid, _, items = rest.partition(" ")
        if "BODY.PEEK[]" in items and int(uid) in self.mailbox.refused:
            return "NO FETCH message is damaged"
        return super().do_uid_fetch(rest)

    def send_body(self, number: int, before: bytes, key: bytes, piece: bytes) -> bool:
        uid = int(before.split()[1])
        if uid in self.mailbox.drips:
            self.wfile.write(b"* %d FETCH (%b %b {%d}\r\n" % (number, before, key, len(piece)))
            for sign in piece:
                self.wfile.write(bytes([sign]))
                time.sleep(0.05)
            self.wfile.write(b")\r\n")
            return True
        super().send_body(number, before, key, piece)
        if self.mailbox.twice:
            super().send_body(number, before, key, piece[::-1])
        return True


@contextmanager
def treacherous() -> Iterator[Treacherous]:
    """Run one, empty."""
    mailbox = Treacherous()
    with serving(mailbox, TreacherousSession):
        yield mailbox
