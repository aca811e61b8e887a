"""Late, in time, completed, reminded of: by the campaign's clock."""

from datetime import datetime, timedelta

import pytest

from mailbot import outgoing
from tests.journeys.clerk import (
    FUTURE,
    GREEN,
    clips,
    codes,
    command,
    films,
    our_id,
    post,
    seen,
    table,
    text,
    today,
)
from tests.journeys.material import BEIJING, TOO_LATE, Work, film, form, mail
from tests.journeys.stage import Stage

WANG = "wang@yunling.example.org"
LAST_SECOND = datetime(2024, 7, 31, 23, 59, 59, tzinfo=BEIJING)
MIDNIGHT = datetime(2024, 8, 1, 0, 0, 30, tzinfo=BEIJING)


def test_the_last_second_of_the_day_counts(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=LAST_SECOND)
    assert stage.statuses() == {FUTURE: "accepted"}


def test_minutes_of_grace_count(stage: Stage) -> None:
    stage.configure("grace_minutes = 30")
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=MIDNIGHT)
    stage.receive(mail(table(GREEN), *clips("绿动云岭.mp4")), at=MIDNIGHT + timedelta(minutes=31))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "rejected"}, seen(stage)


@pytest.mark.parametrize(("policy", "status"), [("review", "review"), ("accept", "accepted"), ("reject", "rejected")])
def test_the_policy_says_what_a_late_work_becomes(stage: Stage, policy: str, status: str) -> None:
    stage.configure(f'late = "{policy}"')
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=TOO_LATE)
    assert stage.statuses() == {FUTURE: status}, seen(stage)


def test_a_late_work_that_is_accepted_is_still_shown_as_late(stage: Stage) -> None:
    stage.configure('late = "accept"')
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=TOO_LATE)
    assert "mail-late" in codes(stage), seen(stage)


def test_the_end_of_the_working_day_may_be_the_deadline(stage: Stage) -> None:
    stage.configure("deadline = 2024-05-29T17:30:00")
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=datetime(2024, 5, 29, 17, 29, tzinfo=BEIJING))
    stage.receive(mail(table(GREEN), *clips("绿动云岭.mp4")), at=datetime(2024, 5, 29, 17, 31, tzinfo=BEIJING))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "rejected"}, seen(stage)
    assert "17:30" in text(stage)


def test_the_senders_own_clock_makes_nothing_early(stage: Stage) -> None:
    message = mail(table(FUTURE), *clips("智造未来.mp4"))
    message.replace_header("Date", "Mon, 01 Jul 2024 08:00:00 +0800")
    stage.receive(message, at=TOO_LATE)
    assert stage.statuses() == {FUTURE: "rejected"}


def test_by_the_senders_relay_a_mail_delivered_after_midnight_is_in_time(stage: Stage) -> None:
    stage.configure('clock = "sent"')
    hop = (
        "from mx1 (unknown [10.0.0.1]) by mx29 (Coremail) with SMTP id T8CowABC; Wed, 31 Jul 2024 23:58:00 +0800 (CST)"
    )
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4"), Received=hop), at=MIDNIGHT)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)


def test_a_completion_after_the_days_given_is_late(stage: Stage) -> None:
    stage.configure("completion_days = 3")
    stage.receive(mail(table(FUTURE)))
    stage.receive(mail(*clips("智造未来.mp4"), answers=our_id(stage)), at=TOO_LATE + timedelta(days=5))
    assert stage.statuses()[FUTURE] != "accepted", seen(stage)
    assert "mail-late" in codes(stage), seen(stage)
    assert "截止" in text(stage)


def test_a_new_work_is_late_though_an_old_one_may_still_be_completed(stage: Stage) -> None:
    stage.configure("completion_days = 3")
    stage.receive(mail(table(FUTURE)))
    stage.receive(
        mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4"), answers=our_id(stage)), at=TOO_LATE
    )
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "rejected"}, seen(stage)


def test_a_corrected_phone_after_the_deadline_costs_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(("推荐汇总表.docx", form(Work(FUTURE, phone="13900000009")))), at=TOO_LATE)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert len(stage.entries()) == 1


def test_a_resend_after_the_deadline_of_what_came_in_time_is_no_late_work(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4"), subject="再发一次"), at=TOO_LATE)
    assert [one[1:] for one in stage.entries()] == [(FUTURE, "accepted")], seen(stage)
    assert stage.letters()[-1] == (WANG, "state"), seen(stage)


def test_a_question_after_the_deadline_is_still_answered(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(subject="咨询", body="请问结果何时公布？"), at=TOO_LATE)
    assert stage.letters()[-1] == (WANG, "state"), seen(stage)


def test_a_rejected_work_mended_after_the_deadline_stays_rejected(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("short", seconds=30))))
    stage.receive(mail(*clips("智造未来.mp4"), answers=our_id(stage)), at=TOO_LATE)
    assert stage.statuses() == {FUTURE: "rejected"}, seen(stage)
    assert len(stage.entries()) == 1
    assert stage.letters()[-1] == (WANG, "late"), seen(stage)


def test_a_later_deadline_takes_late_works_in(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=TOO_LATE)
    stage.configure("deadline = 2024-08-10")
    shown = command(stage, "redecide", "--preview").output
    assert "GYQG-2024-0001" in shown
    assert stage.statuses() == {FUTURE: "rejected"}
    command(stage, "redecide")
    post(stage)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert "已受理" in text(stage)
    assert "8月10日" in text(stage) or "截止" not in text(stage), text(stage)


def remind(stage: Stage) -> int:
    """What the daemon's daily job owes, sent."""
    with stage.house() as house, house.ledger() as db:
        owed = outgoing.owe_reminders(house.session(db))
    post(stage)
    return owed


@pytest.fixture
def soon(stage: Stage) -> Stage:
    """A campaign that ends in two days."""
    stage.configure(f"deadline = {(today() + timedelta(days=2)).date()}")
    return stage


def test_a_complete_entry_is_not_reminded_of(soon: Stage) -> None:
    soon.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=today())
    assert remind(soon) == 0


def test_a_video_without_a_form_is_reminded_of(soon: Stage) -> None:
    soon.receive(mail(*clips("智造未来.mp4")), at=today())
    assert remind(soon) == 1
    assert "推荐汇总表" in text(soon)


def test_the_mail_that_answers_a_reminder_completes_the_entry(soon: Stage) -> None:
    soon.receive(mail(table(FUTURE)), at=today())
    remind(soon)
    soon.receive(mail(*clips("成片.mp4"), answers=our_id(soon)), at=today())
    assert films(soon) == {FUTURE: "成片.mp4"}
    assert soon.statuses() == {FUTURE: "accepted"}


def test_nobody_is_reminded_long_before_the_deadline(stage: Stage) -> None:
    stage.configure(f"deadline = {(today() + timedelta(days=20)).date()}")
    stage.receive(mail(table(FUTURE)), at=today())
    assert remind(stage) == 0
