"""What mail servers say to a letter: NetEase's published codes, and others'."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model.sending import Outcome
from mailbot.reply.answers import Step, classify, queue_id

TABLE = [
    # throttle, minutes
    (Step.CONNECT, 421, "HL:ICC 163 smtp11", Outcome.RETRY),
    (Step.CONNECT, 421, "4.4.5 HL:ICC", Outcome.RETRY),
    (Step.MAIL, 421, "HL:IFC", Outcome.RETRY),
    (Step.MAIL, 450, "MI:DMC", Outcome.RETRY),
    (Step.MAIL, 550, "MI:DMC", Outcome.RETRY),
    (Step.RCPT, 450, "4.5.3 RP:DRC", Outcome.RETRY),
    (Step.MAIL, 451, "MI:SFQ", Outcome.RETRY),
    (Step.RCPT, 451, "RP:QRC", Outcome.RETRY),
    (Step.END, 451, "DT:SPM ,please try again", Outcome.RETRY),
    (Step.END, 451, "Requested action aborted: local error in processing", Outcome.RETRY),
    (Step.RCPT, 450, "Requested mail action not taken: mailbox busy", Outcome.RETRY),
    (Step.MAIL, 550, "Domain frequency limited", Outcome.RETRY),
    # throttle, day
    (Step.MAIL, 550, "MI:STC", Outcome.TOMORROW),
    (Step.MAIL, 554, "5.5.0 MI:STC", Outcome.TOMORROW),
    (Step.RCPT, 554, "5.5.3 RP:TRC", Outcome.TOMORROW),
    (Step.MAIL, 550, "RP:TRC", Outcome.TOMORROW),
    (Step.CONNECT, 554, "5.7.3 HL:ITC", Outcome.TOMORROW),
    (Step.MAIL, 451, "exceed daily message limit", Outcome.TOMORROW),
    # account, address, IP
    (Step.MAIL, 550, "User has no permission", Outcome.ACCOUNT),
    (Step.RCPT, 550, "User has no permission", Outcome.ACCOUNT),
    (Step.LOGIN, 535, "Error: authentication failed", Outcome.ACCOUNT),
    (Step.LOGIN, 451, "Requested mail action not taken: too much fail authentication", Outcome.ACCOUNT),
    (Step.CONNECT, 554, "IP is rejected, smtp auth error limit exceed", Outcome.ACCOUNT),
    (Step.MAIL, 554, "MI:SPB", Outcome.ACCOUNT),
    (Step.CONNECT, 554, "HL:IPB", Outcome.ACCOUNT),
    (Step.CONNECT, 554, "HL:IHU", Outcome.ACCOUNT),
    (Step.CONNECT, 554, "IP in blacklist", Outcome.ACCOUNT),
    (Step.MAIL, 553, "Mail from must equal authorized user", Outcome.ACCOUNT),
    (Step.END, 554, "DT:SUM", Outcome.ACCOUNT),
    (Step.MAIL, 530, "5.7.0 Authentication required", Outcome.ACCOUNT),
    (Step.MAIL, 550, "something new", Outcome.ACCOUNT),
    # this message
    (Step.END, 554, "DT:SPM 163 smtp10", Outcome.REJECTED),
    (Step.END, 550, "DT:SPM", Outcome.REJECTED),
    (Step.END, 552, "Illegal Attachment", Outcome.REJECTED),
    (Step.MAIL, 552, "Requested mail action aborted: exceeded mailsize limit", Outcome.REJECTED),
    # this recipient
    (Step.RCPT, 550, "Invalid User", Outcome.REJECTED),
    (Step.RCPT, 550, "User suspended", Outcome.REJECTED),
    (Step.RCPT, 550, "5.1.1 unknown", Outcome.REJECTED),
    (Step.RCPT, 550, "RP:RCL", Outcome.REJECTED),
    (Step.RCPT, 450, "4.1.1 user unknown, greylisted", Outcome.RETRY),
    # well
    (Step.END, 250, "Mail OK queued as smtp11,D8CowABXRAHFeUpcvx3dAg--.43886S2 1548385572", Outcome.SENT),
    (Step.DATA, 354, "End data with <CR><LF>.<CR><LF>", Outcome.SENT),
    # no answer at all
    (Step.END, -1, "", Outcome.UNKNOWN),
    (Step.RCPT, -1, "", Outcome.RETRY),
]


@pytest.mark.parametrize(("step", "code", "text", "outcome"), TABLE)
def test_each_answer_has_its_outcome(step: Step, code: int, text: str, outcome: Outcome) -> None:
    assert classify(step, code, text) is outcome
    assert classify(step, code, text.upper()) is outcome


@given(st.sampled_from(Step), st.integers(400, 499), st.text())
def test_a_4xx_never_gives_a_letter_up(step: Step, code: int, text: str) -> None:
    assert classify(step, code, text) in {Outcome.RETRY, Outcome.TOMORROW, Outcome.ACCOUNT}


@given(st.sampled_from(Step), st.integers(-1, 999), st.text())
def test_only_a_positive_answer_means_sent(step: Step, code: int, text: str) -> None:
    assert (classify(step, code, text) is Outcome.SENT) == (code // 100 in {2, 3})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Mail OK queued as smtp11,D8CowABXRAHFeUpcvx3dAg--.43886S2 1548385572",
            "smtp11,D8CowABXRAHFeUpcvx3dAg--.43886S2",
        ),
        ("2.0.0 Ok: queued as 4F1D22A0", "4F1D22A0"),
        ("OK id=1abcde-0001", "1abcde-0001"),
        ("2.0.0 accepted", ""),
        ("", ""),
    ],
)
def test_the_queue_id_is_read_from_the_words(text: str, name: str) -> None:
    assert queue_id(text) == name
