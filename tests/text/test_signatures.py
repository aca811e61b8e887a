"""Where a mail's words end and its sender's signature begins."""

import pytest

from mailbot.text.signatures import before_sign_off, before_signature, signature_of

SIGNED = [
    ("收到，谢谢。\n\n王一鸣\n手机：13900000009\n邮箱：wang@example.org", "收到，谢谢。\n"),
    ("好的\n云岭重工有限公司 王一鸣\n电话：0871-12345678\n地址：云岭市工业路1号", "好的"),
    ("请查收附件\n*****\n王一鸣\n单位：云岭重工有限公司党委宣传部", "请查收附件"),
    ("谢谢老师\n王一鸣 | 宣传部\nTel：0871-12345678", "谢谢老师"),
    ("有效期延长了，请放心。\n云岭重工有限公司\n2024年7月1日\n联系电话：13900000009", "有效期延长了，请放心。"),
    ("手机号码改为：13900000009\n王一鸣\n电话：0871-12345678", "手机号码改为：13900000009"),
    ("手机号码：13900000009\n王一鸣", "手机号码：13900000009"),
]


@pytest.mark.parametrize(("body", "above"), SIGNED)
def test_a_name_a_unit_or_a_rule_opens_what_a_mail_closes_with(body: str, above: str) -> None:
    assert "\n".join(before_sign_off(body.splitlines(), ())) == above


@pytest.mark.parametrize(
    "body",
    [
        "请更正：\n联系人：赵六\n手机号码：13900000009",
        "联系人：赵六\n手机号码：13900000009",
        "王一鸣\n手机：13900000009",
        "王一鸣\n手机：13900000009\n请改成以上信息。",
        "",
    ],
)
def test_labels_without_a_name_above_them_and_a_whole_mail_are_words(body: str) -> None:
    assert list(before_sign_off(body.splitlines(), ())) == body.splitlines()


def test_a_works_title_is_no_name() -> None:
    lines = "更正如下：\n石油魂\n联系人：赵六\n手机号码：13900000009".splitlines()
    assert before_sign_off(lines, ()) == lines[:1]
    assert before_sign_off(lines, {"石油魂"}) == lines


def test_a_mark_parts_words_and_signature() -> None:
    body = "请改为《智造》\n-- \n王一鸣\n13800000001"
    assert before_signature(body) == "请改为《智造》\n"
    assert "王一鸣" in signature_of(body)
    assert signature_of("没有签名") == ""
