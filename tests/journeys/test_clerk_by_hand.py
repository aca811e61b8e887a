"""What is unsure goes to a person, and a person settles it: by command, recorded, told."""

import json
from pathlib import Path

import pytest

from tests.journeys.clerk import (
    FUTURE,
    GREEN,
    STEEL,
    TABLE,
    attention,
    clips,
    codes,
    command,
    entry,
    events,
    films,
    number,
    our_id,
    post,
    seen,
    table,
    text,
)
from tests.journeys.material import TOO_LATE, Work, film, form, mail
from tests.journeys.stage import Stage

WANG = "wang@yunling.example.org"
FIRST, SECOND = "GYQG-2024-0001", "GYQG-2024-0002"


def story(stage: Stage, number: str) -> dict[str, list[dict[str, object]]]:
    """`mailbot entry NUMBER --json`."""
    told: dict[str, list[dict[str, object]]] = json.loads(command(stage, "entry", number, "--json").stdout)
    return told


@pytest.fixture
def unsure(stage: Stage) -> Stage:
    """Two works and two films that nobody can tell apart."""
    stage.receive(mail(table(FUTURE, GREEN), *clips("赤水河畔的老厂房.mp4", "匠人匠心.mp4")))
    assert "accepted" not in stage.statuses().values(), seen(stage)
    return stage


@pytest.fixture
def rejected(stage: Stage) -> Stage:
    """A work that is 59 seconds long."""
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("short", seconds=58))))
    assert stage.statuses() == {FUTURE: "rejected"}
    return stage


def test_an_acceptance_is_recorded_with_who_and_why_and_told_with_its_note(rejected: Stage) -> None:
    command(rejected, "accept", FIRST, "--say", "经组委会研究，同意受理。")
    post(rejected)
    assert rejected.statuses() == {FUTURE: "accepted"}
    assert rejected.letters()[-1] == (WANG, "decided")
    assert "经组委会研究，同意受理。" in text(rejected)
    last = story(rejected, FIRST)["events"][-1]
    assert last["actor"] not in {"", "mailbot"}
    assert last["say"] == "经组委会研究，同意受理。"
    assert (last["before"], last["after"]) == ("rejected", "accepted")


def test_a_refusal_by_hand_is_told_with_its_note(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "reject", FIRST, "--say", "片中含有企业广告，请删去后重新报送。")
    post(stage)
    assert stage.statuses() == {FUTURE: "rejected"}
    assert "片中含有企业广告，请删去后重新报送。" in text(stage)
    assert "不符合要求" in text(stage)


def test_an_accepted_work_says_no_fault_that_a_person_has_waived(rejected: Stage) -> None:
    command(rejected, "accept", FIRST, "--say", "时长差两秒，同意受理。")
    post(rejected)
    assert "请将作品时长调整到" not in text(rejected), text(rejected)


def test_an_acceptance_stands_when_the_rules_are_applied_again(rejected: Stage) -> None:
    command(rejected, "accept", FIRST)
    command(rejected, "redecide")
    assert rejected.statuses() == {FUTURE: "accepted"}, seen(rejected)


def test_an_acceptance_stands_when_the_mail_comes_again(rejected: Stage) -> None:
    command(rejected, "accept", FIRST)
    rejected.receive(mail(table(FUTURE), ("智造未来.mp4", film("short", seconds=58)), subject="再发"))
    assert rejected.statuses() == {FUTURE: "accepted"}, seen(rejected)
    assert len(rejected.entries()) == 1


def test_a_work_refused_by_hand_and_mended_goes_to_a_person_again(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "reject", FIRST, "--say", "片中含有企业广告，请删去后重新报送。")
    post(stage)
    stage.receive(
        mail(("智造未来（去广告版）.mp4", film("mended")), answers=our_id(stage), body="已删去广告，请审核。")
    )
    assert len(stage.entries()) == 1, seen(stage)
    assert stage.statuses()[FUTURE] != "accepted", seen(stage)
    assert attention(stage), seen(stage)
    assert len(stage.letters()) == 3


def test_a_work_refused_by_hand_and_sent_again_unchanged_stays_refused(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "reject", FIRST, "--say", "含广告")
    post(stage)
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4"), subject="再次报送"))
    assert stage.entries() == [(FIRST, FUTURE, "rejected")], seen(stage)


def test_an_edited_field_is_kept_though_the_form_comes_again_with_the_old_one(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, phone="12345"))), *clips("智造未来.mp4")))
    command(stage, "edit", FIRST, "--phone", "13700000007", "--say", "电话核实")
    stage.receive(mail((TABLE, form(Work(FUTURE, phone="12345", contact="赵晓"))), answers=our_id(stage)))
    assert entry(stage, FUTURE)["phone"] == "13700000007", seen(stage)
    assert entry(stage, FUTURE)["contact"] == "赵晓", seen(stage)


def test_an_edited_title_is_kept_though_the_form_comes_again_with_the_old_one(stage: Stage) -> None:
    stage.receive(mail(table("智造末来"), *clips("智造末来.mp4")))
    command(stage, "edit", FIRST, "--title", FUTURE)
    stage.receive(mail(table("智造末来"), *clips("智造末来.mp4"), subject="再次报送"))
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)


def test_a_video_named_by_the_title_before_an_edit_still_finds_its_row(stage: Stage) -> None:
    stage.receive(mail(table("云岭之声", GREEN)))
    command(stage, "edit", FIRST, "--title", "匠心筑梦")
    stage.receive(mail(*clips("云岭之声.mp4"), answers=our_id(stage)))
    assert stage.statuses()[GREEN] == "incomplete", seen(stage)
    assert films(stage)["匠心筑梦"] == "云岭之声.mp4" or attention(stage), seen(stage)


def test_an_edit_that_fills_what_was_missing_accepts_the_work(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, themes=()))), *clips("智造未来.mp4")))
    command(stage, "edit", FIRST, "--theme", "绿色低碳", "--theme", "数智赋能", "--say", "电话核实")
    post(stage)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert "绿色低碳" in text(stage)
    assert "电话核实" in text(stage)
    assert "edited" in events(stage, FIRST)


def test_an_edited_unit_counts_for_that_unit(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, unit=""), *clips("智造未来.mp4")))
    command(stage, "edit", FIRST, "--unit", "云岭重工有限公司")
    rows = stage.query("SELECT unit, accepted FROM unit_totals")
    assert [tuple(row.values()) for row in rows] == [("云岭重工有限公司", 1)], seen(stage)


def test_two_assignments_settle_what_was_unsure(unsure: Stage) -> None:
    shas = {row["filename"]: row["sha256"] for row in unsure.query("SELECT * FROM parts WHERE kind = 'video'")}
    command(unsure, "assign", number(unsure, FUTURE), shas["匠人匠心.mp4"])
    command(unsure, "assign", number(unsure, GREEN), shas["赤水河畔的老厂房.mp4"])
    post(unsure)
    live = {title: status for _, title, status in unsure.entries() if status != "replaced"}
    assert live == {FUTURE: "accepted", GREEN: "accepted"}, seen(unsure)
    assert entry(unsure, FUTURE)["video_filename"] == "匠人匠心.mp4"
    assert entry(unsure, GREEN)["video_filename"] == "赤水河畔的老厂房.mp4"
    assert not attention(unsure), seen(unsure)
    assert [kind for _, kind in unsure.letters()][1:] == ["decided"], seen(unsure)
    assert FUTURE in text(unsure)
    assert GREEN in text(unsure)


def test_a_person_finds_the_files_to_assign_in_the_entrys_story(unsure: Stage) -> None:
    names = {str(file["filename"]) for file in story(unsure, number(unsure, FUTURE))["files"]}
    assert {"赤水河畔的老厂房.mp4", "匠人匠心.mp4"} <= names, names


def test_decisions_of_one_sitting_on_several_works_go_in_one_letter(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN, STEEL), *clips("智造未来.mp4", "绿动云岭.mp4", "钢铁之光.mp4")))
    command(stage, "reject", number(stage, FUTURE), "--say", "片中有未授权音乐。")
    command(stage, "reject", number(stage, GREEN), "--say", "与主题不符。")
    assert post(stage) == 1, seen(stage)
    assert all(words in text(stage) for words in (FUTURE, GREEN, "片中有未授权音乐。", "与主题不符。")), text(stage)
    assert STEEL not in text(stage), text(stage)


def test_a_second_thought_before_the_letter_left_leaves_one_letter(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "reject", FIRST, "--say", "误操作")
    command(stage, "accept", FIRST, "--say", "复核通过")
    assert post(stage) == 1, seen(stage)
    assert "复核通过" in text(stage)
    assert "误操作" not in text(stage), text(stage)
    assert "letter-dropped" in events(stage), seen(stage)


def test_a_withdrawal_by_hand_is_told_and_the_work_counts_no_more(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "withdraw", FIRST, "--say", "应贵单位来电要求")
    post(stage)
    assert stage.statuses() == {FUTURE: "withdrawn"}
    assert "应贵单位来电要求" in text(stage)
    assert "撤回" in text(stage)
    assert not stage.query("SELECT * FROM unit_totals WHERE received > 0")


def test_a_later_mail_does_not_reopen_what_a_person_withdrew(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "withdraw", FIRST)
    stage.receive(mail(subject="补充", body="请问进展？"))
    stage.receive(mail(table(FUTURE), answers=our_id(stage)))
    assert entry_status(stage, FIRST) == "withdrawn", seen(stage)


def entry_status(stage: Stage, number: str) -> str:
    """A number's status."""
    return {one[0]: one[2] for one in stage.entries()}[number]


def test_a_late_work_may_be_taken_in_by_hand(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=TOO_LATE)
    command(stage, "accept", FIRST, "--say", "因系统故障，同意补报。")
    post(stage)
    assert stage.statuses() == {FUTURE: "accepted"}
    assert "因系统故障，同意补报。" in text(stage)


def test_an_attached_film_replaces_the_bad_one(rejected: Stage, tmp_path: Path) -> None:
    good = tmp_path / "good.mp4"
    good.write_bytes(film("good"))
    command(rejected, "attach", FIRST, good)
    post(rejected)
    assert rejected.statuses() == {FUTURE: "accepted"}
    assert codes(rejected) == set()
    assert "attached" in events(rejected, FIRST)
    assert rejected.letters()[-1] == (WANG, "decided")


def test_a_file_that_is_no_video_is_not_attached(rejected: Stage, tmp_path: Path) -> None:
    text_file = tmp_path / "notes.txt"
    text_file.write_text("不是视频", encoding="utf-8")
    command(rejected, "attach", FIRST, text_file, fails=True)
    assert rejected.statuses() == {FUTURE: "rejected"}


@pytest.mark.parametrize(
    "words",
    [("accept", "GYQG-2024-0404"), ("edit", "GYQG-2024-0404", "--title", "无"), ("assign", FIRST, "ab" * 32)],
)
def test_what_is_unknown_is_refused_with_a_word(stage: Stage, words: tuple[str, ...]) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    assert command(stage, *words, fails=True).exit_code == 1
    assert stage.statuses() == {FUTURE: "accepted"}


def test_an_unknown_theme_is_refused(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "edit", FIRST, "--theme", "航天强国", fails=True)


def test_a_preview_shows_flips_and_letters_and_writes_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(table(GREEN), ("绿动云岭.mp4", film("short", seconds=58))))
    file = stage.configure()
    file.write_text(file.read_text(encoding="utf-8") + "[video]\nmin_seconds = 50\n", encoding="utf-8")
    before = len(events(stage))
    rows = json.loads(command(stage, "redecide", "--preview", "--json").stdout)
    assert [(row["number"], row["before"], row["after"], row["letter_to"]) for row in rows] == [
        (SECOND, "rejected", "accepted", WANG)
    ]
    assert len(events(stage)) == before
    assert post(stage) == 0
    command(stage, "redecide")
    assert post(stage) == 1
    assert set(stage.statuses().values()) == {"accepted"}
    assert FUTURE not in text(stage), text(stage)


def test_a_replay_shows_the_difference_and_makes_it_only_when_told(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("short", seconds=58))))
    file = stage.configure()
    file.write_text(file.read_text(encoding="utf-8") + "[video]\nmin_seconds = 50\n", encoding="utf-8")
    shown = json.loads(command(stage, "replay", "1", "--json").stdout)
    assert [(row["number"], row["before"], row["after"]) for row in shown["entries"]] == [
        (FIRST, "rejected", "accepted")
    ]
    assert stage.statuses() == {FUTURE: "rejected"}
    command(stage, "replay", "1", "--apply")
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)


def test_a_replay_of_every_mail_changes_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN)))
    stage.receive(mail(*clips("智造未来.mp4"), answers=our_id(stage)))
    stage.receive(mail(("绿动云岭.mp4", film("short", seconds=30))))
    stage.receive(mail(*clips("绿动云岭（修改）.mp4")))
    before, found = stage.entries(), films(stage)
    for mail_id in range(1, 5):
        command(stage, "replay", str(mail_id), "--apply")
    assert stage.entries() == before, seen(stage)
    assert films(stage) == found, seen(stage)


def test_a_replay_overwrites_nothing_that_a_person_set(stage: Stage) -> None:
    stage.receive(mail(table("智造末来"), *clips("智造末来.mp4")))
    command(stage, "edit", FIRST, "--title", FUTURE)
    command(stage, "replay", "1", "--apply")
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)


def test_held_letters_wait_for_release(stage: Stage) -> None:
    stage.configure(outbox='hold = "rejections"')
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("short", seconds=30))))
    assert stage.letters() == []
    rows = json.loads(command(stage, "outbox", "--state", "held", "--json").stdout)
    assert len(rows) == 1
    command(stage, "outbox", "release", str(rows[0]["id"]))
    post(stage)
    assert stage.letters() == [(WANG, "rejected")]


def test_a_held_letter_that_a_decision_overtakes_is_dropped(stage: Stage) -> None:
    stage.configure(outbox='hold = "rejections"')
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("short", seconds=58))))
    command(stage, "accept", FIRST, "--say", "同意受理")
    post(stage)
    assert stage.letters() == [(WANG, "decided")], seen(stage)
    command(stage, "outbox", "release", "--all")
    assert post(stage) == 0, seen(stage)
    assert "letter-dropped" in events(stage)


def test_a_held_letter_that_a_mended_film_overtakes_is_dropped(stage: Stage) -> None:
    stage.configure(outbox='hold = "rejections"')
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("short", seconds=30))))
    stage.receive(mail(*clips("智造未来.mp4"), subject="更正视频"))
    assert stage.letters() == [(WANG, "accepted")], seen(stage)
    command(stage, "outbox", "release", "--all")
    assert post(stage) == 0, seen(stage)


def test_a_dropped_letter_never_leaves(stage: Stage) -> None:
    stage.configure(outbox='hold = "all"')
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "outbox", "drop", "--all")
    stage.receive()
    assert stage.letters() == []


def test_a_letter_by_hand_keeps_the_thread_of_the_submitters_mail(stage: Stage) -> None:
    first = mail(table(FUTURE), *clips("智造未来.mp4"), subject="云岭重工报送短视频")
    stage.receive(first)
    command(stage, "reject", FIRST, "--say", "含广告")
    post(stage)
    letter = stage.smtp.letters[-1].message
    assert "云岭重工报送短视频" in str(letter["Subject"])
    assert str(first["Message-ID"]) in str(letter["References"])


def test_a_person_may_settle_a_duplicate(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    other = "钱七 <qian@chishui.example.org>"
    stage.receive(mail(table(FUTURE, unit="赤水化工有限公司"), *clips("智造未来.mp4"), sender=other))
    command(stage, "reject", SECOND, "--say", "与已登记作品重复。")
    post(stage)
    assert stage.letters()[-1] == ("qian@chishui.example.org", "decided")
    assert not attention(stage), seen(stage)
