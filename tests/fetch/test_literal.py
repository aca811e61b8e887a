"""The answer to a body FETCH, byte by byte."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.fetch.literal import BodyAnswer
from mailbot.model.errors import MailboxError

OK = b"A1 OK FETCH completed\r\n"


def answer(text: bytes) -> BodyAnswer:
    return BodyAnswer(io.BytesIO(text), b"A1", 7)


def whole(text: bytes) -> bytes:
    return b"".join(answer(text).blocks())


@pytest.mark.parametrize(
    ("text", "origin", "body"),
    [
        (b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello)\r\n", None, b"hello"),
        (b"* 1 FETCH (UID 7 BODY[]<0> {5}\r\nhello)\r\n", 0, b"hello"),
        (b"* 1 fetch (uid 7 body[]<4096> {5}\r\nhello)\r\n", 4096, b"hello"),
        (b"* 1 FETCH (BODY[]<0> {5}\r\nhello UID 7)\r\n", 0, b"hello"),
        (b"* 1 FETCH (BODY[]<0> {5}\r\nhello FLAGS (\\Seen) UID 7)\r\n", 0, b"hello"),
        (b"* 1 FETCH (FLAGS (\\Seen) UID 7 BODY[]<0> {5}\r\nhello)\r\n", 0, b"hello"),
        (b"* 1 FETCH (UID 7 BODY[]<9> {0}\r\n)\r\n", 9, b""),
        (b'* 1 FETCH (UID 7 BODY[]<9> "")\r\n', 9, b""),
        (b"* 1 FETCH (UID 7 BODY[]<9> NIL)\r\n", 9, b""),
        (b'* 1 FETCH (UID 7 BODY[]<9> "a \\"b\\" \\\\")\r\n', 9, b'a "b" \\'),
        (b"* 3 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 7 BODY[] {5}\r\nhello)\r\n", None, b"hello"),
        (b"* 2 FETCH (UID 8 BODY[] {3}\r\nbad)\r\n* 1 FETCH (UID 7 BODY[] {5}\r\nhello)\r\n", None, b"hello"),
        (b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello)\r\n* OK still here\r\n* 4 EXPUNGE\r\n", None, b"hello"),
    ],
)
def test_the_mail_s_bytes_are_found_among_what_else_a_server_says(text: bytes, origin: int | None, body: bytes) -> None:
    read = answer(text + OK)
    assert (read.found, read.origin, read.refusal) == (True, origin, "")
    assert b"".join(read.blocks()) == body
    assert read.done


def test_a_vanished_mail_is_not_found_and_a_refusal_has_its_words() -> None:
    assert (answer(OK).found, answer(OK).done, answer(OK).refusal) == (False, True, "")
    assert answer(b"A1 NO [SERVERBUG] later\r\n").refusal == "[SERVERBUG] later"
    assert answer(b"A1 BAD\r\n").refusal == "BAD"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"* 1 FETCH (UID 7 BODY[] {5}\r\nhel",
        b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello",
        b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello)\r\n",
        b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello more)\r\n" + OK,
        b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello)\r\nmore of it\r\n" + OK,
        b"* 1 FETCH (BODY[] {5}\r\nhello UID 8)\r\n" + OK,
        b"* 1 FETCH (UID 8 BODY[] {99999}\r\nhello)\r\n" + OK,
        b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello)\r\nA1 NO some of it could not be read\r\n",
        b"* BYE Autologout; idle for too long\r\n",
    ],
)
def test_an_answer_that_is_cut_or_makes_no_sense_is_an_error(text: bytes) -> None:
    with pytest.raises(MailboxError):
        whole(text)


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_any_bytes_come_back_as_they_are_and_rubbish_never_hangs(body: bytes, rubbish: bytes) -> None:
    assert whole(b"* 1 FETCH (UID 7 BODY[] {%d}\r\n%b)\r\n" % (len(body), body) + OK) == body
    try:
        answer(rubbish + b"\r\n").drain()
    except MailboxError:
        return
