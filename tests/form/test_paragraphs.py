"""Labels that stand one below the other, all of them first, and then all values."""

import pytest

from mailbot.form.clerk import interpret
from mailbot.form.paragraphs import with_values
from mailbot.model.document import Document
from mailbot.model.form import FormRow
from tests.make.rules import official_words

WORDS = official_words()
HEAD = ["视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码"]
ONE = ["光的重量", "□高端升级 ☑数智赋能 □绿色低碳", "https://pan.baidu.com/s/1a", "钱小雨", "13800000001"]
TWO = ["一炉好钢", "☑高端升级 □数智赋能 □绿色低碳", "孙立", "13800000002"]
FIRST = FormRow("光的重量", ("数智赋能",), "https://pan.baidu.com/s/1a", "钱小雨", "13800000001")
SECOND = FormRow("一炉好钢", ("高端升级",), "", "孙立", "13800000002")
UNIT = "单位名称"


def rows(*paragraphs: str) -> list[FormRow]:
    form = interpret(Document(paragraphs), WORDS).form
    return list(form.rows) if form is not None else []


TYPED: list[tuple[list[str], list[FormRow]]] = [
    ([*HEAD, *ONE], [FIRST]),
    ([f"{head}：" for head in HEAD] + ONE, [FIRST]),
    ([*HEAD, *ONE, *TWO], [FIRST, SECOND]),
    ([*HEAD, *TWO, *ONE], [SECOND, FIRST]),
    (["推荐汇总表", "单位名称：云岭机械厂", *HEAD, *ONE, "填报日期：2024年7月1日"], [FIRST]),
    ([*HEAD, *ONE, *HEAD, *TWO], [FIRST, SECOND]),
]


@pytest.mark.parametrize(("paragraphs", "wanted"), TYPED)
def test_values_are_given_to_their_labels_in_turn(paragraphs: list[str], wanted: list[FormRow]) -> None:
    assert rows(*paragraphs) == wanted


def test_the_unit_s_label_in_the_list_is_answered_once() -> None:
    form = interpret(Document((UNIT, *HEAD, "云岭机械厂", *ONE, *TWO)), WORDS).form
    assert form is not None
    assert form.unit == "云岭机械厂"
    assert list(form.rows) == [FIRST, SECOND]


UNFITTING = [
    [*HEAD],
    [*HEAD, "光的重量"],
    [*HEAD, *ONE, "请于七月底前报送"],
    [*HEAD, ONE[1], ONE[0], *ONE[2:]],
    [*HEAD[:1], *HEAD[3:], ONE[0], *ONE[3:]],
]


@pytest.mark.parametrize("paragraphs", UNFITTING)
def test_what_does_not_fit_is_left_as_it_is(paragraphs: list[str]) -> None:
    assert with_values(paragraphs, WORDS) == paragraphs
