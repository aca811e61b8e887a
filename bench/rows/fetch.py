"""A big mail from a Dovecot into the spool, against the same bytes from a bare socket into a file, and mbsync."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench.table import Goal, Row, apart, in_turns
from mailbot.fetch.imap import connect_imap
from mailbot.fetch.remote import ImapMailbox
from mailbot.model.mail import MailRef
from mailbot.settings.keys import MailboxSettings, Security
from mailbot.spool import Spool
from tests.servers.dovecot import PASSWORD, USER, dovecot

SIZES: Final = (70, 500)
TURNS: Final = 3
BLOCK: Final = 256 * 1024
LINE: Final = b"QUJD" * 19 + b"\r\n"
MB: Final = 1_000_000
CLEAR_REFS: Final = Path("/proc/self/clear_refs")
MBSYNC: Final = """
IMAPAccount bench
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account bench

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX

Channel bench
Far :far:
Near :near:
Sync Pull
Create Near
SyncState *
"""
GOALS: Final = (Goal("ratio", "≥", 0.7), Goal("peak", "≤", 32))


def rows() -> Iterator[Row]:
    for megabytes in SIZES:
        with dovecot() as server:
            with server.deliver(b"").open("wb") as file:
                file.writelines(mail_of(megabytes))
            ways = {
                "ours": lambda: apart(fetched, "mailbot", server.port),
                "raw": lambda: apart(fetched, "raw", server.port),
            }
            if shutil.which("mbsync"):
                ways["mbsync"] = lambda: apart(mbsync, server.port)
            found = in_turns(TURNS, ways)
        note = "mbsync is not installed"
        if "mbsync" in found:
            note = f"mbsync {found['mbsync'].value:.0f} MB/s in {found['mbsync'].peak / 2**20:.0f} MiB"
        limit = found["raw"].value
        yield Row(f"fetch {megabytes} MB into the spool", found["ours"], "MB/s", limit, "raw socket", GOALS, note)


def mail_of(megabytes: int) -> Iterator[bytes]:
    """A mail with one attachment, in blocks."""
    yield b"Subject: big\r\nMIME-Version: 1.0\r\nContent-Type: video/mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    block = LINE * (MB // len(LINE))
    for _ in range(megabytes):
        yield block


def settings(port: int) -> MailboxSettings:
    return MailboxSettings(
        host="127.0.0.1", port=port, security=Security.NONE, user=USER, password=PASSWORD, timeout=60
    )


def only_ref(mailbox: ImapMailbox) -> MailRef:
    folder = mailbox.folders()[0]
    listing = mailbox.listing(folder)
    return mailbox.refs(folder, listing, listing.uids)[0]


def way_mailbot(port: int, folder: Path) -> Callable[[], int]:
    mailbox = connect_imap(settings(port))
    ref = only_ref(mailbox)
    return lambda: Spool(folder).keep(mailbox.read, ref).size


def way_raw(port: int, folder: Path) -> Callable[[], int]:
    wire = socket.create_connection(("127.0.0.1", port))
    file = wire.makefile("rb")
    for command in (f"a LOGIN {USER} {PASSWORD}", "a EXAMINE INBOX"):
        wire.sendall(command.encode() + b"\r\n")
        while not file.readline().startswith(b"a OK"):
            pass

    def fetch() -> int:
        wire.sendall(b"b UID FETCH 1 (BODY.PEEK[])\r\n")
        size = left = int(file.readline().rstrip(b"}\r\n").rpartition(b"{")[2])
        with (folder / "mail").open("wb", buffering=0) as target:
            while left:
                block = file.read(min(left, BLOCK))
                left -= len(block)
                target.write(block)
            os.fsync(target.fileno())
        return size

    return fetch


WAYS: Final = {"mailbot": way_mailbot, "raw": way_raw}


def resident(field: str) -> int:
    """Bytes of this process's memory now (VmRSS) or at most so far (VmHWM)."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def fetched(way: str, port: int) -> list[float]:
    """MB a second, and bytes of memory at most above what the process had before."""
    with tempfile.TemporaryDirectory() as folder:
        fetch = WAYS[way](port, Path(folder))
        with contextlib.suppress(OSError):
            CLEAR_REFS.write_text("5")  # sets VmHWM back
        idle = resident("VmRSS")
        begun = time.perf_counter()
        size = fetch()
        spent = time.perf_counter() - begun
    return [size / MB / spent, resident("VmHWM") - idle]


def mbsync(port: int) -> float:
    """MB a second of isync's program, its start and log-in included."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = folder / "mbsyncrc"
        told.write_text(MBSYNC.format(port=port, user=USER, password=PASSWORD, folder=folder))
        begun = time.perf_counter()
        subprocess.run(["mbsync", "-c", str(told), "bench"], check=True, capture_output=True)  # noqa: S607
        spent = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in (folder / "INBOX").rglob("*") if path.is_file())
        return size / MB / spent
