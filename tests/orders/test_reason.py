"""The reason that goes out: no signature, no phone, no quote, no disclaimer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.orders.reason import LONGEST, own_reason

REASON = "画面有广告，请删除后重新报送。"


@pytest.mark.parametrize(
    "signature",
    [
        "张三\n传播推广处\n13800000000",
        "张三 13800000000",
        "发自我的iPhone",
        "发自我的 iPhone 15\n",
        "Sent from my iPhone",
        "--\n张三",
        "——————\n工业文化发展中心",
        "此致\n敬礼\n\n张三",
        "祝工作顺利！\n张三",
        "张三\n2024年7月1日",
        "征选活动组委会",
        "李老师",
        "电话：010-00000000\n邮箱：a@example.org",
        "声明：本邮件及其附件含有保密信息，仅供收件人使用。",
        "This e-mail and any attachments are confidential.",
        "zhang@example.org",
        "张三　工业文化发展中心 传播推广处",
    ],
)
@pytest.mark.parametrize("gap", ["", "\n", "\n\n\n"])
def test_a_signature_below_the_reason_stays_inside(signature: str, gap: str) -> None:
    below = f"{REASON}{gap}\n{signature}".splitlines()
    assert own_reason("", below) == REASON
    assert own_reason(REASON, below[1:]) == REASON


@pytest.mark.parametrize(
    "words",
    [
        "与 0001 号为同一作品。",
        "片尾有二维码",
        "有水印\n\n另：请补交授权书。",
        "时长 42 秒，不足 1 分钟",
        "高清版本请重新上传",
    ],
)
def test_a_reason_of_several_paragraphs_goes_out_whole(words: str) -> None:
    assert own_reason("", words.splitlines()) == words


@pytest.mark.parametrize("signature", ["张三\n13800000000", "发自我的iPhone", "李四"])
def test_a_signature_alone_is_no_reason(signature: str) -> None:
    assert own_reason("", ["", *signature.splitlines()]) == ""


def test_a_reason_has_an_end() -> None:
    assert len(own_reason("", ["长" * 2000])) == LONGEST


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=12))
def test_no_text_raises_and_no_mobile_number_of_the_lines_below_goes_out(behind: str, below: list[str]) -> None:
    assert "13800000000" not in own_reason("", [*below, "张三 13800000000", *below])
    assert len(own_reason(behind, below)) <= LONGEST
