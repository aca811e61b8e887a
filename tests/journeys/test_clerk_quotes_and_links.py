"""What stands in a quote is not sent anew; what stands behind a named link belongs to the work of that name."""

from email.message import EmailMessage

from tests.journeys.clerk import (
    FUTURE,
    GREEN,
    TABLE,
    attention,
    clips,
    codes,
    command,
    number,
    our_id,
    our_letter,
    quoted,
    seen,
    table,
    text,
)
from tests.journeys.material import TOO_LATE, Work, form, mail
from tests.journeys.stage import Stage

SHARE = "https://pan.baidu.com/s/1AbCdEfGhIjK"
FIRST, SECOND = "GYQG-2024-0001", "GYQG-2024-0002"


def huge(name: str, key: str) -> str:
    """A large attachment as QQ's plain text has it."""
    return (
        f"{name} (128.03M, 2024年7月20日 21:59 到期)进入下载页面："
        f"https://wx.mail.qq.com/ftn/download?func=3&key={key}&code=d4e5&k={key}\n"
    )


def in_html(message: EmailMessage, words: str, letter: EmailMessage) -> EmailMessage:
    """The same mail as webmail sends it: HTML, our whole letter below a line."""
    body = letter.get_body(("html",))
    assert body is not None
    ours = str(body.get_content())
    message.set_content(
        f"<div>{words}</div><div><br></div><div><includetail><div style='font-size:12px'>"
        f"------------------&nbsp;原始邮件&nbsp;------------------</div>{ours}</includetail></div>",
        subtype="html",
    )
    return message


def linked(stage: Stage) -> list[tuple[str, str]]:
    """(title, address) of every entry that waits for a link."""
    rows = stage.query("SELECT title, url FROM entries e JOIN links l ON l.id = e.link_id ORDER BY seq")
    return [(row["title"], row["url"]) for row in rows]


def test_thanks_above_our_quoted_letter_bring_no_form_and_no_film(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4")))
    before = stage.entries()
    answer = mail(subject="回复：回复：【报送】短视频作品", answers=our_id(stage))
    stage.receive(in_html(answer, "收到，谢谢！", our_letter(stage)))
    assert stage.entries() == before, seen(stage)


def test_a_link_in_our_quoted_letter_is_not_sent_anew(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=f"{SHARE} 提取码：a1b2")))))
    before = stage.entries()
    stage.receive(mail(subject="回复：回复：【报送】", body=quoted(stage, "好的，谢谢。"), answers=our_id(stage)))
    assert stage.entries() == before, seen(stage)
    answer = mail(subject="回复：回复：【报送】", answers=our_id(stage))
    stage.receive(in_html(answer, "好的，谢谢。", our_letter(stage)))
    assert stage.entries() == before, seen(stage)


def test_a_question_above_a_link_in_our_quoted_letter_is_read_by_a_person(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=f"{SHARE} 提取码：a1b2")))))
    before = stage.entries()
    question = quoted(stage, "请问评审结果什么时候公布？另外能否开具参赛证明？")
    stage.receive(mail(subject="回复：回复：【报送】", body=question, answers=our_id(stage)))
    assert "inquiry" in {why for *_, why in attention(stage)}, seen(stage)
    assert stage.entries() == before, seen(stage)


def test_a_film_above_our_quoted_letter_completes_its_row(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4")))
    stage.receive(mail(*clips("绿动云岭.mp4"), body=quoted(stage, "补发视频，请查收。"), answers=our_id(stage)))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)


def test_a_link_in_a_forwarded_mail_is_sent(stage: Stage) -> None:
    body = (
        "请查收。\n\n-------- 转发邮件信息 --------\n发件人：王一鸣 <wang@yunling.example.org>\n"
        f"主题：报送作品\n\n您好，视频链接：{SHARE} 提取码：a1b2"
    )
    stage.receive(mail(table(FUTURE), subject="Fw:报送作品", body=body, sender="gxj@city.example.org"))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)


def test_two_large_attachments_go_each_to_the_row_of_their_name(stage: Stage) -> None:
    body = "从QQ邮箱发来的超大附件\n\n" + huge("绿动云岭.mp4", "green1") + huge("智造未来.mp4", "future1")
    stage.receive(mail(table(FUTURE, GREEN), body=body))
    assert [(title, "future1" in url) for title, url in linked(stage)] == [(FUTURE, True), (GREEN, False)], seen(stage)
    assert len(stage.entries()) == 2


def test_one_film_attached_and_the_other_as_a_large_attachment(stage: Stage) -> None:
    body = "从QQ邮箱发来的超大附件\n\n" + huge("绿动云岭.mp4", "green1")
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4"), body=body))
    assert stage.statuses()[FUTURE] == "accepted", seen(stage)
    assert [title for title, _ in linked(stage)] == [GREEN], seen(stage)
    assert len(stage.entries()) == 2, seen(stage)


def test_the_row_that_is_left_takes_the_one_link_of_the_body(stage: Stage) -> None:
    body = f"其中一部视频较大，网盘链接：{SHARE} 提取码：a1b2"
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4"), body=body))
    assert stage.statuses()[FUTURE] == "accepted", seen(stage)
    assert [title for title, _ in linked(stage)] == [GREEN], seen(stage)


def test_a_large_attachment_of_the_rows_name_comes_in_a_later_mail(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN)))
    body = "从QQ邮箱发来的超大附件\n\n" + huge("绿动云岭.mp4", "green1")
    stage.receive(mail(subject="补充视频", body=body))
    assert [title for title, _ in linked(stage)] == [GREEN], seen(stage)
    assert len(stage.entries()) == 2, seen(stage)


def test_a_link_to_a_better_film_reaches_a_person(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    body = f"视频有更新，请以此版为准：{SHARE} 提取码：a1b2"
    stage.receive(mail(subject="更换视频", body=body, answers=our_id(stage)))
    assert [one[1:] for one in stage.entries()] == [(FUTURE, "accepted")] or attention(stage), seen(stage)
    assert attention(stage), seen(stage)
    assert len(stage.entries()) == 1, seen(stage)


def test_words_in_the_link_cell_are_no_link(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link="见附件"), Work(GREEN, link="无"))), *clips("智造未来.mp4")))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "incomplete"}, seen(stage)
    assert "row-video-missing" in codes(stage)


def test_a_number_in_the_subject_says_whose_title_is_corrected(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("智造未来.mp4", "绿动云岭.mp4")))
    words = f"{SECOND} 作品名称更正为《零碳云岭》，推荐表见附件，视频不变。"
    stage.receive(mail(table(FUTURE, "零碳云岭"), subject=f"更正 {SECOND}", body=words, answers=our_id(stage)))
    assert len(stage.entries()) == 2 or attention(stage), seen(stage)


def test_a_late_work_under_review_is_not_told_that_it_cannot_be_taken(stage: Stage) -> None:
    stage.configure('late = "review"')
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")), at=TOO_LATE)
    assert stage.statuses() == {FUTURE: "review"}
    assert "不能受理" not in text(stage), text(stage)


def test_a_mended_film_of_a_work_refused_by_hand_is_not_answered_by_a_refusal_without_a_reason(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    command(stage, "reject", number(stage, FUTURE), "--say", "含广告")
    stage.receive(mail(*clips("智造未来（修改）.mp4"), answers=our_id(stage)))
    assert "不符合征选要求" not in text(stage) or "含广告" in text(stage), text(stage)


def test_the_link_of_a_row_is_told_apart_into_address_code_and_provider(stage: Stage) -> None:
    cells = (f"{SHARE} 提取码：a1b2", f"链接：{SHARE}2 提取码: b2c3", f"{SHARE}3?pwd=c3d4")
    stage.receive(mail((TABLE, form(*(Work(f"作品{k}", link=cell) for k, cell in enumerate(cells))))))
    rows = stage.query("SELECT url, code, provider FROM entries e JOIN links l ON l.id = e.link_id ORDER BY seq")
    assert [tuple(row.values()) for row in rows] == [
        (SHARE, "a1b2", "baidu"), (f"{SHARE}2", "b2c3", "baidu"), (f"{SHARE}3?pwd=c3d4", "c3d4", "baidu")
    ], seen(stage)  # fmt: skip
