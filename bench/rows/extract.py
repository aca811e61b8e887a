"""A big mail's file on its way into the store, against a loop that decodes, hashes and keeps the same bytes."""

import base64
import hashlib
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import mailparser
import pybase64

from bench.table import Goal, Row, apart, in_turns
from mailbot.model.limits import MIB, Bounds, Limits
from mailbot.parse.bounded import PRELOAD, read_mail
from mailbot.parse.mail import parse_mail
from mailbot.sandbox import Readers
from mailbot.store import Store

SIZES: Final = (70, 500)
MB: Final = 1_000_000
TURNS: Final = 3
LINES: Final = 16 * 1024
HEAD: Final = (
    b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nhello\r\n--b\r\nContent-Type: video/mp4; name=film.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
)


def rows() -> Iterator[Row]:
    for megabytes in SIZES:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "big.eml"
            write_mail(path, megabytes)
            ways = {
                "ours": lambda: apart(ours, str(path)),  # noqa: B023
                "child": lambda: apart(in_a_child, str(path)),  # noqa: B023
                "loop": lambda: apart(loop, str(path)),  # noqa: B023
            }
            if shutil.which("ripmime"):
                ways["ripmime"] = lambda: apart(ripmime, str(path))  # noqa: B023
            if megabytes <= SIZES[0]:
                ways["mail-parser"] = lambda: apart(by_mail_parser, str(path))  # noqa: B023
            found = in_turns(TURNS, ways)
        peers = ", ".join(f"{name} {found[name].value:.0f}" for name in ("ripmime", "mail-parser") if name in found)
        peers = peers or "ripmime is not installed"
        goal = (Goal("ratio", "≥", 0.9),)
        limit = found["loop"].value
        yield Row(f"extract {megabytes} MB to files", found["ours"], "MB/s", limit, "one loop", goal, peers)
        yield Row(f"extract {megabytes} MB through the child", found["child"], "MB/s", limit, "one loop", goal)


def write_mail(path: Path, megabytes: int) -> None:
    film = random.Random(1).randbytes(57 * LINES)  # noqa: S311 - the same bytes each time
    block = base64.encodebytes(film).replace(b"\n", b"\r\n")
    with path.open("wb") as file:
        file.write(HEAD)
        for _ in range(megabytes * MB // len(block)):
            file.write(block)
        file.write(b"--b--\r\n")


def _speed(path: str, begun: float) -> float:
    return Path(path).stat().st_size / MB / (time.perf_counter() - begun)


def ours(path: str) -> float:
    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder:
        begun = time.perf_counter()
        parse_mail(Path(path), Store(Path(folder)), frozenset(), Limits())
        return _speed(path, begun)


def in_a_child(path: str) -> float:
    bounds = Bounds(600, 600, 1024 * MIB)
    with tempfile.TemporaryDirectory(dir=Path(path).parent) as name:
        folder = Path(name)
        small = folder / "small.eml"
        small.write_bytes(b"From: a@example.com\r\n\r\nx")
        with Readers(bounds, 1, PRELOAD, folder / "desk", 2048 * MIB) as readers:
            store = Store(folder / "files")
            read_mail(small, store, frozenset(), Limits(), readers)
            begun = time.perf_counter()
            read_mail(Path(path), store, frozenset(), Limits(), readers)
            return _speed(path, begun)


def loop(path: str) -> float:
    digest = hashlib.sha256()
    begun = time.perf_counter()
    with Path(path).open("rb") as file, tempfile.TemporaryFile(dir=Path(path).parent) as kept:
        file.seek(len(HEAD))
        while len(block := file.read(78 * 4096)) == 78 * 4096:
            decoded = pybase64.b64decode(block)
            digest.update(decoded)
            kept.write(decoded)
        kept.flush()
        os.fsync(kept.fileno())
    return _speed(path, begun)


def ripmime(path: str) -> float:
    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder:
        begun = time.perf_counter()
        subprocess.run(["ripmime", "-i", path, "-d", folder], check=True, capture_output=True)  # noqa: S607
        return _speed(path, begun)


def by_mail_parser(path: str) -> float:
    begun = time.perf_counter()
    mail = mailparser.parse_from_file(path)
    assert mail.attachments
    return _speed(path, begun)
