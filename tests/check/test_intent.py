"""What a mail is, whether it is answered, and which mails without works a person must read."""

from dataclasses import replace

import pytest

from mailbot.check.intent import BEGINNING, needs_a_reader, same_words, triage
from mailbot.check.meant import Meant, meant
from mailbot.model.entry import Entry
from mailbot.model.mail import RECEIPT_BY_SUBJECT, Address, Link, Mail, Triage, Verdict
from mailbot.model.works import Works
from tests.make.decisions import IN_TIME, brought, form, row


def asked(body: str, subject: str = "回复：报送短视频", *, known: bool = True) -> bool:
    return needs_a_reader(Mail("<1@x>", Address("a@example.com"), subject, body_text=body), state_is_told=known)


@pytest.mark.parametrize(
    "body",
    [
        "收到，谢谢！", "好的，辛苦了。", "已收到，感谢老师！", "您好：\n收到，谢谢。\n\n发自我的iPhone", "知悉。",
        "OK", "收到，已知悉。", "邮件收悉，打扰了", "OK, thanks", "Thank you very much!", "Noted, many thanks.",
        "收到，谢谢！\n\n王一鸣\n云岭重工有限公司 宣传部\n手机：13800000000",
        "您好，收到！\n祝好\n\n--\n王一鸣\n云岭重工有限公司\n电话：13800000000",
        "收到，谢谢！\n\n------------------ 原始邮件 ------------------\n您报送的作品能否受理？请说明各视频的作品。",
    ],
)  # fmt: skip
def test_courtesy_needs_no_answer(body: str) -> None:
    assert not asked(body)


@pytest.mark.parametrize(
    "body",
    [
        "请问收到了吗？",
        "您好，请确认是否收到我们的作品。",
        "作品审核通过了没有",
        "想查询一下审核进度",
        "我的稿受理了吗",
    ],
)
def test_a_question_about_how_things_stand_is_answered_by_the_state(body: str) -> None:
    assert not asked(body)
    assert asked(body, known=False)


@pytest.mark.parametrize(
    "body",
    [
        "请问视频最长可以多少分钟？", "我们单位的公章刚更换，需要重新盖章吗？", "手机号应为13800000002，请更正。",
        "我们在7月31日18点就发出了，邮箱退信后重发，望予受理。", "1.mp4是《智造未来》，2.mp4是《绿动云岭》。",
        "昨天误发了撤回邮件，请恢复我们的作品。", "这个作品没有广告，请重新审核。",
        "请问收到了吗？另外我们想把第二个作品的主题改为绿色低碳，推荐单位也需要调整，应该怎样操作，是否需要重新盖章上报？",
    ],
)  # fmt: skip
def test_what_only_a_person_can_answer_is_read_by_one(body: str) -> None:
    assert asked(body)


def test_without_a_body_the_subject_speaks() -> None:
    assert asked("", "请问视频大小有限制吗", known=False)
    assert not asked("", "回复：谢谢")


NOTHING = "a person's mail, nothing submitted"
BROUGHT = "a form, video or link in it"
SPAM = "from a junk folder or marked as spam"
BOUNCE = Mail("<1@x>", Address("a@example.com"), "退信", automatic=Triage.BOUNCE, automatic_reason="null path")
LISTED = replace(BOUNCE, automatic=Triage.LIST, automatic_reason="List-Id")
RECEIPT = replace(BOUNCE, automatic=Triage.AUTO_REPLY, automatic_reason=RECEIPT_BY_SUBJECT)
QUESTION = Mail("<1@x>", Address("a@example.com"), "咨询", body_text="请问截止到哪天？")
BACK = replace(QUESTION, body_text="撤稿")
FORM = brought(form(row()))
LINK = Works(links=(Link("https://pan.example.com/s/1", "pan"),))


@pytest.mark.parametrize(
    ("mail", "works", "junk", "what", "answer", "reason"),
    [
        (BOUNCE, FORM, False, Triage.BOUNCE, False, "null path"),
        (replace(BOUNCE, automatic=Triage.OWN), FORM, False, Triage.OWN, False, "null path"),
        (LISTED, Works(), False, Triage.LIST, False, "List-Id"),
        (LISTED, LINK, False, Triage.SUBMISSION, False, f"{BROUGHT}; List-Id"),
        (LISTED, FORM, False, Triage.SUBMISSION, True, f"{BROUGHT}; List-Id"),
        (replace(LISTED, automatic=Triage.AUTO_REPLY), LINK, False, Triage.AUTO_REPLY, False, "List-Id"),
        (RECEIPT, LINK, False, Triage.SUBMISSION, False, f"{BROUGHT}; {RECEIPT_BY_SUBJECT}"),
        (replace(RECEIPT, in_reply_to="<2@x>"), LINK, False, Triage.AUTO_REPLY, False, RECEIPT_BY_SUBJECT),
        (replace(RECEIPT, references=("<2@x>",)), LINK, False, Triage.AUTO_REPLY, False, RECEIPT_BY_SUBJECT),
        (replace(LISTED, automatic=Triage.AUTO_REPLY), FORM, False, Triage.SUBMISSION, True, f"{BROUGHT}; List-Id"),
        (QUESTION, FORM, True, Triage.SUBMISSION, True, BROUGHT),
        (QUESTION, Works(), False, Triage.INQUIRY, True, NOTHING),
        (QUESTION, Works(), True, Triage.INQUIRY, False, f"{SPAM}; {NOTHING}"),
        (replace(QUESTION, spam=True), Works(), False, Triage.INQUIRY, False, f"{SPAM}; {NOTHING}"),
        (replace(QUESTION, addressed=False), Works(), False, Triage.INQUIRY, False,
         f"not addressed to this mailbox; {NOTHING}"),
        (BACK, Works(), False, Triage.WITHDRAWAL, True, "takes an entry back"),
        (BACK, FORM, False, Triage.WITHDRAWAL, True, "takes an entry back"),
        (BACK, Works(), True, Triage.WITHDRAWAL, False, f"{SPAM}; takes an entry back"),
        (replace(QUESTION, answerable=False), Works(), True, Triage.INQUIRY, False, NOTHING),
    ],
)  # fmt: skip
def test_what_a_mail_is_and_whether_it_is_answered(
    mail: Mail, works: Works, *, junk: bool, what: Triage, answer: bool, reason: str
) -> None:
    assert triage(mail, works, junk=junk) == Verdict(what, answer, reason)


@pytest.mark.parametrize(
    ("subject", "body", "back"),
    [
        # a subject that begins with a move needs no work beside it
        ("撤回", "", True),
        ("收回", "", True),
        ("Withdraw", "", True),
        ("表格有误。撤回", "", False),
        # the subject of an answer counts where the body says no more than thanks
        ("撤稿申请", "谢谢老师！", True),
        ("Re: 撤稿申请", "", True),
        ("Re: 撤稿申请", "附件为盖章的申请。", True),
        ("Re: 撤稿申请", "收到，谢谢！", False),
        ("撤稿", "可以退吗？", False),
        # what stands behind the beginning of a body describes a work
        ("报送", f"{'好' * (BEGINNING - 2)}。撤稿", True),
        ("报送", f"{'好' * (BEGINNING - 1)}。撤稿", False),
    ],
)
def test_a_subject_or_the_beginning_of_a_body_takes_back(subject: str, body: str, *, back: bool) -> None:
    mail = replace(QUESTION, subject=subject, body_text=body)
    assert (triage(mail, Works()).triage is Triage.WITHDRAWAL) is back


def test_of_two_numbers_that_begin_alike_the_longer_is_meant() -> None:
    short, long = (Entry(number, "a@example.com", 1, IN_TIME) for number in ("N-1", "N-1-B"))
    assert meant(replace(QUESTION, body_text="申请撤回 N-1-B"), [short, long]) == Meant((long,))
    assert meant(replace(QUESTION, body_text="申请撤回 N-1"), [short, long]) == Meant((short,))
    assert meant(replace(QUESTION, body_text="申请撤回 N-1"), []) == Meant()


def test_a_mail_lies_in_no_junk_folder_unless_that_is_told() -> None:
    assert triage(QUESTION, Works()) == Verdict(Triage.INQUIRY, answer=True, reason=NOTHING)


def test_two_mails_say_the_same_whatever_blanks_and_line_ends_stand_between() -> None:
    assert same_words(replace(QUESTION, body_text="您好\r\n 请问 "), replace(QUESTION, body_text="您好 请问"))
    assert not same_words(QUESTION, BACK)
