"""A real Cyrus IMAP on a loopback port, which keeps its mails in files of its own and makes folders only by IMAP.

`MAILBOT_CYRUS` names a folder where its packages are unpacked (`dpkg -x`): Debian installs no two IMAP servers beside
each other. Passwords are asked of a saslauthd, for which a thread here answers.
"""

import grp
import imaplib
import os
import pwd
import signal
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
from typing import Final

import pytest

from tests.servers.dovecot import ORDINARY, PASSWORD, START_SECONDS, USER, modified_utf7
from tests.servers.ports import free_port

PROGRAMS: Final = "usr/lib/cyrus/bin"
LIBRARIES: Final = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib")
SETTINGS: Final = """
configdirectory: {base}/conf
defaultpartition: default
partition-default: {base}/spool
cyrus_user: {owner}
cyrus_group: {group}
admins: nobody-at-all
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {base}/mux
sasl_mech_list: PLAIN LOGIN
allowplaintext: yes
altnamespace: no
unixhierarchysep: no
virtdomains: userid
autocreate_quota: 0
sasl_log_level: 0
"""
SERVICES: Final = """
START {{
  recover cmd="{programs}/ctl_cyrusdb -C {base}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{programs}/imapd -C {base}/imapd.conf" listen="127.0.0.1:{port}" prefork=0
}}
EVENTS {{
}}
"""


@dataclass(frozen=True)
class Cyrus:
    """A running server: where it listens."""

    port: int
    host: str = "127.0.0.1"
    user: str = USER
    password: str = PASSWORD

    def deliver(self, raw: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> None:
        """Put a mail into a folder by APPEND, received now or at a given time; the folder is made at need."""
        with imaplib.IMAP4(self.host, self.port) as connection:
            connection.login(self.user, self.password)
            name = folder if folder == "INBOX" else f"INBOX.{modified_utf7(folder)}"
            connection.create(f'"{name}"')
            date = imaplib.Time2Internaldate(received_at) if received_at is not None else ""
            answer, _ = connection.append(f'"{name}"', "", date, raw)
            assert answer == "OK"


class _Password(socketserver.BaseRequestHandler):
    """saslauthd's protocol: user, password, service and realm, each behind its length; so the answer."""

    def handle(self) -> None:
        asked = [self.request.recv(int.from_bytes(self.request.recv(2), "big")) for _ in range(4)]
        answer = b"OK" if asked[1] == PASSWORD.encode() else b"NO"
        self.request.sendall(len(answer).to_bytes(2, "big") + answer)


@contextmanager
def cyrus() -> Iterator[Cyrus]:
    """Run a Cyrus with an empty INBOX; it is ended by its own pid."""
    root = Path(os.environ.get("MAILBOT_CYRUS", "/"))
    programs = root / PROGRAMS
    if not (programs / "master").is_file():
        pytest.skip("cyrus-imapd is not there (Debian: apt-get download, dpkg -x, MAILBOT_CYRUS=folder)")
    owner = pwd.getpwnam(ORDINARY) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    with tempfile.TemporaryDirectory(prefix="cy", dir="/tmp") as name:  # a Unix socket's path has 108 bytes
        base = Path(name)
        server = Cyrus(free_port())
        _prepare(base, programs, server.port, owner)
        with socketserver.ThreadingUnixStreamServer(str(base / "mux"), _Password) as passwords:
            (base / "mux").chmod(0o666)
            keeper = threading.Thread(target=passwords.serve_forever)
            keeper.start()
            process = subprocess.Popen(
                [str(programs / "master"), "-D", "-C", str(base / "imapd.conf"), "-M", str(base / "cyrus.conf"),
                 "-p", str(base / "pid")],
                env={"LD_LIBRARY_PATH": ":".join(str(root / place) for place in LIBRARIES)},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                user=owner.pw_uid, group=owner.pw_gid, extra_groups=(),
            )  # fmt: skip
            try:
                _await_inbox(server, process)
                yield server
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(10)
                passwords.shutdown()
                keeper.join()


def _prepare(base: Path, programs: Path, port: int, owner: pwd.struct_passwd) -> None:
    for folder in ("spool", "conf/db", "conf/lock", "conf/log", "conf/msg", "conf/proc", "conf/socket", "conf/user"):
        (base / folder).mkdir(parents=True)
    (base / "imapd.conf").write_text(
        SETTINGS.format(base=base, owner=owner.pw_name, group=grp.getgrgid(owner.pw_gid).gr_name), encoding="utf-8"
    )
    (base / "cyrus.conf").write_text(SERVICES.format(base=base, programs=programs, port=port), encoding="utf-8")
    for path in (base, *base.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _await_inbox(server: Cyrus, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with imaplib.IMAP4(server.host, server.port) as connection:
                connection.login(server.user, server.password)
                connection.create("INBOX")
                return
        except (OSError, imaplib.IMAP4.abort):
            time.sleep(0.05)
    raise RuntimeError("cyrus does not start")
