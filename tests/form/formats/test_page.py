"""Typed and pasted forms: text, CSV, HTML, and a mail's own body."""

import base64
import quopri
from pathlib import Path

import pytest

from mailbot.extract.kind import file_type
from mailbot.form.clerk import interpret
from mailbot.form.formats.page import of_html, read_html
from mailbot.form.read import read_body, read_body_form, read_document
from mailbot.layout.typed import of_text
from mailbot.model.document import Fact, FactKind, Grid
from mailbot.model.filetype import FileType
from mailbot.model.form import Form, FormReading, FormRow
from mailbot.sandbox import Readers
from tests.make.rules import official, official_words

RULES = official()
WORDS = official_words()
TWO = official_words("高端升级", "数智赋能")
ONE = FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001")
CELLS = ("百炼成钢", "☑高端升级 □数智赋能 □绿色低碳", "", "李小红", "13800000001")
HEAD = ("视频作品名称", "征选主题", "视频链接", "联系人", "手机号码")


def rows(reading: FormReading | None) -> tuple[FormRow, ...]:
    assert reading is not None
    assert reading.form is not None
    assert reading.form.unit in {"云岭机械厂", ""}
    return reading.form.rows


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv(charset: str, delimiter: str, tmp_path: Path) -> None:
    cells = tuple(cell.replace("☑", "√") for cell in CELLS)
    lines = [delimiter.join(line) for line in (("单位名称：云岭机械厂", "", "", "", ""), HEAD, cells)]
    path = tmp_path / "form.csv"
    path.write_bytes("\r\n".join(lines).encode(charset))
    assert rows(read_document(path, FileType.TEXT, RULES)) == (ONE,)


def test_a_csv_with_quoted_breaks(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_text(
        f'{",".join(HEAD)}\n百炼成钢,"√高端升级\n□数智赋能\n□绿色低碳",,李小红,13800000001\n', encoding="gbk"
    )
    assert rows(read_document(path, FileType.TEXT, RULES)) == (ONE,)


def test_a_table_of_strokes() -> None:
    text = "\n".join(f"| {' | '.join(line)} |" for line in (HEAD, ("---",) * 5, CELLS))
    assert rows(read_body(f"老师您好：\n单位名称：云岭机械厂\n{text}\n此致", "", RULES)) == (ONE,)


def test_lines_of_labels() -> None:
    text = "您好：\n单位名称：云岭机械厂\n作品名称：百炼成钢\n征选主题：高端升级\n联系人：李小红\n手机：13800000001"
    assert rows(read_body(text, "", RULES)) == (ONE,)


def html(cells: tuple[str, ...]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in line) for line in (HEAD, cells))
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<html><body><p>您好</p><p>单位名称：云岭机械厂</p><table>{table}</table>"


@pytest.mark.parametrize(
    "themes",
    [
        "☑高端升级<br>□数智赋能<br/>□绿色低碳",
        "<p>☑高端升级</p><p>□数智赋能</p><p>□绿色低碳</p>",
        "&#9745;高端升级 &#9633;数智赋能 &#9633;绿色低碳",
        "<span>☑</span><span>高端</span>升级&nbsp;□数智赋能&nbsp;□绿色低碳",
        "高端升级 <s>数智赋能</s> <s>绿色低碳</s>",
        "高端升级 <span style='text-decoration: line-through'>数智赋能 绿色低碳</span>",
        "<input type=checkbox checked>高端升级 <input type=checkbox>数智赋能 <input type=checkbox>绿色低碳",
        '<span style="font-family:\'Wingdings 2\'">R</span>高端升级 <font face="Wingdings 2">£</font>数智赋能',
    ],
)
def test_a_pasted_table(themes: str) -> None:
    assert rows(read_body("", html((CELLS[0], themes, *CELLS[2:])), RULES)) == (ONE,)


def test_a_table_within_a_table_of_layout() -> None:
    page = f"<table><tr><td>{html(CELLS)}</td></tr></table>"
    assert rows(read_body("", page, RULES)) == (ONE,)


def test_spans() -> None:
    page = (
        "<table><tr><td colspan=5>单位名称：云岭机械厂</td></tr>"
         "<tr>" + "".join(f"<td>{cell}</td>" for cell in HEAD) + "</tr>"
        + "<tr><td>甲</td><td>☑高端升级</td><td></td><td rowspan=2>李小红</td><td rowspan=2>13800000001</td></tr>"
        + "<tr><td>乙</td><td>☑数智赋能</td><td></td></tr></table>"
    )  # fmt: skip
    assert [(row.title, row.contact) for row in rows(read_body("", page, RULES))] == [
        ("甲", "李小红"),
        ("乙", "李小红"),
    ]


LETTERS = [
    "各位老师好：\n附件是我公司的参赛作品《百炼成钢》和推荐汇总表，主题为高端升级。\n联系人：李小红 13800000001",
    "作品名称：百炼成钢\n单位名称：云岭机械厂\n联系人：李小红\n手机：13800000001",
    "请问征选主题中的高端升级和数智赋能可以都选吗？视频链接怎么填？",
    "您好，作品名称、征选主题、视频链接、联系人、手机号码都填好了，高端升级。",
    "| 编号 | 作品名称 | 单位 | 主题 |\n| 1 | 百炼成钢 | 云岭机械厂 | 高端升级 |",
    "高端升级",
    "",
]


@pytest.mark.parametrize("text", LETTERS)
def test_an_ordinary_letter_is_no_form(text: str, readers: Readers) -> None:
    page = "".join(f"<div>{line}</div>" for line in text.split("\n"))
    for reading in (read_body_form(text, "", RULES, readers), read_body_form(text, page, RULES, readers)):
        assert (reading.form, reading.findings) == (None, ())


@pytest.mark.parametrize(
    "text", ["<" * 5000, "<table>" * 3000, "<div>" * 20000, "a\x00b", "<table><tr><td rowspan=99999999>x"]
)
def test_broken_pages(text: str) -> None:
    of_html(text, WORDS)
    of_text(text, WORDS)


@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_a_sheet_of_labels_saved_as_text(delimiter: str) -> None:
    rows = [
        ["推荐汇总表"],
        ["单位名称：甲厂"],
        ["作品名称", "百炼成钢"],
        ["征选主题", "√高端升级"],
        ["联系人", "李小红"],
    ]
    form = interpret(of_text("\n".join(delimiter.join(row) for row in rows), TWO), TWO).form
    assert form == Form("甲厂", "", (FormRow("百炼成钢", ("高端升级",), "", "李小红"),))


def test_a_sheet_of_pairs_saved_as_text() -> None:
    text = "作品名称\t百炼成钢\t征选主题\t高端升级+数智赋能\n联系人\t李小红\t手机号"
    form = interpret(of_text(text, WORDS), WORDS).form
    assert form == Form("", "", (FormRow("百炼成钢", ("高端升级", "数智赋能"), "", "李小红"),))


def test_lines_without_a_cell_beside_them_are_no_rows_of_a_typed_table() -> None:
    text = "作品名称\t主题\t联系人\t电话\n百炼成钢\t高端升级\t李小红\t13800000001\n\n谢谢老师"
    form = interpret(of_text(text, TWO), TWO).form
    assert form is not None
    assert [row.title for row in form.rows] == ["百炼成钢"]


def test_labels_above_a_table_drawn_with_strokes() -> None:
    text = "单位名称 | | 甲厂 | |\n作品名称 | 主题 | 联系人 | 电话 |\n百炼成钢 | 高端升级 | 李小红 | 13800000001 |"
    form = interpret(of_text(text, TWO), TWO).form
    assert form == Form("甲厂", "", (ONE,))


@pytest.mark.parametrize("coding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("sender", ["", "From: <Saved by Blink>\r\n"])
def test_a_page_saved_as_one_file_is_a_form_and_no_mail(coding: str, sender: str, tmp_path: Path) -> None:
    cells = "".join(f"<td>{text}</td>" for text in ("作品名称", "征选主题", "联系人", "手机号码"))
    work = "".join(f"<td>{text}</td>" for text in ("百炼成钢", "☑高端升级", "李小红", "13800000001"))
    page = f"<html><body><table><tr>{cells}</tr><tr>{work}</tr></table></body></html>".encode("gb18030")
    coded = base64.encodebytes(page) if coding == "base64" else quopri.encodestring(page)
    head = (
        f'{sender}MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="--=_Next"\r\n\r\n单个文件网页\r\n\r\n'
    )
    part = f'----=_Next\r\nContent-Transfer-Encoding: {coding}\r\nContent-Type: text/html; charset="gb2312"\r\n\r\n'
    path = tmp_path / "表.doc"
    path.write_bytes(head.encode() + part.encode() + coded + b"\r\n----=_Next--\r\n")
    assert file_type(path) is FileType.HTML
    form = interpret(read_html(path, WORDS), WORDS).form
    assert form is not None
    assert form.rows == (FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001"),)


def test_a_table_of_layout_whose_cells_read_on_from_label_to_value() -> None:
    inner = "".join(f"<td>{text}</td>" for text in HEAD), "".join(f"<td>{text}</td>" for text in CELLS)
    work = f"<tr><td colspan=2><table><tr>{inner[0]}</tr><tr>{inner[1]}</tr></table></td></tr>"
    page = f"<table><tr><td>推荐单位联系人及联系方式：</td><td>王小明 0571-88880000</td></tr>{work}</table>"
    form = interpret(of_html(page, WORDS), WORDS).form
    assert form == Form("", "王小明 0571-88880000", (ONE,))


def test_text_that_was_set_as_it_is_typed() -> None:
    table = "\n".join("\t".join(row) for row in (HEAD, CELLS))
    form = interpret(of_html(f"<pre>单位名称：云岭机械厂\n{table}</pre>", WORDS), WORDS).form
    assert form == Form("云岭机械厂", "", (ONE,))


@pytest.mark.parametrize("loud", ["<b>{}</b>", "<u>{}</u>", '<i style="background:yellow">{}</i>', "<mark>{}</mark>"])
def test_a_choice_that_is_set_off_from_the_others_is_a_doubt(loud: str) -> None:
    page = f"<table><tr><td>{loud.format('高端升级')} 数智赋能</td><td><b>全</b></td></tr></table>"
    cell = of_html(page, WORDS).blocks[0]
    assert isinstance(cell, Grid)
    assert [one.facts for one in cell.rows[0]] == [(Fact(FactKind.SET_OFF, "高端升级"),), ()]


FIELDS = [
    ("<select><option>高端升级<option selected>数智赋能</select>", ("数智赋能",)),
    ("<select><option>高端升级<option>数智赋能</select>", ()),
    ("<input type=radio>高端升级 <input type=radio checked>数智赋能 <input type=radio>绿色低碳", ("数智赋能",)),
]


@pytest.mark.parametrize(("choice", "chosen"), FIELDS)
def test_a_page_with_fields_shows_what_was_put_in(choice: str, chosen: tuple[str, ...]) -> None:
    heads = "".join(f"<td>{one}</td>" for one in ("视频作品名称", "征选主题", "联系人", "手机号码"))
    cells = ('<input value="百炼成钢">', choice, "李小红", "<input type=tel value=13800000001>")
    shown = f"<tr>{''.join(f'<td>{one}</td>' for one in cells)}</tr>"
    hidden = shown.replace("<tr>", '<tr style="display: none">').replace("百炼成钢", "旧作品")
    page = f"<table><tr>{heads}</tr>{shown}{hidden}</table>"
    (row,) = rows(interpret(of_html(page, official_words()), official_words()))
    assert (row.title, row.themes, row.phone) == ("百炼成钢", chosen, "13800000001")


@pytest.mark.parametrize(
    ("row", "titles"),
    [
        ('style="color:#FFFFFF"', ["百炼成钢"]),
        ('style="COLOR: rgb(255, 255, 255); font-size: 12pt"', ["百炼成钢"]),
        ('style="color:#fff" bgcolor="#1f4e79"', ["百炼成钢", "一炉好钢"]),
        ('style="background:navy;color:white"', ["百炼成钢", "一炉好钢"]),
        ('style="border-color:#fff;color:#333"', ["百炼成钢", "一炉好钢"]),
    ],
)
def test_white_letters_on_white_are_no_work_but_a_doubt(row: str, titles: list[str], tmp_path: Path) -> None:
    second = "".join(f"<td>{cell}</td>" for cell in ("一炉好钢", *CELLS[1:]))
    path = tmp_path / "f.html"
    path.write_text(html(CELLS).replace("</table>", f"<tr {row}>{second}</tr></table>"), encoding="utf-8")
    reading = read_document(path, FileType.HTML, RULES)
    assert [one.title for one in rows(reading)] == titles
    assert ("hidden" in {one.details.get("why") for one in reading.findings}) is (len(titles) == 1)
