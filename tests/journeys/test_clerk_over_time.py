"""Mails of one submitter complete one another: in any order, in one thread or not."""

from email.message import EmailMessage
from itertools import chain, permutations

import pytest

from tests.journeys.clerk import (
    FUTURE,
    GREEN,
    STEEL,
    TABLE,
    attention,
    clips,
    codes,
    entry,
    events,
    films,
    number,
    our_id,
    seen,
    table,
    text,
)
from tests.journeys.material import Work, film, form, mail
from tests.journeys.stage import Stage

WANG = "wang@yunling.example.org"
LI = "李青 <li@yunling.example.org>"


def test_the_form_comes_first_and_the_videos_one_a_mail_in_the_thread(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN, STEEL)))
    assert stage.statuses() == {FUTURE: "incomplete", GREEN: "incomplete", STEEL: "incomplete"}
    before = stage.entries()
    kinds = []  # each letter is about the work that came, and lists what is still missing
    for title, left in ((GREEN, [FUTURE, STEEL]), (STEEL, [FUTURE]), (FUTURE, [])):
        stage.receive(mail(*clips(f"{title}.mp4"), subject=f"补发：{title}", answers=our_id(stage)))
        assert [name for name, status in stage.statuses().items() if status == "incomplete"] == left, seen(stage)
        assert all(name in text(stage) for name in [title, *left]), text(stage)
        kinds.append(stage.letters()[-1][1])
    assert [one[:2] for one in stage.entries()] == [one[:2] for one in before]
    assert kinds == ["accepted"] * 3, seen(stage)


def test_the_form_comes_first_and_the_videos_one_a_mail_out_of_the_thread(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN)))
    stage.receive(mail(*clips("智造未来-终版.mp4"), subject="视频1"))
    stage.receive(mail(*clips("《绿动云岭》.mp4"), subject="视频2"))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)


def test_the_videos_come_first_one_a_mail_and_the_form_last(stage: Stage) -> None:
    for title in (FUTURE, GREEN, STEEL):
        stage.receive(mail(*clips(f"{title}.mp4"), subject=title))
        assert stage.letters()[-1] == (WANG, "incomplete"), seen(stage)
    stage.receive(mail(table(STEEL, FUTURE, GREEN), subject="推荐表"))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted", STEEL: "accepted"}, seen(stage)
    assert len(stage.entries()) == 3
    assert stage.letters()[-1] == (WANG, "accepted")


def in_all_orders(stage: Stage, *, one_poll: bool) -> None:
    """Six senders send a form and its two films, each in an order of its own; all must come to the same end."""
    steps: list[list[EmailMessage]] = [[], [], []]
    for name, order in zip("abcdef", permutations(range(3)), strict=True):
        sender = f"{name}@yunling.example.org"
        parts = [table(FUTURE, GREEN, unit=f"单位{name}"), *((f"{t}.mp4", film(name + t)) for t in (FUTURE, GREEN))]
        for step, position in enumerate(order):
            steps[step].append(mail(parts[position], sender=sender))
    for batch in [list(chain.from_iterable(steps))] if one_poll else steps:
        stage.receive(*batch)
    rows = stage.query("SELECT sender, title, video_filename, status FROM entries")
    assert sorted(tuple(row.values()) for row in rows) == [
        (f"{name}@yunling.example.org", title, f"{title}.mp4", "accepted")
        for name in "abcdef"
        for title in (FUTURE, GREEN)
    ], seen(stage)


def test_three_mails_in_any_order_come_to_the_same_end(stage: Stage) -> None:
    in_all_orders(stage, one_poll=False)


def test_three_mails_that_come_in_one_poll_end_alike(stage: Stage) -> None:
    in_all_orders(stage, one_poll=True)
    assert {kind for _, kind in stage.letters()[-6:]} <= {"accepted", "partial", "incomplete"}


def test_every_mail_carries_the_form_again_and_one_video(stage: Stage) -> None:
    for title in (FUTURE, GREEN):
        stage.receive(mail(table(FUTURE, GREEN), *clips(f"{title}.mp4"), subject=f"报送{title}"))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)
    assert len(stage.entries()) == 2


def test_a_stranger_out_of_the_thread_does_not_complete_an_entry_unasked(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE)))
    stage.receive(mail(*clips("智造未来.mp4"), sender="赵六 <zhao@elsewhere.example.org>", subject="视频"))
    assert stage.statuses()[FUTURE] == "incomplete", seen(stage)
    assert "GYQG-2024-0001" not in text(stage), text(stage)


def test_the_same_form_from_another_address_of_the_unit_makes_no_second_accepted_entry(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4"), sender=LI))
    found = [row["status"] for row in stage.query("SELECT status FROM entries")]
    assert found.count("accepted") == 1, seen(stage)


def test_a_corrected_title_keeps_number_and_video(stage: Stage) -> None:
    stage.receive(mail(table("智造末来"), *clips("智造末来.mp4")))
    before = stage.entries()[0][0]
    stage.receive(mail(table(FUTURE), subject="更正推荐表", answers=our_id(stage)))
    assert stage.entries() == [(before, FUTURE, "accepted")], seen(stage)
    assert "corrected" in events(stage, before)
    assert films(stage) == {FUTURE: "智造末来.mp4"}


def test_a_wholly_new_title_in_the_thread_keeps_the_number_of_the_only_work(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    words = "您好，作品名称有误，更正后的推荐表见附件，视频不变。"
    stage.receive(mail(table("匠心筑梦"), subject="更正推荐表", body=words, answers=our_id(stage)))
    live = [one for one in stage.entries() if one[2] == "accepted"]
    assert live in ([("GYQG-2024-0001", "匠心筑梦", "accepted")], [("GYQG-2024-0001", FUTURE, "accepted")])
    assert live[0][1] == "匠心筑梦" or any(one[2] == "review" for one in stage.entries()), seen(stage)


@pytest.mark.parametrize(
    ("changed", "column", "value"),
    [
        (Work(FUTURE, phone="13900000009"), "phone", "13900000009"),
        (Work(FUTURE, contact="赵晓"), "contact", "赵晓"),
    ],
)
def test_a_corrected_field_replaces_the_old_one(stage: Stage, changed: Work, column: str, value: str) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail((TABLE, form(changed)), subject="更正", answers=our_id(stage)))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert len(stage.entries()) == 1
    assert entry(stage, FUTURE)[column] == value
    assert "corrected" in events(stage, "GYQG-2024-0001")


def test_a_corrected_unit_replaces_the_old_one(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(table(FUTURE, unit="云岭重工集团有限公司"), subject="更正", answers=our_id(stage)))
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "accepted")], seen(stage)
    assert entry(stage, FUTURE)["unit"] == "云岭重工集团有限公司"


def test_a_corrected_theme_replaces_the_old_one_out_of_the_thread_too(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail((TABLE, form(Work(FUTURE, themes=("绿色低碳", "高端升级")))), subject="更正主题"))
    rows = stage.query("SELECT themes, status FROM entry_list")
    assert [set(row["themes"].split("、")) for row in rows] == [{"绿色低碳", "高端升级"}], seen(stage)
    assert "绿色低碳" in text(stage)


def test_a_new_cut_replaces_the_film_and_the_history_keeps_the_old_one(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("first"))))
    old = entry(stage, FUTURE)["video_sha256"]
    stage.receive(mail(("智造未来.mp4", film("second")), subject="更换视频", answers=our_id(stage)))
    assert len(stage.entries()) == 1, seen(stage)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert entry(stage, FUTURE)["video_sha256"] != old
    assert "video-replaced" in events(stage, "GYQG-2024-0001")


def test_a_new_cut_under_a_final_name_out_of_the_thread_replaces_the_film(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")))
    stage.receive(mail(("智造未来（修改终版）.mp4", film("new cut")), subject="更换视频"))
    assert films(stage)[FUTURE] == "智造未来（修改终版）.mp4", seen(stage)
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)
    assert len(stage.entries()) == 2


def test_a_worse_film_does_not_cost_an_accepted_work_its_place(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(("智造未来.mp4", film("short", seconds=20)), subject="更换视频", answers=our_id(stage)))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert "20 秒" in text(stage), text(stage)


def test_a_resend_of_one_video_changes_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")))
    stage.receive(mail(*clips("绿动云岭.mp4"), subject="再次发送"))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)
    assert len(stage.entries()) == 2
    assert stage.letters()[-1] == (WANG, "state"), seen(stage)


def test_the_same_film_under_another_name_is_a_resend(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(("VID_2024.mp4", film("智造未来.mp4")), subject="怕没收到，再发一次"))
    assert [one[1:] for one in stage.entries()] == [(FUTURE, "accepted")], seen(stage)


def test_a_form_that_has_grown_adds_its_new_work(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(table(FUTURE, GREEN), *clips("绿动云岭.mp4"), subject="增加一件作品"))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)
    assert [one[0] for one in stage.entries()] == ["GYQG-2024-0001", "GYQG-2024-0002"]


def test_a_second_form_with_another_work_only_leaves_the_first_alone(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(table(GREEN), *clips("绿动云岭.mp4"), subject="【报送】第二件作品"))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)


def test_a_form_that_has_lost_a_row_takes_no_accepted_work_away(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")))
    stage.receive(mail(table(FUTURE), subject="推荐表", answers=our_id(stage)))
    assert stage.statuses()[FUTURE] == "accepted", seen(stage)
    assert stage.statuses()[GREEN] in {"accepted", "review"}, seen(stage)


def test_a_rejected_work_sent_again_whole_out_of_the_thread_is_accepted_under_its_number(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("small", size="1280x720"))))
    stage.receive(mail(table(FUTURE), ("智造未来1080P.mp4", film("mended"))))
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "accepted")], seen(stage)


def test_two_rejected_works_are_mended_by_one_mail(stage: Stage) -> None:
    shorts = [(f"{title}.mp4", film(f"short {title}", seconds=30)) for title in (FUTURE, GREEN)]
    stage.receive(mail(table(FUTURE, GREEN), *shorts))
    assert set(stage.statuses().values()) == {"rejected"}
    mended = [(f"{title}（修改）.mp4", film(f"good {title}")) for title in (GREEN, FUTURE)]
    stage.receive(mail(*mended, subject="修改后重发"))
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "accepted"), ("GYQG-2024-0002", GREEN, "accepted")]
    assert films(stage) == {FUTURE: "智造未来（修改）.mp4", GREEN: "绿动云岭（修改）.mp4"}


def test_a_second_bad_film_is_answered_with_its_own_fault(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("short", seconds=30))))
    stage.receive(mail(("智造未来.mp4", film("small", size="1280x720")), answers=our_id(stage)))
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "rejected")], seen(stage)
    assert "1280×720" in text(stage)
    assert "时长 30 秒" not in text(stage)


def test_a_missing_theme_is_mended_by_the_form_alone(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, themes=()))), *clips("智造未来.mp4")))
    assert stage.statuses()[FUTURE] != "accepted"
    assert "row-theme-missing" in codes(stage)
    stage.receive(mail(table(FUTURE), subject="补填推荐表"))
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "accepted")], seen(stage)


def test_a_missing_title_is_mended_by_the_form_alone(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(""))), *clips("智造未来.mp4")))
    assert "row-title-missing" in codes(stage), seen(stage)
    stage.receive(mail(table(FUTURE), subject="补填推荐表", answers=our_id(stage)))
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "accepted")], seen(stage)


def test_the_form_is_missing_then_empty_then_filled(stage: Stage) -> None:
    stage.receive(mail(*clips("智造未来.mp4")))
    assert "推荐汇总表" in text(stage)
    stage.receive(mail((TABLE, form()), subject="推荐表", answers=our_id(stage)))
    assert "form-empty" in codes(stage), seen(stage)
    stage.receive(mail(table(FUTURE), subject="推荐表", answers=our_id(stage)))
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "accepted")], seen(stage)


def test_thanks_for_our_letter_change_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    events_before = len(events(stage))
    stage.receive(mail(subject="回复：【报送】短视频作品", body="收到，谢谢！", answers=our_id(stage)))
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "accepted")]
    assert len(events(stage)) == events_before, seen(stage)


def test_two_submitters_works_of_one_title_are_kept_apart(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    other = "钱七 <qian@chishui.example.org>"
    stage.receive(mail(table(FUTURE, unit="赤水化工有限公司"), ("智造未来.mp4", film("other")), sender=other))
    rows = stage.query("SELECT unit, sender, status FROM entries ORDER BY seq")
    assert [row["sender"] for row in rows] == [WANG, "qian@chishui.example.org"]
    assert [row["status"] for row in rows] == ["accepted", "accepted"], seen(stage)
    assert "GYQG-2024-0001" not in text(stage)


def test_the_first_of_two_videos_for_one_row_is_replaced_in_the_next_mail_before_the_form_is_there(
    stage: Stage,
) -> None:
    stage.receive(mail(("智造未来.mp4", film("first"))))
    stage.receive(mail(("智造未来（修改版）.mp4", film("second")), subject="请以此版为准", answers=our_id(stage)))
    stage.receive(mail(table(FUTURE), subject="推荐表", answers=our_id(stage)))
    live = [one for one in stage.entries() if one[2] not in {"replaced", "withdrawn"}]
    assert [one for one in live if one[2] == "accepted"] in ([], [(live[0][0], FUTURE, "accepted")]), seen(stage)
    assert films(stage)[FUTURE] != "智造未来.mp4" or "review" in stage.statuses().values(), seen(stage)


def test_a_film_split_off_for_size_follows_by_number_in_the_subject(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN)))
    wanted = number(stage, GREEN)
    stage.receive(mail(*clips("成片.mp4"), subject=f"{wanted} 补充视频", body=f"作品编号{wanted}的视频。"))
    assert films(stage) == {FUTURE: "", GREEN: "成片.mp4"}, seen(stage)


def test_two_forms_of_one_mail_that_disagree_are_no_silent_choice_of_the_older(stage: Stage) -> None:
    new = ("推荐汇总表（更正版）.docx", form(Work(FUTURE, phone="13900000009")))
    stage.receive(mail(table(FUTURE), new, *clips("智造未来.mp4")))
    assert entry(stage, FUTURE)["phone"] == "13900000009" or attention(stage), seen(stage)
