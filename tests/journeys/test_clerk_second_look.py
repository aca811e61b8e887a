"""A second look: replacements that name nothing, two routes of one work, late policies, our own trouble."""

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
QIAN = "钱七 <qian@chishui.example.org>"


def test_a_nameless_film_takes_the_only_row_that_is_still_open(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4")))
    stage.receive(mail(*clips("成片.mp4"), subject="补发视频", answers=our_id(stage)))
    assert films(stage) == {FUTURE: "智造未来.mp4", GREEN: "成片.mp4"}, seen(stage)


def test_a_nameless_film_replaces_none_of_two_accepted_works(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")))
    stage.receive(mail(*clips("成片.mp4"), subject="更换视频", answers=our_id(stage)))
    found = films(stage)
    assert (found[FUTURE], found[GREEN]) == ("智造未来.mp4", "绿动云岭.mp4"), seen(stage)
    assert attention(stage), seen(stage)


def test_a_nameless_film_in_the_thread_of_one_work_replaces_its_film(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(*clips("成片.mp4"), subject="更换视频", body="请以此版为准。", answers=our_id(stage)))
    assert films(stage)[FUTURE] == "成片.mp4" or attention(stage), seen(stage)
    assert len([one for one in stage.entries() if one[2] == "accepted"]) == 1


def test_a_second_numbered_film_alone_does_not_take_the_first_row(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("视频2.mp4")))
    assert films(stage).get(FUTURE) != "视频2.mp4", seen(stage)


def test_two_films_of_one_name_are_not_told_apart_by_chance(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), ("video.mp4", film("v1")), ("video.mp4", film("v2"))))
    if "row-match-uncertain" in codes(stage):
        assert "accepted" not in stage.statuses().values(), seen(stage)


def test_numbered_films_over_two_mails_are_never_swapped(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN, STEEL)))
    stage.receive(mail(*clips("视频3.mp4"), subject="第三部", answers=our_id(stage)))
    assert films(stage)[FUTURE] == films(stage)[GREEN] == "", seen(stage)


def test_one_work_by_two_routes_with_two_cuts_is_a_persons(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    bureau = "云岭市工信局 <gxj@city.example.org>"
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("other cut")), sender=bureau, subject="【代报】"))
    found = [row["status"] for row in stage.query("SELECT status FROM entries ORDER BY seq")]
    assert found == ["accepted", "review"], seen(stage)


def test_where_late_mails_are_accepted_a_late_change_is_one(stage: Stage) -> None:
    stage.configure('late = "accept"')
    stage.receive(mail(table(FUTURE)))
    stage.receive(mail(*clips("智造未来.mp4"), answers=our_id(stage)), at=TOO_LATE)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)


def test_a_late_completion_under_review_policy_goes_to_a_person(stage: Stage) -> None:
    stage.configure('late = "review"')
    stage.receive(mail(table(FUTURE)))
    stage.receive(mail(*clips("智造未来.mp4"), answers=our_id(stage)), at=TOO_LATE)
    assert "accepted" not in stage.statuses().values(), seen(stage)
    assert attention(stage), seen(stage)


def test_a_mail_waits_while_our_own_tool_is_missing_and_no_film_is_blamed(stage: Stage) -> None:
    file = stage.configure()
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole + '[tools]\nffprobe = "/nonexistent/ffprobe"\n', encoding="utf-8")
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    assert stage.letters() == [], seen(stage)
    assert "accepted" not in stage.statuses().values()
    assert "rejected" not in stage.statuses().values(), seen(stage)
    file.write_text(whole, encoding="utf-8")
    stage.receive()
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert stage.letters() == [(WANG, "accepted")]


def test_an_entry_accepted_by_hand_without_a_film_takes_the_film_that_comes(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE)))
    command(stage, "accept", FIRST, "--say", "光盘已收到")
    stage.receive(mail(*clips("智造未来.mp4"), answers=our_id(stage)))
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)
    assert films(stage)[FUTURE] == "智造未来.mp4", seen(stage)


def test_a_refusal_by_hand_stands_when_rules_are_applied_again(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "reject", FIRST, "--say", "含广告")
    command(stage, "redecide")
    assert stage.statuses() == {FUTURE: "rejected"}, seen(stage)


def test_a_duplicate_accepted_by_hand_stays_accepted_when_it_comes_again(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    second = mail(table("赤水新篇", unit="赤水化工有限公司"), ("赤水新篇.mp4", film("智造未来.mp4")), sender=QIAN)
    stage.receive(second)
    command(stage, "accept", SECOND, "--say", "系联合制作，同意。")
    again = mail(table("赤水新篇", unit="赤水化工有限公司"), ("赤水新篇.mp4", film("智造未来.mp4")), sender=QIAN)
    stage.receive(again)
    assert stage.statuses() == {FUTURE: "accepted", "赤水新篇": "accepted"}, seen(stage)


def test_an_edited_title_and_the_mail_with_the_old_name_end_as_one_entry(stage: Stage) -> None:
    stage.receive(mail(table("智造末来")))
    command(stage, "edit", FIRST, "--title", FUTURE, "--say", "错别字")
    stage.receive(mail(table("智造末来"), *clips("智造末来.mp4"), answers=our_id(stage)))
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)


def test_every_change_of_an_entry_names_its_mail(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE)))
    stage.receive(mail(*clips("智造未来.mp4")))
    stage.receive(mail((TABLE, form(Work(FUTURE, phone="13900000009")))))
    stage.receive(mail(subject=f"撤回 {FIRST}", body="撤回"))
    rows = stage.query(f"SELECT kind, mail_id, actor FROM events WHERE number = '{FIRST}' ORDER BY id")
    assert [(row["kind"], row["mail_id"]) for row in rows] == [
        ("created", 1), ("completed", 2), ("corrected", 3), ("withdrawn", 4)
    ], seen(stage)  # fmt: skip


def test_a_withdrawn_incomplete_work_is_no_longer_waited_for(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN)))
    stage.receive(mail(subject=f"撤回 {SECOND}", body="撤回"))
    stage.receive(mail(*clips("成片.mp4"), answers=our_id(stage)))
    assert films(stage)[FUTURE] == "成片.mp4", seen(stage)
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "withdrawn"}, seen(stage)


def test_a_form_with_a_withdrawn_row_in_it_does_not_bring_it_back_unasked(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")))
    stage.receive(mail(subject=f"撤回 {SECOND}", body="撤回"))
    changed = form(Work(FUTURE, phone="13900000009"), Work(GREEN))
    stage.receive(mail((TABLE, changed), subject="更正电话", answers=our_id(stage)))
    found = [one for one in stage.entries() if one[1] == GREEN and one[2] == "accepted"]
    assert not found, seen(stage)
    assert entry(stage, FUTURE)["phone"] == "13900000009", seen(stage)


def test_an_answer_keeps_subject_and_thread(stage: Stage) -> None:
    first = mail(table(FUTURE), subject="云岭重工报送")
    stage.receive(first)
    second = mail(*clips("智造未来.mp4"), subject="Re:回复：云岭重工报送", answers=our_id(stage))
    stage.receive(second)
    letter = stage.smtp.letters[-1].message
    assert str(letter["In-Reply-To"]) == str(second["Message-ID"])
    assert str(letter["Subject"]).count("回复") == 1, letter["Subject"]
    assert "云岭重工报送" in str(letter["Subject"])


def test_a_withdrawn_works_number_is_refused_a_film(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(subject=f"撤回 {FIRST}", body="撤回"))
    path = stage.folder / "x.mp4"
    path.write_bytes(film("x"))
    command(stage, "attach", FIRST, path, fails=True)
    assert stage.statuses() == {FUTURE: "withdrawn"}, seen(stage)


def test_two_corrections_by_hand_and_a_decision_go_in_one_letter(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, themes=(), phone="123"))), *clips("智造未来.mp4")))
    command(stage, "edit", FIRST, "--theme", "数智赋能")
    command(stage, "edit", FIRST, "--phone", "13900000009", "--say", "电话核实")
    command(stage, "accept", FIRST)
    assert post(stage) == 1, seen(stage)
    assert "已受理" in text(stage)
    assert "电话核实" in text(stage), text(stage)
    assert events(stage, FIRST).count("edited") == 2


def test_a_question_in_a_colleagues_name_learns_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(
        mail(subject="咨询", body="请问进展？", sender="王一鸣 <wang@other.example.org>", answers=our_id(stage))
    )
    assert "GYQG" not in text(stage).replace("GYQG-2024-0000", ""), text(stage)
