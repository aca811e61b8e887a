"""What our letters promise and ask for is kept and understood."""

from datetime import timedelta

from mailbot import outgoing
from tests.journeys.clerk import (
    FUTURE,
    GREEN,
    TABLE,
    clips,
    codes,
    command,
    entry,
    our_id,
    post,
    quoted,
    seen,
    table,
    text,
    today,
)
from tests.journeys.material import TOO_LATE, Work, form, mail
from tests.journeys.stage import Stage

FIRST = "GYQG-2024-0001"


def answered(stage: Stage, words: str) -> None:
    """The submitter replies in words, as our letter asks for, our letter below them."""
    stage.receive(mail(subject="回复：回复：【报送】短视频作品", body=quoted(stage, words), answers=our_id(stage)))


def told_of_mail(stage: Stage, mail_id: int) -> bool:
    """Whether the organizers' list has the mail itself."""
    return bool(stage.query(f"SELECT 1 FROM attention WHERE kind = 'mail' AND mail_id = {mail_id}"))


def test_a_phone_told_in_words_as_our_letter_asks_reaches_a_person(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, phone="1380000"))), *clips("智造未来.mp4")))
    assert "回复告知" in text(stage)
    answered(stage, "手机号码应为13900000009，谢谢。")
    assert entry(stage, FUTURE)["phone"] == "13900000009" or told_of_mail(stage, 2), seen(stage)


def test_an_objection_to_lateness_reaches_a_person(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=TOO_LATE)
    assert "如对收到时间有异议，请回复本邮件说明" in text(stage)
    answered(stage, "我单位邮件于7月31日晚10点发出，因服务器故障延迟，请核实。")
    assert told_of_mail(stage, 2), seen(stage)


def test_a_mistaken_withdrawal_that_is_explained_is_undone(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(subject=f"撤回 {FIRST}", body="撤回"))
    assert "如系误操作" in text(stage)
    answered(stage, "昨天是误操作，请恢复我单位的作品，谢谢。")
    assert stage.statuses() == {"智造未来": "accepted"}, seen(stage)


def test_which_film_is_which_told_in_words_reaches_a_person(stage: Stage) -> None:
    stage.receive(mail(table("云岭之春（上）", "云岭之春（下）"), *clips("云岭之春.mp4")))
    answered(stage, "云岭之春.mp4 是上集，下集随后报送。")
    assert told_of_mail(stage, 2) or "accepted" in stage.statuses().values(), seen(stage)


def test_an_objection_to_a_refusal_reaches_a_person(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "reject", FIRST, "--say", "含广告")
    post(stage)
    assert "如有疑问，请直接回复本邮件" in text(stage)
    answered(stage, "片中并无广告，请复核。")
    assert told_of_mail(stage, 2), seen(stage)


def test_a_letter_after_the_deadline_asks_for_nothing_by_a_day_that_is_over(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4")))
    stage.receive(mail(subject="咨询", body="请问还缺什么？"), at=TOO_LATE)
    assert "请于 2024年7月31日" not in text(stage), text(stage)


def test_a_question_after_the_deadline_is_not_invited_to_submit(stage: Stage) -> None:
    stage.receive(mail(subject="咨询", body="请问怎么报名？"), at=TOO_LATE)
    assert "如需报送作品，请将以下材料发送至本邮箱" not in text(stage), text(stage)


def test_a_late_completion_is_told_which_work_it_was_for(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4")))
    stage.receive(mail(*clips("绿动云岭.mp4"), answers=our_id(stage)), at=TOO_LATE)
    assert GREEN in text(stage), text(stage)


def test_within_the_days_of_completion_the_letter_names_their_end(stage: Stage) -> None:
    stage.configure("completion_days = 5")
    stage.receive(mail(table(FUTURE, GREEN)))
    stage.receive(mail(*clips("智造未来.mp4"), answers=our_id(stage)), at=TOO_LATE)
    stage.receive(mail(subject="咨询", body="请问还缺什么？"), at=TOO_LATE)
    assert "8月5日" in text(stage), text(stage)


def test_a_withdrawal_from_another_address_is_told_that_it_was_not_done(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(subject=f"撤回 {FIRST}", body="撤回", sender="赵六 <zhao@elsewhere.example.org>"))
    words = text(stage).split("如需撤回作品，请以")[0]
    assert "撤回" in words, text(stage)


def test_a_withdrawal_without_a_number_is_told_that_a_number_is_missing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")))
    stage.receive(mail(subject="撤回作品", body="申请撤回我单位作品。"))
    words = text(stage).split("如需撤回作品，请以")[0]
    assert "撤回" in words, text(stage)


def test_a_submission_whose_films_are_behind_links_is_not_told_that_it_lacks_something(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link="https://pan.baidu.com/s/1AbCdEf 提取码：a1b2")))))
    assert "补齐所缺材料" not in text(stage), text(stage)
    assert "材料尚不齐全" not in text(stage), text(stage)


def test_an_acceptance_by_hand_tells_no_faults_to_be_mended(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", b"x" * 5000)))
    command(stage, "accept", FIRST, "--say", "光盘已收到")
    post(stage)
    assert "重新导出" not in text(stage), text(stage)


def test_a_withdrawal_by_hand_asks_for_no_video(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE)))
    command(stage, "withdraw", FIRST)
    post(stage)
    assert "补发视频" not in text(stage), text(stage)


def test_a_refusal_by_hand_tells_until_when_it_may_be_mended(stage: Stage) -> None:
    stage.configure(f"deadline = {(today() + timedelta(days=20)).date()}")
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=today())
    command(stage, "reject", entry(stage, FUTURE)["number"], "--say", "含广告，请删去后重新报送。")
    post(stage)
    until = (today() + timedelta(days=20)).strftime("%-m月%-d日")
    assert until in text(stage), text(stage)


def test_a_late_letter_says_so_once(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=TOO_LATE)
    assert text(stage).count("邮件送达本邮箱的时间晚于申报截止时间") == 1, text(stage)


def test_a_film_without_any_form_is_told_of_the_form_once(stage: Stage) -> None:
    stage.receive(mail(*clips("智造未来.mp4")))
    assert "没有对应的作品" not in text(stage), text(stage)
    assert text(stage).count("推荐汇总表（附件2）") == 1


def test_the_reminder_of_a_film_without_any_form_asks_for_the_form(stage: Stage) -> None:
    stage.configure(f"deadline = {(today() + timedelta(days=2)).date()}")
    stage.receive(mail(*clips("智造未来.mp4")), at=today())
    with stage.house() as house, house.ledger() as db:
        outgoing.owe_reminders(house.session(db))
    post(stage)
    assert "没有对应的作品" not in text(stage), text(stage)


def test_two_rows_and_two_films_of_other_names_are_told_as_unclear_not_as_missing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("赤水河畔的老厂房.mp4", "匠人匠心.mp4")))
    assert "row-match-uncertain" in codes(stage), seen(stage)
    assert "尚未收到该作品的视频文件或链接" not in text(stage), text(stage)
    assert len(stage.entries()) <= 4


def test_the_digest_names_address_code_and_end_of_a_link(stage: Stage) -> None:
    soon = today() + timedelta(days=3)
    stage.configure(f"deadline = {(soon + timedelta(days=30)).date()}")
    works = form(Work(FUTURE, link="https://pan.baidu.com/s/1AbCdEf 提取码：a1b2"), Work(GREEN))
    body = (
        f"绿动云岭.mp4 (128.03M, {soon.year}年{soon.month}月{soon.day}日 21:59 到期)进入下载页面："
        "https://wx.mail.qq.com/ftn/download?func=3&key=abc123&code=d4e5&k=abc123"
    )
    stage.receive(mail((TABLE, works), body=body), at=today())
    told = command(stage, "digest").stdout
    assert "pan.baidu.com/s/1AbCdEf" in told, told
    assert "a1b2" in told, told
    assert f"{soon.year}年{soon.month}月{soon.day}日 21:59" in told, told


def test_the_digests_figures_of_the_day_add_up_to_its_list(stage: Stage) -> None:
    stage.configure(f"deadline = {(today() + timedelta(days=20)).date()}")
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")), at=today())
    command(stage, "withdraw", entry(stage, FUTURE)["number"])
    told = command(stage, "digest").stdout
    listed = int(told.partition("昨日新收作品（")[2].partition(" 件")[0])
    received = int(told.partition("昨日：收到 ")[2].partition("，")[0])
    assert listed == received, told


def test_the_digest_says_why_a_person_refused(stage: Stage) -> None:
    stage.configure(f"deadline = {(today() + timedelta(days=20)).date()}")
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=today())
    command(stage, "reject", entry(stage, FUTURE)["number"], "--say", "含广告")
    assert "含广告" in command(stage, "digest").stdout
