"""Phones, names and texts as they are written in forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.text.labels import Label
from mailbot.text.phones import phones
from mailbot.text.values import is_blank, person, phone, written
from tests.make.rules import official_words

WORDS = official_words()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13800000001", "13800000001"),
        ("138 0000 0001", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("138－0000－0001", "13800000001"),
        ("１３８０００００００１", "13800000001"),
        ("+86 13800000001", "13800000001"),
        ("(+86)13800000001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("13800000001.0", "13800000001"),
        ("138000000\n01", "13800000001"),
        ("手机：13800000001", "13800000001"),
        ("0571-88880000", "0571-88880000"),
        ("0571－88880000", "0571-88880000"),
        ("（0571）88880000", "0571-88880000"),
        ("0571 88880000", "0571-88880000"),
        ("010-88880000-123", "010-88880000-123"),
        ("010-8888 0000转123", "010-88880000-123"),
        ("057188880000", "057188880000"),
        ("400-800-0000", "4008000000"),
        ("13800000001/13900000002", "13800000001/13900000002"),
        ("13800000001、13900000002", "13800000001、13900000002"),
        ("13800000001\n13900000002", "13800000001/13900000002"),
        ("13800000001 0571-88880000", "13800000001/0571-88880000"),
        ("010-\n8888000\n5\n1380000\n0001", "010-88880005/13800000001"),
        ("王小明;0571-88880000;13900000002@example.com", "0571-88880000"),
        ("1380000", "1380000"),
        ("待定", "待定"),
        ("", ""),
    ],
)
def test_phones(text: str, number: str) -> None:
    assert phone(text) == number


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李小红 13800000001", "李小红"),
        ("李小红13800000001", "李小红"),
        ("李小红（13800000001）", "李小红"),
        ("李小红，电话：138 0000 0001", "李小红"),
        ("13800000001 李小红", "李小红"),
        ("李小红", "李小红"),
        ("李小红、王小明", "李小红、王小明"),
    ],
)
def test_names_beside_phones(text: str, name: str) -> None:
    assert person(text) == name


@pytest.mark.parametrize(
    "text", ["", " ", "___", "／", "/", "无", "——", "N/A", "　", "…", "《×××》", "XX公司", "单击此处输入文字。"]
)
def test_blank(text: str) -> None:
    assert is_blank(text)
    assert written(text) == ""


@given(st.text(max_size=80))
def test_nothing_breaks_them(text: str) -> None:
    for number in phones(text):
        assert set(number) <= set("0123456789-")
    written(text)
    person(text)
    WORDS.label_of(text)


@given(st.integers(13000000000, 19999999999), st.lists(st.integers(1, 10), max_size=3), st.sampled_from(" -\n"))
def test_a_number_broken_anywhere_is_one(number: int, cuts: list[int], gap: str) -> None:
    text = str(number)
    for cut in cuts:
        text = text[:cut] + gap + text[cut:]
    assert phone(text) == str(number)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("视频作品名称", Label.TITLE),
        ("作品名称", Label.TITLE),
        ("作品标题", Label.TITLE),
        ("短视频名称", Label.TITLE),
        ("参赛作品名称", Label.TITLE),
        ("征选主题（可多选）", Label.THEMES),
        ("参选主题", Label.THEMES),
        ("作品类别", Label.THEMES),
        ("视频链接", Label.LINK),
        ("作品链接及提取码", Label.LINK),
        ("百度网盘链接", Label.LINK),
        ("联系人", Label.CONTACT),
        ("联系人姓名", Label.CONTACT),
        ("手机号码", Label.PHONE),
        ("联系人手机", Label.PHONE),
        ("联系电话（手机）", Label.PHONE),
        ("联系人及手机号码", Label.CONTACT_PHONE),
        ("联系人/电话", Label.CONTACT_PHONE),
        ("单位名称", Label.UNIT),
        ("单位名称（盖章）：", Label.UNIT),
        ("申报单位", Label.UNIT),
        ("推荐单位联系人及联系方式", Label.RECOMMENDER),
        ("推荐单位联系人及电话", Label.RECOMMENDER),
        ("序号", Label.NUMBER),
        ("备注", Label.OTHER),
        ("百炼成钢", None),
        ("云岭机械厂", None),
        ("1", None),
    ],
)
def test_labels(text: str, label: Label | None) -> None:
    assert WORDS.label_of(text) is label


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("林Lin13800000001", "林Lin", "13800000001"),
        ("联系人：李小红\n电话：13800000001", "李小红", "13800000001"),
        ("姓名:李小红 手机:13800000001", "李小红", "13800000001"),
        ("李小红，王小明 13800000001", "李小红，王小明", "13800000001"),
        ("李小红（科长）13800000001", "李小红（科长）", "13800000001"),
        ("李小红 13800000001（微信同号）", "李小红", "13800000001"),
        ("13800000001 (微信同号)", "", "13800000001"),
        ("李小红１３８００００００１１", "李小红", "13800000011"),
        ("李小红 13800000001 13800000001@example.com", "李小红", "13800000001"),
    ],
)
def test_name_and_phone_in_one_cell(text: str, name: str, number: str) -> None:
    assert (person(text), phone(text)) == (name, number)
