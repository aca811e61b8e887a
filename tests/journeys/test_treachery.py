"""What happens on the server between two commands: nothing lost, nothing done twice, no mail holds up the others."""

import time
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from email.utils import format_datetime
from pathlib import Path
from typing import cast

import pytest

from mailbot.ops.round import RoundOutcome, run_once
from tests.journeys.material import IN_TIME, TOO_LATE, Work, film, form, mail
from tests.journeys.stage import Stage
from tests.make.readers import WarmReaders
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import SmtpReceiver
from tests.servers.treacherous import Treacherous, treacherous

MOVE = 'timeout = 0.5\nafter = "move"\nmove_to = "已处理"'

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture(name="server")
def _server() -> Iterator[Treacherous]:
    with treacherous() as server:
        yield server


@pytest.fixture(name="stage")
def _stage(tmp_path: Path, server: Treacherous, smtp_receiver: SmtpReceiver, warm: WarmReaders) -> Stage:
    made = Stage(tmp_path, cast("Dovecot", server), smtp_receiver, warm)
    made.configure(mailbox="timeout = 0.5")
    return made


def deliver(server: Treacherous, **headers: str) -> int:
    whole = mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a")), **headers)
    return server.deliver(whole.as_bytes(policy=policy.SMTP), received_at=IN_TIME)


def ask(server: Treacherous, number: int) -> int:
    question = mail(sender=f"asker{number}@ask.example.org", subject="请问", body=f"请问截止日期是哪天？（{number}）")
    return server.deliver(question.as_bytes(policy=policy.SMTP), received_at=IN_TIME + timedelta(minutes=number))


def round_of(stage: Stage) -> RoundOutcome:
    with stage.house() as house:
        return run_once(house)


def states(stage: Stage) -> list[str]:
    return [row["state"] for row in stage.query("SELECT state FROM mails ORDER BY id")]


# --- a move that is cut ---


@pytest.mark.parametrize("step", ["UID COPY", "UID STORE", "UID EXPUNGE"])
def test_a_move_cut_behind_any_step_leaves_one_copy(stage: Stage, server: Treacherous, step: str) -> None:
    stage.configure(mailbox=MOVE)
    deliver(server)
    server.dies_behind = [step]
    assert round_of(stage).well  # what is finished in this round is moved in the next one
    assert round_of(stage).well
    assert not server.dies_behind
    assert (len(server.boxes["INBOX"].mails), len(server.boxes["已处理"].mails)) == (0, 1)


@pytest.mark.parametrize("step", ["UID COPY", "UID STORE", "UID EXPUNGE"])
def test_a_move_cut_by_the_end_of_the_process_leaves_one_copy(stage: Stage, server: Treacherous, step: str) -> None:
    stage.configure(mailbox=MOVE)
    deliver(server)
    round_of(stage)
    server.dies_behind, server.for_good = [step], True
    assert not round_of(stage).well
    server.dead = False
    assert round_of(stage).well
    assert (len(server.boxes["INBOX"].mails), len(server.boxes["已处理"].mails)) == (0, 1)
    assert [status for *_, status in stage.entries()] == ["accepted"]


# --- no date of receipt ---


def received_at(moment: str) -> dict[str, str]:
    return {"Received": f"from mx.example.org (unknown [192.0.2.1]) by mx29 (Coremail) with SMTP id T8; {moment}"}


@pytest.mark.parametrize(("moment", "status"), [(IN_TIME, "accepted"), (TOO_LATE, "rejected")])
def test_a_mail_without_a_date_of_receipt_counts_by_its_topmost_received(
    stage: Stage, server: Treacherous, moment: object, status: str
) -> None:
    server.date_format = "yesterday"
    deliver(server, **received_at(format_datetime(moment)))  # type: ignore[arg-type]
    round_of(stage)
    assert [found for *_, found in stage.entries()] == [status]
    assert stage.query("SELECT received_at FROM mails") == [{"received_at": moment.isoformat()}]  # type: ignore[attr-defined]
    assert "mail-undated" in {row["why"] for row in stage.query("SELECT why FROM attention WHERE kind = 'mail'")}


@pytest.mark.parametrize("said", ["01-Jan-1970 08:00:00 +0800", "01-Jan-2999 08:00:00 +0800"])
@pytest.mark.parametrize("header", [{}, received_at("Tue, 01 Jan 2999 00:00:00 +0800")])
def test_without_that_either_it_came_when_it_was_fetched_and_the_digest_says_so(
    stage: Stage, server: Treacherous, header: dict[str, str], said: str
) -> None:
    server.date_format = said
    deliver(server, **header)
    round_of(stage)
    (row,) = stage.query("SELECT received_at, spooled_at, dated FROM mails")
    assert row["received_at"][:4] == row["spooled_at"][:4] > "2024"
    assert row["dated"] == 0
    assert [status for *_, status in stage.entries()] == ["rejected"]
    assert [row["why"] for row in stage.query("SELECT why FROM attention WHERE kind = 'mail'")] == ["mail-undated"]


# --- between two commands ---


def test_a_mail_declined_for_ever_holds_up_no_other(stage: Stage, server: Treacherous) -> None:
    bad = ask(server, 0)
    deliver(server)
    server.refused = {bad}
    assert round_of(stage).fetched == 1
    assert round_of(stage).fetched == 0
    assert (states(stage), len(stage.letters())) == (["done"], 1)
    server.refused = set()
    assert round_of(stage).fetched == 1
    assert (states(stage), len(stage.letters())) == (["done", "done"], 2)


def test_a_mail_declined_for_ever_is_told_until_it_comes_or_goes(stage: Stage, server: Treacherous) -> None:
    bad, lost = ask(server, 0), ask(server, 1)
    server.refused = {bad, lost}
    for _ in range(3):
        assert not told_unfetched(stage)
        round_of(stage)
    assert told_unfetched(stage) == [f"mail-not-fetched、INBOX UID {uid}" for uid in (bad, lost)]
    del server.boxes["INBOX"].mails[lost]
    round_of(stage)
    assert told_unfetched(stage) == [f"mail-not-fetched、INBOX UID {bad}"]
    server.refused = set()
    round_of(stage)
    assert (told_unfetched(stage), states(stage)) == ([], ["done"])


def told_unfetched(stage: Stage) -> list[str]:
    if not (stage.folder / "var" / "ledger.sqlite").exists():
        return []
    return [row["why"] for row in stage.query("SELECT why FROM attention WHERE why LIKE 'mail-not%' ORDER BY why")]


def test_a_mail_that_drips_holds_up_no_other_and_the_round_ends(stage: Stage, server: Treacherous) -> None:
    slow = ask(server, 0)
    deliver(server)
    server.drips = {slow}
    started = time.monotonic()
    outcome = round_of(stage)
    assert time.monotonic() - started < 60
    assert (outcome.fetched, states(stage)) == (1, ["done"])
    assert "could not be fetched whole" in "".join(outcome.troubles)


def test_two_answers_for_one_uid_never_mix(stage: Stage, server: Treacherous) -> None:
    server.twice = True
    deliver(server)
    assert round_of(stage).fetched == 1
    assert [status for *_, status in stage.entries()] == ["accepted"]


def test_mails_that_vanish_behind_the_search_are_no_trouble(stage: Stage, server: Treacherous) -> None:
    gone = ask(server, 0)
    deliver(server)
    server.vanish = {gone}
    outcome = round_of(stage)
    assert (outcome.fetched, outcome.troubles, states(stage)) == (1, [], ["done"])


@pytest.mark.parametrize("select", range(1, 12))
def test_a_mailbox_rebuilt_in_mid_round_loses_and_doubles_nothing(
    stage: Stage, server: Treacherous, select: int
) -> None:
    for number in range(3):
        ask(server, number)
    server.rebuilt_at = select
    for _ in range(3):
        round_of(stage)
    assert states(stage) == ["done"] * 3
    assert len(stage.letters()) == 3


def test_other_clients_expunging_all_the_while_lose_no_mail(stage: Stage, server: Treacherous) -> None:
    for number in range(3):
        ask(server, number)
    server.shrinking = True
    assert round_of(stage).fetched == 3
    assert states(stage) == ["done"] * 3
