"""Letters leave in their order and once, and what is no letter's fault is laid to none."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import cast

import pytest

from mailbot import outgoing
from mailbot.ledger import outbox
from mailbot.ops.breaker import Breaker
from mailbot.ops.house import now
from mailbot.ops.round import RoundOutcome, run_once, send
from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.journeys.stage import Stage
from tests.make.readers import WarmReaders
from tests.servers.coremail import Coremail, coremail
from tests.servers.dovecot import Dovecot
from tests.servers.ports import free_port
from tests.servers.smtp_receiver import Act, SmtpReceiver


@pytest.fixture(name="server")
def _server() -> Iterator[Coremail]:
    with coremail() as server:
        yield server


@pytest.fixture(name="stage")
def _stage(tmp_path: Path, server: Coremail, smtp_receiver: SmtpReceiver, warm: WarmReaders) -> Stage:
    made = Stage(tmp_path, cast("Dovecot", server), smtp_receiver, warm)
    made.configure()
    round_of(made)
    return made


def round_of(stage: Stage) -> RoundOutcome:
    with stage.house() as house:
        return run_once(house)


def ask(server: Coremail, sender: str, number: int = 0) -> None:
    question = mail(sender=sender, subject=f"请问{number}", body=f"请问截止日期？（{number}）")
    server.deliver(question.as_bytes(policy=policy.SMTP), received_at=now() + timedelta(seconds=number))


def letters(stage: Stage) -> list[tuple[str, int]]:
    return [(row["state"], row["attempts"]) for row in stage.query("SELECT * FROM replies ORDER BY id")]


@pytest.mark.parametrize("rounds", [1, 30])
def test_a_server_that_is_away_is_told_and_uses_up_no_attempt(stage: Stage, server: Coremail, rounds: int) -> None:
    port = stage.smtp.port
    stage.smtp.port = free_port()
    stage.configure()
    ask(server, "asker@ask.example.org")
    with stage.house() as house:
        outcome = run_once(house)
        for _ in range(rounds):
            send(house, Breaker(), polled=True, well=True)
    assert not outcome.well
    assert letters(stage) == [("due", 0)]
    stage.smtp.port = port
    stage.configure()
    assert round_of(stage).well
    assert letters(stage) == [("sent", 1)]


def test_a_server_that_falls_away_in_mid_letter_uses_up_no_attempt(stage: Stage, server: Coremail) -> None:
    ask(server, "asker@ask.example.org")
    stage.smtp.answer("data", *[Act.CUT] * 3)
    round_of(stage)
    assert letters(stage) == [("due", 0)]


def test_a_letter_that_the_server_files_late_is_not_sent_twice(stage: Stage, server: Coremail) -> None:
    ask(server, "first@ask.example.org")
    round_of(stage)
    server.deliver(stage.smtp.letters[0].raw, "已发送", received_at=now())
    ask(server, "asker@ask.example.org")
    stage.smtp.answer("end", Act.TAKE_AND_CUT)
    round_of(stage)
    round_of(stage)  # it looks, and the letter is not filed yet
    assert letters(stage)[-1] == ("sending", 1)
    server.deliver(stage.smtp.letters[-1].raw, "已发送", received_at=now())
    round_of(stage)
    assert letters(stage)[-1] == ("sent", 1)
    assert len(stage.smtp.letters) == 2


def test_a_letter_in_transit_is_nobodys_to_settle(stage: Stage, server: Coremail) -> None:
    ask(server, "asker@ask.example.org")
    stage.configure(outbox='hold = "all"\non_unknown = "resend"')
    round_of(stage)
    with stage.house() as house, house.ledger() as db:
        db.execute("UPDATE replies SET state = 'due', due_at = '2024-01-01T00:00:00+00:00'")
        db.conn.commit()
        (item,) = outbox.due(db, now())
        outbox.claim(db, item, now() - timedelta(days=1))
        outgoing.settle_unknown(house.session(db), lambda _: frozenset())
        assert letters(stage) == [("sending", 1)]
        assert outbox.orphan(db) == 1
        outgoing.settle_unknown(house.session(db), lambda _: frozenset())
        assert letters(stage) == [("due", 1)]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"rot")], ids=["lost", "rotten"])
def test_a_letter_whose_file_is_lost_or_rotten_fails_alone_and_a_digest_is_made_again(
    stage: Stage, server: Coremail, harm: Callable[[Path], object]
) -> None:
    with stage.house() as house, house.ledger() as db:
        session = house.session(db)
        outgoing.owe_digest(session, now().date() - timedelta(days=1))
        (item,) = outbox.due(db, now())
        for attachment in item.letter.attachments:
            harm(session.bench.store.path(attachment.sha256))
    ask(server, "asker@ask.example.org")
    assert round_of(stage).sent == 2
    assert stage.query("SELECT kind, state FROM replies ORDER BY id") == [
        {"kind": "digest", "state": "failed"},
        {"kind": "nothing", "state": "sent"},
        {"kind": "digest", "state": "sent"},
    ]
    assert [row["kind"] for row in stage.query("SELECT kind FROM attention WHERE kind = 'letter'")] == ["letter"]


def test_letters_about_works_leave_before_those_to_people_who_sent_none(stage: Stage, server: Coremail) -> None:
    stage.configure(outbox="daily_cap = 3")
    for number in range(30):
        ask(server, f"nobody{number}@forged.example.org", number)
    whole = mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a")))
    server.deliver(whole.as_bytes(policy=policy.SMTP), received_at=IN_TIME)
    with stage.house() as house, house.ledger() as db:
        stage.smtp.answer("connect", "421 HL:ICC")
        run_once(house)
        outgoing.alert(house.session(db), "clock", mended=["replies.due_at: 1"])
        send(house, Breaker(), polled=True, well=True)
    assert [str(letter.message["X-Mailbot"]) for letter in stage.smtp.letters[:2]] == ["alert", "accepted"]
    assert len(stage.smtp.letters) == 4  # the organizers' letter stands outside the cap


def test_what_a_sender_is_owed_beyond_the_cap_is_one_letter(stage: Stage, server: Coremail) -> None:
    stage.configure(outbox="per_sender_daily = 2")
    for number in range(6):
        title = f"作品{number}"
        whole = mail(("表.docx", form(Work(title))), (f"{title}.mp4", film(f"cap{number}")), subject=title)
        server.deliver(whole.as_bytes(policy=policy.SMTP), received_at=IN_TIME + timedelta(minutes=number))
    round_of(stage)
    rows = stage.query("SELECT kind, state, numbers FROM replies WHERE state <> 'dropped' ORDER BY id")
    assert [(row["kind"], row["state"]) for row in rows] == [("accepted", "sent")] * 2 + [("state", "due")]
    assert rows[-1]["numbers"].count("GYQG") == 4
