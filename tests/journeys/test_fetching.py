"""A mail is taken whole, or told as one that does not come; whatever the server makes of its bytes and its size."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from mailbot.ops.breaker import Breaker
from mailbot.ops.doctor import examine
from mailbot.ops.round import RoundOutcome, run_once, take_in
from tests.journeys.material import IN_TIME, Work, form, mail
from tests.journeys.stage import Stage
from tests.make.readers import WarmReaders
from tests.servers.coremail import Box
from tests.servers.doubtful import LITERAL, NIL, QUOTED, Answer, Doubtful, at_most, doubtful, nothing, short_by
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import SmtpReceiver

FAST = "timeout = 0.3"
MOVE = 'timeout = 0.3\nafter = "move"\nmove_to = "已处理"'
LONG = "长" * 100_000

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture(name="server")
def _server() -> Iterator[Doubtful]:
    with doubtful() as server:
        yield server


@pytest.fixture(name="stage")
def _stage(tmp_path: Path, server: Doubtful, smtp_receiver: SmtpReceiver, warm: WarmReaders) -> Stage:
    made = Stage(tmp_path, cast("Dovecot", server), smtp_receiver, warm)
    made.configure(mailbox=FAST)
    return made


@cache
def ask(number: int, body: str = LONG) -> bytes:
    question = mail(sender=f"asker{number}@ask.example.org", subject="请问", body=f"请问截止日期？（{number}）{body}")
    return question.as_bytes(policy=policy.SMTP)


def deliver(server: Doubtful, number: int = 0, **place: object) -> int:
    return server.deliver(ask(number), received_at=IN_TIME + timedelta(minutes=number), **place)  # type: ignore[arg-type]


def round_of(stage: Stage) -> RoundOutcome:
    with stage.house() as house:
        return run_once(house)


def doctor_says(stage: Stage) -> list[str]:
    with stage.house() as house:
        return [line.told for line in examine(house, ()) if line.what.startswith("mailbox")]


def spooled(stage: Stage) -> list[str]:
    return [row["sha256"] for row in stage.query("SELECT sha256 FROM mails ORDER BY id")]


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("empty", [NIL, QUOTED, LITERAL])
@pytest.mark.parametrize("whole", [bytes, nothing])
def test_a_mail_whose_pieces_are_empty_is_asked_for_another_way(
    stage: Stage, server: Doubtful, empty: bytes, whole: Answer
) -> None:
    server.pieces, server.whole, server.empty = nothing, whole, empty
    deliver(server)
    assert round_of(stage).well
    assert spooled(stage) == [sha(ask(0))]


@pytest.mark.parametrize("count", [1000, 100_000])
def test_a_piece_shorter_than_asked_in_mid_mail_does_not_end_it(stage: Stage, server: Doubtful, count: int) -> None:
    server.pieces = at_most(count)
    deliver(server)
    round_of(stage)
    assert spooled(stage) == [sha(ask(0))]


@pytest.mark.parametrize("way", ["pieces", "whole"])
def test_a_mail_that_comes_cut_one_way_comes_whole_another(stage: Stage, server: Doubtful, way: str) -> None:
    setattr(server, way, short_by(100_000))
    server.partial = way == "pieces"
    deliver(server)
    round_of(stage)
    assert spooled(stage) == [sha(ask(0))]


def test_a_mail_that_is_empty_every_way_is_no_mail_and_told_at_once(stage: Stage, server: Doubtful) -> None:
    server.pieces = server.whole = server.rfc822 = nothing
    uid = deliver(server)
    assert not round_of(stage).well
    assert spooled(stage) == []
    assert [row["why"] for row in stage.query("SELECT why FROM attention")] == [f"mail-not-fetched、INBOX UID {uid}"]
    server.pieces = bytes
    assert round_of(stage).well
    assert spooled(stage) == [sha(ask(0))]


@pytest.mark.parametrize("misstates", [-5000, -1, 1, 5000])
def test_a_server_that_misstates_sizes_is_found_out_by_its_first_mail(
    stage: Stage, server: Doubtful, misstates: int
) -> None:
    server.misstates = misstates
    first = deliver(server)
    assert round_of(stage).well
    second = deliver(server, 1)
    assert round_of(stage).well
    assert spooled(stage) == [sha(ask(0)), sha(ask(1))]
    assert sum(f"{first} (BODY.PEEK[])" in line for line in server.log) == 1
    assert not any(f"{second} (BODY.PEEK[])" in line for line in server.log)


def test_another_mail_under_the_same_uid_is_noticed(stage: Stage, server: Doubtful) -> None:
    stage.configure(mailbox=f"{FAST}\nreconcile_every = 1")
    uid = deliver(server)
    round_of(stage)
    del server.boxes["INBOX"].mails[uid]
    server.deliver(ask(1, body=""), received_at=IN_TIME + timedelta(days=1), uid=uid)
    with stage.house() as house, house.ledger() as db:
        db.execute("UPDATE folders SET reconciled_at = '2024-01-01T00:00:00+00:00'")
        db.conn.commit()
        run_once(house)
    assert spooled(stage) == [sha(ask(0)), sha(ask(1, body=""))]


def test_a_server_that_states_other_dates_each_time_costs_one_look(stage: Stage, server: Doubtful) -> None:
    uid = deliver(server)
    round_of(stage)
    for day in range(1, 4):
        server.boxes["INBOX"].mails[uid].received_at += timedelta(days=day)
        with stage.house() as house, house.ledger() as db:
            db.execute("UPDATE folders SET reconciled_at = '2024-01-01T00:00:00+00:00'")
            db.conn.commit()
            run_once(house)
    assert spooled(stage) == [sha(ask(0))]
    assert sum(f"{uid} (BODY" in line for line in server.log) == 2
    assert len(stage.letters()) == 1


def test_mails_over_which_the_server_falls_silent_come_last_and_cost_two_silences(
    stage: Stage, server: Doubtful
) -> None:
    server.stalled = {deliver(server, number) for number in range(3)}
    deliver(server, 3)
    with stage.house() as house:
        take_in(house, Breaker(), patient=True)
        assert (server.stalls, spooled(stage)) == (2, [])
        take_in(house, Breaker(), patient=True)  # those two wait for their next try
        assert spooled(stage) == [sha(ask(3))]
        assert server.stalls == 4
    server.stalled = set()
    assert round_of(stage).well
    assert len(spooled(stage)) == 4


def test_one_mail_that_stalls_is_tried_again_behind_the_others(stage: Stage, server: Doubtful) -> None:
    server.stalled = {deliver(server)}
    for number in (1, 2):
        deliver(server, number)
    round_of(stage)
    assert server.stalls == 2
    assert spooled(stage) == [sha(ask(1)), sha(ask(2))]


def test_a_mail_that_is_too_large_is_answered_listed_and_fails_the_round(stage: Stage, server: Doubtful) -> None:
    config = stage.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[limits]\nmail_mb = 1\n", encoding="utf-8")
    large = mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", b"\xff" * 2_000_000))
    server.deliver(large.as_bytes(policy=policy.SMTP), received_at=IN_TIME)
    outcome = round_of(stage)
    assert (outcome.failed, outcome.well) == (1, False)
    assert stage.entries() == []
    assert stage.letters() == [("wang@yunling.example.org", "nothing")]
    assert "1 MB" in stage.last_text()
    assert [row["kind"] for row in stage.query("SELECT kind FROM attention")] == ["mail"]
    assert round_of(stage).well
    assert len(stage.letters()) == 1


@pytest.fixture(name="courier")
def _courier(server: Doubtful) -> Doubtful:
    """A server whose folders lie below INBOX, as Courier's do."""
    server.prefix = "INBOX."
    server.capabilities += " NAMESPACE"
    names = ("INBOX", "INBOX.垃圾邮件", "INBOX.Sent", "INBOX.投稿")
    server.boxes = {name: Box("", number) for number, name in enumerate(names, 1)}
    return server


def test_folders_below_the_accounts_own_prefix_are_read_and_moved_to(stage: Stage, courier: Doubtful) -> None:
    stage.configure(mailbox=f'{MOVE}\nfolders = ["INBOX", "投稿"]')
    deliver(courier)
    deliver(courier, 1, folder="INBOX.投稿")
    deliver(courier, 2, folder="INBOX.垃圾邮件")
    round_of(stage)
    round_of(stage)
    assert len(courier.boxes["INBOX.已处理"].mails) == 3
    assert not courier.boxes["INBOX"].mails


def test_a_folder_that_cannot_be_made_is_told_once_and_mails_move_when_it_can(stage: Stage, courier: Doubtful) -> None:
    stage.configure(mailbox=MOVE)
    courier.full = True
    for number in range(3):
        deliver(courier, number)
    for _ in range(4):
        round_of(stage)
    assert [row["kind"] for row in stage.query("SELECT kind FROM replies WHERE kind = 'alert'")] == ["alert"]
    assert len(courier.boxes["INBOX"].mails) == 3
    assert any("已处理 is not there and cannot be made" in told for told in doctor_says(stage))
    courier.full = False
    assert not any("cannot be made" in told for told in doctor_says(stage))
    round_of(stage)
    assert len(courier.boxes["INBOX.已处理"].mails) == 3
