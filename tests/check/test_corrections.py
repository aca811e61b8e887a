"""The reply is the form: what a clerk's lines and edits in the quoted letter change, and what is left to a person."""

from dataclasses import replace

import pytest

from mailbot.check.decide import decide
from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField
from mailbot.model.decision import Concern, Decision, EventKind, FieldChange
from mailbot.model.entry import EntryStatus, Field, History, extra_field
from mailbot.model.extension import Extension, Scope
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Authentication, Link, Triage, Verdict
from mailbot.model.rules import Rules
from mailbot.model.works import VideoFile, Works
from mailbot.text.corrections import read_corrections
from tests.make.decisions import IN_TIME, LATE, MAKER, UNIT, Room, arrival, brought, film, form, row

ONE, TWO = "GYQG-2024-0001", "GYQG-2024-0002"
LETTER = f"""王一鸣，您好：

1．智造未来
   作品编号：{ONE}
   单位名称：某某装备制造公司
   征选主题：数智赋能
   联系人：王一鸣
   手机号码：1380000
   审核结果：材料不全

2．绿动云岭
   作品编号：{TWO}
   征选主题：未填写
   联系人：王一鸣
"""


@pytest.fixture(name="room")
def _room() -> Room:
    room = Room()
    room.take(
        form(row("智造未来", phone="1380000"), row("绿动云岭", themes=())), film("智造未来.mp4"), film("绿动云岭.mp4")
    )
    return room


def answered(
    room: Room,
    body: str,
    *,
    at: object = IN_TIME,
    rules: Rules | None = None,
    thread: tuple[str, ...] = (ONE, TWO),
    **mail: object,
) -> Decision:
    came = arrival(Works(), 2, at=at, subject="Re: 【需补充】报送", body=body)  # type: ignore[arg-type]
    came = replace(came, mail=replace(came.mail, **mail))  # type: ignore[arg-type]
    known = room.history(came.mail.sender.addr)
    history = replace(known, thread=thread, letters=(LETTER,))
    return decide(came, Works(), Verdict(Triage.INQUIRY, answer=True, reason=""), history, rules or room.rules)


def changed(decision: Decision) -> list[tuple[str, str, str, str]]:
    told = decision.answer.changes if decision.answer else ()
    return [(one.number[-1], one.field, one.before, one.after) for one in told]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("第1件 手机号码：13800000009", [("1", "phone", "1380000", "13800000009")]),
        ("您好，第二件主题改为 绿色低碳，谢谢！", [("2", "themes", "", "绿色低碳")]),
        ("第2件：\n征选主题：绿色低碳、高端升级\n联系人改为李四", [
            ("2", "themes", "", "高端升级、绿色低碳"), ("2", "contact", "王一鸣", "李四"),
        ]),
        ("《智造未来》的标题更正为《智造新未来》", [("1", "title", "智造未来", "智造新未来")]),
        (f"{ONE} 联系电话应为13800000009；{TWO} 联系人由王一鸣改为李四", [
            ("1", "phone", "1380000", "13800000009"), ("2", "contact", "王一鸣", "李四"),
        ]),
        ("作品名称：绿动云岭\n主题：绿色低碳", [("2", "themes", "", "绿色低碳")]),
        ("请将第1件的单位名称修改为云岭重工有限公司。", [("1", "unit", "某某装备制造公司", "云岭重工有限公司")]),
        ("第1件作品名称改为：山，水，与钢", [("1", "title", "智造未来", "山，水，与钢")]),
    ],
)  # fmt: skip
def test_a_clerks_lines_change_what_they_name(room: Room, body: str, wanted: list[tuple[str, str, str, str]]) -> None:
    decision = answered(room, body)
    assert changed(decision) == wanted
    assert decision.attention == ""
    assert {event.kind for event in decision.events} == {EventKind.CORRECTED}
    assert {entry.has_row for entry in decision.entries} == {True}


def test_what_a_line_mends_is_decided_again_and_confirmed(room: Room) -> None:
    decision = answered(room, "第2件 主题改为 绿色低碳")
    (entry,) = decision.entries
    assert (entry.number, entry.themes, entry.status) == (TWO, ("绿色低碳",), EntryStatus.ACCEPTED)
    assert entry.has_row is True
    assert decision.answer is not None
    assert decision.answer.kind is LetterKind.ACCEPTED
    assert decision.answer.changes == (FieldChange(TWO, "themes", "", "绿色低碳"),)
    (event,) = decision.events
    assert (event.number, event.before, event.after, dict(event.details)) == (
        TWO, EntryStatus.INCOMPLETE, EntryStatus.ACCEPTED, {"themes": ""},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "told"),
    [("标题改为《智造新未来》", "智造新未来"), ("联系人改为李四", ""), ("主题改为绿色低碳", ""), ("作者改为张三", "")],
)
def test_what_a_line_says_of_a_film_without_a_row_is_its_row(body: str, told: str) -> None:
    room = Room(Rules(form=CampaignForm((*CampaignForm().fields, FormField("author", "作者")))))
    room.take(film())
    room.take(form(row("绿动云岭")), film("绿动云岭.mp4"))
    (entry,) = answered(room, f"第1件 {body}").entries
    assert (entry.has_row, entry.told_title) == ("作者" not in body, told)


def test_a_title_that_two_works_have_names_neither(room: Room) -> None:
    room.entries[TWO] = replace(room.entries[TWO], title="智造未来")
    assert answered(room, "《智造未来》联系人改为李四").entries == ()


def test_a_corrected_work_that_a_person_refused_is_for_the_person_again(room: Room) -> None:
    refused = replace(room.entries[ONE], status=EntryStatus.REJECTED, set_by_person=frozenset({Field.STATUS}))
    room.entries[ONE] = refused
    (entry,) = answered(room, "第1件 手机号码：13800000009").entries
    assert Code.ENTRY_MENDED in {note.code for note in entry.notes}


@pytest.mark.parametrize(
    "body",
    [
        "手机号码：13800000009",  # of which of the two?
        "第3件 手机号码：13800000009",
        "《不认识》联系人改为李四",
        "第1件 手机号码：不便告知",
        "第1件 主题改为 海洋经济",
        "第1件 主题改为 绿色低碳X",
        "第1件 作品怎么样了，能改吗",
    ],
)
def test_what_is_not_clear_is_a_persons(room: Room, body: str) -> None:
    decision = answered(room, body)
    assert (decision.entries, decision.attention) == ((), Concern.INQUIRY)


@pytest.mark.parametrize("rest", ["另外请问获奖名单何时公布？", "第2件主题改为海洋经济", "第3件联系人改为李四"])
@pytest.mark.parametrize("first", [True, False])
def test_what_is_clear_is_done_and_the_rest_is_a_persons(room: Room, rest: str, *, first: bool) -> None:
    clear = "第1件 手机号码：13800000009"
    decision = answered(room, "。\n".join((clear, rest) if first else (rest, clear)))
    assert changed(decision) == [("1", "phone", "1380000", "13800000009")]
    assert decision.attention == Concern.INQUIRY


def test_a_correction_is_told_with_what_is_wrong_with_its_mail_and_what_other_works_lack(room: Room) -> None:
    decision = answered(room, "第1件 手机号码：13800000009", findings=(Finding(Code.PART_UNSAFE),))
    assert (decision.works, decision.findings) == (Works(), (Finding(Code.PART_UNSAFE),))
    assert decision.answer is not None
    assert (decision.answer.findings, [entry.number for entry in decision.answer.waiting]) == (decision.findings, [TWO])


def test_a_late_work_that_is_corrected_in_time_is_refused_and_its_mail_is_not_late(room: Room) -> None:
    room.entries[ONE] = replace(room.entries[ONE], notes=(Finding(Code.MAIL_LATE),))
    answer = answered(room, "第1件 手机号码：13800000009").answer
    assert answer is not None
    assert answer.kind is LetterKind.REJECTED


@pytest.mark.parametrize(
    ("body", "thread", "number"),
    [
        ("第1件 联系人改为李四", (TWO, ONE), TWO),
        ("联系人改为李四", (TWO,), TWO),
        ("《智造未来》标题改为《智造》", (TWO,), ""),
    ],
)
def test_works_are_counted_and_meant_as_the_answered_letter_tells_them(
    room: Room, body: str, thread: tuple[str, ...], number: str
) -> None:
    decision = answered(room, body, thread=thread)
    assert [entry.number for entry in decision.entries] == [one for one in (number,) if one]


def test_a_corrected_film_of_which_no_holders_are_told_is_nobody_elses(room: Room) -> None:
    came = arrival(Works(), 2, body="第2件 主题改为 绿色低碳")
    history = replace(room.history(came.sender), thread=(ONE, TWO), same_files={})
    verdict = Verdict(Triage.INQUIRY, answer=True, reason="")
    assert [entry.status for entry in decide(came, Works(), verdict, history, room.rules).entries] == ["accepted"]


@pytest.mark.parametrize("mark", ["> ", ""])
def test_a_value_edited_in_the_quoted_letter_is_a_correction(room: Room, mark: str) -> None:
    edited = LETTER.replace("手机号码：1380000", "手机号码：13800000009").replace(
        "征选主题：未填写", "征选主题：绿色低碳"
    )
    quote = "\n".join(f"{mark}{line}" for line in edited.splitlines())
    decision = answered(room, f"已在下方修改，谢谢。\n\n------------------ 原始邮件 ------------------\n{quote}")
    assert changed(decision) == [("1", "phone", "1380000", "13800000009"), ("2", "themes", "", "绿色低碳")]


def test_cells_of_a_quoted_table_are_read_line_by_line(room: Room) -> None:
    cells = f"作品编号\n{ONE}\n手机号码\n13800000009\n联系人\n王一鸣"
    decision = answered(room, f"改好了\n\n----- 原始邮件 -----\n{cells}")
    assert changed(decision) == [("1", "phone", "1380000", "13800000009")]


def test_an_old_quote_brings_no_old_value_back(room: Room) -> None:
    """The entry has changed since the letter was sent; the quote says what the letter said."""
    room.entries[ONE] = replace(room.entries[ONE], phone="13800000007")
    decision = answered(room, f"收到，谢谢。\n\n----- 原始邮件 -----\n{LETTER}")
    assert (decision.entries, decision.attention) == ((), "")
    unmarked = answered(room, f"收到，谢谢。\n\n{LETTER}")
    assert unmarked.entries == ()


OLD, NEW = "https://pan.example.com/s/1", "https://pan.example.com/s/2"


def linked(body: str, *, thread: tuple[str, ...] = (), known: str = OLD, letter: str = "") -> Decision:
    """What follows from a mail with a link, from the sender of one work whose film lies behind another."""
    room = Room()
    room.take(form(row("智造未来", link=known)), *([Link(known, "baidu")] if known else [film("智造未来.mp4")]))
    works = brought(Link(NEW, "baidu", "a1b2"))
    came = arrival(works, 2, subject="Re: 【需补充】报送", body=body)
    history = replace(room.history(came.mail.sender.addr), thread=thread, letters=(letter,))
    return decide(came, works, Verdict(Triage.SUBMISSION, answer=True, reason=""), history, room.rules)


@pytest.mark.parametrize(
    ("body", "thread"),
    [
        (f"您好，视频链接改为 {NEW} 提取码：a1b2，谢谢！", ()),
        (f"第1件 网盘链接更换为：{NEW}\n提取码：a1b2", (ONE,)),
        (f"《智造未来》的下载地址：{NEW}，提取码 a1b2", (ONE,)),
    ],
)
def test_a_link_that_a_line_changes_is_applied_and_confirmed(body: str, thread: tuple[str, ...]) -> None:
    decision = linked(body, thread=thread)
    assert changed(decision) == [("1", "link", OLD, f"{NEW} a1b2")]
    assert [(entry.number, entry.link) for entry in decision.entries] == [(ONE, Link(NEW, "baidu", "a1b2"))]
    assert decision.attention == ""


def test_a_link_edited_in_the_quoted_letter_is_applied() -> None:
    letter = f"1．智造未来\n   作品编号：{ONE}\n   作品视频：链接：{OLD}\n   审核结果：视频待下载核验\n"
    decision = linked(f"已改\n\n----- 原始邮件 -----\n{letter.replace(OLD, NEW)}", thread=(ONE,), letter=letter)
    assert changed(decision) == [("1", "link", OLD, f"{NEW} a1b2")]


def test_a_link_is_set_where_there_was_none() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿动云岭")))
    works = brought(Link(NEW, "baidu", "a1b2"))
    came = arrival(works, 2, body=f"第1件 视频链接：{NEW}")
    history = replace(room.history(came.mail.sender.addr), thread=(ONE, TWO))
    decision = decide(came, works, Verdict(Triage.SUBMISSION, answer=True, reason=""), history, room.rules)
    assert changed(decision) == [("1", "link", "", f"{NEW} a1b2")]


@pytest.mark.parametrize("letter", ["作品视频：{}", "作品视频：<{}>"])
@pytest.mark.parametrize(
    ("said", "understood"), [(Triage.SUBMISSION, Triage.INQUIRY), (Triage.WITHDRAWAL, Triage.WITHDRAWAL)]
)
def test_a_link_quoted_from_our_letter_is_no_submission(letter: str, said: Triage, understood: Triage) -> None:
    room, quoted = Room(), "https://pan.baidu.com/s/1abcdefg"
    room.take(form(row("智造未来", link=quoted)), Link(quoted, "baidu"))
    works = brought(Link(quoted, "baidu"))
    came = arrival(works, 2, body="收到，谢谢！")
    history = replace(room.history(came.sender), letters=(letter.format(quoted),))
    decision = decide(came, works, Verdict(said, answer=True, reason=""), history, room.rules)
    assert (decision.verdict.triage, decision.works.links, decision.entries) == (understood, (), ())
    assert decision.answer is not None
    assert decision.answer.kind is LetterKind.STATE


def test_a_link_beside_a_film_that_is_there_is_not_set() -> None:
    decision = linked(f"第1件 联系人改为李四；视频链接改为 {NEW}", thread=(ONE,), known="")
    assert changed(decision) == []
    assert [entry.link.url for entry in decision.entries if entry.link] == [NEW], "the link is not lost"


@pytest.mark.parametrize(
    ("things", "triage"),
    [
        ((film("千里之行.mp4"),), None),
        ((film("千里之行.mp4"), Link(NEW, "baidu")), None),
        ((), Triage.AUTO_REPLY),
        ((), Triage.WITHDRAWAL),
    ],
)
def test_words_beside_a_new_film_or_of_a_machine_or_a_withdrawal_correct_nothing(
    room: Room, things: tuple[VideoFile | Link, ...], triage: Triage | None
) -> None:
    decision = room.take(*things, triage=triage, body=f"{ONE} 手机号码：13800000009")
    assert changed(decision) == []
    assert room.entries[ONE].phone == "1380000"
    assert [entry.video for entry in decision.entries] == list(things[:1])


def test_a_film_beside_a_link_that_words_give_to_an_entry_is_not_lost() -> None:
    room = Room()
    room.take(form(row("智造未来", link=OLD)), Link(OLD, "baidu"))
    decision = room.take(film("千里之行.mp4"), Link(NEW, "baidu"), body=f"第1件 视频链接改为 {NEW}")
    assert film("千里之行.mp4") in [entry.video for entry in decision.entries]


def test_a_link_that_no_words_give_to_an_entry_is_a_work_of_its_own() -> None:
    decision = linked(f"另一件作品。视频链接：{NEW}")
    assert changed(decision) == []
    assert {entry.number for entry in decision.entries} == {TWO}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("单位名称改为云岭重工有限公司", [
            ("1", "unit", UNIT, "云岭重工有限公司"), ("2", "unit", UNIT, "云岭重工有限公司"),
        ]),
        ("联系人由王一鸣改为李四，谢谢", [("1", "contact", "王一鸣", "李四"), ("2", "contact", "王一鸣", "李四")]),
        ("手机号码均改为13800000009", [
            ("1", "phone", "1380000", "13800000009"), ("2", "phone", "13800000001", "13800000009"),
        ]),
        ("两件作品的联系电话应为13800000009", [
            ("1", "phone", "1380000", "13800000009"), ("2", "phone", "13800000001", "13800000009"),
        ]),
        ("全部作品的手机号都是13800000009", [
            ("1", "phone", "1380000", "13800000009"), ("2", "phone", "13800000001", "13800000009"),
        ]),
        ("所有作品主题改为绿色低碳", [("1", "themes", "数智赋能", "绿色低碳"), ("2", "themes", "", "绿色低碳")]),
    ],
)  # fmt: skip
def test_what_is_said_of_all_or_is_the_same_in_all_is_changed_in_all(
    room: Room, body: str, wanted: list[tuple[str, str, str, str]]
) -> None:
    decision = answered(room, body)
    assert changed(decision) == wanted
    assert decision.attention == ""


@pytest.mark.parametrize(
    "body", ["所有作品的标题改为智造", "三件作品的联系人改为李四", "手机号码改为13800000009", "征选主题改为绿色低碳"]
)
def test_what_differs_between_works_and_names_none_is_a_persons(room: Room, body: str) -> None:
    decision = answered(room, body)
    assert (decision.entries, decision.attention) == ((), Concern.INQUIRY)


def test_a_persons_value_stays(room: Room) -> None:
    room.entries[ONE] = replace(room.entries[ONE], set_by_person=frozenset({Field.PHONE}))
    decision = answered(room, "第1件 手机号码：13800000009")
    assert (decision.entries, decision.attention) == ((), Concern.INQUIRY)


def test_nothing_is_corrected_after_the_deadline_or_by_a_doubtful_sender(room: Room) -> None:
    late = answered(room, "第1件 手机号码：13800000009", at=LATE)
    assert (late.entries, late.attention) == ((), Concern.INQUIRY)
    room.extensions = (Extension(Scope.ADDRESS, MAKER, LATE.replace(day=2)),)
    assert len(answered(room, "第1件 手机号码：13800000009", at=LATE).entries) == 1
    forged = answered(
        room, "第1件 手机号码：13800000009", authentication=Authentication("mx", spf="fail", dmarc="fail")
    )
    assert forged.entries == ()


def test_a_field_of_the_campaigns_own_is_corrected() -> None:
    asked = CampaignForm((FormField("title", "作品名称", FieldKind.TITLE), FormField("author", "作者", also=("主创",))))
    (one,) = read_corrections("主创改为：赵六", asked, (), ("智造未来",)).told
    assert (one.which, one.field.name, one.value) == (None, "author", "赵六")


def test_a_day_is_kept_as_the_form_keeps_it(room: Room) -> None:
    filmed = FormField("filmed", "拍摄日期", kind=FieldKind.DATE)
    asks = Rules(form=CampaignForm((*CampaignForm().fields, filmed)))
    assert changed(answered(room, "第1件 拍摄日期：2024年7月1日", rules=asks)) == [("1", "filmed", "", "2024-07-01")]


def test_a_person_and_the_phone_beside_the_name_are_both_set(room: Room) -> None:
    wanted = [("1", "contact", "王一鸣", "李小红"), ("1", "phone", "1380000", "13900000001")]
    assert changed(answered(room, "第1件 联系人换成李小红，电话13900000001。")) == wanted


def test_a_signature_corrects_nothing_though_our_letter_has_its_mark_too(room: Room) -> None:
    came = arrival(Works(), 2, subject="Re: 报送", body="第1件 手机号码：13800000009\n-- \n王一鸣\n手机：13800000007")
    history = replace(room.history(came.sender), thread=(ONE, TWO), letters=(f"{LETTER}\n--\n本邮件由系统发出",))
    decision = decide(came, Works(), Verdict(Triage.INQUIRY, answer=True, reason=""), history, room.rules)
    assert changed(decision) == [("1", "phone", "1380000", "13800000009")]
    assert decision.attention == ""


SIGN_OFF = "王一鸣\n单位：云岭市工信局\n手机：13800000007"
CONTACT = "联系人：赵六\n单位名称：云岭重工有限公司"


def test_who_writes_is_no_correction_though_he_signs_with_labels(room: Room) -> None:
    decision = answered(room, f"收到，谢谢。\n\n{SIGN_OFF}")
    assert (decision.entries, decision.attention) == ((), "")
    assert changed(answered(room, f"第2件 主题改为 绿色低碳\n\n{SIGN_OFF}")) == [("2", "themes", "", "绿色低碳")]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (f"请问何时公布结果？\n\n{CONTACT}", []),
        (f"联系方式有误，更正如下：\n{CONTACT}", ["contact", "unit"]),
        ("手机号码：13800000009", ["phone"]),
    ],
)
def test_a_value_that_is_good_is_replaced_only_where_words_say_so(room: Room, body: str, fields: list[str]) -> None:
    """The phone of the first work is none: what the letter asked for may simply be told."""
    room.entries = {ONE: replace(room.entries[ONE], unit="某某装备制造公司")}
    decision = answered(room, body, thread=(ONE,))
    assert [field for _, field, _, _ in changed(decision)] == fields


def test_of_two_values_for_one_field_the_first_is_set_and_a_person_looks(room: Room) -> None:
    decision = answered(room, "第1件 手机号码：13800000009\n第1件 手机号码：13800000007")
    assert changed(decision) == [("1", "phone", "1380000", "13800000009")]
    assert decision.attention == Concern.INQUIRY


def test_what_is_there_already_is_no_change(room: Room) -> None:
    assert answered(room, "第1件 联系人：王一鸣").entries == ()


def test_history_without_letters_changes_nothing_by_quotes() -> None:
    assert read_corrections(f"好的\n-----\n{LETTER}", CampaignForm(), (), ()).told == ()
    assert History().letters == ()


def test_a_field_of_the_campaigns_own_is_set_unless_a_person_set_it(room: Room) -> None:
    author = FormField("author", "作者", kind=FieldKind.TEXT)
    asks = Rules(form=CampaignForm((*CampaignForm().fields, author)))
    room.entries[ONE] = replace(room.entries[ONE], extra={"author": "李四"})
    decision = answered(room, "第1件 作者改为：张三", rules=asks)
    assert changed(decision) == [("1", "author", "李四", "张三")]
    assert decision.entries[0].extra == {"author": "张三"}
    assert changed(answered(room, "第2件 作者改为：张三", rules=asks)) == [("2", "author", "", "张三")]
    room.entries[ONE] = replace(room.entries[ONE], set_by_person=frozenset({extra_field("author")}))
    assert answered(room, "第1件 作者改为：张三", rules=asks).entries == ()


def test_a_corrected_work_stays_beside_who_sent_the_same_film_first() -> None:
    room = Room()
    room.take(form(row("山河")), film("山河.mp4", "same"), sender="other@example.com")
    room.take(form(row("智造未来", phone="1380000")), film("智造未来.mp4", "same"))
    (entry,) = answered(room, f"{TWO} 手机号码：13800000009").entries
    assert (entry.phone, entry.status) == ("13800000009", EntryStatus.REVIEW)
    assert Code.VIDEO_DUPLICATE in {finding.code for finding in entry.findings}
