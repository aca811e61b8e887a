"""Questions and withdrawals: what a submitter writes without sending anything."""

from typing import Final

import pytest

from tests.journeys.clerk import (
    FUTURE,
    GREEN,
    attention,
    clips,
    command,
    events,
    our_id,
    post,
    quoted,
    seen,
    table,
    text,
)
from tests.journeys.material import TOO_LATE, film, mail
from tests.journeys.stage import Stage

WANG = "wang@yunling.example.org"
STRANGER = "赵六 <zhao@elsewhere.example.org>"
FIRST, SECOND = "GYQG-2024-0001", "GYQG-2024-0002"


@pytest.fixture
def begun(stage: Stage) -> Stage:
    """Two accepted works."""
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}
    return stage


@pytest.fixture
def alone(stage: Stage) -> Stage:
    """One accepted work."""
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    return stage


def test_a_stranger_who_names_a_number_learns_nothing_of_it(begun: Stage) -> None:
    begun.receive(mail(subject=f"{FIRST} 审核结果", body=f"请问{FIRST}的审核结果？", sender=STRANGER))
    assert FUTURE not in text(begun), text(begun)
    assert "已受理" not in text(begun)
    assert "云岭重工" not in text(begun)


def test_a_question_before_anything_was_sent_is_told_how_to_send(stage: Stage) -> None:
    stage.receive(mail(subject="咨询", body="请问视频最长多少分钟？用什么格式？"))
    assert stage.letters() == [(WANG, "nothing")], seen(stage)
    assert not stage.entries()
    assert attention(stage), seen(stage)


def test_a_logo_in_a_signature_makes_no_submission_of_a_question(begun: Stage) -> None:
    logo = b"\x89PNG\r\n\x1a\n" + bytes(200)
    begun.receive(mail(("image001.png", logo), subject="咨询", body="请问什么时候公布结果？"))
    assert begun.letters()[-1] == (WANG, "state"), seen(begun)


def test_a_question_below_which_our_letter_is_quoted_withdraws_nothing(begun: Stage) -> None:
    begun.receive(mail(subject="咨询", body="请问结果？"))
    words = quoted(begun, "好的，请问什么时候公布评选结果？")
    assert "撤回" in words
    begun.receive(mail(subject="回复：咨询", body=words, answers=our_id(begun)))
    assert set(begun.statuses().values()) == {"accepted"}, seen(begun)


def test_an_answer_to_a_letter_to_a_group_is_a_question_that_a_person_sees(begun: Stage) -> None:
    command(begun, "message", "--template", "notice", "--say", "请于周五前确认。", "--send")
    assert post(begun) == 1
    assert "请于周五前确认。" in text(begun)
    before = begun.entries()
    begun.receive(mail(subject="回复：通知", body=quoted(begun, "请问确认书需要盖章吗？"), answers=our_id(begun)))
    assert begun.entries() == before, seen(begun)
    assert begun.query("SELECT triage FROM mails ORDER BY id DESC LIMIT 1") == [{"triage": "inquiry"}], seen(begun)
    assert attention(begun), seen(begun)


WITHDRAWALS: Final = (
    ("撤稿申请", "您好，因故撤稿，作品编号：GYQG-2024-0001。"),
    ("关于撤回参赛作品的函", "我单位申请撤回作品《作品2》（编号GYQG-2024-0002），望批准。"),
    ("回复：【报送】短视频作品", "撤回GYQG-2024-0003"),
    ("申请撤销报名", "请撤回 gyqg-2024-0004 。"),
    ("撤回ＧＹＱＧ－２０２４－０００５", "如题。"),
    ("我们想撤回作品GYQG-2024-0006", "谢谢"),
)


def test_a_withdrawal_is_understood_however_it_is_worded(stage: Stage) -> None:
    titles = [f"作品{position}" for position in range(1, len(WITHDRAWALS) + 2)]
    stage.receive(mail(table(*titles)))
    for subject, body in WITHDRAWALS:
        stage.receive(mail(subject=subject, body=body, answers=our_id(stage)))
    found = [status for _, _, status in stage.entries()]
    assert found == ["withdrawn"] * len(WITHDRAWALS) + ["incomplete"], seen(stage)


def test_a_withdrawal_of_two_numbers_withdraws_both(begun: Stage) -> None:
    begun.receive(mail(subject="撤回作品", body=f"申请撤回 {FIRST}、{SECOND} 两件作品。"))
    assert begun.statuses() == {FUTURE: "withdrawn", GREEN: "withdrawn"}, seen(begun)
    assert FIRST in text(begun)
    assert SECOND in text(begun)


def test_a_withdrawal_that_keeps_another_number_withdraws_only_what_it_means(begun: Stage) -> None:
    begun.receive(mail(subject="撤回作品", body=f"申请撤回 {FIRST}，{SECOND} 保留，继续参评。"))
    assert begun.statuses()[GREEN] == "accepted", seen(begun)
    assert begun.statuses()[FUTURE] == "withdrawn" or attention(begun), seen(begun)


def test_a_withdrawal_without_a_number_is_not_passed_over(begun: Stage) -> None:
    begun.receive(mail(subject="撤回作品", body="您好，我单位的作品因故申请撤回，谢谢。"))
    assert set(begun.statuses().values()) == {"accepted"}, seen(begun)
    assert attention(begun) or FIRST in text(begun), seen(begun)
    assert len(begun.letters()) == 2


def test_a_withdrawal_without_a_number_of_the_only_work_is_not_passed_over(alone: Stage) -> None:
    alone.receive(mail(subject="撤回作品", body="您好，我单位的作品因故申请撤回，谢谢。"))
    assert alone.statuses()[FUTURE] == "withdrawn" or attention(alone), seen(alone)
    assert len(alone.letters()) == 2


def test_a_withdrawal_by_title_is_not_passed_over(begun: Stage) -> None:
    begun.receive(mail(subject=f"撤回《{FUTURE}》", body=f"申请撤回作品《{FUTURE}》。"))
    assert begun.statuses()[GREEN] == "accepted"
    assert begun.statuses()[FUTURE] == "withdrawn" or attention(begun), seen(begun)


def test_a_withdrawal_in_answer_to_our_letter_about_one_work_is_not_passed_over(alone: Stage) -> None:
    alone.receive(mail(subject="回复：【报送】", body=quoted(alone, "请撤回我的作品，谢谢。"), answers=our_id(alone)))
    assert alone.statuses()[FUTURE] == "withdrawn" or attention(alone), seen(alone)


def test_numbers_in_the_quote_below_a_withdrawal_are_not_withdrawn_too(begun: Stage) -> None:
    begun.receive(mail(subject="撤回", body=quoted(begun, f"撤回 {FIRST}"), answers=our_id(begun)))
    assert begun.statuses() == {FUTURE: "withdrawn", GREEN: "accepted"}, seen(begun)


def test_a_withdrawal_from_another_address_withdraws_nothing_and_waits_for_a_person(begun: Stage) -> None:
    begun.receive(mail(subject=f"撤回 {FIRST}", body="撤回", sender=STRANGER))
    assert set(begun.statuses().values()) == {"accepted"}, seen(begun)
    assert attention(begun), seen(begun)
    assert FUTURE not in text(begun), text(begun)


def test_a_withdrawal_after_the_deadline_still_withdraws(begun: Stage) -> None:
    begun.receive(mail(subject=f"撤回 {FIRST}", body="因版权问题撤回。"), at=TOO_LATE)
    assert begun.statuses()[FUTURE] == "withdrawn", seen(begun)


def test_words_that_only_speak_of_withdrawing_withdraw_nothing(begun: Stage) -> None:
    for words in (
        f"作品{FIRST}不撤回，继续参评。",
        f"请勿撤回{FIRST}，谢谢！",
        f"经研究，我单位不再撤回{FIRST}，请按原报送材料评审。",
        f"请问{FIRST}还能撤回吗？",
        f"如需撤回{FIRST}，应当如何办理？",
        f"我单位未曾申请撤回{FIRST}，请核实。",
        f"昨天误发了撤回申请，请取消撤回{FIRST}。",
    ):
        begun.receive(mail(subject="关于作品", body=words))
        assert set(begun.statuses().values()) == {"accepted"}, (words, seen(begun))


def test_outlooks_recall_of_a_mail_withdraws_nothing(begun: Stage) -> None:
    words = "王一鸣 将撤回邮件“【报送】短视频作品”。"
    begun.receive(mail(subject="撤回: 【报送】短视频作品", body=words))
    assert set(begun.statuses().values()) == {"accepted"}, seen(begun)


def test_a_work_withdrawn_and_sent_again_is_in_once(alone: Stage) -> None:
    alone.receive(mail(subject=f"撤回 {FIRST}", body="撤回，稍后重新报送。"))
    alone.receive(mail(table(FUTURE), ("智造未来.mp4", film("again")), subject="重新报送"))
    found = [row["status"] for row in alone.query("SELECT status FROM entries")]
    assert found.count("accepted") == 1, seen(alone)
    assert "withdrawn" in events(alone)


def test_the_very_same_mail_sent_again_after_a_withdrawal_is_in_once(alone: Stage) -> None:
    alone.receive(mail(subject=f"撤回 {FIRST}", body="撤回。"))
    alone.receive(mail(table(FUTURE), *clips("智造未来.mp4"), subject="重新报送，仍参加评选"))
    found = [row["status"] for row in alone.query("SELECT status FROM entries")]
    assert found.count("accepted") + found.count("review") == 1, seen(alone)


def test_a_withdrawal_that_brings_the_new_work_does_both_or_waits_for_a_person(alone: Stage) -> None:
    words = f"申请撤回{FIRST}，改报《{GREEN}》，材料见附件。"
    alone.receive(mail(table(GREEN), *clips("绿动云岭.mp4"), subject="撤回并改报", body=words))
    assert alone.statuses().get(GREEN) in {"accepted", "review"}, seen(alone)
    assert alone.statuses()[FUTURE] == "withdrawn" or attention(alone), seen(alone)


def test_a_second_withdrawal_of_the_same_work_is_answered_and_changes_nothing(alone: Stage) -> None:
    for _ in range(2):
        alone.receive(mail(subject=f"撤回 {FIRST}", body="撤回"))
    assert alone.statuses()[FUTURE] == "withdrawn"
    assert len(alone.letters()) == 3, seen(alone)
    assert events(alone, FIRST).count("withdrawn") == 1, seen(alone)


def test_an_unknown_number_is_not_passed_over(alone: Stage) -> None:
    alone.receive(mail(subject="撤回 GYQG-2024-0099", body="撤回"))
    assert alone.statuses()[FUTURE] == "accepted"
    assert attention(alone) or FIRST in text(alone), seen(alone)


KEPT: Final = (
    "{b} 请继续评审，{a} 撤回。",
    "除{b}外，其余作品均撤回。",
    "撤回{a}；{b}不撤回。",
    "{a}撤回，{b}不变。",
    "撤回 {a}（与 {b} 重复）。",
)


def test_a_number_named_beside_the_withdrawn_one_is_kept(stage: Stage) -> None:
    stage.receive(mail(table(*(f"作品{position}" for position in range(2 * len(KEPT))))))
    wrong = []
    for position, words in enumerate(KEPT):
        withdrawn, kept = f"GYQG-2024-{2 * position + 1:04d}", f"GYQG-2024-{2 * position + 2:04d}"
        stage.receive(mail(subject="撤回作品", body=words.format(a=withdrawn, b=kept)))
        if tuple(status for one, _, status in stage.entries() if one == kept) == ("withdrawn",):
            wrong.append(words)
    assert not wrong


def test_a_subject_that_speaks_of_withdrawing_withdraws_no_number_of_the_body(begun: Stage) -> None:
    for subject, words in (
        (
            "Re: 撤回说明",
            f"通知称“如需撤回作品，请以撤回加作品编号为主题来信”，我们的{FIRST}请问还需要什么材料？",
        ),
        ("关于撤回通知的咨询", f"{FIRST} 是否受影响？"),
        ("撤回申请作废", f"此前对{FIRST}的撤回申请作废。"),
    ):
        begun.receive(mail(subject=subject, body=words))
        assert set(begun.statuses().values()) == {"accepted"}, (words, seen(begun))


def test_a_film_taken_back_for_a_new_one_withdraws_no_work(alone: Stage) -> None:
    words = f"请撤回{FIRST}原视频，以附件新版为准。"
    alone.receive(mail(("智造未来（新版）.mp4", film("new")), subject="更换视频", body=words, answers=our_id(alone)))
    assert alone.statuses()[FUTURE] in {"accepted", "review"}, seen(alone)
    assert alone.query("SELECT 1 FROM videos")[1:], seen(alone)
