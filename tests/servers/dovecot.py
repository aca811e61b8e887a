"""A real Dovecot on a loopback port, in a temporary folder, for as long as a test wants it.

As root it runs with the internal users `dovecot` and `dovenull` and the mail belongs to an ordinary uid; as a
user everything is this user's. Static passdb: every name is an account; Maildir++.
"""

import base64
import getpass
import grp
import itertools
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from tests.servers.ports import free_port

USER: Final = "submissions@163.example"
PASSWORD: Final = "let-me-in"
ORDINARY: Final = "nobody"
START_SECONDS: Final = 15

CONFIG: Final = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 0
mail_location = maildir:{mail}/%u
mailbox_list_index = no
mail_fsync = never
mail_max_userip_connections = 100
auth_mechanisms = plain login
imap_id_send = name *
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={mail}/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox 垃圾邮件 {{
    special_use = \\Junk
  }}
  mailbox 已发送 {{
    special_use = \\Sent
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server: where it listens, who may log in, and where the mail lies.

    Attributes:
        mail: the account's Maildir.
        owner: uid and gid of the mail.
    """

    port: int
    mail: Path
    owner: tuple[int, int]
    host: str = "127.0.0.1"
    user: str = USER
    password: str = PASSWORD

    def account(self, user: str) -> "Dovecot":
        """Another account on the same server, empty."""
        other = replace(self, user=user, mail=self.mail.parent / user)
        other.folder("INBOX")
        return other

    def deliver(self, raw: bytes, folder: str = "INBOX", received_at: datetime | None = None) -> Path:
        """Put a mail into a folder, received now or at a given time; the folder is made at need."""
        where = self.folder(folder)
        temporary = where / "tmp" / f"{time.time_ns()}.{next(SERIAL)}.test"
        temporary.write_bytes(raw)
        os.chown(temporary, *self.owner)
        if received_at is not None:
            os.utime(temporary, (received_at.timestamp(), received_at.timestamp()))
        return temporary.rename(where / "new" / temporary.name)

    def folder(self, name: str) -> Path:
        """A folder's Maildir, made at need."""
        where = self.mail if name == "INBOX" else self.mail / f".{_encode(name)}"
        for path in (where, where / "tmp", where / "new", where / "cur"):
            if not path.is_dir():
                path.mkdir(parents=True)
                os.chown(path, *self.owner)
        return where

    def files(self, folder: str = "INBOX") -> list[str]:
        """Names of the mails in a folder, new before cur, flags and all."""
        return [path.name for part in ("new", "cur") for path in sorted((self.folder(folder) / part).iterdir())]


SERIAL: Final = itertools.count(1)


def _encode(name: str) -> str:
    """Levels with dots between them (Maildir++), each in modified UTF-7 (RFC 3501 §5.1.3)."""
    return ".".join(modified_utf7(level) for level in name.split("/"))


def modified_utf7(text: str) -> str:
    """A folder's name as it goes over the wire (RFC 3501 §5.1.3)."""

    def shifted(run: re.Match[str]) -> str:
        coded = base64.b64encode(run[0].encode("utf-16-be")).decode("ascii")
        return f"&{coded.rstrip('=').replace('/', ',')}-"

    return re.sub(r"[^\x20-\x7e]+", shifted, text.replace("&", "&-"))


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run a Dovecot with an empty INBOX; it is ended by its own pid."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("dovecot is not installed (Debian: apt-get install dovecot-imapd)")
    with tempfile.TemporaryDirectory(prefix="dc", dir="/tmp") as name:  # a Unix socket's path has 108 bytes
        base = Path(name)
        base.chmod(0o755)
        server, config = _prepare(base)
        process = subprocess.Popen([program, "-F", "-c", str(config)], stdin=subprocess.DEVNULL)
        try:
            _await_greeting(server.port, process, base / "log")
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _prepare(base: Path) -> tuple[Dovecot, Path]:
    root = os.geteuid() == 0
    owner = pwd.getpwnam(ORDINARY) if root else pwd.getpwuid(os.geteuid())
    server = Dovecot(free_port(), base / "mail" / USER, (owner.pw_uid, owner.pw_gid))
    server.mail.parent.mkdir()
    os.chown(server.mail.parent, *server.owner)
    server.folder("INBOX")
    config = base / "dovecot.conf"
    config.write_text(
        CONFIG.format(
            base=base,
            mail=server.mail.parent,
            port=server.port,
            password=PASSWORD,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            internal="dovecot" if root else getpass.getuser(),
            internal_group="dovecot" if root else grp.getgrgid(owner.pw_gid).gr_name,
            login="dovenull" if root else getpass.getuser(),
        ),
        encoding="utf-8",
    )
    return server, config


def _await_greeting(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                if connection.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)
    words = log.read_text(encoding="utf-8", errors="replace") if log.exists() else "it wrote no log"
    raise RuntimeError(f"dovecot does not start: {words[-2000:]}")
