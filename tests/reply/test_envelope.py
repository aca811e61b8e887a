"""To whom an answer goes, under which subject, in which thread."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model.mail import Address, Mail
from mailbot.reply.envelope import envelope_for, greeting, is_sane, message_id, recipient, topic

OWN = frozenset({"submissions@163.com"})
MAKER = Address("maker@example.com", "王一鸣")
MAIL = Mail("<1@mail.example.com>", MAKER, "报送短视频")


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com",
        "a.b+c@sub.example.com",
        "13800000001@163.com",
        "a_b-c@qq.com",
        "o'neil@example.org",
        "a@例子.test",
        "王一鸣@例子.test",
    ],
)
def test_a_persons_address_is_sane(address: str) -> None:
    assert is_sane(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@example.com",
        "a@",
        "a@-",
        "a b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com,b@example.com",
        "<a@example.com>",
        "a@b@example.com",
        "a..b@example.com",
        "a@example..com",
        "noreply@example.com",
        "no-reply@example.com",
        "MAILER-DAEMON@example.com",
        "postmaster@163.com",
        "owner-list@example.com",
        "list-request@example.com",
        f"{'a' * 65}@example.com",
        "a@[127.0.0.1]",
        "a\u202eb@example.com",
        "a@例 子.test",
        f"a@{'例' * 300}.test",
    ],
)
def test_an_address_that_nobody_reads_or_that_smuggles_is_not(address: str) -> None:
    assert not is_sane(address)


@pytest.mark.parametrize(
    ("reply_to", "chosen"),
    [
        ((), "maker@example.com"),
        ((Address("other@example.org"),), "other@example.org"),
        ((Address("other@example.org"), Address("third@example.org")), "maker@example.com"),
        ((Address("noreply@example.org"),), "maker@example.com"),
        ((Address("submissions@163.com"),), "maker@example.com"),
        ((Address("Submissions+a@163.com"), Address("other@example.org")), "other@example.org"),
    ],
)
def test_one_sane_reply_to_is_preferred_to_from(reply_to: tuple[Address, ...], chosen: str | None) -> None:
    to = recipient(replace(MAIL, reply_to=reply_to), OWN)
    assert (to.addr if to else None) == chosen


@pytest.mark.parametrize(
    "sender", ["Submissions@163.com", "submissions+a@163.com", "postmaster@example.com", "", "not an address"]
)
def test_ourselves_and_nobody_are_not_answered(sender: str) -> None:
    assert recipient(replace(MAIL, sender=Address(sender)), OWN) is None


def test_an_answer_stands_in_the_thread() -> None:
    mail = replace(MAIL, references=("<r1@x>", "<r2@x>"), in_reply_to="<r2@x>")
    envelope = envelope_for(mail, MAKER)
    assert (envelope.recipient, envelope.in_reply_to) == ("maker@example.com", "<1@mail.example.com>")
    assert envelope.references == ("<r1@x>", "<r2@x>", "<1@mail.example.com>")
    assert envelope.subject_of == "报送短视频"


def test_in_reply_to_stands_in_for_missing_references() -> None:
    assert envelope_for(replace(MAIL, in_reply_to="<0@x>"), MAKER).references == ("<0@x>", "<1@mail.example.com>")


def test_a_long_thread_keeps_its_first_and_its_newest() -> None:
    thread = tuple(f"<{one}@x>" for one in range(100))
    kept = envelope_for(replace(MAIL, references=thread), MAKER).references
    assert len(kept) == 20
    assert (kept[0], kept[1], kept[-1]) == ("<0@x>", "<82@x>", "<1@mail.example.com>")


@pytest.mark.parametrize(
    "hostile",
    ["<a@x>\r\nBcc: b@example.com", "<a@x> <b@x>", "no angles", "<>", "<中文@x>", "<a\x00@x>", f"<{'a' * 600}@x>", ""],
)
def test_an_id_that_is_none_goes_into_no_header(hostile: str) -> None:
    envelope = envelope_for(replace(MAIL, message_id=hostile, references=(hostile, "<r@x>")), MAKER)
    assert envelope.in_reply_to == ""
    assert envelope.references == ("<r@x>",)


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("报送短视频", "报送短视频"),
        ("Re: 报送", "报送"),
        ("RE：FW: 回复：转发： 报送", "报送"),
        ("Re[2]: 报送", "报送"),
        ("回复: Re: Fwd: 报送", "报送"),
        ("回复报送情况", "回复报送情况"),
        ("Re: 【已受理】GYQG-2024-0001 等 3 件 回复：报送", "报送"),
        ("回复：【需补充】GYQG-2024-0001 回复：【已受理】GYQG-2024-0001 回复：报送", "报送"),
        ("Re: [Accepted] TS-2025-0001 Re: our film", "our film"),
        ("【报送】某某公司", "【报送】某某公司"),
        ("报送\r\nBcc: b@example.com", "报送 Bcc: b@example.com"),
        ("  报\t送  ", "报 送"),
        ("\u202e报送\x00", "报送"),
        ("", ""),
        ("Re:", ""),
    ],
)
def test_a_subject_is_one_line_without_its_prefixes(subject: str, bare: str) -> None:
    assert topic(subject) == bare


@given(st.text())
def test_no_subject_breaks_a_header(subject: str) -> None:
    bare = topic(subject)
    assert len(bare) <= 120
    assert bare.isprintable()
    assert topic(bare) == bare or "…" in bare or topic(bare) in bare


def test_a_message_id_is_made_from_its_key_alone_in_the_senders_domain() -> None:
    made = message_id("mail:abc:answer", "征选活动组委会 <submissions@163.com>")
    assert made == message_id("mail:abc:answer", "Submissions <submissions@163.com>")
    assert re.fullmatch(r"<mailbot\.[0-9a-f]{32}@163\.com>", made)
    assert made != message_id("mail:abc:replay", "submissions@163.com")


@pytest.mark.parametrize(
    ("name", "contact", "told"),
    [
        ("王一鸣", "李四", "王一鸣"),
        ("", "李四", "李四"),
        (" 王\n一鸣 ", "", "王 一鸣"),
        ("maker@example.com", "李四", "李四"),
        ("点击 https://evil.example", "", ""),
        ("www.evil.example", "", ""),
        ("<b>王</b>", "", ""),
        ("很" * 21, "", ""),
        ("\u202e王", "", ""),
        ("admin", "", ""),
        ("wangyiming88", "", ""),
        ("13800000000", "李四", "李四"),
        ("QQ邮箱用户", "李四", "李四"),
        ("网易用户", "", ""),
        ("管理员", "李四", "李四"),
        ("Jane Doe", "", "Jane Doe"),
        ("", "138 0000 0000", ""),
        ("Admin", "李四", "李四"),
        ("系统管理员", "", ""),
        ("administrator", "", ""),
        ("+86 13800000000", "", ""),
        ("138-0000-0000", "", ""),
        ("１３８００００００００", "", ""),
        ("王一鸣13800000000", "李四", "李四"),
        ("010-00000000", "", ""),
        ("123456789", "", ""),
        ("QQ123456", "", ""),
        ("webmaster", "", ""),
        ("info", "", ""),
        ("office@example.com", "", ""),
        ("no-reply", "", ""),
        ("user_01", "", ""),
        ("某某公司办公室", "", "某某公司办公室"),
        ("李 四", "", "李 四"),
        ("欧阳修远", "", "欧阳修远"),
        ("阿卜杜拉·买买提", "", "阿卜杜拉·买买提"),
        ("O'Neil, Mary", "", "O'Neil, Mary"),
        ("", "", ""),
    ],
)
def test_a_greeting_is_a_name_and_nothing_else(name: str, contact: str, told: str) -> None:
    assert greeting(Address("a@example.com", name), contact) == told


def test_an_international_domain_is_written_in_ascii() -> None:
    assert envelope_for(MAIL, Address("qian@例子.test")).recipient == "qian@xn--fsqu00a.test"
    assert envelope_for(MAIL, Address("王一鸣@例子.test")).recipient == "王一鸣@xn--fsqu00a.test"
