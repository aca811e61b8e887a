"""How clerks depart from the form: labels above their values, themes by number, works under a theme's heading."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mailbot.form.clerk import interpret
from mailbot.model.document import Block, Document, Placed, laid_out, of_texts
from mailbot.model.form import Form, FormRow
from tests.make.rules import official_words

THEMES = ("高端升级", "数智赋能", "绿色低碳")
WORDS = official_words()
HEAD = ["视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码"]
BY = "推荐单位联系人及联系方式：王小明 0571-88880000"
ORDINARY = ["百炼成钢", "☑高端升级 □数智赋能 □绿色低碳", "", "李小红", "13800000001"]
ONE = FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001")


def read(*blocks: Block) -> Form:
    reading = interpret(Document(blocks), WORDS)
    assert reading.form is not None
    return reading.form


def rows(*table: Sequence[str]) -> tuple[FormRow, ...]:
    return read(of_texts(table)).rows


def test_typed_with_each_value_below_its_label() -> None:
    lines = ("单位名称：", "云岭机械厂", "视频作品名称：", "百炼成钢", "征选主题：", "高端升级", "视频链接：",
             (link := "链接：https://pan.example.com/s/1 提取码：ab12"), "联系人：", "李小红", "手机号码：",
             "13800000001")  # fmt: skip
    form = read(*lines)
    assert (form.unit, form.rows) == ("云岭机械厂", (replace(ONE, link=link),))


@pytest.mark.parametrize("label", ["{1}", "{0}. {1}", "{0}、{1}", "（{0}）{1}", "【{1}】"])
def test_typed_with_each_value_below_its_label_that_has_no_colon(label: str) -> None:
    labels = ("单位名称", "视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码")
    values = ("云岭机械厂", "百炼成钢", "高端升级", "", "李小红", "13800000001")
    lines = [
        text for at, pair in enumerate(zip(labels, values, strict=True), 1)
        for text in (label.format(at, pair[0]), pair[1]) if text
    ]  # fmt: skip
    form = read(*lines)
    assert (form.unit, form.rows) == ("云岭机械厂", (ONE,))


def test_labels_left_blank_take_nothing_from_below() -> None:
    form = read("单位名称：", "（个人参选可不填）", of_texts([HEAD, ORDINARY]))
    assert (form.unit, form.rows) == ("", (ONE,))


def test_labels_and_values_in_one_sentence() -> None:
    form = read("1. 作品名称：百炼成钢；征选主题：高端升级；联系人：李小红；手机号码：13800000001；")
    assert form.rows == (ONE,)


def test_works_beside_labels_in_whatever_order() -> None:
    second = FormRow("乙", ("数智赋能",), "", "王小明", "13800000002")
    cards = [of_texts([["联系人", row.contact], ["手机号码", row.phone], ["作品名称", row.title],
                       ["征选主题", *row.themes]]) for row in (ONE, second)]  # fmt: skip
    for by in (BY, "单位名称：甲厂  联系人及联系方式：王小明 0571-88880000"):
        form = read(by, *cards)
        assert (form.recommender, form.rows) == ("王小明 0571-88880000", (ONE, second))


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("征选主题（1.高端升级 2.数智赋能 3.绿色低碳，填序号）", "1、3"),
        ("征选主题\n①高端升级②数智赋能③绿色低碳", "①③"),
        ("征选主题（A高端升级 B数智赋能 C绿色低碳）", "A、C"),
        ("主题（一、高端升级 二、数智赋能 三、绿色低碳）", "一 三"),
    ],
)
def test_themes_by_the_numbers_that_the_header_gives_them(head: str, cell: str) -> None:
    table = [["作品名称", head, "联系人", "手机号码"], ["百炼成钢", cell, "李小红", "13800000001"]]
    assert rows(*table) == (replace(ONE, themes=("高端升级", "绿色低碳")),)


def test_a_number_that_the_header_does_not_give_is_for_a_person() -> None:
    table = [["作品名称", "征选主题", "联系人", "手机号码"], ["百炼成钢", "1、3", "李小红", "13800000001"]]
    assert rows(*table) == (replace(ONE, themes=(), doubts=("themes",)),)


def test_a_theme_that_heads_the_works_below_it() -> None:
    head = ["序号", "作品名称", "视频链接", "联系人", "手机号码"]
    work = ["1", "百炼成钢", "", "李小红", "13800000001"]
    grid = laid_out(
        [
            *(Placed(0, column, text) for column, text in enumerate(head)),
            Placed(1, 0, "一、高端升级", columns=5),
            *(Placed(2, column, text) for column, text in enumerate(work)),
            Placed(3, 0, "二、数智赋能", columns=5),
            *(Placed(4, column, text) for column, text in enumerate(["2", "乙", *work[2:]])),
        ]
    )
    assert read(grid).rows == (ONE, replace(ONE, title="乙", themes=("数智赋能",)))


def test_who_reports_below_the_works_is_not_the_recommender() -> None:
    form = read(BY, of_texts([HEAD, ORDINARY]), "填报单位联系人：赵青 电话：0571-88880001")
    assert form.recommender == "王小明 0571-88880000"


def test_both_choices_in_a_theme_s_own_column() -> None:
    table = [["作品名称", *THEMES, "联系人", "手机号码"],
             ["百炼成钢", "☑是□否", "□是☑否", "□是 √否", "李小红", "13800000001"]]  # fmt: skip
    assert rows(*table) == (ONE,)


def test_the_date_behind_the_recommender_is_none_of_it() -> None:
    assert read(f"{BY}    填报时间：2024年6月18日", of_texts([HEAD, ORDINARY])).recommender == "王小明 0571-88880000"


@pytest.mark.parametrize(
    "table",
    [
        [
            ["序号", "名称", "官网链接", "联系人", "联系电话"],
            ["1", "云岭影视", "https://a.example.com", "李小红", "13800000001"],
        ],
        [["作品名称", "百炼成钢", "作品类别", "☑视听 □美术"], ["著作权人", "甲厂", "联系人", "李小红"]],
    ],
)
def test_a_table_that_names_no_theme_and_asks_for_no_film_is_no_form(table: list[list[str]]) -> None:
    assert interpret(Document((of_texts(table),)), WORDS).form is None


def test_lines_of_a_themes_cell_that_were_taken_for_rows_are_one_work_s() -> None:
    parts = [["", "☑数智赋能", "", "", ""], ["", "□绿色低碳", "", "", ""]]
    above = ["百炼成钢", "□高端升级", "", "李小红", "13800000001"]
    assert rows(HEAD, above, *parts) == (replace(ONE, themes=("数智赋能",)),)


def test_a_choice_that_a_blank_row_was_given_beforehand_is_nobody_s() -> None:
    above = ["百炼成钢", "高端升级、数智赋能", "", "李小红", "13800000001"]
    blank = ["", "绿色低碳", "", "", ""]
    assert rows(HEAD, above, blank) == (replace(ONE, themes=("高端升级", "数智赋能")),)


def test_an_address_with_chinese_in_it_is_rejoined() -> None:
    row = ["百炼成钢", "高端升级", "http://www.example.com/视频/展播.ht\nml", "李小红", "13800000001"]
    assert rows(HEAD, row)[0].link == "http://www.example.com/视频/展播.html"


WITHOUT_THEMES = (["作品名称", "视频链接", "联系人", "手机号码"], ["百炼成钢", "", "李小红", "13800000001"])


def test_a_theme_above_a_table_without_them_is_its_works() -> None:
    second = of_texts([WITHOUT_THEMES[0], ["乙", *WITHOUT_THEMES[1][1:]]])
    form = read("一、高端升级", of_texts(WITHOUT_THEMES), "二、绿色低碳", second)
    assert form.rows == (ONE, replace(ONE, title="乙", themes=("绿色低碳",)))


def test_a_list_of_all_themes_above_a_table_chooses_none() -> None:
    assert read("高端升级", "数智赋能", "绿色低碳", of_texts(WITHOUT_THEMES)).rows == (replace(ONE, themes=()),)


def test_a_head_may_tell_the_themes_without_brackets() -> None:
    head = ["作品名称", "征选主题：从“高端升级”“数智赋能”“绿色低碳”中选填", "联系人", "手机号码"]
    assert rows(head, ["百炼成钢", "高端升级", "李小红", "13800000001"]) == (ONE,)


def test_the_recommender_keeps_its_words_under_any_label() -> None:
    form = read("联系人及联系方式：王小明 手机：13800000002", of_texts([HEAD, ORDINARY]))
    assert form.recommender == "王小明 手机：13800000002"


@pytest.mark.parametrize(
    "hint",
    [
        ["1", "2", "3", "4", "5"],
        ["（1）", "（2）", "（3）", "（4）", "（5）"],
        ["A", "B", "C", "D", "E"],
        ["（与文件名一致）", "（在□内打√）", "（网盘链接）", "（姓名）", "（11位）"],
    ],
)
def test_a_row_below_the_header_that_counts_or_explains_is_no_work(hint: list[str]) -> None:
    assert rows(HEAD, hint, ORDINARY) == (ONE,)


def test_a_work_whose_title_is_a_number_is_one() -> None:
    assert rows(HEAD, ["1", *ORDINARY[1:]]) == (replace(ONE, title="1"),)


def test_a_tick_in_the_cell_beside_its_theme() -> None:
    card = laid_out(
        [
            Placed(0, 0, "作品名称", columns=2), Placed(0, 2, "百炼成钢"),
            Placed(1, 0, "征选主题", rows=3), Placed(1, 1, "高端升级"), Placed(1, 2, "√"),
            Placed(2, 1, "数智赋能"), Placed(3, 1, "绿色低碳"),
            Placed(4, 0, "联系人", columns=2), Placed(4, 2, "李小红"),
            Placed(5, 0, "手机号码", columns=2), Placed(5, 2, "13800000001"),
        ]
    )  # fmt: skip
    assert read(card).rows == (ONE,)


def test_works_that_name_all_themes_only_together_are_two() -> None:
    second = FormRow("乙", ("数智赋能", "绿色低碳"), "", "王小明", "13800000002")
    tables = [of_texts([HEAD, [row.title, "、".join(row.themes), "", row.contact, row.phone]]) for row in (ONE, second)]
    assert read(tables[0], "续表", tables[1]).rows == (ONE, second)


@pytest.mark.parametrize("left", ["单击此处输入文字。", "《×××》", "XX公司", "Click or tap here to enter text."])
def test_what_a_template_said_before_is_nobody_s_word(left: str) -> None:
    form = read(f"单位名称：{left}", of_texts([HEAD, ORDINARY, ["二", left, left, "李小红", "13800000001"]]))
    assert form.unit == ""
    assert form.rows[1] == FormRow("二", (), "", "李小红", "13800000001")


def test_whom_to_call_above_works_that_name_nobody_is_called_about_each() -> None:
    table = of_texts([row[:3] for row in (HEAD, ORDINARY, ["二", *ORDINARY[1:]])])
    form = read("单位名称：甲厂", "联系人：李小红", "手机号码：13800000001", table)
    assert (form.recommender, form.rows) == ("", (ONE, replace(ONE, title="二")))
    named = read("单位名称：甲厂", "联系人：王小明", "手机号码：13800000002", of_texts([HEAD, ORDINARY]))
    assert (named.recommender, named.rows) == ("王小明 13800000002", (ONE,))


def test_a_blank_cell_adds_nothing_to_another_of_its_field() -> None:
    head, row = [*HEAD, "联系人"], [*ORDINARY, "XXX"]
    assert rows(head, row) == (ONE,)
    card = [["作品名称", "百炼成钢", "单击此处输入文字"], ["征选主题", "高端升级", ""], ["联系人", "李小红", "/"],
            ["手机号码", "13800000001", ""]]  # fmt: skip
    assert rows(*card) == (ONE,)
