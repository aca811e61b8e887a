"""A multipart that its headers hide is taken apart like any other; a text that only looks a little like one is not."""

import tempfile
from pathlib import Path

import pytest

from mailbot.model.limits import Limits
from mailbot.model.mail import Mail
from mailbot.parse.mail import parse_mail
from mailbot.store import Store

FIELDS = b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
PARTS = (
    b"--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nfirst line\r\nsecond line\r\n"
    b"--b1\r\nContent-Type: video/mp4; name=a.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\nZmlsbQ==\r\n--b1--\r\n"
)
WHOLE = b"Content-Type: multipart/mixed; boundary=b1\r\n"

HIDDEN = {
    "two Content-Types": FIELDS + b"Content-Type: text/plain\r\n" + WHOLE + b"\r\n" + PARTS,
    "two, the multipart first": FIELDS + WHOLE + b"Content-Type: text/plain\r\n\r\n" + PARTS,
    "a gap before Content-Type": FIELDS + b"\r\n" + WHOLE + b"\r\n" + PARTS,
    "two gaps, and a folded field": FIELDS + b"\r\nX-A: 1\r\n\r\n" + WHOLE[:-4] + b'\r\n\tb1"\r\n\r\n' + PARTS,
    "no type, a boundary": FIELDS + b"Content-Type: ; boundary=b1\r\n\r\n" + PARTS,
    "an odd type, a boundary": FIELDS + b'Content-Type: mixed; boundary="b1"\r\n\r\n' + PARTS,
    "none at all": FIELDS + b"\r\n" + PARTS,
    "none at all, blank lines": FIELDS + b"\r\n\r\n \r\n" + PARTS,
    "text/html": FIELDS + b"Content-Type: text/html\r\n\r\n" + PARTS,
    "no closing boundary": FIELDS + b"\r\n" + PARTS.removesuffix(b"--b1--\r\n"),
    "CR CR LF": (FIELDS + WHOLE + b"\r\n" + PARTS).replace(b"\r\n", b"\r\r\n"),
    "CR CR LF and none at all": (FIELDS + b"\r\n" + PARTS).replace(b"\r\n", b"\r\r\n"),
    "LF and none at all": (FIELDS + b"\r\n" + PARTS).replace(b"\r\n", b"\n"),
}


def parsed(raw: bytes) -> Mail:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "mail.eml"
        path.write_bytes(raw)
        return parse_mail(path, Store(Path(name) / "files"), frozenset(), Limits())


@pytest.mark.parametrize("raw", HIDDEN.values(), ids=HIDDEN)
def test_a_hidden_multipart_gives_its_text_and_its_file(raw: bytes) -> None:
    mail = parsed(raw)
    assert mail.body_text == "first line\nsecond line"
    assert [(part.filename, part.size) for part in mail.parts] == [("a.mp4", 4)]


TEXTS = {
    "a signature": b"-- \r\nContent with it\r\n",
    "a rule and a field": b"------\r\nSubject: x\r\n",
    "a quoted mail behind words": b"you wrote this:\r\n" + PARTS,
    "a forwarded mail's mark": "-----原始邮件-----\r\n发件人: x\r\n".encode(),
}


@pytest.mark.parametrize("body", TEXTS.values(), ids=TEXTS)
def test_a_text_with_a_line_like_a_boundary_stays_a_text(body: bytes) -> None:
    mail = parsed(FIELDS + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body)
    assert mail.body_text == body.decode().replace("\r\n", "\n").strip()
    assert mail.parts == ()
