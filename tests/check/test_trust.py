"""Whether a mail's sender is who the From header says."""

import pytest

from mailbot.check.trust import Proof, fails_any, is_suspect, proof
from mailbot.model.decision import Answer
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Address, Authentication, Mail, Triage
from tests.make.decisions import Room, brought, film, form, row

FORGED = Authentication("mx.example.com", spf="fail", dkim="none", dmarc="fail")


@pytest.mark.parametrize(
    ("spf", "dkim", "dmarc", "suspect"),
    [
        ("", "", "", False),
        ("none", "none", "none", False),
        ("pass", "", "", False),
        ("fail", "pass", "", False),
        ("pass", "fail", "", False),
        ("fail", "", "", True),
        ("", "fail", "", True),
        ("softfail", "", "", False),
        ("permerror", "", "", True),
        ("pass", "pass", "fail", True),
        ("fail", "fail", "pass", False),
        ("temperror", "temperror", "temperror", False),
    ],
)
def test_only_a_failed_check_speaks_against_a_sender(spf: str, dkim: str, dmarc: str, suspect: bool) -> None:  # noqa: FBT001
    assert is_suspect(Authentication("mx.example.com", spf, dkim, dmarc)) is suspect


@pytest.mark.parametrize(
    ("results", "fails"),
    [
        (("pass", "pass", "pass"), False),
        (("none", "softfail", "temperror"), False),
        (("fail", "pass", "pass"), True),
        (("pass", "permerror", "pass"), True),
        (("pass", "pass", "fail"), True),
    ],
)
def test_one_failed_check_of_three_is_enough_to_ask(results: tuple[str, str, str], fails: bool) -> None:  # noqa: FBT001
    assert fails_any(Authentication("mx.example.com", *results)) is fails


def test_no_result_is_unknown_and_not_failed() -> None:
    assert not is_suspect(None)
    assert not fails_any(None)


def test_a_forged_withdrawal_withdraws_nothing_and_asks_the_sender() -> None:
    room = Room()
    room.take(form(row()), film())
    decision = room.take(triage=Triage.WITHDRAWAL, subject="撤回 GYQG-2024-0001", checked=FORGED)
    assert (room.states(), decision.attention) == ({"1": "accepted"}, "withdrawal-unconfirmed")
    found = (Finding(Code.WITHDRAWAL_UNCONFIRMED),)
    shown = tuple(room.entries.values())
    assert decision.answer == Answer(LetterKind.STATE, shown, frozenset({"GYQG-2024-0001"}), found, discreet=True)
    assert (decision.works, decision.findings) == (brought(), found)


def test_a_forged_question_learns_nothing() -> None:
    room = Room()
    room.take(form(row()), film())
    decision = room.take(body="我的作品呢", checked=FORGED)
    assert (decision.answer, decision.works, decision.entries) == (None, brought(), ())
    assert decision.verdict.triage is Triage.INQUIRY
    assert decision.findings == (Finding(Code.MAIL_SENDER_UNVERIFIED),)
    assert (decision.silence, decision.attention) == ("the sender failed the server's checks", "mail-sender-unverified")


def test_a_forged_change_of_an_earlier_entry_is_looked_at() -> None:
    room = Room()
    room.take(form(row(), scanned=True), film())
    for content in ("another", "a third"):
        room.take(film("智造未来.mp4", content), checked=FORGED)
    assert room.states() == {"1": "review"}
    (entry,) = room.entries.values()
    assert [note.code for note in entry.notes] == [Code.FORM_SCANNED, Code.MAIL_SENDER_UNVERIFIED], "each once"


def test_a_first_submission_is_taken_whoever_sends_it() -> None:
    room = Room()
    room.take(form(row()), film(), checked=FORGED)
    assert room.states() == {"1": "accepted"}


@pytest.mark.parametrize(
    ("found", "known", "wanted"),
    [
        (None, False, Proof.UNKNOWN),
        (Authentication("mx", "pass", "pass", "pass"), False, Proof.PROVEN),
        (Authentication("mx", "pass", "pass", "pass", on_top=False), False, Proof.UNKNOWN),
        (Authentication("mx", "pass", "pass", "pass", on_top=False), True, Proof.PROVEN),
        (Authentication("mx", "fail", "", "fail"), False, Proof.REFUTED),
        (Authentication("mx", "pass", "", "none"), False, Proof.UNKNOWN),
        (Authentication("mx", "pass"), False, Proof.PROVEN),
        (Authentication("mx", "pass", domains=("example.com",)), False, Proof.PROVEN),
        (Authentication("mx", dkim="pass", domains=("mail.example.com",)), False, Proof.PROVEN),
        (Authentication("mx", "pass", domains=("evil.example",)), False, Proof.UNKNOWN),
        (Authentication("mx", "none", "none"), False, Proof.UNKNOWN),
    ],
)
def test_a_sender_is_proven_by_the_receiving_server_and_for_the_from_domain_alone(
    found: Authentication | None,
    known: bool,  # noqa: FBT001 - a case of the table
    wanted: Proof,
) -> None:
    mail = Mail("<1@a>", Address("a@example.com"), "", authentication=found)
    assert proof(mail, server_known=known) is wanted


def test_the_domain_of_an_address_is_what_stands_behind_its_last_at_sign() -> None:
    found = Authentication("mx", "pass", domains=("example.com",))
    mail = Mail("<1@a>", Address('"a@b"@example.com'), "", authentication=found)
    assert proof(mail, server_known=False) is Proof.PROVEN
