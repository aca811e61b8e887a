"""Whatever bytes come, a mail comes out; and a well-formed mail's files come out as the standard library reads them."""

import email
import hashlib
import tempfile
import time
import tomllib
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.model.finding import Code
from mailbot.model.limits import Limits
from mailbot.model.mail import Mail
from mailbot.parse.mail import parse_mail
from mailbot.store import Store
from tests.make.mails import plain_mail, written

OWN = frozenset({"submissions@163.com"})
CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "mails").glob("*.toml"))


def read(raw: bytes, limits: Limits | None = None) -> tuple[Mail, dict[str, str]]:
    """The mail, and each part's content hash by file name, as the store has it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail.eml"
        path.write_bytes(raw)
        store = Store(Path(folder) / "store")
        mail = parse_mail(path, store, OWN, limits or Limits())
        for part in mail.parts:
            kept = store.path(part.sha256).read_bytes()
            assert (hashlib.sha256(kept).hexdigest(), len(kept)) == (part.sha256, part.size)
        return mail, {part.filename: part.sha256 for part in mail.parts}


def speak(mail: Mail) -> None:
    """Every text can be stored as UTF-8."""
    texts = [mail.subject, mail.body_text, mail.body_html, mail.message_id, mail.sender.addr, mail.sender.name]
    texts += [part.filename + part.content_type for part in mail.parts]
    texts += [link.url + link.filename + link.code for link in mail.links]
    for text in (*texts, *mail.references, *mail.bounced_ids, *mail.bounced_recipients):
        text.encode("utf-8")


SNIPPETS = [
    b"\n", b"\r\n", b"\r", b"--b\n", b"--b--\n", b"--", b'"', b";", b"=", b"=?", b"?=", b"=?gbk?B?", b"<", b">", b"\0",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: message/rfc822\n", b"Content-Type: text/html\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n", b"begin 644 x\n",
    b"=ybegin line=128 size=3 name=x\n", b"end\n", b"From: ", b"Date: ", b"Subject: ", b"name*0*=", b"\xff\xfe",
    b"charset=utf-7;",
    b"charset=punycode;", b"charset=hz;", b"<a href=https://pan.baidu.com/s/1>", b"+AGE-", b"&#xd800;",
]  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.sampled_from(SNIPPETS), st.binary(max_size=30)), max_size=40))
def test_any_bytes_give_a_mail(pieces: list[bytes]) -> None:
    mail, _ = read(b"".join(pieces))
    speak(mail)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(CORPUS), st.lists(st.tuples(st.floats(0, 1), st.sampled_from(SNIPPETS)), max_size=6))
def test_a_damaged_mail_of_the_corpus_gives_a_mail(path: Path, wounds: list[tuple[float, bytes]]) -> None:
    raw = bytearray(written(tomllib.loads(path.read_text("utf-8"))["mail"]))
    for place, snippet in wounds:
        at = int(place * len(raw))
        raw[at : at + len(snippet) // 2] = snippet
    mail, _ = read(bytes(raw))
    speak(mail)


NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(NAMES, st.binary(max_size=400), st.sampled_from(["base64", "quoted-printable"])), max_size=4),
    st.booleans(),
)
def test_a_well_formed_mails_files_are_those_of_the_standard_library(
    files: list[tuple[str, bytes, str]],
    nested: bool,  # noqa: FBT001 - a strategy gives it
) -> None:
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content("body")
    for name, content, transfer in files:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name, cte=transfer)
    if nested:
        inner = EmailMessage()
        inner["From"] = "b@example.com"
        inner.set_content("inner")
        inner.add_attachment(b"film", maintype="video", subtype="mp4", filename="inner.mp4")
        mail.add_attachment(inner)
    raw = mail.as_bytes()
    expected = [
        hashlib.sha256(leaf.get_payload(decode=True)).hexdigest()  # type: ignore[arg-type]
        for leaf in email.message_from_bytes(raw).walk()
        if leaf.get_filename() and not leaf.is_multipart()
    ]
    found, _ = read(raw)
    named = [part.sha256 for part in found.parts if part.filename and part.content_type != "message/rfc822"]
    assert named == expected


def test_more_parts_than_the_limit_are_told_and_left() -> None:
    raw = plain_mail(files=tuple((f"{n}.mp4", b"film") for n in range(6)))
    mail, _ = read(raw, Limits(parts=3))
    assert len(mail.parts) == 2
    assert [finding.code for finding in mail.findings] == [Code.PART_TOO_LARGE]


def test_a_multipart_deeper_than_the_limit_is_a_leaf() -> None:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(80))
    mail, _ = read(b"From: a@example.com\n" + head + b"\nthe end\n", Limits(depth=50))
    assert [part.content_type for part in mail.parts] == ["multipart/mixed"]


BIG = 2_000_000
CODED = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
HOSTILE = {
    "a header of encoded words": b"To: " + b"=?utf-8?q?a?= <a@example.com>, " * 3000 + b"\n\nx",
    "a header of half words": b"Subject: " + b"=?a?b?" * 200_000 + b"\n\nx",
    "a header of quotes": b"From: " + b'"' * BIG + b"\n\nx",
    "a header of brackets": b"References: " + b"<" * BIG + b"\n\nx",
    "a parameter of semicolons": b"Content-Type: text/plain; " + b";" * BIG + b"\n\nx",
    "a parameter of stars": b"Content-Type: text/plain; " + b"".join(b"n*%d=a;" % n for n in range(50_000)) + b"\n\nx",
    "one endless header line": b"Subject: " + b"a" * (3 * BIG) + b"\n\nx",
    "very many headers": b"".join(b"X-%d: y\n" % n for n in range(60_000)) + b"\nx",
    "lines that nearly are boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + b"--bb\n" * 400_000,
    "boundaries without parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 5000,
    "a body of hyphens": b"From: a@example.com\n\n" + b"-" * (3 * BIG),
    "base64 of padding": b"Content-Type: video/mp4\nContent-Transfer-Encoding: base64\n\n" + b"=" * BIG,
    "a body of uuencode begins": b"From: a@example.com\n\n" + b"begin 644 x\n" * 100_000,
    "deep html": b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    "html of links": b"Content-Type: text/html\n\n" + b"<a href=https://pan.baidu.com/s/1>x.mp4" * 40_000,
    "a text of code words": b"Content-Type: text/plain; charset=utf-8\n\n" + "提取码：".encode() * 100_000,
    "a text of addresses": b"From: a@example.com\n\n" + b"a.a." * 500_000,
    "quotes of quotes": b"Content-Type: text/plain; format=flowed\n\n" + b"> " * BIG,
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 3000,
    "a base64 text of one endless word": CODED + b"A" * BIG,
    "a base64 text of blanks": CODED + b"A" + b" " * BIG + b"A",
    "a base64 text of short lines": CODED + b"A a\n" * 500_000,
    "a seal of nested tags": b"Content-Type: application/pkcs7-mime\n\n" + b"\x30\x80" * 500_000,
    "a seal of long lengths": b"Content-Type: application/pkcs7-mime\n\n" + b"\x30\x84\xff\xff\xff\xff" * 100_000,
    "seals in seals": b"Content-Type: application/pkcs7-mime\n\n" * 3000,
    "a withdrawal without end": b"Subject: x\n\n" + "撤回".encode() * 500_000,
    "titles without end": b"Subject: x\n\n" + "《".encode() * 500_000,
    "a subject of titles": b"Subject: " + "《撤回》".encode() * 10_000 + b"\n\nx",
    "an address of brackets": b"From: a@example.com\n\n" + b"https://a.example.com/x.mp4" + b"]" * BIG,
    "percent signs in an address": b"From: a@example.com\n\nhttps://pan.baidu.com/s/1" + b"%E6%8F%90" * 200_000,
    "dates without end": b"Date: " + b"1:00 PM " * 100_000 + b"\n\nx",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_mail_takes_long(name: str) -> None:
    started = time.process_time()
    mail, _ = read(HOSTILE[name])
    speak(mail)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("head", "on_top", "domains"),
    [
        (b"Authentication-Results: mx.a; spf=pass smtp.mailfrom=x@b.example; dkim=pass header.d=C\nReceived: x\n",
         True, ("b.example", "c")),
        (b"Received: x\nAuthentication-Results: mx.a; spf=fail smtp.mailfrom=x@b.example; dkim=pass header.i=@c\n",
         False, ("c",)),
        (b"Authentication-Results: mx.163.com; spf=pass smtp.mail=x@b.example\n", True, ("b.example",)),
        (b"Authentication-Results: mx.a; spf=pass\n", True, ()),
    ],
)  # fmt: skip
def test_where_authentication_results_stand_and_whose_they_are_is_kept(
    head: bytes,
    *,
    on_top: bool,
    domains: tuple[str, ...],
) -> None:
    found = read(head + b"From: a@b.example\n\nhello\n")[0].authentication
    assert found is not None
    assert (found.on_top, found.domains) == (on_top, domains)


@pytest.mark.parametrize(
    ("head", "sole"),
    [
        (b"From: a@b.example\n", True),
        (b"From: a@b.example, c@d.example\n", False),
        (b"From: a@b.example\nFrom: c@d.example\n", False),
        (b"From: a@b.example\nfrom: a@b.example\n", False),
    ],
)
def test_a_mail_of_two_authors_is_told(head: bytes, *, sole: bool) -> None:
    assert read(head + b"Subject: x\n\nhello\n")[0].sole_author is sole
