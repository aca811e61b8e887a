"""A letter as the mail that leaves, parsed back with the standard library."""

import email
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.digest.workbook import FILENAME, XLSX
from mailbot.model.letter import Attachment, Envelope, Letter, LetterKind
from mailbot.reply.envelope import REFERENCES, topic
from mailbot.reply.mime import sender_address, to_bytes, to_mail
from tests.make.decisions import IN_TIME, sha

SENDER = "征选活动组委会 <Submissions@163.com>"
LONG_ID = "<SEZPR06MB5765AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@SEZPR06MB5765.apcprd06.prod.outlook.example.com>"


def letter(kind: LetterKind = LetterKind.ACCEPTED, **more: object) -> Letter:
    said: dict[str, object] = {
        "envelope": Envelope("maker@example.com", "<1@mail.example.com>", ("<0@x>", "<1@mail.example.com>")),
        "subject": "回复：报送《智造未来》",
        "text": "王一鸣，您好：\n\n已收到。\n",
        "html": "<p>王一鸣，您好：</p>",
        **more,
    }
    return Letter("key", "<mailbot.1@163.com>", kind, **said)  # type: ignore[arg-type]


def sent(one: Letter, files: dict[str, Path] | None = None) -> tuple[bytes, EmailMessage]:
    raw = to_mail(one, SENDER, IN_TIME, files or {}).as_bytes()
    read = email.message_from_bytes(raw, policy=SMTP)
    assert isinstance(read, EmailMessage)
    return raw, read


def test_the_headers_say_who_to_whom_and_in_which_thread() -> None:
    raw, mail = sent(letter())
    assert (mail["To"], mail["Subject"]) == ("maker@example.com", "回复：报送《智造未来》")
    assert mail["From"].addresses[0].display_name == "征选活动组委会"
    assert mail["Message-ID"] == "<mailbot.1@163.com>"
    assert (mail["In-Reply-To"], mail["References"]) == ("<1@mail.example.com>", "<0@x> <1@mail.example.com>")
    assert parsedate_to_datetime(mail["Date"]) == IN_TIME
    assert "+0800" in mail["Date"]
    assert mail["X-Mailbot"] == "accepted"
    assert (mail["Cc"], mail["Bcc"]) == (None, None)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78 + 20


@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_says_that_a_program_wrote_it(kind: LetterKind) -> None:
    _, mail = sent(letter(kind))
    unasked = {LetterKind.DIGEST, LetterKind.ALERT, LetterKind.REMINDER, LetterKind.DECIDED, LetterKind.MESSAGE}
    assert mail["Auto-Submitted"] == ("auto-generated" if kind in unasked else "auto-replied")
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_the_plain_text_comes_first_and_the_page_second_both_in_base64() -> None:
    _, mail = sent(letter())
    assert mail.get_content_type() == "multipart/alternative"
    plain, page = mail.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert {part["Content-Transfer-Encoding"] for part in (plain, page)} == {"base64"}
    assert {part.get_content_charset() for part in (plain, page)} == {"utf-8"}
    assert plain.get_content().replace("\r\n", "\n") == letter().text
    assert page.get_content().strip() == letter().html


def test_a_letter_that_answers_none_has_no_thread() -> None:
    _, mail = sent(letter(envelope=Envelope("maker@example.com")))
    assert (mail["In-Reply-To"], mail["References"]) == (None, None)


def test_long_ids_stay_as_they_are() -> None:
    envelope = Envelope("maker@example.com", LONG_ID, tuple(f"<{one}{LONG_ID[1:]}" for one in range(REFERENCES)))
    raw, mail = sent(letter(envelope=envelope))
    assert f"In-Reply-To: {LONG_ID}".encode() in raw.replace(b"\r\n ", b" ").replace(b":  ", b": ")
    assert mail["References"].split() == list(envelope.references)
    assert b"=?utf-8?" not in raw.split(b"References:")[1].split(b"\r\nAuto")[0]
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_workbook_goes_with_its_chinese_name(tmp_path: Path) -> None:
    (tmp_path / "book").write_bytes(b"PK\x03\x04" * 500)
    attachment = Attachment(FILENAME, XLSX, sha("book"))
    raw, mail = sent(letter(LetterKind.DIGEST, attachments=(attachment,)), {sha("book"): tmp_path / "book"})
    (found,) = mail.iter_attachments()
    assert (found.get_filename(), found.get_content_type()) == (FILENAME, XLSX)
    assert found.get_content() == b"PK\x03\x04" * 500
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@given(st.text(), st.text(), st.text())
def test_any_words_come_back_as_they_were_and_smuggle_nothing(subject: str, text: str, html: str) -> None:
    told = topic(subject)
    raw, mail = sent(letter(subject=told, text=text, html=html))
    assert " ".join(mail["Subject"].split()) == told
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"),
        *("X-Auto-Response-Suppress", "X-Mailbot", "MIME-Version", "Content-Type"),
    }
    plain = next(iter(mail.iter_parts()))
    assert plain.get_content().split() == text.split()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("subject", ["报送\r\nBcc: b@example.com", "报送\nBcc: b@example.com"])
def test_a_subject_of_two_lines_is_refused_where_it_slipped_through(subject: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        sent(letter(subject=subject))


def test_the_senders_bare_address_is_lower_case() -> None:
    assert sender_address(SENDER) == "submissions@163.com"


def test_a_letter_says_its_language_and_that_it_goes_to_all_organizers() -> None:
    alert = to_mail(letter(LetterKind.ALERT), SENDER, IN_TIME, {}, "zh-CN")
    assert (alert["Content-Language"], alert["List-Id"]) == ("zh-CN", "<alert.163.com>")
    answer = to_mail(letter(), SENDER, IN_TIME, {}, "en")
    assert (answer["Content-Language"], answer["List-Id"]) == ("en", None)


def test_the_same_letter_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    (tmp_path / "seal").write_bytes(b"\x89PNG")
    picture = Attachment("seal.png", "image/png", sha("seal"))
    one, files = letter(attachments=(picture,), html=f'<img src="cid:{sha("seal")}">'), {sha("seal"): tmp_path / "seal"}
    (raw, mail), (again, _) = sent(one, files), sent(one, files)
    assert raw == again
    boundaries = [part.get_boundary() for part in mail.walk() if part.is_multipart()]
    assert len(boundaries) == len(set(boundaries)) == 2
    assert all(str(boundary).startswith("=_") for boundary in boundaries)  # what no encoded part holds


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("a@example.com", "", "a@example.com"),
        ('"Film, Office" <a@example.com>', "Film, Office", "a@example.com"),
    ],
)
def test_an_address_reads_back_however_it_is_written(sender: str, name: str, address: str) -> None:
    written = to_mail(letter(), sender, IN_TIME, {}).as_bytes(policy=SMTP)
    (found,) = email.message_from_bytes(written, policy=SMTP)["From"].addresses
    assert (found.display_name, found.addr_spec) == (name, address)


@pytest.mark.parametrize("length", range(1, 30))
def test_no_line_with_an_encoded_word_is_longer_than_rfc_2047_lets_it_be(length: int) -> None:
    written = to_bytes(to_mail(letter(), f"{'组' * length} <submissions@163.example>", IN_TIME, {}))
    head, _, _ = written.partition(b"\r\n\r\n")
    assert max(len(line) for line in head.split(b"\r\n") if b"=?" in line) <= 76
