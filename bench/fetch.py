"""Fetching big mails: time and memory, against the least that the same bytes cost.

    python -m bench.fetch [MB ...]

For each size a Dovecot is given one mail with a base64 attachment of that many MB; then a fresh process fetches it
in one of these ways, and prints its seconds and its peak memory above what it had before:

    mailbot    Mailbox.read into the spool: streamed, hashed on the way, fsync, rename
    read       Mailbox.read alone, blocks thrown away
    whole      the same where the server has no partial fetch
    library    IMAPClient.fetch as it comes, with imaplib's debug log off
    socket     BODY[] asked on a bare socket, read in blocks, thrown away
    raw        the floor: the same, written to a file and fsynced
"""

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from imapclient import IMAPClient

from mailbot.fetch.imap import connect_imap
from mailbot.fetch.remote import ImapMailbox
from mailbot.fetch.source import FetchWay
from mailbot.model.mail import MailRef
from mailbot.settings.keys import MailboxSettings, Security
from mailbot.spool import Spool
from tests.servers.dovecot import PASSWORD, USER, dovecot

BLOCK: Final = 256 * 1024
LINE: Final = b"QUJD" * 19 + b"\r\n"
MB: Final = 1_000_000
LIBRARY_UP_TO: Final = 200
"""MB: it holds a mail in memory, more than once."""
CLEAR_REFS: Final = Path("/proc/self/clear_refs")


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


def way_read(port: int, _folder: Path) -> Callable[[], int]:
    mailbox = connect_imap(settings(port))
    ref = only_ref(mailbox)
    return lambda: sum(len(block) for block in mailbox.read(ref))


def way_whole(port: int, _folder: Path) -> Callable[[], int]:
    mailbox = connect_imap(settings(port))
    ref = only_ref(mailbox)
    return lambda: sum(len(block) for block in mailbox.read(ref, way=FetchWay.WHOLE))


def way_library(port: int, _folder: Path) -> Callable[[], int]:
    client = IMAPClient("127.0.0.1", port, ssl=False)
    client._imap.debug = 0  # noqa: SLF001 - as mailbot has it
    client.login(USER, PASSWORD)
    client.select_folder("INBOX", readonly=True)
    return lambda: len(client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"])


def way_raw(port: int, folder: Path) -> Callable[[], int]:
    return way_socket(port, folder, keep=True)


def way_socket(port: int, folder: Path, *, keep: bool = False) -> Callable[[], int]:
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
                if keep:
                    target.write(block)
            if keep:
                os.fsync(target.fileno())
        return size

    return fetch


WAYS: Final = {
    "mailbot": way_mailbot,
    "read": way_read,
    "whole": way_whole,
    "library": way_library,
    "socket": way_socket,
    "raw": way_raw,
}


def resident(field: str) -> int:
    """Bytes of this process's memory now (VmRSS) or at most so far (VmHWM)."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def run_one(way: str, port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fetch = WAYS[way](port, Path(folder))
        with contextlib.suppress(OSError):
            CLEAR_REFS.write_text("5")  # sets VmHWM back
        idle = resident("VmRSS")
        started = time.perf_counter()
        size = fetch()
        seconds = time.perf_counter() - started
    print(size, seconds, resident("VmHWM") - idle)


def compare(megabytes: int) -> None:
    with dovecot() as server:
        path = server.deliver(b"")
        with path.open("wb") as file:
            file.writelines(mail_of(megabytes))
        floor = 0.0
        for way in reversed(WAYS):
            if way == "library" and megabytes > LIBRARY_UP_TO:
                print(f"| {megabytes} MB | library | – | – | – |")
                continue
            size, seconds, memory = best(way, server.port)
            floor = floor or seconds
            speed = f"{size / seconds / MB:.0f} MB/s | {floor / seconds:.2f}"
            print(f"| {megabytes} MB | {way} | {speed} | {memory / 2**20:.1f} MiB |", flush=True)


def best(way: str, port: int, tries: int = 3) -> tuple[int, float, int]:
    """The quickest of a few fresh processes, and the largest memory of them all."""
    runs = []
    for _ in range(tries):
        command = [sys.executable, "-m", "bench.fetch", "--one", way, "--port", str(port)]
        size, seconds, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        runs.append((int(size), float(seconds), int(memory)))
    return runs[0][0], min(seconds for _, seconds, _ in runs), max(memory for *_, memory in runs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[70, 1000])
    parser.add_argument("--one")
    parser.add_argument("--port", type=int)
    arguments = parser.parse_args()
    if arguments.one:
        run_one(arguments.one, arguments.port)
        return
    print("| mail | way | speed | of the floor | peak above idle |")
    print("| --- | --- | --- | --- | --- |")
    for megabytes in arguments.sizes:
        compare(megabytes)


if __name__ == "__main__":
    main()
