"""Orders read from lines, and the reasons that stand with them."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model.order import Verb
from mailbot.orders.lines import read_orders, short_number
from mailbot.orders.spoken import Spoken
from tests.house.checkout import text_of

SIGNED = "7-492x1-" + "0" * 32


def read(subject: str = "", body: str = "") -> list[tuple[Verb, str]]:
    return [(line.verb, line.target) for line in read_orders(subject, body)]


@pytest.mark.parametrize(
    ("line", "verb", "target"),
    [
        ("0144 通过", Verb.ACCEPT, "0144"),
        ("0144通过", Verb.ACCEPT, "0144"),
        ("０１４４　通过", Verb.ACCEPT, "0144"),
        ("编号0144 通过", Verb.ACCEPT, "0144"),
        ("0144号：通过。", Verb.ACCEPT, "0144"),
        ("通过 0144", Verb.ACCEPT, "0144"),
        ("1. 0144 同意受理", Verb.ACCEPT, "0144"),
        ("accept GYQG-2024-0144", Verb.ACCEPT, "GYQG-2024-0144"),
        ("GYQG-2024-0144 退回：画面有广告", Verb.REJECT, "GYQG-2024-0144"),
        ("0144 不通过", Verb.REJECT, "0144"),
        ("0144 不予受理", Verb.REJECT, "0144"),
        ("0144 未通过", Verb.REJECT, "0144"),
        ("驳回0144", Verb.REJECT, "0144"),
        ("0144 撤回", Verb.WITHDRAW, "0144"),
        ("邮件17 已回复", Verb.SEEN, "17"),
        ("邮件 17：已处理", Verb.SEEN, "17"),
        ("邮件17 未回复", Verb.UNSEEN, "17"),
        ("0043 修改 标题=绿动云岭", Verb.EDIT, "0043"),
        (f"邮件17 确认 {SIGNED}", Verb.CONFIRM, "17"),
    ],
)
def test_an_order_is_read_from_a_line_of_the_body_and_from_the_subject(line: str, verb: Verb, target: str) -> None:
    assert read(body=f"您好：\n{line}\n") == [(verb, target)]
    assert read(subject=f"Re: 回复：{line}") == [(verb, target)]


@pytest.mark.parametrize(
    "line",
    [
        "", "通过", "0144", "通过的作品什么时候公布", "0144 通过吗？", "0144 没有通过吗", "第0001号作品通过复核的理由",
        "邮件17 通过", "0144 已回复", "2024年通过的作品", "请问 0144 通过了没有", "我看了 0144，可以通过",
    ],
)  # fmt: skip
def test_other_sentences_are_no_orders(line: str) -> None:
    assert read(body=line) == []


def test_several_orders_stand_in_one_mail_each_with_its_own_reason() -> None:
    body = "1. 0144、0145号 通过\n2. 0146 退回：时长不足，请重新剪辑\n片尾有广告。\n\n0147 不通过，0148 通过\n"
    found = read_orders("【征选日报】", body)
    assert [(line.verb, line.target, line.reason) for line in found] == [
        (Verb.ACCEPT, "0144", ""),
        (Verb.ACCEPT, "0145", ""),
        (Verb.REJECT, "0146", "时长不足，请重新剪辑\n片尾有广告。"),
        (Verb.REJECT, "0147", ""),
        (Verb.ACCEPT, "0148", ""),
    ]


def test_what_is_quoted_below_orders_nothing() -> None:
    assert read(body="谢谢\n\n------------------ 原始邮件 ------------------\n0144 通过 / 0144 退回") == []


def test_the_digests_own_line_is_read_back_with_its_token() -> None:
    (line,) = read_orders(f"[mailbot] GYQG-2024-0144 退回 {SIGNED}", "与 0001 号为同一作品。\n\n发自我的iPhone")
    assert (line.token, line.reason) == (SIGNED, "与 0001 号为同一作品。")


def test_fields_are_read_one_by_one_as_they_are_written() -> None:
    (line,) = read_orders("", "0043 修改 标题=绿动 云岭：序章；手机号码=13800000000，征选主题=高端升级、绿色低碳")
    assert line.values == ("标题=绿动 云岭：序章", "手机号码=13800000000", "征选主题=高端升级、绿色低碳")


@pytest.mark.parametrize(
    ("target", "short"),
    [
        ("GYQG-2024-0144", "0144"),
        ("A-12345", "12345"),
        ("A-7", "A-7"),
        ("A-1234567", "A-1234567"),
    ],
)
def test_a_number_is_shown_as_short_as_it_is_read_again(target: str, short: str) -> None:
    assert short_number(target) == short


@pytest.mark.parametrize("folder", ["templates", "examples/english/templates"])
@pytest.mark.parametrize("verb", Verb)
def test_what_mailbot_writes_it_reads_in_each_campaigns_words(verb: Verb, folder: str) -> None:
    spoken = Spoken(tomllib.loads(text_of(f"{folder}/words.toml"))["verb"])
    target = "17" if verb.is_of_mail else "0144"
    assert read(body=spoken.order(verb, target)) == [(verb, target)]


@given(st.text(max_size=300), st.text(alphabet="0144通过退回：，\n 邮件张三修改=x", max_size=300))
def test_no_text_raises(subject: str, body: str) -> None:
    assert len(read_orders(subject, body)) <= 200
