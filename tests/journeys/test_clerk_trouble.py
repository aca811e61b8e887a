"""What goes wrong with mails, forms and films; and letters that tell good and bad together."""

import io

import docx
import openpyxl
from msoffcrypto.format.ooxml import OOXMLFile

from tests.journeys.clerk import (
    FUTURE,
    GREEN,
    STEEL,
    TABLE,
    attention,
    clips,
    codes,
    entry,
    films,
    our_id,
    our_letter,
    seen,
    table,
    text,
    zipped,
)
from tests.journeys.material import Work, film, form, mail
from tests.journeys.stage import Stage
from tests.make.archives import encrypted_zip

WANG = "wang@yunling.example.org"


def encrypted_form() -> tuple[str, bytes]:
    """A form behind a password: what Office writes is an OLE file with the encrypted package in it."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(table(FUTURE)[1])).encrypt("secret", out)
    return TABLE, out.getvalue()


def test_a_vacation_answer_with_the_whole_original_in_it_brings_nothing(stage: Stage) -> None:
    original = mail(table(FUTURE), *clips("智造未来.mp4"))
    stage.receive(original)
    answer = mail(subject="自动回复: 回复：【报送】短视频作品", body="我正在休假，稍后回复您。", answers=our_id(stage))
    answer.add_attachment(our_letter(stage))
    answer.add_attachment(original)
    stage.receive(answer)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert len(stage.letters()) == 1, seen(stage)


def test_a_read_receipt_is_not_answered(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(
        mail(subject="已读: 回复：【报送】短视频作品", body="您的邮件已于 2024-07-01 被阅读。", answers=our_id(stage))
    )
    assert len(stage.letters()) == 1, seen(stage)


def test_a_bounce_of_our_letter_waits_for_a_person(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    subject = our_letter(stage)["Subject"]
    words = f"抱歉，您的邮件被退回来了……\n收件人：{WANG}\n退信原因：550 User not found\n原邮件主题：{subject}"
    stage.receive(mail(subject="系统退信", body=words, sender="Postmaster@163.example", answers=our_id(stage)))
    assert stage.statuses() == {FUTURE: "accepted"}
    assert len(stage.letters()) == 1
    assert attention(stage), seen(stage)


def test_a_work_about_automatic_answers_is_a_work(stage: Stage) -> None:
    stage.receive(mail(table("自动化车间的一天"), *clips("自动化车间的一天.mp4"), subject="自动化车间的一天-报送"))
    assert stage.statuses() == {"自动化车间的一天": "accepted"}, seen(stage)


def test_an_empty_mail_is_told_what_to_send(stage: Stage) -> None:
    stage.receive(mail(subject="", body=""))
    assert stage.letters() == [(WANG, "nothing")], seen(stage)
    assert not stage.entries()


def test_an_encrypted_form_beside_a_good_video_is_told_and_then_mended(stage: Stage) -> None:
    stage.receive(mail(encrypted_form(), *clips("智造未来.mp4")))
    assert "form-encrypted" in codes(stage), seen(stage)
    assert "密码" in text(stage)
    assert "没有找到推荐汇总表" not in text(stage), text(stage)
    before = [one[0] for one in stage.entries()]
    stage.receive(mail(table(FUTURE), subject="无密码推荐表", answers=our_id(stage)))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert [one[0] for one in stage.entries()] == before


def test_a_video_that_is_short_and_square_is_told_both(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", film("square", seconds=40, size="1920x1920"))))
    assert codes(stage) == {"video-too-short", "video-wrong-aspect"}, seen(stage)
    assert all(words in text(stage) for words in ("40 秒", "1 分", "8 分", "1:1", "16:9", "9:16")), text(stage)


def test_one_broken_of_five_videos_leaves_four_accepted(stage: Stage) -> None:
    titles = [f"{name}之歌" for name in ("钢铁", "矿山", "纺织", "造船", "水泥")]
    good = clips(*(f"{title}.mp4" for title in titles[1:]))
    broken = (f"{titles[0]}.mp4", film("broken")[:3000])
    stage.receive(mail(table(*titles), broken, *good))
    assert stage.statuses() == {titles[0]: "rejected", **dict.fromkeys(titles[1:], "accepted")}, seen(stage)
    assert stage.letters() == [(WANG, "partial")]
    assert "已受理 4 件" in text(stage)


def test_one_letter_tells_accepted_rejected_and_missing_apart(stage: Stage) -> None:
    short = ("绿动云岭.mp4", film("short", seconds=30))
    stage.receive(mail(table(FUTURE, GREEN, STEEL), *clips("智造未来.mp4"), short))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "rejected", STEEL: "incomplete"}
    assert stage.letters() == [(WANG, "partial")]
    words = text(stage)
    assert words.index(FUTURE) < words.index(GREEN) < words.index(STEEL)
    assert all(part in words for part in ("已受理 1 件", "不符合要求 1 件", "材料不全 1 件", "7月31日")), words


def test_the_form_in_word_and_in_excel_is_one_form(stage: Stage) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("推荐汇总表", 0)
    sheet.append(["推荐汇总表"])
    sheet.append(["单位名称：", "云岭重工有限公司"])
    sheet.append(["视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码"])
    sheet.append([FUTURE, "☑数智赋能 □高端升级 □绿色低碳", "", "王一鸣", "13800000001"])
    out = io.BytesIO()
    book.save(out)
    stage.receive(mail(table(FUTURE), ("推荐汇总表.xlsx", out.getvalue()), *clips("智造未来.mp4")))
    assert [one[1:] for one in stage.entries()] == [(FUTURE, "accepted")], seen(stage)


def test_one_film_for_two_rows_is_one_work_of_several_themes(stage: Stage) -> None:
    works = form(Work(FUTURE, themes=("数智赋能",)), Work(FUTURE, themes=("绿色低碳",)))
    stage.receive(mail((TABLE, works), *clips("智造未来.mp4")))
    found = [row["status"] for row in stage.query("SELECT status FROM entries")]
    assert found.count("accepted") <= 1, seen(stage)


def test_the_same_film_under_two_titles_is_not_accepted_twice(stage: Stage) -> None:
    same = film("same")
    stage.receive(mail(table(FUTURE, GREEN), ("智造未来.mp4", same), ("绿动云岭.mp4", same)))
    assert list(stage.statuses().values()).count("accepted") <= 1, seen(stage)
    assert "video-duplicate" in codes(stage) or "row-match-uncertain" in codes(stage), seen(stage)


def test_the_same_film_attached_twice_for_one_row_is_one_film(stage: Stage) -> None:
    same = film("智造未来.mp4")
    stage.receive(mail(table(FUTURE), ("智造未来.mp4", same), ("智造未来(1).mp4", same)))
    assert [one[1:] for one in stage.entries()] == [(FUTURE, "accepted")], seen(stage)


def test_an_archive_behind_a_password_is_told_so(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), ("视频.zip", encrypted_zip(b"film.mp4")), body="解压密码：secret"))
    assert "part-encrypted" in codes(stage), seen(stage)
    assert "密码" in text(stage)
    assert stage.statuses() == {FUTURE: "incomplete"}, seen(stage)


def test_a_form_in_the_mails_own_table_is_a_form(stage: Stage) -> None:
    message = mail(*clips("智造未来.mp4"))
    body = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    body.set_content(
        "<p>推荐汇总表</p><p>单位名称：云岭重工有限公司</p><table border=1>"
        "<tr><td>视频作品名称</td><td>征选主题（可多选）</td><td>视频链接</td><td>联系人</td><td>手机号码</td></tr>"
        "<tr><td>智造未来</td><td>☑数智赋能 □高端升级</td><td></td><td>王一鸣</td><td>13800000001</td></tr></table>",
        subtype="html",
    )
    stage.receive(message)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)


def test_our_own_letter_forwarded_back_brings_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    outer = mail(subject="转发：结果", body="请问这是什么意思？")
    outer.add_attachment(our_letter(stage))
    stage.receive(outer)
    assert stage.entries() == [("GYQG-2024-0001", FUTURE, "accepted")], seen(stage)


def test_the_bad_phone_of_an_accepted_work_is_told_and_mended(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, phone="1380000"))), *clips("智造未来.mp4")))
    assert codes(stage) == {"row-phone-invalid"}, seen(stage)
    assert "1380000" in text(stage)
    stage.receive(mail(table(FUTURE), answers=our_id(stage)))
    assert codes(stage) == set(), seen(stage)
    assert entry(stage, FUTURE)["phone"] == "13800000001"


def test_a_blank_form_sent_along_with_the_filled_one_does_no_harm(stage: Stage) -> None:
    stage.receive(mail(("附件2：推荐汇总表（空表）.docx", form(unit="")), table(FUTURE), *clips("智造未来.mp4")))
    assert [one[1:] for one in stage.entries()] == [(FUTURE, "accepted")], seen(stage)
    assert "没有填写" not in text(stage), text(stage)


def test_the_notice_itself_attached_does_no_harm(stage: Stage) -> None:
    paper = docx.Document()
    paper.add_paragraph("关于推荐参加首届“工业强国·新型工业化”短视频征选活动的通知")
    paper.add_paragraph("各市州工信局：请组织推荐，于5月29日下班前报送推荐汇总表（附件2）。")
    out = io.BytesIO()
    paper.save(out)
    stage.receive(mail(("通知.docx", out.getvalue()), table(FUTURE), *clips("智造未来.mp4")))
    assert [one[1:] for one in stage.entries()] == [(FUTURE, "accepted")], seen(stage)
    assert "通知.docx" not in text(stage), text(stage)


def test_a_zip_within_a_zip_is_opened(stage: Stage) -> None:
    inner = zipped(*clips("智造未来.mp4"))
    stage.receive(mail(("报送.zip", zipped(table(FUTURE), ("视频.zip", inner)))))
    assert films(stage) == {FUTURE: "智造未来.mp4"}, seen(stage)


def test_a_question_beside_an_incomplete_work_is_told_what_is_still_missing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4")))
    stage.receive(mail(subject="咨询", body="请问还缺什么材料？"))
    assert stage.letters()[-1] == (WANG, "state")
    assert "尚未收到" in text(stage), text(stage)
    assert GREEN in text(stage)


def test_an_individual_without_a_unit_is_accepted_with_a_hint(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, unit=""), *clips("智造未来.mp4")))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert codes(stage) == {"form-unit-missing"}
