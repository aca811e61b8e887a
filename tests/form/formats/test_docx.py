"""Where Word hides ticks and texts, in real files made by python-docx."""

# ruff: noqa: ANN401, SLF001, FBT003 - python-docx has no types, and its private elements are where ticks hide

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.form import Form
from tests.make.rules import official

RULES = official()
HEAD = ("视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码")
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
Fill = Callable[[Any], None]


def form_of(document: Any, folder: Path) -> Form:
    path = folder / "form.docx"
    document.save(str(path))
    reading = read_document(path, FileType.DOCX, RULES)
    assert reading is not None
    assert reading.form is not None
    return reading.form


def with_cell(fill: Fill) -> Any:
    """A form with one row whose themes cell `fill` writes."""
    document = docx.Document()
    document.add_paragraph("单位名称：云岭机械厂")
    table = document.add_table(rows=2, cols=5)
    for cell, text in zip(table.rows[0].cells, HEAD, strict=True):
        cell.text = text
    for cell, text in zip(table.rows[1].cells, ("百炼成钢", "", "", "李小红", "13800000001"), strict=True):
        cell.text = text
    fill(table.cell(1, 1).paragraphs[0])
    return document


def run(paragraph: Any, text: str, **looks: Any) -> Any:
    made = paragraph.add_run(text)
    for name, value in looks.items():
        setattr(made.font, name, value)
    return made


def ticked_by(*xml_and_text: str) -> Fill:
    def fill(paragraph: Any) -> None:
        for one in xml_and_text:
            if one.startswith("<"):
                paragraph._p.append(parse_xml(one.replace(">", f" {nsdecls('w')} {W14}>", 1)))
            else:
                paragraph.add_run(one)

    return fill


def control(*, checked: str, shown: str) -> str:
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{checked}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:t>{shown}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def field(inner: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{inner}</w:checkBox></w:ffData></w:fldChar>'
        "<w:instrText> FORMCHECKBOX </w:instrText></w:r>"
    )


def drawn_over(*code: str) -> str:
    """Word's 带圈字符: an EQ field, its code in as many runs as Word likes."""
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{one}</w:instrText></w:r>' for one in code)
    ends = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end")]
    return f"<w:smartTag>{ends[0]}{runs}{ends[1]}</w:smartTag>"


def symbol(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def lettered(letter: str, font: str) -> str:
    return f'<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t>{letter}</w:t></w:r>'


def striking(element: str) -> str:
    return f"<w:r><w:rPr><w:{element}/></w:rPr><w:t>数智赋能</w:t></w:r>"


CELLS = {
    "control": (control(checked="1", shown="☒"), UP := "高端升级 ", control(checked="0", shown="☐"), "数智赋能"),
    "control with words": (control(checked="true", shown="☐"), UP, control(checked="false", shown="☐"), "数智赋能"),
    "control behind": ("高端升级", control(checked="1", shown="☒"), " 数智赋能", control(checked="0", shown="☐")),
    "field checked": (field("<w:checked/>"), UP, field('<w:checked w:val="0"/>'), "数智赋能"),
    "field by default": (field('<w:default w:val="1"/>'), UP, field('<w:default w:val="0"/>'), "数智赋能"),
    "field unchecked over default": (field('<w:default w:val="0"/><w:checked/>'), UP,
                                     field('<w:default w:val="1"/><w:checked w:val="0"/>'), "数智赋能"),
    "wingdings": (symbol("Wingdings", "F0FE"), UP, symbol("Wingdings", "F0A8"), "数智赋能"),
    "wingdings tick": (symbol("Wingdings", "F0FC"), UP, symbol("Wingdings", "F06F"), "数智赋能"),
    "wingdings 2": (symbol("Wingdings 2", "F052"), UP, symbol("Wingdings 2", "F0A3"), "数智赋能"),
    "wingdings 2 without its place": (symbol("Wingdings 2", "0052"), UP, symbol("Wingdings 2", "00A3"), "数智赋能"),
    "a letter in wingdings 2": (lettered("R", "Wingdings 2"), UP, lettered("£", "Wingdings 2"), "数智赋能"),
    "a tick in wingdings 2": (lettered("P", "Wingdings 2"), UP, lettered("*", "Wingdings 2"), "数智赋能"),
    "private use": ("\uf0fe", UP, "\uf0a8", "数智赋能"),
    "struck": ("高端升级 ", striking("strike"), " "),
    "struck twice": ("高端升级 ", striking("dstrike"), " "),
    "broken anywhere": ("□", "高端", "升级√", "\n", "□数智", "赋能"),
    "drawn over one another": (drawn_over(r" eq \o\ac(□,√)"), UP, "□数智赋能"),
    "drawn over one another, the code broken": (drawn_over(r" EQ \o\ac(", "○", ",√)"), UP, "○数智赋能"),
    "drawn over one another in a simple field": (r'<w:fldSimple w:instr="EQ \o(□,√)"></w:fldSimple>', UP,
                                                 "□数智赋能"),
    "tracked": ("<w:del><w:r><w:delText>☑数智赋能</w:delText></w:r></w:del>", "☑高端升级 ",
                "<w:ins><w:r><w:t>□数智赋能</w:t></w:r></w:ins>"),
    "hidden": ("☑高端升级 □数智赋能", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>☑绿色低碳</w:t></w:r>"),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_a_tick_that_hides(name: str, tmp_path: Path) -> None:
    form = form_of(with_cell(ticked_by(*CELLS[name])), tmp_path)
    assert [(row.title, row.themes, row.doubts) for row in form.rows] == [("百炼成钢", ("高端升级",), ())]


def test_a_style_that_strikes(tmp_path: Path) -> None:
    def fill(paragraph: Any) -> None:
        style = paragraph.part.document.styles.add_style("Gone", WD_STYLE_TYPE.CHARACTER)
        style.font.strike = True
        paragraph.add_run("高端升级 ")
        paragraph.add_run("数智赋能").style = style

    assert form_of(with_cell(fill), tmp_path).rows[0].themes == ("高端升级",)


def test_a_placeholder_is_nothing(tmp_path: Path) -> None:
    document = with_cell(lambda paragraph: paragraph.add_run("☑高端升级"))
    cell = document.tables[0].cell(1, 2).paragraphs[0]
    cell._p.append(
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r>"
            "<w:t>单击或点击此处输入文字。</w:t></w:r></w:sdtContent></w:sdt>"
        )
    )
    assert form_of(document, tmp_path).rows[0].link == ""


def test_unit_in_the_page_header(tmp_path: Path) -> None:
    document = with_cell(lambda paragraph: paragraph.add_run("☑高端升级"))
    document.paragraphs[0].clear()
    document.sections[0].header.paragraphs[0].text = "单位名称：云岭机械厂"
    assert form_of(document, tmp_path).unit == "云岭机械厂"


def test_a_unit_underlined_behind_its_label(tmp_path: Path) -> None:
    document = with_cell(lambda paragraph: paragraph.add_run("☑高端升级"))
    document.paragraphs[0].clear()
    document.paragraphs[0].add_run("单位名称：")
    run(document.paragraphs[0], "   云岭机械厂      ", underline=True)
    assert form_of(document, tmp_path).unit == "云岭机械厂"


def test_a_control_around_a_whole_cell_and_row(tmp_path: Path) -> None:
    document = with_cell(lambda paragraph: paragraph.add_run("☑高端升级"))
    row = document.tables[0].rows[1]._tr
    wrapped = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    row.addprevious(wrapped)
    wrapped[0].append(row)
    cell = row.tc_lst[0]
    around = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    cell.addprevious(around)
    around[0].append(cell)
    assert [line.title for line in form_of(document, tmp_path).rows] == ["百炼成钢"]


def test_a_hyperlink_behind_words(tmp_path: Path) -> None:
    document = with_cell(lambda paragraph: paragraph.add_run("☑高端升级"))
    target = document.part.relate_to("https://pan.example.com/s/1", RELATIONSHIP_TYPE.HYPERLINK, True)
    document.tables[0].cell(1, 2).paragraphs[0]._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{target}"><w:r><w:t>点击下载</w:t></w:r></w:hyperlink>')
    )
    assert form_of(document, tmp_path).rows[0].link == "https://pan.example.com/s/1"


def test_merged_cells(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=5)
    table.cell(0, 0).merge(table.cell(0, 4)).text = "单位名称：云岭机械厂"
    for column, text in enumerate(HEAD):
        table.cell(1, column).text = text
    for row, title in ((2, "一号"), (3, "二号")):
        table.cell(row, 0).text, table.cell(row, 1).text = title, "☑高端升级 □数智赋能"
    table.cell(2, 3).merge(table.cell(3, 3)).text = "李小红"
    table.cell(2, 4).merge(table.cell(3, 4)).text = "13800000001"
    form = form_of(document, tmp_path)
    assert form.unit == "云岭机械厂"
    assert [(row.title, row.contact, row.phone) for row in form.rows] == [
        ("一号", "李小红", "13800000001"), ("二号", "李小红", "13800000001"),
    ]  # fmt: skip


def test_boxes_whose_state_is_not_in_the_document_are_for_a_person(tmp_path: Path) -> None:
    def control(paragraph: Any) -> None:
        run = paragraph.add_run()
        run._r.append(parse_xml(f'<w:object {nsdecls("w")}><w:control w:name="CheckBox1" w:shapeid="s"/></w:object>'))

    path = tmp_path / "form.docx"
    with_cell(control).save(str(path))
    reading = read_document(path, FileType.DOCX, RULES)
    assert reading is not None
    assert Code.FORM_UNCERTAIN in {finding.code for finding in reading.findings}
