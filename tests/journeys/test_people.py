"""What organizers do, and what they are told."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from mailbot import outgoing, review
from mailbot.model.entry import EntryStatus, Field
from mailbot.ops.breaker import Breaker
from mailbot.ops.round import send, take_in
from tests.journeys.material import BEIJING, IN_TIME, Work, film, form, mail
from tests.journeys.stage import Stage

ORGANIZER = "organizer@example.org"


def _orders(stage: Stage) -> dict[str, str]:
    """Label -> subject of the signed orders in today's digest."""
    with stage.house() as house, house.ledger() as db:
        session = house.session(db)
        page = outgoing.make_digest(session, IN_TIME.date()).page(session, ORGANIZER)
    orders = [order for item in page.urgent for order in item.orders]
    return {order.label: unquote(order.href.partition("subject=")[2]) for order in orders}


def _two_that_look_alike(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    other = form(Work("未来智造"), unit="江海造船厂")
    stage.receive(mail(("表.docx", other), ("未来智造.mp4", film("a")), sender="zhao@jianghai.example.org"))


def test_a_signed_order_from_the_digest_settles_an_entry_once(stage: Stage) -> None:
    _two_that_look_alike(stage)
    order = _orders(stage)["退回"]
    stage.receive(mail(subject=order, body="与 0001 号为同一作品。", sender=ORGANIZER))
    assert stage.statuses() == {"智造未来": "accepted", "未来智造": "rejected"}
    told = {str(letter.message["X-Mailbot"]): letter.message for letter in stage.smtp.letters[-2:]}
    assert set(told) == {"decided", "orders"}
    for message in told.values():
        body = message.get_body(("plain",))
        assert body is not None
        assert "与 0001 号为同一作品。" in body.get_content()
    letters = len(stage.smtp.letters)
    stage.receive(mail(subject=order, body="再发一次", sender=ORGANIZER))
    assert len(stage.smtp.letters) == letters + 1
    assert "链接只能使用一次" in stage.last_text()


def test_an_order_from_a_stranger_or_with_a_forged_sign_settles_nothing(stage: Stage) -> None:
    _two_that_look_alike(stage)
    order = _orders(stage)["通过"]
    stage.receive(mail(subject=order, body="通过", sender="zhao@jianghai.example.org"))
    forged = re.sub("[0-9a-f]{32}$", "0" * 32, order)
    stage.receive(mail(subject=forged, body="通过", sender=ORGANIZER))
    assert stage.statuses()["未来智造"] == "review"


def _to_the_organizer(stage: Stage) -> str:
    """The text of the last letter to the organizer; one to a submitter may have left behind it."""
    last = [letter.message for letter in stage.smtp.letters if letter.recipients == (ORGANIZER,)][-1]
    body = last.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_plain_lines_are_obeyed_where_the_server_vouches_and_confirmed_by_return_where_it_tells_nothing(
    stage: Stage,
) -> None:
    _two_that_look_alike(stage)
    vouched = {"Authentication_Results": "mx.163.example; spf=pass smtp.mailfrom=organizer@example.org; dmarc=pass"}
    stage.receive(mail(subject="Re: 日报", body="0002 修改 视频作品名称=江海智造\n\n赵敏", sender=ORGANIZER, **vouched))
    assert "视频作品名称：未来智造 → 江海智造" in _to_the_organizer(stage)
    stage.receive(mail(subject="Re: 日报", body="0002 退回：与 0001 号为同一作品", sender=ORGANIZER))
    assert stage.statuses()["江海智造"] == "review"
    (line,) = re.findall(r"邮件\d+ 确认 \S+", _to_the_organizer(stage))
    stage.receive(mail(subject="Re: 指令回执", body=f"{line}\n\n发自我的iPhone", sender=ORGANIZER))
    assert stage.statuses()["江海智造"] == "rejected"
    assert {
        row["triage"] for row in stage.query("SELECT triage FROM mails WHERE sender = 'organizer@example.org'")
    } == {"order"}


def test_the_digest_goes_to_the_organizers_once_a_day_with_the_workbook(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    for _ in range(2):
        with stage.house() as house, house.ledger() as db:
            outgoing.owe_digest(house.session(db), IN_TIME.date())
        stage.receive()
    digests = [letter.message for letter in stage.smtp.letters if letter.recipients == (ORGANIZER,)]
    assert len(digests) == 1
    assert [part.get_filename() for part in digests[0].iter_attachments()] == ["推荐汇总表.xlsx"]
    body = digests[0].get_body(("plain",))
    assert body is not None
    assert "智造未来" in body.get_content()


def test_an_incomplete_entry_is_reminded_of_once_before_the_deadline(stage: Stage) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).astimezone(BEIJING).date()  # noqa: TID251 - today's
    stage.configure(campaign=f"deadline = {tomorrow}")
    stage.receive(mail(("表.docx", form(Work("智造未来")))))
    for _ in range(2):
        with stage.house() as house, house.ledger() as db:
            outgoing.owe_reminders(house.session(db))
        stage.receive()
    assert [kind for _, kind in stage.letters()] == ["incomplete", "reminder"]


def test_what_a_person_set_no_later_mail_overwrites(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("short", seconds=42))))
    with stage.house() as house, house.ledger() as db:
        review.write(
            house.session(db), review.settle(house.session(db), "GYQG-2024-0001", EntryStatus.ACCEPTED, "组委会")
        )
        review.write(
            house.session(db), review.edit(house.session(db), "GYQG-2024-0001", {Field.CONTACT: "李书涵"}, "组委会")
        )
    stage.receive(mail(("表.docx", form(Work("智造未来", contact="别人")))))
    row = stage.query("SELECT status, contact FROM entry_list")[0]
    assert row == {"status": "accepted", "contact": "李书涵"}


def test_a_bounce_marks_our_letter_as_undeliverable(stage: Stage) -> None:
    stage.receive(mail(subject="咨询", body="请问？"))
    ours = stage.query("SELECT message_id FROM replies")[0]["message_id"]
    stage.receive(
        mail(
            subject="系统退信",
            sender="Postmaster@163.com",
            body=f"抱歉，您的邮件被退回来了。\n收件人 wang@yunling.example.org\nMessage-ID: {ours}\n",
        )
    )
    assert stage.query("SELECT state FROM replies") == [{"state": "undeliverable"}]
    assert len(stage.smtp.letters) == 1


def test_a_mail_over_the_limit_is_shown_to_the_organizers(stage: Stage) -> None:
    config = stage.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[limits]\nmail_mb = 1\n", encoding="utf-8")
    stage.receive(mail(("大.bin", b"\xff" * 2_000_000)))
    assert [row["kind"] for row in stage.query("SELECT kind FROM attention")] == ["mail"]


def test_a_first_round_cut_short_holds_its_letters_too(stage: Stage) -> None:
    stage.configure(outbox="first_run_limit = 2")
    for index in range(3):
        question = mail(subject="咨询", body="请问？", sender=f"a{index}@example.org")
        stage.imap.deliver(question.as_bytes(), received_at=IN_TIME)
    with stage.house() as house:
        breaker = Breaker()
        take_in(house, breaker, patient=False)
        assert send(house, breaker, polled=False, well=False).sent == 0
        send(house, breaker, polled=True, well=False)
    assert stage.letters() == []
    assert {row["state"] for row in stage.query("SELECT state FROM replies WHERE kind = 'nothing'")} == {"held"}


def test_a_question_that_was_answered_from_the_webmail_is_settled_by_itself(stage: Stage) -> None:
    question = mail(subject="咨询", body="请问参赛作品能否使用航拍素材？")
    stage.receive(question)
    assert [row["kind"] for row in stage.query("SELECT kind FROM attention")] == ["mail"]
    answer = mail(
        subject="Re: 咨询", body="可以。", sender="submissions@163.example", answers=str(question["Message-ID"])
    )
    stage.imap.deliver(answer.as_bytes(), folder="已发送")
    stage.receive()
    assert stage.query("SELECT kind FROM attention") == []
    assert len(stage.query("SELECT 1 FROM events WHERE kind = 'answered'")) == 1
