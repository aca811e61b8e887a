"""What a person's words set, and what is only said around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model.campaign_form import FieldKind
from mailbot.text.set_values import parted_value

TITLE, PERSON, PHONE, UNIT, CHOICE = (
    FieldKind.TITLE, FieldKind.PERSON, FieldKind.PHONE, FieldKind.UNIT, FieldKind.CHOICE
)  # fmt: skip

ALONE = [
    (TITLE, "《智造新未来》，其他不变。", "智造新未来"),
    (TITLE, "“智造新未来”，请知悉", "智造新未来"),
    (TITLE, "智造新未来（原名智造未来）", "智造新未来"),
    (TITLE, "智造新未来，谢谢老师！", "智造新未来"),
    (TITLE, "山，水，与钢", "山，水，与钢"),
    (TITLE, "山，水，与钢，麻烦更新一下", "山，水，与钢"),
    (TITLE, "匠心（上）", "匠心（上）"),
    (UNIT, "云岭重工（集团）有限公司，麻烦更新一下", "云岭重工（集团）有限公司"),
    (UNIT, "云岭大学（本部）", "云岭大学（本部）"),
    (PERSON, "张三（电话不变）", "张三"),
    (PERSON, "张三，手机不变", "张三"),
    (PHONE, "13900000001（微信同号）", "13900000001"),
    (PHONE, "139 0000 0001，联系人不变", "13900000001"),
    (PHONE, "0871-8888888转801", "0871-8888888-801"),
    (PHONE, "13900000001、13900000002", "13900000001、13900000002"),
    (TITLE, "Steel, Water, Light, please update it, thanks!", "Steel, Water, Light"),
    (TITLE, "云岭，2024", "云岭，2024"),
    (TITLE, "Steel Dreams, everything else stays the same", "Steel Dreams"),
    (CHOICE, "绿色低碳、数智赋能，谢谢", "绿色低碳、数智赋能"),
    (CHOICE, "绿色低碳，数智赋能", "绿色低碳，数智赋能"),
    (FieldKind.LINK, "https://pan.example.com/s/1，提取码 a1b2", "https://pan.example.com/s/1，提取码 a1b2"),
]


@pytest.mark.parametrize(("kind", "said", "value"), ALONE)
def test_a_value_is_parted_from_what_changes_nothing_else(kind: FieldKind, said: str, value: str) -> None:
    assert parted_value(kind, said) == ({kind: value}, False)


@pytest.mark.parametrize(
    "said",
    ["李小红，电话13900000001。", "李小红 13900000001", "李小红（13900000001）", "李小红13900000001，其他不变"],
)
def test_a_phone_beside_a_name_is_the_phone(said: str) -> None:
    assert parted_value(PERSON, said) == ({PERSON: "李小红", PHONE: "13900000001"}, False)


MORE = [
    (UNIT, "云岭重工集团有限公司（盖章版表格稍后补发）", "云岭重工集团有限公司"),
    (UNIT, "云岭重工集团有限公司，发票也请改", "云岭重工集团有限公司"),
    (TITLE, "《智造新未来》，另请问何时公布结果", "智造新未来"),
    (PERSON, "张三，李四不再负责", "张三"),
    (PHONE, "13900000001，请打座机", "13900000001"),
]


@pytest.mark.parametrize(("kind", "said", "value"), MORE)
def test_what_else_is_said_is_a_persons_to_read(kind: FieldKind, said: str, value: str) -> None:
    assert parted_value(kind, said) == ({kind: value}, True)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (TITLE, "智造新未来，因为片头也改了"),
        (TITLE, "绿水青山，我们觉得更贴切"),
        (CHOICE, "绿色低碳，不是数智赋能"),
        (TITLE, "Steel Dreams, could you tell me when the results come"),
    ],
)
def test_a_value_that_words_go_on_behind_is_not_guessed(kind: FieldKind, said: str) -> None:
    assert parted_value(kind, said) == ({}, True)


@given(
    st.sampled_from(FieldKind),
    st.text(alphabet="《》“”（）()，,。！ \n改为其他不变谢智造未来张三13900000001请", max_size=60),
)
def test_a_value_is_a_part_of_what_was_said(kind: FieldKind, said: str) -> None:
    values, _ = parted_value(kind, said)
    assert set(values) <= {kind, PHONE}
    assert all(value in said for of, value in values.items() if of not in {PERSON, PHONE})
