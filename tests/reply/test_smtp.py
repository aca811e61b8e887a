"""Letters over a real SMTP dialogue: what the sender makes of each answer and of each silence."""

import socket
import time
from email.message import EmailMessage

import pytest

from mailbot.model.errors import AccountError, SendError
from mailbot.model.sending import Outcome
from mailbot.reply.sender import open_sender
from mailbot.reply.smtp import SmtpSender
from mailbot.settings.keys import Security, SmtpSettings
from tests.servers.raw import one_line_server
from tests.servers.smtp_receiver import Act, Answer, SmtpReceiver
from tests.servers.smtp_receiver import smtp_receiver as running

WRITER = "writer@example.org"


def settings(receiver: SmtpReceiver, *, password: str | None = None, timeout: float = 5) -> SmtpSettings:
    return SmtpSettings(
        host=receiver.host,
        port=receiver.port,
        security=Security.NONE,
        user=receiver.user,
        password=receiver.password if password is None else password,
        sender=f"征选活动组委会 <{receiver.user}>",
        timeout=timeout,
    )


def letter(text: str = "您好。\n.\n..两点\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "征选活动组委会 <submissions@163.example>"
    message["To"] = WRITER
    message["Subject"] = "回复：作品"
    message["Message-ID"] = "<one@163.example>"
    message.set_content(text)
    return message


def test_a_letter_arrives_with_its_envelope_and_the_queue_id_is_kept(smtp_receiver: SmtpReceiver) -> None:
    with open_sender(settings(smtp_receiver)) as sender:
        receipt = sender.send(letter(), WRITER)
    assert (receipt.outcome, receipt.queue_id) == (Outcome.SENT, "smtp1,TEST1")
    (taken,) = smtp_receiver.letters
    assert (taken.sender, taken.recipients) == (smtp_receiver.user, (WRITER,))
    assert taken.message.get_content().replace("\r\n", "\n") == "您好。\n.\n..两点\n"


def test_raw_bytes_go_unchanged_but_for_line_ends(smtp_receiver: SmtpReceiver) -> None:
    with SmtpSender(settings(smtp_receiver)) as sender:
        assert sender.send(b"Subject: x\n\n.dot\r\nlone\rend", WRITER).outcome is Outcome.SENT
    assert smtp_receiver.letters[0].raw == b"Subject: x\r\n\r\n.dot\r\nlone\r\nend\r\n"


def test_one_connection_serves_many_letters(smtp_receiver: SmtpReceiver) -> None:
    before = smtp_receiver.connections
    with SmtpSender(settings(smtp_receiver)) as sender:
        for _ in range(3):
            assert sender.send(letter(), WRITER).outcome is Outcome.SENT
    assert (len(smtp_receiver.letters), smtp_receiver.connections - before) == (3, 1)


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("connect", "421 HL:ICC too many connections", Outcome.RETRY),
        ("connect", "554 IP is rejected, smtp auth error limit exceed", Outcome.ACCOUNT),
        ("connect", Act.CUT, Outcome.RETRY),
        ("login", "535 Error: authentication failed", Outcome.ACCOUNT),
        ("login", "451 Requested mail action not taken: too much fail authentication", Outcome.ACCOUNT),
        ("login", "454 Temporary authentication failure", Outcome.RETRY),
        ("mail", "553 Mail from must equal authorized user", Outcome.ACCOUNT),
        ("mail", "550 User has no permission", Outcome.ACCOUNT),
        ("mail", "550 MI:STC smtp8", Outcome.TOMORROW),
        ("mail", Act.CUT, Outcome.RETRY),
        ("rcpt", "550 Invalid User", Outcome.REJECTED),
        ("rcpt", "450 RP:DRC", Outcome.RETRY),
        ("rcpt", Act.CUT, Outcome.RETRY),
        ("data", "554 DT:SPM", Outcome.REJECTED),
        ("data", Act.CUT, Outcome.RETRY),
        ("end", "554 DT:SPM 163 smtp10", Outcome.REJECTED),
        ("end", "451 DT:SPM, please try again", Outcome.RETRY),
        ("end", "421 shutting down", Outcome.RETRY),
        ("end", Act.CUT, Outcome.UNKNOWN),
        ("end", Act.TAKE_AND_CUT, Outcome.UNKNOWN),
    ],
)
def test_each_answer_at_each_step_has_its_outcome_and_the_next_letter_leaves(
    smtp_receiver: SmtpReceiver, step: str, answer: Answer, outcome: Outcome
) -> None:
    smtp_receiver.answer(step, answer)
    with SmtpSender(settings(smtp_receiver)) as sender:
        receipt = sender.send(letter(), WRITER)
        assert receipt.outcome is outcome, receipt
        assert receipt.reply_text
        if isinstance(answer, str):
            assert answer in receipt.reply_text
        assert sender.send(letter(), WRITER).outcome is Outcome.SENT


def test_a_stall_after_the_text_is_unknown_and_before_it_a_retry(smtp_receiver: SmtpReceiver) -> None:
    smtp_receiver.answer("rcpt", Act.STALL)
    with SmtpSender(settings(smtp_receiver, timeout=0.5)) as sender:
        assert sender.send(letter(), WRITER).outcome is Outcome.RETRY
        smtp_receiver.answer("end", Act.STALL)
        assert sender.send(letter(), WRITER).outcome is Outcome.UNKNOWN


def test_a_connection_gone_stale_between_two_letters_is_replaced(smtp_receiver: SmtpReceiver) -> None:
    with SmtpSender(settings(smtp_receiver)) as sender:
        assert sender.send(letter(), WRITER).outcome is Outcome.SENT
        smtp_receiver.answer("mail", Act.CUT)
        assert sender.send(letter(), WRITER).outcome is Outcome.SENT


def test_a_wrong_password_is_the_account_s_trouble(smtp_receiver: SmtpReceiver) -> None:
    with SmtpSender(settings(smtp_receiver, password="wrong")) as sender:
        assert sender.send(letter(), WRITER).outcome is Outcome.ACCOUNT
        with pytest.raises(AccountError, match="授权码"):
            sender.check()


@pytest.mark.parametrize("greeting", [b"220-", b"220-hi\r\n" * 100 + b"220-", b"220 hi\r\n250-"])
def test_an_answer_that_drips_is_a_retry_in_bounded_time(greeting: bytes) -> None:
    with one_line_server(greeting, drips=20) as port:
        slow = SmtpSettings(host="127.0.0.1", port=port, security=Security.NONE, user="a", password="b", timeout=0.3)
        started = time.monotonic()
        with SmtpSender(slow) as sender:
            assert sender.send(letter(), WRITER).outcome is Outcome.RETRY
        assert time.monotonic() - started < 10


def test_nobody_listening_is_a_retry() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = SmtpSettings(host="127.0.0.1", port=closed.getsockname()[1], security=Security.NONE)
    with SmtpSender(nowhere) as sender:
        assert sender.send(letter(), WRITER).outcome is Outcome.RETRY
        with pytest.raises(SendError, match=r"Check smtp\.host"):
            sender.check()


@pytest.mark.parametrize("recipient", ["", "no-at", "a@b\r\nRCPT TO:<c@d>", "a b@c", "<a@b>", "名@例.cn", "a@b@c"])
def test_an_address_that_no_envelope_can_hold_is_rejected_before_dialling(recipient: str) -> None:
    with SmtpSender(SmtpSettings(host="127.0.0.1", port=1, security=Security.NONE)) as sender:
        assert sender.send(letter(), recipient).outcome is Outcome.REJECTED


def test_an_address_with_letters_outside_ascii_is_written_to_where_the_server_can() -> None:
    to = "王一鸣@xn--fsqu00a.test"
    with running(utf8=True) as receiver, SmtpSender(settings(receiver)) as sender:
        international = letter()
        del international["To"]
        international["To"] = to
        assert sender.send(international, to).outcome is Outcome.SENT
        assert sender.send(letter(), WRITER).outcome is Outcome.SENT
        assert [taken.recipients for taken in receiver.letters] == [(to,), (WRITER,)]
        assert receiver.letters[0].message["To"] == to


def test_where_the_server_cannot_that_letter_alone_fails(smtp_receiver: SmtpReceiver) -> None:
    with SmtpSender(settings(smtp_receiver)) as sender:
        receipt = sender.send(letter(), "王一鸣@xn--fsqu00a.test")
        assert (receipt.outcome, receipt.about_letter) == (Outcome.REJECTED, True)
        assert sender.send(letter(), WRITER).outcome is Outcome.SENT
