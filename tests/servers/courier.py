"""A real Courier IMAP on a loopback port: all folders lie below INBOX, and other names are refused.

Courier's login asks a daemon at a fixed path of the system, so a login of the tests' own stands before its imapd, which
then speaks for itself. `MAILBOT_COURIER` names a folder where its packages are unpacked (`dpkg -x`): Debian installs no
two IMAP servers beside each other.
"""

import itertools
import os
import pwd
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, cast

import pytest

from tests.servers.dovecot import ORDINARY, PASSWORD, USER

CAPABILITY: Final = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE"
LIBRARIES: Final = ("usr/lib", "lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu")
SERIAL: Final = itertools.count(1)


@dataclass(frozen=True)
class Courier:
    """A running server: where it listens, where the mail lies, and whose it is."""

    port: int
    mail: Path
    owner: tuple[int, int]
    host: str = "127.0.0.1"
    user: str = USER
    password: str = PASSWORD

    def deliver(self, raw: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None:
        """Put a mail into a folder, received now or at a given time; the folder is made at need."""
        path = self.folder(folder) / "new" / f"{time.time_ns()}.{next(SERIAL)}.test"
        path.write_bytes(raw.replace(b"\r\n", b"\n"))  # as a Maildir keeps lines
        os.chown(path, *self.owner)
        if received_at is not None:
            os.utime(path, (received_at.timestamp(), received_at.timestamp()))

    def folder(self, name: str) -> Path:
        """A folder's Maildir, made at need; `name` without the prefix, UTF-8 on the disk since Courier 5."""
        where = self.mail if name == "INBOX" else self.mail / f".{name}"
        for path in (where, *(where / part for part in ("tmp", "new", "cur"))):
            if not path.is_dir():
                path.mkdir(parents=True)
                os.chown(path, *self.owner)
        return where


class _Door(socketserver.StreamRequestHandler):
    """One caller: logged in here, then spoken to by an imapd of its own, which takes the line over (`PREAUTH`)."""

    def handle(self) -> None:
        server = cast("_Doors", self.server)
        self.wfile.write(f"* OK [CAPABILITY {CAPABILITY}] Courier ready\r\n".encode())
        while line := self.rfile.readline():
            tag, _, command = line.partition(b" ")
            if not command.upper().startswith(b"LOGIN"):
                self.wfile.write(f"* CAPABILITY {CAPABILITY}\r\n".encode() + tag + b" OK done\r\n")
                continue
            self.wfile.write(tag + b" OK LOGIN Ok.\r\n")
            subprocess.run(
                server.command,
                stdin=self.request, stdout=self.request, stderr=subprocess.DEVNULL, env=server.environment,
                user=server.owner[0], group=server.owner[1], extra_groups=(), check=False,
            )  # fmt: skip
            return


class _Doors(socketserver.ThreadingTCPServer):
    """Where callers come in."""

    def __init__(self, command: list[str], environment: dict[str, str], owner: tuple[int, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.command, self.environment, self.owner = command, environment, owner


@contextmanager
def courier() -> Iterator[Courier]:
    """Run a Courier with an empty INBOX."""
    root = Path(os.environ.get("MAILBOT_COURIER", "/"))
    program = root / "usr/bin/imapd"
    if not program.is_file():
        pytest.skip("courier-imap is not there (Debian: apt-get download, dpkg -x, MAILBOT_COURIER=folder)")
    known = pwd.getpwnam(ORDINARY) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    owner = (known.pw_uid, known.pw_gid)
    with tempfile.TemporaryDirectory(prefix="co", dir="/tmp") as name:
        Path(name).chmod(0o755)
        mail = Path(name) / "Maildir"
        environment = {
            "LD_LIBRARY_PATH": ":".join(str(root / place) for place in LIBRARIES),
            "HOME": name,
            "IMAP_CAPABILITY": CAPABILITY,
        }
        with _Doors([str(program), str(mail)], environment, owner) as doors:
            server = Courier(doors.server_address[1], mail, owner)
            server.folder("INBOX")
            keeper = threading.Thread(target=doors.serve_forever)
            keeper.start()
            try:
                yield server
            finally:
                doors.shutdown()
                keeper.join()
