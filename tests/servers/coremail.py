r"""An IMAP server on a loopback port that speaks as 163's Coremail does.

Its habits, each from transcripts of the real one: IMAP4rev1 without IDLE, MOVE or UNSELECT; ID demanded before a folder
opens (`Unsafe Login`); no UIDNEXT, STATUS with an empty list; UIDVALIDITY 1 and large sparse UIDs; `n:*` that holds the
last mail; FETCH items in parentheses only; a malformed BODYSTRUCTURE; INTERNALDATE in +0800; autologout; folders in
modified UTF-7, one of which is listed and cannot be opened; no custom keywords.
"""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Final

from tests.servers.dovecot import modified_utf7

BEIJING: Final = timezone(timedelta(hours=8))
CAPABILITIES: Final = (
    "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1 "
    "SASL-IR AUTH=XOAUTH2"
)
UNSAFE: Final = "Unsafe Login. Please contact kefu@188.com for help"
FIRST_UID: Final = 1392611444
CLOSED: Final = "病毒文件夹"
TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')
PARTIAL: Final = re.compile(r"BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?", re.IGNORECASE)


@dataclass
class Kept:
    """A mail on the server."""

    raw: bytes
    received_at: datetime
    flags: set[str] = field(default_factory=set)


@dataclass
class Box:
    """A folder on the server."""

    attributes: str
    uidvalidity: int
    mails: dict[int, Kept] = field(default_factory=dict)


def _boxes() -> dict[str, Box]:
    """The folders of a 163 account."""
    return {
        "INBOX": Box("", 1),
        "草稿箱": Box("\\Drafts", 2),
        "已发送": Box("\\Sent", 3),
        "已删除": Box("\\Trash", 4),
        "垃圾邮件": Box("\\Junk", 5),
        CLOSED: Box("", 6),
        "广告邮件": Box("", 3060268),
        "订阅邮件": Box("", 3060269),
    }


@dataclass
class Coremail:
    """A running server.

    Attributes:
        boxes: its folders.
        log: every command of every session, verb and arguments but for passwords.
        demands_id: SELECT without ID is an `Unsafe Login`.
        risk_control: SELECT is an `Unsafe Login` whatever was sent.
        sleepy: this many more SELECTs are refused so, although ID was sent.
        bye: the refusal comes as a BYE.
        busy: SELECT is refused for now.
        autologout: seconds of silence after which it says BYE.
        partial: it knows `<offset.count>`.
        tls: for STARTTLS, and from the first byte where `implicit`.
    """

    port: int = 0
    host: str = "127.0.0.1"
    user: str = "submissions@163.example"
    password: str = "authorization-code"
    boxes: dict[str, Box] = field(default_factory=_boxes)
    log: list[str] = field(default_factory=list)
    demands_id: bool = True
    risk_control: bool = False
    sleepy: int = 0
    bye: bool = False
    busy: bool = False
    autologout: float = 120
    partial: bool = True
    capabilities: str = CAPABILITIES
    last_uid: int = FIRST_UID
    date_format: str = "%d-%b-%Y %H:%M:%S %z"
    tls: ssl.SSLContext | None = None
    implicit: bool = False

    def deliver(self, raw: bytes, folder: str = "INBOX", received_at: datetime | None = None, uid: int = 0) -> int:
        """Put a mail into a folder; its UID."""
        self.last_uid += 4243
        number = uid or self.last_uid
        moment = received_at or datetime(2024, 7, 1, 9, tzinfo=BEIJING)
        self.boxes[folder].mails[number] = Kept(raw, moment.astimezone(BEIJING))
        return number

    def verbs(self) -> list[str]:
        """The first words of all commands."""
        return [" ".join(line.split()[: 2 if line.startswith("UID") else 1]) for line in self.log]


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    mailbox: Coremail
    disable_nagle_algorithm = True
    identified = False
    folder = ""
    tag = ""

    def handle(self) -> None:
        """Greet, and answer until the client leaves or falls silent."""
        self.connection.settimeout(self.mailbox.autologout)
        with suppress(OSError):
            if self.mailbox.implicit and self.mailbox.tls is not None:
                self.secure(self.mailbox.tls)
            self.say("* OK Coremail System IMap Server Ready(163com[10774b260cc7a37d26d71b52404dcf5c])")
            while self.answer_one():
                pass

    def finish(self) -> None:
        """Close what TLS was put around the connection, too."""
        with suppress(OSError):
            super().finish()
        if self.connection is not self.request:
            self.connection.close()

    def answer_one(self) -> bool:
        """Answer one command; False when the session is over."""
        try:
            line = self.rfile.readline().decode("utf-8", "replace")
        except TimeoutError:
            self.say("* BYE Autologout; idle for too long")
            return False
        self.tag, _, command = line.strip().partition(" ")
        if not command:
            return False
        verb, _, rest = command.partition(" ")
        self.mailbox.log.append(command if verb != "LOGIN" else "LOGIN")
        if verb == "UID":
            verb, _, rest = rest.partition(" ")
            verb = f"uid_{verb}"
        act = getattr(self, f"do_{verb.lower()}", None)
        said = "BAD Parse command error" if act is None else act(rest)
        if said is not None:
            self.say(f"{self.tag} {said}")
        return verb == "STARTTLS" or (verb != "LOGOUT" and said is not None)

    def say(self, line: str) -> None:
        """Send one line."""
        self.wfile.write(line.encode() + b"\r\n")

    @property
    def box(self) -> Box:
        """The open folder."""
        return self.mailbox.boxes[self.folder]

    def do_capability(self, _rest: str) -> str:
        self.say(f"* CAPABILITY {self.mailbox.capabilities}")
        return "OK CAPABILITY completed"

    def do_starttls(self, _rest: str) -> None:
        context = self.mailbox.tls
        if context is None:
            return
        self.say(f"{self.tag} OK Begin TLS negotiation now")
        self.secure(context)

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on under TLS."""
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def do_login(self, rest: str) -> str:
        user, password = tokens(rest)
        if (user, password) != (self.mailbox.user, self.mailbox.password):
            return "NO LOGIN Login error or password error"
        return "OK LOGIN completed"

    def do_id(self, rest: str) -> str:
        self.identified = '"name"' in rest and '"version"' in rest
        self.say('* ID ("name" "Coremail Imap" "vendor" "Mailtech" "TransID" "test")')
        return "OK ID completed"

    def do_list(self, _rest: str) -> str:
        for name, box in self.mailbox.boxes.items():
            quoted = modified_utf7(name).replace("\\", "\\\\").replace('"', '\\"')
            self.say(f'* LIST ({box.attributes}) "/" "{quoted}"')
        return "OK LIST Completed"

    def do_select(self, rest: str, verb: str = "SELECT") -> str | None:
        server = self.mailbox
        if server.busy:
            return f"NO {verb} System busy, try again later"
        if server.risk_control or server.sleepy or (server.demands_id and not self.identified):
            server.sleepy = max(server.sleepy - 1, 0)
            if server.bye:
                self.say(f"* BYE {UNSAFE}")
                return None
            return f"NO {verb} {UNSAFE}"
        name = next((name for name in server.boxes if modified_utf7(name) == tokens(rest)[0]), CLOSED)
        if name == CLOSED:
            return f"NO {verb} Folder not exist"
        self.folder = name
        self.say(f"* {len(self.box.mails)} EXISTS")
        self.say("* 0 RECENT")
        self.say(f"* OK [UIDVALIDITY {self.box.uidvalidity}] UIDs valid")
        self.say("* FLAGS (\\Answered \\Seen \\Deleted \\Draft \\Flagged)")
        self.say("* OK [PERMANENTFLAGS (\\Answered \\Seen \\Deleted \\Draft \\Flagged)] Limited")
        return f"OK [{'READ-WRITE' if verb == 'SELECT' else 'READ-ONLY'}] {verb} completed"

    def do_examine(self, rest: str) -> str | None:
        return self.do_select(rest, "EXAMINE")

    def do_status(self, rest: str) -> str:
        self.say(f'* STATUS "{tokens(rest)[0]}" ()')
        return "OK STATUS completed"

    def do_noop(self, _rest: str) -> str:
        return "OK NOOP completed"

    def do_create(self, rest: str) -> str:
        name = tokens(rest)[0]
        plain = name.replace("&", "+").replace(",", "/").encode().decode("utf-7")
        self.mailbox.boxes[plain] = Box("", 4_000_000 + len(self.mailbox.boxes))
        return "OK CREATE completed"

    def do_uid_search(self, rest: str) -> str:
        uids = sorted(self.box.mails)
        if rest.startswith("UID "):
            found = between(rest.removeprefix("UID "), uids)
        elif ":" in rest:
            first, last = (int(number) for number in rest.split(":"))
            found = uids[first - 1 : last]
        else:
            found = uids
        self.say(f"* SEARCH {' '.join(map(str, found))}".rstrip())
        return "OK SEARCH completed"

    def do_uid_fetch(self, rest: str) -> str | None:
        wanted, _, items = rest.partition(" ")
        if not items.startswith("("):
            return "BAD Parse command error"
        if "]<" in items and not self.mailbox.partial:
            return "BAD Parse command error"
        numbers = {uid: number for number, uid in enumerate(sorted(self.box.mails), 1)}
        for uid in between(wanted, [*numbers]):
            if uid in self.box.mails and not self.fetch(numbers[uid], uid, items):
                return None
        return "OK FETCH Completed"

    def fetch(self, number: int, uid: int, items: str) -> bool:
        """Send one FETCH answer; False to end the session."""
        mail = self.box.mails[uid]
        parts = [f"UID {uid}".encode()]
        if "INTERNALDATE" in items:
            parts.append(f'INTERNALDATE "{mail.received_at.strftime(self.mailbox.date_format)}"'.encode())
        if "RFC822.SIZE" in items:
            parts.append(b"RFC822.SIZE %d" % self.stated_size(mail.raw))
        if "BODYSTRUCTURE" in items:
            parts.append(b'BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL """" "8BIT" 0 0 NIL NIL NIL)')
        if "HEADER.FIELDS" in items:
            header = re.search(rb"(?im)^message-id:.*(?:\r?\n[ \t].*)*", mail.raw)
            text = (header[0].strip() + b"\r\n\r\n") if header else b"\r\n"
            parts.append(b"BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%b" % (len(text), text))
        if items == "(RFC822)":
            mail.flags.add("\\Seen")
            return self.send_body(number, b" ".join(parts), b"RFC822", mail.raw)
        if body := PARTIAL.search(items):
            key, piece = cut(mail.raw, body)
            return self.send_body(number, b" ".join(parts), key, piece)
        self.wfile.write(b"* %d FETCH (%b)\r\n" % (number, b" ".join(parts)))
        return True

    def stated_size(self, raw: bytes) -> int:
        """What it says of a mail's size."""
        return len(raw)

    def send_body(self, number: int, before: bytes, key: bytes, piece: bytes) -> bool:
        """Send a mail's bytes; False to end the session."""
        self.wfile.write(b"* %d FETCH (%b %b {%d}\r\n" % (number, before, key, len(piece)))
        self.wfile.write(piece)
        self.wfile.write(b")\r\n")
        return True

    def do_uid_store(self, rest: str) -> str:
        wanted, _, flags = rest.split(" ", 2)
        for uid in between(wanted, sorted(self.box.mails)):
            if uid in self.box.mails:
                self.box.mails[uid].flags.update(flags.strip("()").split())
        return "OK STORE completed"

    def do_uid_copy(self, rest: str) -> str:
        wanted, name = tokens(rest)
        target = next((box for folder, box in self.mailbox.boxes.items() if modified_utf7(folder) == name), None)
        if target is None:
            return "NO COPY Folder not exist"
        for uid in between(wanted, sorted(self.box.mails)):
            self.mailbox.last_uid += 17
            target.mails[self.mailbox.last_uid] = replace(self.box.mails[uid], flags=set())
        return "OK COPY completed"

    def do_uid_expunge(self, rest: str) -> str:
        for uid in between(rest, sorted(self.box.mails)):
            if "\\Deleted" in self.box.mails[uid].flags:
                del self.box.mails[uid]
        return "OK EXPUNGE completed"

    def do_logout(self, _rest: str) -> str:
        self.say("* BYE IMAP4rev1 Server logging out")
        return "OK LOGOUT completed"


def tokens(text: str) -> list[str]:
    """The arguments of a command: quoted strings, lists, atoms."""
    return [re.sub(r"\\(.)", r"\1", quoted) or bracketed or atom for quoted, bracketed, atom in TOKEN.findall(text)]


def between(wanted: str, uids: list[int]) -> list[int]:
    """The UIDs of a set; `n:*` holds the last one whatever n is (RFC 3501 §6.4.8)."""
    found: set[int] = set()
    known = set(uids)
    for part in wanted.split(","):
        first, _, last = part.partition(":")
        if not last:
            found.update({int(first)} & known)
        elif last == "*":
            found.update(uid for uid in uids if uid >= int(first))
            found.update(uids[-1:])
        else:
            found.update(uid for uid in uids if int(first) <= uid <= int(last))
    return sorted(found)


def cut(raw: bytes, body: re.Match[str]) -> tuple[bytes, bytes]:
    """The key and the bytes of a body item."""
    if body[1] is None:
        return b"BODY[]", raw
    start, count = int(body[1]), int(body[2])
    return b"BODY[]<%d>" % start, raw[start : start + count]


@contextmanager
def serving(mailbox: Coremail, session: type[Session]) -> Iterator[None]:
    """Answer on a port of its own for as long as the block runs."""

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    bound = type("Bound", (session,), {"mailbox": mailbox})
    with Server((mailbox.host, 0), bound) as server:
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def coremail() -> Iterator[Coremail]:
    """Run one, empty."""
    mailbox = Coremail()
    with serving(mailbox, Session):
        yield mailbox
