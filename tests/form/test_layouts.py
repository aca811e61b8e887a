"""Layouts that submitters make of the form, typed as grids: what a careful clerk reads from each."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mailbot.form.clerk import interpret
from mailbot.model.document import Block, Document, Placed, laid_out, of_texts
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form, FormRow
from tests.make.rules import official_words

THEMES = ("高端升级", "数智赋能", "绿色低碳")
WORDS = official_words()
HEAD = ["视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码"]
FIRST = "☑高端升级 □数智赋能 □绿色低碳"
BLANK = "□高端升级 □数智赋能 □绿色低碳"
UNIT = "单位名称：云岭机械厂"
BY = "推荐单位联系人及联系方式：王小明 0571-88880000"
ONE = FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001")


def read(*blocks: Block) -> Form:
    reading = interpret(Document(blocks), WORDS)
    assert reading.form is not None
    return reading.form


def rows(*table: Sequence[str]) -> tuple[FormRow, ...]:
    return read(of_texts(table)).rows


ORDINARY = ["百炼成钢", FIRST, "", "李小红", "13800000001"]
TABLES: dict[str, list[list[str]]] = {
    "as the notice has it": [HEAD, ORDINARY, ["", BLANK, "", "", ""]],
    "with numbers": [["序号", *HEAD], ["1", *ORDINARY], ["2", "", BLANK, "", "", ""]],
    "in another order": [
        ["手机号码", "联系人", "视频链接", "征选主题", "作品名称"],
        ["13800000001", "李小红", "", FIRST, "百炼成钢"],
    ],
    "synonyms": [["短视频名称", "参选主题", "网盘链接", "负责人", "联系电话"], ORDINARY],
    "blanks within words": [["作 品 名 称", "主  题", "链 接", "联 系 人", "手 机\n号 码"], ORDINARY],
    "contact and phone in one column": [
        ["作品名称", "主题", "视频链接", "联系人及手机号码"],
        ["百炼成钢", FIRST, "", "李小红 13800000001"],
    ],
    "contact and phone in one column, broken": [
        ["作品名称", "主题", "视频链接", "联系人/电话"],
        ["百炼成钢", FIRST, "", "李小红\n138-0000-0001"],
    ],
    "notes in the header": [["作品名称\n（与文件名一致）", "征选主题（可多选，在□内打√）",
                             "视频链接\n及提取码", "联系人",
                             "手机号码/邮箱"],
                            ORDINARY],
    "themes named in the header": [["作品名称", "征选主题（高端升级/数智赋能/绿色低碳）", "联系人", "手机号码"],
                                   [ORDINARY[0], "高端升级", *ORDINARY[3:]]],
    "a header repeated": [HEAD, HEAD, ORDINARY],
    "an example row": [HEAD, ["示例：智造之光", FIRST, "", "张三", "13800000009"], ORDINARY],
    "an example number": [["序号", *HEAD], ["例", "智造之光", FIRST, "", "张三", "13800000009"], ["1", *ORDINARY]],
    "notes below": [HEAD, ORDINARY, ["注：每条作品时长1-8分钟", "", "", "", ""], ["填表人：张三", "", "", "", ""]],
    "a total": [HEAD, ORDINARY, ["合计", "1", "", "", ""]],
    "unit rows above": [[UNIT, "", "", "", ""], [BY, "", "", "", ""], HEAD, ORDINARY],
    "unit cells above": [["单位名称", "云岭机械厂", "", "", ""], HEAD, ORDINARY],
    "unknown columns": [["作品名称", "作者", "主题", "时长", "联系人", "电话", "备注"],
                        ["百炼成钢", "某某", FIRST, "3分钟", "李小红", "13800000001", "无"]],
    "a theme a column": [["作品名称", "高端升级", "数智赋能", "绿色低碳", "视频链接", "联系人", "手机号码"],
                         ["百炼成钢", "√", "", "", "", "李小红", "13800000001"]],
    "a theme a column below a head": [
        ["作品名称", "征选主题", "", "", "联系人", "手机号码"],
        ["", "高端升级", "数智赋能", "绿色低碳", "", ""],
        ["百炼成钢", "√", "", "□", "李小红", "13800000001"],
    ],
    "a theme a column with words": [["作品名称", "高端升级", "数智赋能", "绿色低碳", "联系人", "手机号码"],
                                    ["百炼成钢", "是", "否", "否", "李小红", "13800000001"]],
    "a theme a column with boxes": [["作品名称", "高端升级", "数智赋能", "绿色低碳", "联系人", "手机号码"],
                                    ["百炼成钢", "☑", "☐", "☐", "李小红", "13800000001"]],
    "full-width digits": [HEAD, ["百炼成钢", FIRST, "", "李小红", "１３８０００００００１"]],
    "a phone with blanks": [HEAD, ["百炼成钢", FIRST, "", "李小红", "138 0000 0001"]],
    "a phone with its country": [HEAD, ["百炼成钢", FIRST, "", "李小红", "+86 138-0000-0001"]],
    "a phone as a float": [HEAD, ["百炼成钢", FIRST, "", "李小红", "13800000001.0"]],
    "nothing meant by strokes": [HEAD, ["百炼成钢", FIRST, "/", "李小红", "13800000001"]],
    "labels at the left": [["作品名称", "百炼成钢"], ["征选主题", FIRST], ["视频链接", ""], ["联系人", "李小红"],
                           ["手机号码", "13800000001"]],
    "labels at the left, two a row": [["作品名称", "百炼成钢", "征选主题", FIRST], ["视频链接", "无", "", ""],
                                      ["联系人", "李小红", "手机号码", "13800000001"]],
    "labels at the left, blank cells beside": [["作品名称", "百炼成钢", "", ""], ["征选主题", FIRST, "", ""],
                                               ["联系人", "李小红", "手机号码", "13800000001"]],
    "labels at the left below the unit": [["单位名称", "云岭机械厂"],
                                          ["推荐单位联系人及联系方式", "王小明 0571-88880000"],
                                          ["作品名称", "百炼成钢"], ["征选主题", FIRST], ["联系人", "李小红"],
                                          ["手机", "13800000001"]],
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_one_work_in_any_table(name: str) -> None:
    assert rows(*TABLES[name]) == (ONE,)


HEADS: dict[str, tuple[Block, ...]] = {
    "paragraphs": (UNIT, BY),
    "one paragraph": (f"{UNIT}    {BY}",),
    "one blank between": (f"{UNIT} {BY}",),
    "half-width colons": ("单位名称:云岭机械厂", "推荐单位联系人及联系方式:王小明 0571-88880000"),
    "underlined": ("单位名称：__云岭机械厂____", "推荐单位联系人及联系方式：＿王小明 0571-88880000＿＿"),
    "no colon": ("单位名称  云岭机械厂", "推荐单位联系人及联系方式  王小明 0571-88880000"),
    "blanks within": ("单 位 名 称：云岭机械厂", BY),
    "sealed": ("单位名称（盖章）：云岭机械厂", BY),
    "sealed behind": ("单位名称：云岭机械厂（盖章）", BY),
    "cells": (of_texts([["单位名称", "云岭机械厂"], ["推荐单位联系人及联系方式", "王小明 0571-88880000"]]),),
    "cells with colons": (
        of_texts([["单位名称：", "云岭机械厂"], ["推荐单位联系人及联系方式：", "王小明 0571-88880000"]]),
    ),
    "four cells": (of_texts([["单位名称", "云岭机械厂", "推荐单位联系人及联系方式", "王小明 0571-88880000"]]),),
    "apart": (UNIT, "推荐单位联系人：王小明", "联系方式：0571-88880000"),
    "another word": ("申报单位：云岭机械厂", "推荐单位联系人及电话：王小明 0571-88880000"),
}


@pytest.mark.parametrize("name", HEADS)
def test_unit_and_recommender_wherever_they_stand(name: str) -> None:
    form = read(*HEADS[name], of_texts([HEAD, ORDINARY]))
    assert (form.unit, form.recommender, form.rows) == ("云岭机械厂", "王小明 0571-88880000", (ONE,))


def test_the_recommender_s_words_are_kept() -> None:
    form = read("推荐单位联系人及联系方式：联系人：王小明，电话：0571-88880000", of_texts([HEAD, ORDINARY]))
    assert form.recommender == "联系人：王小明，电话：0571-88880000"


def test_two_units_are_a_doubt() -> None:
    tables = [of_texts([[f"单位名称：{unit}", "", "", "", ""], HEAD, [title, *ORDINARY[1:]]])
              for unit, title in (("甲厂", "其一"), ("乙厂", "其二"))]  # fmt: skip
    reading = interpret(Document(tuple(tables)), WORDS)
    assert reading.form is not None
    assert [row.title for row in reading.form.rows] == ["其一", "其二"]
    assert reading.form.doubts == ("unit",)
    assert Code.FORM_UNCERTAIN in {finding.code for finding in reading.findings}


def test_several_tables_and_works() -> None:
    form = read(of_texts([HEAD, ORDINARY]), "第二页", of_texts([HEAD, ["二", *ORDINARY[1:]]]))
    assert [row.title for row in form.rows] == ["百炼成钢", "二"]


def test_a_table_goes_on_over_the_page() -> None:
    form = read(of_texts([HEAD, ORDINARY]), of_texts([["二", *ORDINARY[1:]]]))
    assert [row.title for row in form.rows] == ["百炼成钢", "二"]


def test_one_table_a_work() -> None:
    def table(title: str) -> Block:
        return of_texts([["作品名称", title], ["主题", FIRST], ["联系人", "李小红"], ["手机号码", "13800000001"]])

    assert [row.title for row in read(table("一号"), table("二号")).rows] == ["一号", "二号"]


def test_works_side_by_side() -> None:
    form = read(of_texts([["作品名称", "一号", "二号"], ["征选主题", FIRST, "数智赋能"], ["联系人", "甲某", "乙某"],
                          ["手机号码", "13800000001", "13800000002"]]))  # fmt: skip
    assert form.rows == (
        FormRow("一号", ("高端升级",), "", "甲某", "13800000001"),
        FormRow("二号", ("数智赋能",), "", "乙某", "13800000002"),
    )


def test_a_merged_contact_is_everybody_s() -> None:
    cells = [*(Placed(0, column, text) for column, text in enumerate(HEAD)),
             Placed(1, 0, "一号"), Placed(1, 1, FIRST), Placed(1, 3, "李小红", rows=2),
             Placed(1, 4, "13800000001", rows=2),
             Placed(2, 0, "二号"), Placed(2, 1, "□高端升级 ☑数智赋能 □绿色低碳")]  # fmt: skip
    assert [(row.contact, row.phone) for row in read(laid_out(cells)).rows] == [("李小红", "13800000001")] * 2


def test_a_contact_that_reaches_down_into_a_blank_row_makes_no_work() -> None:
    cells = [*(Placed(0, column, text) for column, text in enumerate(HEAD)),
             Placed(1, 0, "一号"), Placed(1, 1, FIRST), Placed(1, 3, "李小红", rows=2),
             Placed(1, 4, "13800000001", rows=2), Placed(2, 1, BLANK)]  # fmt: skip
    assert [row.title for row in read(laid_out(cells)).rows] == ["一号"]


def test_a_title_over_several_rows_is_one_work() -> None:
    cells = [*(Placed(0, column, text) for column, text in enumerate(HEAD)), Placed(1, 0, "一号", rows=3),
             *(Placed(row, 1, text) for row, text in enumerate(("☑高端升级", "□数智赋能", "☑绿色低碳"), 1)),
             Placed(1, 3, "李小红", rows=3), Placed(1, 4, "13800000001", rows=3)]  # fmt: skip
    assert read(laid_out(cells)).rows == (FormRow("一号", ("高端升级", "绿色低碳"), "", "李小红", "13800000001"),)


def test_a_head_of_two_rows_whose_other_heads_reach_down() -> None:
    upper = [Placed(0, 0, "序号", rows=2), Placed(0, 1, "作品名称", rows=2), Placed(0, 2, "征选主题", columns=3),
             Placed(0, 5, "联系方式", columns=2)]  # fmt: skip
    lower = [Placed(1, 2 + number, theme) for number, theme in enumerate(THEMES)]
    lower += [Placed(1, 5, "姓名"), Placed(1, 6, "手机")]
    data = [
        Placed(2, column, text) for column, text in enumerate(("1", "百炼成钢", "√", "", "", "李小红", "13800000001"))
    ]
    assert read(laid_out([*upper, *lower, *data])).rows == (ONE,)


def units(*table: Sequence[str], above: tuple[Block, ...] = ()) -> tuple[str, list[str]]:
    form = read(*above, of_texts(table))
    assert form.doubts == ()
    return form.unit, [row.unit for row in form.rows]


WITH_UNIT = ["报送单位", *HEAD]


def test_a_column_of_units_gives_each_row_its_own() -> None:
    table = (
        WITH_UNIT,
        ["甲厂", "其一", *ORDINARY[1:]],
        ["同上", "其二", *ORDINARY[1:]],
        ["乙厂", "其三", *ORDINARY[1:]],
    )
    assert units(*table) == ("", ["甲厂", "甲厂", "乙厂"])
    assert units(*table, above=(UNIT,)) == ("云岭机械厂", ["甲厂", "甲厂", "乙厂"])
    assert units(*table, above=("单位名称：甲厂",)) == ("甲厂", ["", "", "乙厂"])


def test_one_unit_in_every_row_is_the_form_s() -> None:
    assert units(WITH_UNIT, ["甲厂", *ORDINARY], ["甲厂", "其二", *ORDINARY[1:]]) == ("甲厂", ["", ""])


def test_who_filmed_is_not_who_sends_in() -> None:
    assert units(["制作单位", *HEAD], ["影视公司", *ORDINARY], above=(UNIT,)) == ("云岭机械厂", [""])


def test_a_row_that_leaves_its_unit_blank_is_a_doubt() -> None:
    form = read(of_texts([WITH_UNIT, ["甲厂", "其一", *ORDINARY[1:]], ["", "其二", *ORDINARY[1:]]]))
    assert [(row.unit, row.doubts) for row in form.rows] == [("甲厂", ()), ("", ("unit",))]


def test_the_same_as_above() -> None:
    found = rows(HEAD, ORDINARY, ["二", "同上", "", "同上", "同上"])
    assert found[1] == FormRow("二", ("高端升级",), "", "李小红", "13800000001")


@pytest.mark.parametrize(
    "title", ["《百炼成钢》", "“芯”火相传", "大国重器·盾构机", "5G+工业互联网", "Made in 云岭", "绿动（二）"]
)
def test_titles_keep_their_marks(title: str) -> None:
    assert rows(HEAD, [title, *ORDINARY[1:]])[0].title == title


@pytest.mark.parametrize(
    ("cell", "link"),
    [
        ("https://pan.example.com/s/1?pwd=8x2k", "https://pan.example.com/s/1?pwd=8x2k"),
        ("链接：https://pan.example.com/s/1 提取码：ab12", "链接：https://pan.example.com/s/1 提取码：ab12"),
        ("https://pan.example.com/s/1AbC\nDeF", "https://pan.example.com/s/1AbCDeF"),
        ("https://\nwww.example.c\nom/s/\n1A", "https://www.example.com/s/1A"),
        ("https://pan.example.com/s/1\n提取码：\nab12", "https://pan.example.com/s/1 提取码：ab12"),
        ("无", ""),
        ("——", ""),
    ],
)
def test_links(cell: str, link: str) -> None:
    assert rows(HEAD, ["甲", FIRST, cell, "李小红", "13800000001"])[0].link == link


def test_a_hyperlink_behind_words() -> None:
    cells = [*(Placed(0, column, text) for column, text in enumerate(HEAD)), Placed(1, 0, "甲"), Placed(1, 1, FIRST),
             Placed(1, 2, "点击观看", "https://pan.example.com/s/2"), Placed(1, 4, "13800000001")]  # fmt: skip
    assert read(laid_out(cells)).rows[0].link == "https://pan.example.com/s/2"


def test_a_code_in_its_own_column() -> None:
    found = rows([*HEAD, "提取码"], ["甲", FIRST, "https://pan.example.com/s/1", "李小红", "13800000001", "ab12"])
    assert found[0].link == "https://pan.example.com/s/1 提取码：ab12"


def test_typed_line_by_line() -> None:
    lines = ("作品名称：百炼成钢", "征选主题：高端升级", "联系人：李小红", "手机号码：13800000001")
    assert read(UNIT, *lines).rows == (ONE,)


def test_nothing_filled_is_an_empty_form() -> None:
    reading = interpret(Document((UNIT, of_texts([HEAD, ["", BLANK, "", "", ""]]))), WORDS)
    assert reading.form == Form("云岭机械厂")
    assert [finding.code for finding in reading.findings] == [Code.FORM_EMPTY]


NO_FORMS: dict[str, tuple[Block, ...]] = {
    "nothing": (),
    "a letter": ("尊敬的组委会：", "现报送我单位作品，征选主题为高端升级，请查收。", "联系人：李小红 13800000001"),
    "a promise": (
        "版权承诺书",
        "作品名称：百炼成钢",
        "单位名称：云岭机械厂",
        "联系人：李小红",
        "联系电话：13800000001",
    ),
    "another table": (of_texts([["姓名", "部门", "电话"], ["李小红", "宣传部", "13800000001"]]),),
    "works that were judged": (
        "入围作品公示名单",
        of_texts(
            [["编号", "作品名称", "征选主题", "推荐单位", "评审得分"], ["1", "百炼成钢", "高端升级", "甲厂", "92.5"]]
        ),
    ),
    "whom to call about each theme": (
        of_texts([["征选主题", "联系人", "联系电话"], ["高端升级", "李小红", "13800000001"]]),
    ),
    "a price list": (of_texts([["产品名称", "型号", "单价"], ["机床", "X1", "100"]]),),
}


@pytest.mark.parametrize("name", NO_FORMS)
def test_what_is_no_form_is_none(name: str) -> None:
    reading = interpret(Document(NO_FORMS[name]), WORDS)
    assert (reading.form, reading.findings) == (None, ())


def test_a_form_of_unknown_layout_is_for_a_person() -> None:
    table = of_texts([["甲", "乙", "丙"], ["高端升级", "x", "y"]])
    reading = interpret(Document(("推荐汇总表", table)), WORDS)
    assert [finding.code for finding in reading.findings] == [Code.FORM_UNREADABLE]


def test_doubts_name_row_and_field() -> None:
    reading = interpret(Document((of_texts([HEAD, ["甲", "数字赋能", "", "李小红", "13800000001"]]),)), WORDS)
    assert reading.form is not None
    assert reading.form.rows[0].themes == ()
    assert reading.form.rows[0].doubts == ("themes",)
    assert dict(reading.findings[0].details) == {"field": "themes", "row": 1, "title": "甲"}


def test_a_themes_column_is_known_by_what_stands_in_it() -> None:
    assert rows(
        ["序号", "作品名称", "申报赛区", "联系人", "手机号码"], ["1", "百炼成钢", FIRST, "李小红", "13800000001"]
    ) == (ONE,)


def test_themes_beside_a_label_that_nobody_knows() -> None:
    table = [["作品名称", "绿色低碳"], ["申报赛区", FIRST], ["联系人", "李小红"], ["手机号码", "13800000001"]]
    assert rows(*table)[0] == FormRow("绿色低碳", ("高端升级",), "", "李小红", "13800000001")


@pytest.mark.parametrize(
    "note", ["（单位盖章）", "请于5月31日前报送。", "2024年5月20日", "填报日期：2024年5月20日", "谢谢！"]
)
@pytest.mark.parametrize("column", [0, 3, 4])
def test_a_note_below_the_rows_is_no_work(note: str, column: int) -> None:
    below = [""] * 5
    below[column] = note
    assert rows(HEAD, ORDINARY, below) == (ONE,)


def test_whom_to_call_at_the_end_of_a_note_is_no_recommender() -> None:
    form = read(UNIT, of_texts([HEAD, ORDINARY]), "请于5月31日前将本表发送至组委会，联系电话：010-88880000。")
    assert form.recommender == ""


def test_a_link_keeps_the_words_that_a_netdisk_puts_around_it() -> None:
    link = "链接：https://pan.example.com/s/1 提取码：ab12"
    assert read("作品名称：百炼成钢", "主题：高端升级", f"视频链接：{link}", "联系人：李小红").rows[0].link == link


def test_a_choice_by_name_alone_beside_its_label() -> None:
    table = [
        ["作品名称", "百炼成钢", "征选主题", "高端升级"],
        ["网盘链接", "", "联系人", "李小红"],
        ["电话", "13800000001", "", ""],
    ]
    assert rows(*table) == (ONE,)


def test_a_narrow_cell_breaks_numbers_and_addresses_anywhere() -> None:
    table = [HEAD, ["百炼成钢", FIRST, "https:/\n/pan.exam\nple.com\n/s/1", "李小红", "010—\n8888000\n0"]]
    assert rows(*table)[0] == FormRow(
        "百炼成钢", ("高端升级",), "https://pan.example.com/s/1", "李小红", "010-88880000"
    )


def test_who_signs_below_the_works_is_neither_a_work_nor_the_recommender() -> None:
    form = read(
        UNIT,
        of_texts([HEAD, ORDINARY, ["填表人", "何某", "", "联系电话", "13800000009"]]),
        "填表人：何某  联系电话：13800000009",
    )
    assert (form.rows, form.recommender) == ((ONE,), "")


def test_who_signs_below_one_work_is_none_of_its_labels() -> None:
    signed = [["填表人", "联系电话", "", "", ""], ["何某", "13800000009", "", "", ""]]
    assert rows(HEAD, ORDINARY, *signed)[0] == ONE


def test_labels_above_their_values_some_beside_others() -> None:
    form = read(of_texts([["单位名称", "推荐单位联系人及联系方式"], ["云岭机械厂", "王小明 0571-88880000"],
                          ["作品名称", "征选主题"], ["百炼成钢", FIRST], ["联系人", "手机号码"],
                          ["李小红", "13800000001"]]))  # fmt: skip
    assert form == Form("云岭机械厂", "王小明 0571-88880000", (ONE,))


def test_labels_above_their_values_without_one_for_the_themes_are_no_reason_to_see_no_form() -> None:
    table = [
        ["作品名称", "视频链接", "联系人"],
        ["百炼成钢", "无", ""],
        ["", "", "手机号码"],
        [FIRST, "", "13800000001"],
    ]
    assert rows(*table)[0].title == "百炼成钢"


def test_a_heading_across_the_works_is_none_of_them() -> None:
    cells = [*(Placed(0, column, text) for column, text in enumerate(HEAD, 1)), Placed(1, 1, "一、企业类", columns=5),
             *(Placed(2, column, text) for column, text in enumerate(ORDINARY, 1))]  # fmt: skip
    assert read(laid_out(cells)).rows == (ONE,)


def test_links_of_works_side_by_side() -> None:
    links = ["链接：https://pan.example.com/s/1 提取码：ab12", "https://pan.example.com/s/2 提取码：cd34"]
    table = [["作品名称", "一号", "二号"], ["主题", FIRST, FIRST], ["网盘链接", *links], ["联系人", "甲某", "乙某"]]
    assert [row.link for row in rows(*table)] == links


TWO = "□高端升级 ☑数智赋能 □绿色低碳"


@pytest.mark.parametrize("repeated", [[], [HEAD]])
@pytest.mark.parametrize(
    ("above", "below"),
    [
        (
            ["《百炼", "☑高端升级 □数", "https://pan.exam", "李小红", "138000"],
            ["成钢》", "智赋能 □绿色低碳", "ple.com/s/1", "", "00001"],
        ),
        (["《百炼成钢》", FIRST, "https://pan.exam", "李小红", "138000"], ["", "", "ple.com/s/1", "", "00001"]),
    ],
)
def test_a_row_that_a_page_break_cut_is_one_work(above: list[str], below: list[str], repeated: list[list[str]]) -> None:
    form = read(
        of_texts([HEAD, above]), "第2页", of_texts([*repeated, below, ["二", TWO, "", "王小明", "13800000002"]])
    )
    assert form.rows == (
        FormRow("《百炼成钢》", ("高端升级",), "https://pan.example.com/s/1", "李小红", "13800000001"),
        FormRow("二", ("数智赋能",), "", "王小明", "13800000002"),
    )


def test_labels_of_two_works_side_by_side() -> None:
    table = [["作品名称", "百炼成钢", "作品名称", "二"], ["征选主题", FIRST, "征选主题", TWO],
             ["联系人", "李小红", "联系人", "王小明"],
             ["手机号码", "13800000001", "手机号码", "13800000002"]]  # fmt: skip
    assert rows(*table) == (ONE, FormRow("二", ("数智赋能",), "", "王小明", "13800000002"))


def test_a_table_goes_on_whatever_words_its_next_row_holds() -> None:
    link = "链接：https://pan.example.com/s/1 提取码：ab12"
    form = read(of_texts([HEAD, ORDINARY]), of_texts([["二", "高端升级", link, "王小明", "手机：13800000002"]]))
    assert form.rows[1:] == (FormRow("二", ("高端升级",), link, "王小明", "13800000002"),)


def test_rows_of_another_width_without_a_header_are_for_a_person() -> None:
    reading = interpret(Document((of_texts([HEAD, ORDINARY]), of_texts([["二", TWO, "王小明 13800000002"]]))), WORDS)
    assert [finding.code for finding in reading.findings] == [Code.FORM_UNCERTAIN]


def test_labels_between_brackets() -> None:
    lines = ("【作品名称】百炼成钢", "【征选主题】：高端升级", "【联系人】李小红", "【手机号码】13800000001")
    assert read(UNIT, *lines).rows == (ONE,)
    link = "链接：https://pan.example.com/s/1 提取码：ab12"
    assert read(UNIT, *lines, f"【视频链接】{link}").rows == (replace(ONE, link=link),)


def test_phones_of_works_side_by_side() -> None:
    table = [["作品名称", "一号", "二号"], ["主题", FIRST, FIRST], ["手机", "手机：13800000001", "13800000002"]]
    assert [row.phone for row in rows(*table)] == ["13800000001", "13800000002"]


BESIDE = [["作品名称", "智造未来"], ["征选主题", FIRST], ["联系人", "王一鸣"], ["手机号码", "13800000002"]]
ABOVE = [["作品名称", "征选主题"], ["智造未来", FIRST], ["联系人", "手机号码"], ["王一鸣", "13800000002"]]


@pytest.mark.parametrize("other", [BESIDE, ABOVE], ids=["beside", "above"])
def test_a_work_with_labels_of_its_own_next_to_a_table_of_works_is_not_passed_over(other: list[list[str]]) -> None:
    table = of_texts([HEAD, ORDINARY])
    for blocks in ((of_texts(other), table), (table, of_texts(other))):
        reading = interpret(Document(blocks), WORDS)
        assert Finding(Code.FORM_UNCERTAIN, {"field": "form"}) in reading.findings
    same = of_texts([["作品名称", "《百炼成钢》"], *BESIDE[1:]])
    assert interpret(Document((same, table)), WORDS).findings == ()


def test_a_sheet_of_examples_beside_the_form_holds_no_works() -> None:
    example = of_texts([HEAD, ["示例作品", BLANK.replace("□", "☑", 1), "", "张三", "13900000000"]])
    assert read("填写示例", example, "推荐表", of_texts([HEAD, ORDINARY])).rows == (ONE,)
    assert len(read("填写示例", of_texts([HEAD, ORDINARY])).rows) == 1  # filled in where it stood


def test_a_form_in_traditional_script_is_read() -> None:
    head = ["視頻作品名稱", "徵選主題（可多選）", "視頻鏈接", "聯繫人", "手機號碼"]
    choice = "☑高端升級 □數智賦能 □綠色低碳"
    form = read("單位名稱：雲嶺機械廠", of_texts([head, ["百煉成鋼", choice, "", "李小紅", "13800000001"]]))
    assert form.unit == "雲嶺機械廠"
    assert form.rows == (FormRow("百煉成鋼", ("高端升级",), "", "李小紅", "13800000001"),)


def test_lines_of_a_page_that_was_too_narrow_for_its_sheet_are_for_a_person() -> None:
    lines = ("视频作品名称征选主题（可视频链接  联系人  手机号码", "光的重量  □高端升级 ☑数智赋能  钱小雨  13800000001")
    reading = interpret(Document(("推荐汇总表", *lines)), WORDS)
    assert reading.form is None
    assert [finding.code for finding in reading.findings] == [Code.FORM_UNREADABLE]
    notice = ("关于报送推荐汇总表的通知", "主题：高端升级、数智赋能、绿色低碳", "联系人：赵明 13800000001")
    assert interpret(Document(notice), WORDS).findings == ()


def test_paragraphs_parted_by_tabs_are_the_table_that_they_were() -> None:
    assert read(UNIT, "\t".join(HEAD), "\t".join(ORDINARY)).rows == (ONE,)
