"""How fast and in how little memory a big mail's file reaches the store.

    python bench/extract.py [MEGABYTES …]      (default: 70 1024)

Prints, for each size: the splitter's speed, the speed of a bare loop that decodes the same base64 and hashes it, their
ratio (promised: above 0.5), and the peak memory above idle (promised: under 64 MiB). Speeds are of the encoded mail,
MB/s. The store makes every file durable, so a slow disk shows; a second figure takes the store to memory (/dev/shm).
"""

import base64
import hashlib
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import pybase64

from mailbot.model.limits import Limits
from mailbot.parse.mail import parse_mail
from mailbot.store import Store

HEAD = (
    b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nhello\r\n--b\r\nContent-Type: video/mp4; name=film.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
)
LINES = 16 * 1024


def write_mail(path: Path, megabytes: int) -> None:
    film = random.Random(1).randbytes(57 * LINES)  # noqa: S311 - the same bytes each time
    block = base64.encodebytes(film).replace(b"\n", b"\r\n")
    with path.open("wb") as file:
        file.write(HEAD)
        for _ in range(megabytes * 1_000_000 // len(block)):
            file.write(block)
        file.write(b"--b--\r\n")


def bare_loop(path: Path) -> float:
    """Seconds for decoding and hashing whole lines, nothing else."""
    digest = hashlib.sha256()
    started = time.perf_counter()
    with path.open("rb") as file:
        file.seek(len(HEAD))
        while len(block := file.read(78 * 4096)) == 78 * 4096:
            digest.update(pybase64.b64decode(block))
    return time.perf_counter() - started


def extraction(path: str, folder: str, warm: str) -> tuple[float, float]:
    """Seconds, best of three, and MiB of peak memory above idle; run in a process of its own."""
    store = Store(Path(folder))
    parse_mail(Path(warm), store, frozenset(), Limits())
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        mail = parse_mail(Path(path), store, frozenset(), Limits())
        best = min(best, time.perf_counter() - started)
        store.path(mail.parts[0].sha256).unlink()
    return best, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024


def measure(megabytes: int, folder: Path) -> None:
    path, warm = folder / "big.eml", folder / "small.eml"
    write_mail(path, megabytes)
    warm.write_bytes(b"From: a@example.com\r\nContent-Type: text/html\r\n\r\n<p>x</p>")
    size = path.stat().st_size / 1e6
    loop = min(bare_loop(path) for _ in range(3))
    memory = Path("/dev/shm")  # noqa: S108 - a store that no disk slows
    for parent in [folder, *([memory] if os.access(memory, os.W_OK) else [])]:
        with (
            tempfile.TemporaryDirectory(dir=parent) as store,
            multiprocessing.get_context("spawn").Pool(1) as pool,
        ):
            best, peak = pool.apply(extraction, (str(path), store, str(warm)))
        print(
            f"{megabytes:5d} MB  store on {parent}:  {size / best:6.0f} MB/s   bare loop {size / loop:6.0f} MB/s"
            f"   ratio {loop / best:4.2f}   peak {peak:5.1f} MiB above idle"
        )


def main() -> None:
    for megabytes in [int(size) for size in sys.argv[1:]] or [70, 1024]:
        with tempfile.TemporaryDirectory() as folder:
            measure(megabytes, Path(folder))


if __name__ == "__main__":
    main()
