"""Whatever the mail server answers, each letter leaves, and leaves once; what nobody can tell waits for a person."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from email import policy
from pathlib import Path
from typing import cast

import pytest

from mailbot.ops.house import now
from mailbot.ops.round import RoundOutcome, run_once
from tests.journeys.material import mail
from tests.journeys.stage import Stage
from tests.make.readers import WarmReaders
from tests.servers.coremail import Coremail, coremail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import Act, Answer, SmtpReceiver

ASKERS = 3


@pytest.fixture(name="server")
def _server() -> Iterator[Coremail]:
    with coremail() as server:
        yield server


@pytest.fixture(name="stage")
def _stage(tmp_path: Path, server: Coremail, smtp_receiver: SmtpReceiver, warm: WarmReaders) -> Stage:
    """A first round is over, so that letters leave at once."""
    made = Stage(tmp_path, cast("Dovecot", server), smtp_receiver, warm)
    made.configure()
    round_of(made)
    for number in range(ASKERS):
        question = mail(sender=f"asker{number}@ask.example.org", subject="请问", body=f"请问截止日期？（{number}）")
        server.deliver(question.as_bytes(policy=policy.SMTP), received_at=now())
    return made


def round_of(stage: Stage) -> RoundOutcome:
    with stage.house() as house:
        return run_once(house)


def time_passes(stage: Stage) -> None:
    """Letters that were put off are due again, and the server had time to file what it took."""
    with sqlite3.connect(stage.folder / "var" / "ledger.sqlite") as db:
        db.execute("UPDATE replies SET due_at = '2024-01-01T00:00:00+00:00' WHERE state = 'due'")
        db.execute("UPDATE replies SET claimed_at = '2024-01-01T00:00:00+00:00' WHERE state = 'sending'")


def arrived(stage: Stage) -> Counter[str]:
    return Counter(one.recipients[0] for one in stage.smtp.letters if "asker" in one.recipients[0])


def states(stage: Stage) -> Counter[str]:
    return Counter(row["state"] for row in stage.query("SELECT state FROM replies WHERE recipient LIKE 'asker%'"))


EACH_ONCE = Counter(f"asker{number}@ask.example.org" for number in range(ASKERS))


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("mail", "421 HL:ICC service not available, closing"),
        ("mail", Act.CUT),
        ("mail", Act.TWICE),
        ("rcpt", "451 4.7.1 greylisted, please try again in 5 minutes"),
        ("rcpt", "452 4.2.2 mailbox full"),
        ("rcpt", Act.TWICE),
        ("data", "452 4.3.1 insufficient system storage"),
        ("end", "550 User has no permission"),
        ("end", "451 local error in processing"),
        ("end", "452 quota exceeded for now"),
        ("end", Act.TWICE),
        ("login", "535 Error: authentication failed"),
        ("connect", "554 IP is rejected, smtp auth error limit exceed"),
    ],
)
def test_a_letter_that_is_put_off_leaves_later_and_once(stage: Stage, step: str, answer: Answer) -> None:
    stage.smtp.answer(step, answer)
    for _ in range(4):
        round_of(stage)
        time_passes(stage)
    assert not stage.smtp.steps[step]
    assert arrived(stage) == EACH_ONCE
    assert states(stage) == {"sent": ASKERS}


def test_an_account_that_may_not_send_is_told_and_no_letter_is_given_up(stage: Stage) -> None:
    stage.smtp.answer("end", *["550 User has no permission"] * 3)
    outcome = round_of(stage)
    assert "refuses our account" in "".join(outcome.troubles)
    assert states(stage) == {"due": ASKERS}
    assert stage.smtp.connections <= 2  # nobody hammers it
    assert stage.query("SELECT kind FROM replies WHERE kind = 'alert'")


@pytest.mark.parametrize("act", [Act.CUT, Act.TAKE_AND_CUT])
def test_cut_behind_the_last_dot_the_sent_folder_tells(stage: Stage, server: Coremail, act: Act) -> None:
    stage.smtp.answer("end", act)
    round_of(stage)
    assert states(stage) == {"sent": ASKERS - 1, "sending": 1}
    for letter in stage.smtp.letters:  # the server files what it took
        server.deliver(letter.raw, "已发送", received_at=now())
    for _ in range(3):
        round_of(stage)
        time_passes(stage)
    assert arrived(stage) == EACH_ONCE
    assert states(stage) == {"sent": ASKERS}


def test_cut_behind_the_last_dot_with_an_empty_sent_folder_a_person_decides(stage: Stage) -> None:
    stage.smtp.answer("end", Act.TAKE_AND_CUT)
    for _ in range(3):
        round_of(stage)
        time_passes(stage)
    assert arrived(stage) == EACH_ONCE
    assert states(stage) == {"sent": ASKERS - 1, "unknown": 1}
    assert [row["kind"] for row in stage.query("SELECT kind FROM attention WHERE kind <> 'mail'")] == ["letter"]
