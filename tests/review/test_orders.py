"""Organizers' mails: who is obeyed, what is done once, and the one letter that tells of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot import review
from mailbot.ledger import outbox
from mailbot.ledger.mails import PendingMail, spooled
from mailbot.ledger.record import record
from mailbot.model.decision import Concern, Decision
from mailbot.model.entry import EntryStatus
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.mail import Address, Authentication, Mail, Part, Triage, Verdict
from mailbot.model.order import Obeyed, OrderState, Verb
from mailbot.model.rules import VideoRules
from mailbot.model.works import Works
from mailbot.orders.tokens import Grant, token
from mailbot.outgoing.digest import digest_letter, make_digest
from tests.make.decisions import IN_TIME, arrival, film, form, row
from tests.make.ledger import Books, books, words
from tests.make.sessions import SECRET, session

ONE, TWO = "GYQG-2024-0001", "GYQG-2024-0002"
ORGANIZER = "organizer@example.org"
PROVEN = Authentication("mx.example.org", "pass", "pass", "pass")
FAILED = Authentication("mx.example.org", "fail", "none", "fail")


@pytest.fixture(name="ledger")
def _ledger(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path / "ledger.sqlite") as made:
        made.take(form(row(), scanned=True), film())
        yield made


def came(
    ledger: Books, body: str = "", subject: str = "处理意见", checked: Authentication | None = PROVEN, **said: object
) -> Obeyed | None:
    """A mail in the organizer's name, all the way to the ledger."""
    waiting = spooled(ledger.db, ledger.enter())
    assert isinstance(waiting, PendingMail)
    sender = Address(str(said.pop("sender", ORGANIZER)))
    mail = Mail(f"<o{waiting.id}@example.org>", sender, subject, body_text=body, authentication=checked, **said)  # type: ignore[arg-type]
    found = review.obey(session(ledger), waiting, mail)
    if found is not None:
        came_in = replace(arrival(Works(), waiting.id), mail=mail)
        verdict = Verdict(Triage.ORDER, answer=True, reason=found.reason)
        decision = Decision(came_in, Works(), verdict, attention=found.attention, orders=found.orders)
        record(ledger.db, decision, found.letters, words, VideoRules(), ledger.now)
    return found


def signed(ledger: Books, verb: Verb = Verb.ACCEPT, organizer: str = ORGANIZER, target: str = ONE) -> str:
    word = {Verb.ACCEPT: "通过", Verb.REJECT: "退回"}[verb]
    return (
        f"[mailbot] {target} {word} {token(Grant(organizer, verb, target, ledger.entry().version), SECRET, ledger.now)}"
    )


def answer(found: Obeyed | None) -> str:
    """The text of the one letter that tells the organizer."""
    assert found is not None
    (only,) = found.letters
    assert (only.kind, only.envelope.recipient, only.held) == (LetterKind.ORDERS, ORGANIZER, False)
    return f"{only.subject}\n{only.text}"


def states(found: Obeyed | None) -> list[OrderState]:
    assert found is not None
    return [order.state for order in found.orders]


def to_submitter(ledger: Books) -> list[str]:
    items = outbox.in_state(ledger.db, (LetterState.DUE,))
    return [item.letter.text for item in items if item.letter.kind is LetterKind.DECIDED]


def test_plain_lines_of_a_proven_organizer_are_carried_out_and_told_in_one_mail(ledger: Books) -> None:
    ledger.take(form(row("绿动云岭"), scanned=True), film("绿动云岭.mp4"), sender="b@example.org")
    told = answer(came(ledger, "0001 通过\n0002 退回：画面有广告\n\n张三\n传播推广处\n13800000000\n发自我的iPhone"))
    assert [ledger.entry(number).status for number in (ONE, TWO)] == [EntryStatus.ACCEPTED, EntryStatus.REJECTED]
    assert "【指令回执】已执行 2 项" in told
    assert "GYQG-2024-0001《智造未来》由“待人工复核”改为“已受理”" in told
    assert "转告报送人的理由：\n  画面有广告\n" in told
    assert "将向 b@example.org 发送《" in told
    assert "如需撤销，请回信写明：0002 通过" in told
    assert not any(word in "".join(to_submitter(ledger)) for word in ("张三", "13800000000", "iPhone", "推广处"))
    assert any("画面有广告" in text for text in to_submitter(ledger))


def test_a_signed_order_counts_where_the_server_tells_nothing(ledger: Books) -> None:
    found = came(ledger, "与 0002 号为同一作品。", signed(ledger, Verb.REJECT), checked=None)
    assert states(found) == [OrderState.DONE]
    assert ledger.entry().status is EntryStatus.REJECTED
    assert "与 0002 号为同一作品。" in to_submitter(ledger)[0]


def test_a_second_click_is_told_so_and_does_nothing(ledger: Books) -> None:
    order = signed(ledger)
    came(ledger, subject=order)
    version = ledger.entry().version
    told = answer(came(ledger, subject=order))
    assert "未执行 1 项" in told
    assert "该指令已于 2024年6月1日" in told
    assert ledger.entry().version == version
    assert len(to_submitter(ledger)) == 1


def test_an_order_about_an_entry_that_changed_since_is_told_so(ledger: Books) -> None:
    order = signed(ledger, Verb.REJECT)
    ledger.take(form(row(phone="13800000002")))
    assert "在日报发出后已有变化，当前为“已受理”" in answer(came(ledger, subject=order))
    assert ledger.entry().status is EntryStatus.ACCEPTED


@pytest.mark.parametrize(
    ("span", "word"), [(timedelta(hours=71), "已执行 1 项"), (timedelta(hours=74), "超过 72 小时")]
)
def test_a_token_is_good_for_72_hours(ledger: Books, span: timedelta, word: str) -> None:
    order = signed(ledger)
    ledger.now += span
    assert word in answer(came(ledger, subject=order))


def test_another_organizers_token_is_foreign(ledger: Books) -> None:
    order = signed(ledger, organizer="other@example.org")
    found = came(ledger, subject=order)
    assert states(found) == [OrderState.REFUSED]
    assert "链接不是发给本邮箱的" in answer(found)
    assert ledger.entry().status is EntryStatus.REVIEW


@pytest.mark.parametrize(
    "more",
    [
        {"automatic": Triage.AUTO_REPLY},
        {"automatic": Triage.LIST},
        {"sole_author": False},
        {"sender": "stranger@example.net"},
    ],
)
def test_a_token_of_a_stranger_a_program_or_two_authors_is_not_obeyed_but_reported(
    ledger: Books, more: dict[str, Any]
) -> None:
    found = came(ledger, subject=signed(ledger), **more)
    assert states(found) == [OrderState.FORGED]
    assert found is not None
    assert (found.letters, found.attention) == ((), Concern.FORGED)
    assert ledger.entry().status is EntryStatus.REVIEW
    assert ledger.rows("SELECT kind, cause FROM attention WHERE kind = 'mail'") == [("mail", "order-forged")]
    desk = session(ledger)
    told = digest_letter(desk, make_digest(desk, IN_TIME.date()), ORGANIZER).text
    assert "疑似冒用工作人员名义的指令，未执行" in told


def test_plain_lines_whose_mail_fails_the_checks_are_listed_and_answered_to_nobody(ledger: Books) -> None:
    found = came(ledger, "0001 通过", checked=FAILED)
    assert found is not None
    assert (states(found), found.letters, found.attention) == ([OrderState.FORGED], (), Concern.FORGED)
    assert ledger.entry().status is EntryStatus.REVIEW


@pytest.mark.parametrize(
    "checked",
    [
        None,
        Authentication("mx.example.org", "pass", "pass", "pass", on_top=False),
        Authentication("mx.example.org", spf="pass", domains=("evil.example",)),
        Authentication("mx.example.org", spf="none", dkim="none"),
    ],
)
def test_plain_lines_that_nobody_can_vouch_for_wait_for_a_confirmation_by_return(
    ledger: Books, checked: Authentication | None
) -> None:
    found = came(ledger, "0001 退回：画面有广告", checked=checked)
    told = answer(found)
    assert states(found) == [OrderState.HELD]
    assert ledger.entry().status is EntryStatus.REVIEW
    assert ledger.rows("SELECT cause FROM attention WHERE kind = 'mail'") == [("order-unproven",)]
    (line,) = re.findall(r"^邮件\d+ 确认 \S+$", told, re.MULTILINE)
    confirmed = came(ledger, f"{line}\n\n发自我的iPhone", checked=checked)
    assert states(confirmed) == [OrderState.DONE, OrderState.DONE]
    assert ledger.entry().status is EntryStatus.REJECTED
    assert "画面有广告" in to_submitter(ledger)[0]
    assert ledger.rows("SELECT cause FROM attention WHERE kind = 'mail'") == []
    assert "没有待确认的指令，或已确认过" in answer(came(ledger, line, checked=checked))


def test_a_confirmation_of_another_is_foreign(ledger: Books) -> None:
    told = answer(came(ledger, "0001 通过", checked=None))
    (line,) = re.findall(r"^邮件\d+ 确认 \S+$", told, re.MULTILINE)
    forged = re.sub("[0-9a-f]{32}$", "0" * 32, line)
    assert states(came(ledger, forged)) == [OrderState.REFUSED]
    assert ledger.entry().status is EntryStatus.REVIEW


def test_a_signed_order_in_a_mail_that_fails_the_checks_waits_for_a_confirmation(ledger: Books) -> None:
    found = came(ledger, subject=signed(ledger), checked=FAILED)
    assert (states(found), ledger.entry().status) == ([OrderState.HELD], EntryStatus.REVIEW)
    (line,) = re.findall(r"^邮件\d+ 确认 \S+$", answer(found), re.MULTILINE)
    came(ledger, line, checked=FAILED)
    assert ledger.entry().status is EntryStatus.ACCEPTED


def test_an_edit_tells_before_and_after_and_how_to_undo_it(ledger: Books) -> None:
    told = answer(came(ledger, "0001 修改 视频作品名称=绿动云岭；手机号码=13800000009"))
    assert (ledger.entry().title, ledger.entry().phone) == ("绿动云岭", "13800000009")
    assert "视频作品名称：智造未来 → 绿动云岭；手机号码：13800000001 → 13800000009" in told
    assert "请回信写明：0001 修改 视频作品名称=智造未来；手机号码=13800000001" in told


@pytest.mark.parametrize("name", ["标题", "作品名称", "视频作品名称", "title"])
def test_a_field_goes_by_the_names_that_people_give_it(ledger: Books, name: str) -> None:
    assert states(came(ledger, f"0001 修改 {name}=绿动云岭")) == [OrderState.DONE]
    assert ledger.entry().title == "绿动云岭"


@pytest.mark.parametrize("line", ["0001 修改", "0001 修改 颜色=红", "0001 修改 征选主题=蓝色低碳"])
def test_an_edit_that_cannot_be_read_is_refused_with_how_to_write_it(ledger: Books, line: str) -> None:
    found = came(ledger, line)
    assert states(found) == [OrderState.REFUSED]
    assert "可用栏目：单位名称" in answer(found)


def test_a_mail_is_settled_by_its_number_and_listed_again(ledger: Books) -> None:
    ledger.take(triage=Triage.INQUIRY, subject="咨询", body="请问能否使用航拍素材？", sender="d@example.org")
    ((mail_id,),) = ledger.rows("SELECT mail_id FROM attention WHERE cause = 'inquiry'")
    assert f"邮件{mail_id} 未回复" in answer(came(ledger, f"邮件{mail_id} 已回复"))
    assert ledger.rows("SELECT 1 FROM attention WHERE cause = 'inquiry'") == []
    assert "没有编号为" in answer(came(ledger, f"邮件{mail_id} 已回复"))
    came(ledger, f"邮件{mail_id} 未回复")
    assert ledger.rows("SELECT mail_id FROM attention WHERE cause = 'inquiry'") == [(mail_id,)]


@pytest.mark.parametrize(
    ("line", "word"), [("9999 通过", "没有编号为 9999 的作品"), ("邮件99 已回复", "没有编号为 99")]
)
def test_an_unknown_target_is_told_so(ledger: Books, line: str, word: str) -> None:
    assert word in answer(came(ledger, line))


def test_the_same_decision_again_sends_no_second_letter(ledger: Books) -> None:
    came(ledger, "0001 通过")
    assert "已是“已受理”" in answer(came(ledger, "0001 通过"))
    assert len(to_submitter(ledger)) == 1


def test_an_order_that_was_carried_out_before_mailbot_was_killed_is_not_carried_out_twice(ledger: Books) -> None:
    waiting = spooled(ledger.db, ledger.enter())
    assert waiting is not None
    mail = Mail("<k@example.org>", Address(ORGANIZER), "意见", body_text="0001 退回：广告", authentication=PROVEN)
    review.obey(session(ledger), waiting, mail)
    again = review.obey(session(ledger), waiting, mail)
    assert states(again) == [OrderState.DONE]
    assert ledger.entry().version == 2
    assert len(to_submitter(ledger)) == 1


def test_an_organizers_mail_without_an_order_is_no_submission_and_told_how_to_order(ledger: Books) -> None:
    found = came(ledger, "这几件作品请尽快处理。")
    assert "未识别到指令" in answer(found)
    assert "0144 退回：理由" in answer(found)
    assert "不作为参选材料登记" in answer(came(ledger, "", parts=(Part("智造未来.mp4", "video/mp4", "a" * 64, 1),)))


def test_thanks_are_not_answered(ledger: Books) -> None:
    found = came(ledger, "收到，谢谢！")
    assert found is not None
    assert found.letters == ()


def test_everybody_elses_mail_goes_its_own_way(ledger: Books) -> None:
    assert came(ledger, "0001 通过", sender="maker@example.com") is None
    assert came(ledger, "您好", automatic=Triage.AUTO_REPLY) is None
