"""Parsing in a bounded child gives what parsing gives; a mail over the budget fails alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.model.errors import ReadingFailed, TemporaryError
from mailbot.model.limits import MIB, Bounds, Limits
from mailbot.parse.bounded import PRELOAD, read_mail
from mailbot.parse.mail import parse_mail
from mailbot.sandbox import Readers
from mailbot.store import Store

CORPUS = sorted(Path(__file__).parents[1].glob("corpus/**/*.eml"))
OWN = frozenset({"submissions@example.com"})
BIG = (
    b"From: a@example.com\r\nSubject: big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nhello\r\n--b\r\n"
    b"Content-Type: video/mp4; name=a.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + (b"QUJD" * 19 + b"\r\n") * 200_000
    + b"--b--\r\n"
)


COSTLY = (
    b"From: a@example.com\r\nSubject: costly\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"".join(b"--b\r\nContent-Type: image/png\r\n\r\n%d\r\n" % number for number in range(60_000))
    + b"--b--\r\n"
)
"""Takes some seconds: a budget below one second is rounded up, and a big file alone is no work."""


def readers_of(seconds: float, memory_mb: int) -> Readers:
    return Readers(Bounds(seconds, int(seconds) + 1, memory_mb * MIB), 1, PRELOAD, None, 100 * MIB)


@pytest.fixture(name="mail_readers", scope="module")
def _mail_readers() -> Iterator[Readers]:
    with readers_of(30, 1024) as readers:
        yield readers


@pytest.fixture(name="big")
def _big(tmp_path: Path) -> Path:
    path = tmp_path / "big.eml"
    path.write_bytes(BIG)
    return path


def test_every_mail_of_the_corpus_reads_the_same(tmp_path: Path, mail_readers: Readers) -> None:
    here, there = Store(tmp_path / "here"), Store(tmp_path / "there")
    for path in CORPUS:
        plain = parse_mail(path, here, OWN, Limits())
        assert read_mail(path, there, OWN, Limits(), mail_readers) == plain, path
        assert all(part.sha256 in there for part in plain.parts), path


def test_a_big_file_is_kept_whole(tmp_path: Path, big: Path, mail_readers: Readers) -> None:
    store = Store(tmp_path / "files")
    (part,) = read_mail(big, store, OWN, Limits(), mail_readers).parts
    assert store.path(part.sha256).read_bytes() == b"ABC" * 19 * 200_000


def test_a_mail_over_the_budget_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "costly.eml"
    path.write_bytes(COSTLY)
    with readers_of(0.2, 1024) as readers, pytest.raises((ReadingFailed, TemporaryError)):
        read_mail(path, Store(tmp_path / "files"), OWN, Limits(parts=100_000), readers)
