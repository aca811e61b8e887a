"""What Word documents hold besides plain cells: boxes that float, fields that draw, documents within, set-off words."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlwt.CompoundDoc import XlsDoc

from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.form import FormReading
from tests.make.rules import official
from tests.make.word import HEAD, field, form, paragraph, run, saved, table, text_box

RULES = official()
BOXES = "□高端升级 □数智赋能 □绿色低碳"
TICKED = "☑高端升级 □数智赋能 □绿色低碳"
REST = ("", run("李小红"), run("13800000001"))
PAGE = (
    "<html><body><p>单位名称：云岭机械厂</p><table><tr><td>视频作品名称</td><td>征选主题</td><td>联系人</td><td>手机号码"
    "</td></tr><tr><td>百炼成钢</td><td>☑高端升级 □数智赋能 □绿色低碳</td><td>李小红</td><td>13800000001</td>"
    "</tr></table>"
    "</body></html>"
)
PLAIN = (
    "单位名称：云岭机械厂\n作品名称：百炼成钢\n征选主题：☑高端升级 □数智赋能 □绿色低碳\n联系人：李小红\n"
    "手机号码：13800000001\n"
)
MHT = (
    "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    f"Content-Transfer-Encoding: 8bit\r\n\r\n{PAGE}\r\n--b--\r\n"
)


def read(path: Path) -> FormReading:
    reading = read_document(path, FileType.DOCX, RULES)
    assert isinstance(reading, FormReading)
    assert reading.form is not None
    return reading


def told(reading: FormReading) -> list[tuple[str, tuple[str, ...]]]:
    assert reading.form is not None
    return [(row.title, row.themes) for row in reading.form.rows]


def doubts(reading: FormReading) -> list[str]:
    return [f"{finding.code}:{finding.details.get('field')}" for finding in reading.findings]


ONE = [("百炼成钢", ("高端升级",))]


def test_a_title_in_a_text_box_is_the_title(tmp_path: Path) -> None:
    reading = read(saved(tmp_path / "f", form((text_box("百炼成钢"), run(TICKED), *REST))))
    assert (told(reading), doubts(reading)) == (ONE, [])


@pytest.mark.parametrize("mark", ["√", "✔", "☑", "×"])
def test_a_mark_that_floats_over_choices_is_a_doubt(mark: str, tmp_path: Path) -> None:
    reading = read(saved(tmp_path / "f", form((run("百炼成钢"), run(BOXES) + text_box(mark), *REST))))
    assert doubts(reading) == ["form-uncertain:form"]


@pytest.mark.parametrize("code", [r" eq \o\ac(□,√)", r"EQ \o(□,√)", r"eq \o\ac(\s\up 1(□),√)", r"eq \x(√)"])
def test_a_tick_that_a_field_draws_into_its_box(code: str, tmp_path: Path) -> None:
    choice = field(code) + run("高端升级 □数智赋能 □绿色低碳")
    assert told(read(saved(tmp_path / "f", form((run("百炼成钢"), choice, *REST))))) == ONE


def test_a_title_with_letters_above_its_characters(tmp_path: Path) -> None:
    title = run("百") + field(r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(liàn),炼)") + run("成钢")
    assert told(read(saved(tmp_path / "f", form((title, run(TICKED), *REST))))) == ONE


def chunk(kind: str, tmp_path: Path) -> bytes:
    if kind == "docx":
        return saved(tmp_path / "inner", form((run("百炼成钢"), run(TICKED), *REST))).read_bytes()
    if kind == "rtf":
        return b"{\\rtf1" + rb"\ansi\ansicpg936 " + PLAIN.encode("gb18030").replace(b"\n", rb"\par ") + b"}"
    return {"mht": MHT, "html": PAGE, "gbk": PAGE}[kind].encode("gb18030" if kind == "gbk" else "utf-8")


@pytest.mark.parametrize("kind", ["mht", "html", "gbk", "docx", "rtf"])
def test_a_chunk_is_read_as_word_shows_it(kind: str, tmp_path: Path) -> None:
    parts = {"c1": ("aFChunk:chunk.bin", chunk(kind, tmp_path))}
    reading = read(saved(tmp_path / "f", '<w:altChunk r:id="c1"/>', parts))
    assert (told(reading), doubts(reading)) == (ONE, [])


def test_a_sheet_that_is_an_object_in_the_text_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (("视频作品名称", "征选主题", "联系人", "手机号码"), ("百炼成钢", TICKED, "李小红", "13800000001")):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    body = paragraph('<w:r><w:object><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12" r:id="o1"/></w:object></w:r>')
    reading = read(saved(tmp_path / "f", body, {"o1": ("package:embeddings/sheet.xlsx", kept.getvalue())}))
    assert told(reading) == ONE


def ole(stream: str, data: bytes) -> bytes:
    """An OLE file with one stream: xlwt's, renamed in the directory ([MS-CFB] 2.6.1)."""
    kept = io.BytesIO()
    XlsDoc().save(kept, data.ljust(4097, b"\0"))
    old, new = ("Workbook".encode("utf-16-le"), stream.encode("utf-16-le"))
    begin = kept.getvalue().index(old)
    entry = new.ljust(64, b"\0") + (len(new) + 2).to_bytes(2, "little")
    return kept.getvalue()[:begin] + entry + kept.getvalue()[begin + 66 :]


def test_an_object_that_no_reader_knows_leaves_the_form_as_it_is(tmp_path: Path) -> None:
    body = paragraph('<w:r><w:object><o:OLEObject Type="Embed" ProgID="Visio.Drawing" r:id="o1"/></w:object></w:r>')
    work = tuple(map(run, ("百炼成钢", TICKED, "", "李小红", "13800000001")))
    drawing = {"o1": ("oleObject:embeddings/o.bin", ole("VisioDocument", b"x"))}
    assert told(read(saved(tmp_path / "f", form(work) + body, drawing))) == ONE


def test_a_form_packed_into_a_letter_as_an_object_is_read(tmp_path: Path) -> None:
    work = tuple(map(run, ("百炼成钢", TICKED, "", "李小红", "13800000001")))
    inner = saved(tmp_path / "inner", form(work)).read_bytes()
    body = paragraph('<w:r><w:object><o:OLEObject Type="Embed" ProgID="Package" r:id="o1"/></w:object></w:r>')
    packed = ole("\x01Ole10Native", b"\2\0form.docx\0C:\\form.docx\0" + inner)
    letter = saved(tmp_path / "f", body, {"o1": ("oleObject:embeddings/o.bin", packed)})
    assert told(read(letter)) == ONE


@pytest.mark.parametrize(
    "properties",
    [
        "<w:b/>",
        '<w:u w:val="single"/>',
        '<w:highlight w:val="yellow"/>',
        '<w:shd w:val="clear" w:fill="FFFF00"/>',
        '<w:color w:val="FF0000"/>',
    ],
)
def test_a_choice_that_is_set_off_from_the_others_is_a_doubt(properties: str, tmp_path: Path) -> None:
    choice = run("高端升级", properties) + run(" 数智赋能 绿色低碳")
    assert "form-uncertain:themes" in doubts(read(saved(tmp_path / "f", form((run("百炼成钢"), choice, *REST)))))


OLD = (run("旧名"), run(TICKED), *REST)


@pytest.mark.parametrize(("mark", "wanted"), [("hidden", ["form-uncertain:form"]), ("del", [])])
def test_a_row_that_word_does_not_show_is_no_work(mark: str, wanted: list[str], tmp_path: Path) -> None:
    body = form((run("百炼成钢"), run(TICKED), *REST), OLD)
    head, _, last = body.rpartition("<w:tr>")
    reading = read(saved(tmp_path / "f", f"{head}<w:tr><w:trPr><w:{mark}/></w:trPr>{last}"))
    assert (told(reading), doubts(reading)) == (ONE, wanted)


def test_a_title_in_a_table_of_one_cell_within_its_cell_is_the_title(tmp_path: Path) -> None:
    framed = f"</w:p>{table((run('百炼成钢'),))}<w:p>"
    reading = read(saved(tmp_path / "f", form((framed, run(TICKED), *REST))))
    assert (told(reading), doubts(reading)) == (ONE, [])


@pytest.mark.parametrize(
    "choice",
    [
        run("☑高端升级", "<w:b/>") + run(" □数智赋能 □绿色低碳"),  # bold and ticked
        run(TICKED, "<w:b/>"),  # all of it bold
        run("☑") + run("高端升级 □数智赋能 □绿色低碳"),
    ],
)
def test_a_choice_that_is_ticked_may_be_bold_too(choice: str, tmp_path: Path) -> None:
    reading = read(saved(tmp_path / "f", form((run("百炼成钢"), choice, *REST))))
    assert (told(reading), doubts(reading)) == (ONE, [])


def test_a_group_of_works_under_a_heading_that_word_97_merged_is_no_work(tmp_path: Path) -> None:
    cells = ("<w:tc><w:tcPr><w:hMerge w:val='restart'/></w:tcPr>" + paragraph(run("一、装备制造类")) + "</w:tc>",
             *4 * ("<w:tc><w:tcPr><w:hMerge/></w:tcPr><w:p/></w:tc>",))  # fmt: skip
    head = "<w:tr>" + "".join(f"<w:tc>{paragraph(run(one))}</w:tc>" for one in HEAD) + "</w:tr>"
    work = "".join(f"<w:tc>{paragraph(one)}</w:tc>" for one in (run("百炼成钢"), run(TICKED), *REST))
    body = f"<w:tbl>{head}<w:tr>{''.join(cells)}</w:tr><w:tr>{work}</w:tr></w:tbl>"
    reading = read(saved(tmp_path / "f", paragraph(run("单位名称：云岭机械厂")) + body))
    assert (told(reading), doubts(reading)) == (ONE, [])


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "gb18030", "utf-16", "big5"])
def test_xml_in_a_charset_of_its_own_is_read(charset: str, tmp_path: Path) -> None:
    """As old converters write it; 喆 and 镕 are in GBK, not in the GB2312 that its declaration names."""
    work = ("百炼成鋼", "√高端升级 □數智", "", "李喆镕", "13800000001")
    path = saved(tmp_path / "f", form(tuple(map(run, work))))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = f'<?xml version="1.0" encoding="{charset}"?>\n{parts["word/document.xml"].decode()}'
    codec = {"gb2312": "gb18030", "big5": "big5hkscs"}.get(charset, charset)
    parts["word/document.xml"] = text.encode(codec, "xmlcharrefreplace")
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    reading = read_document(path, FileType.DOCX, official())
    assert reading.form is not None
    assert [(row.title, row.contact) for row in reading.form.rows] == [("百炼成鋼", "李喆镕")]
    assert reading.findings == ()


OF_RUN, OF_PARAGRAPH = '<w:rStyle w:val="one"/>', '<w:pStyle w:val="one"/>'
CLEAR = '<w14:textFill xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:noFill/></w14:textFill>'
FIRST = ("百炼成钢", "√高端升级 □数智赋能 □绿色低碳", "", "李小红", "13800000001")
SECOND = ("百年船坞", "□高端升级 √数智赋能 □绿色低碳", "", "吴佳", "13800000002")


def styled(kind: str, look: str) -> dict[str, tuple[str, bytes]]:
    """A styles part in which style `one` says nothing itself, and is based on one that does."""
    spaces = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    style = f'<w:style w:type="{kind}" w:styleId="base"><w:rPr>{look}</w:rPr></w:style>'
    style += f'<w:style w:type="{kind}" w:styleId="one"><w:basedOn w:val="base"/></w:style>'
    return {"rId9": ("styles:styles.xml", f"<w:styles {spaces}>{style}</w:styles>".encode())}


@pytest.mark.parametrize(
    ("own", "style", "told"),
    [
        (OF_RUN, "<w:vanish/>", False),
        (OF_PARAGRAPH, "<w:vanish/>", False),
        (OF_RUN, '<w:color w:val="FFFFFF"/>', True),
        (OF_PARAGRAPH, '<w:color w:val="FFFFFF"/>', True),
        (CLEAR, "", True),
        ('<w:sz w:val="2"/>', "", True),
    ],
)
def test_words_that_their_style_or_look_hides_are_no_work(own: str, style: str, *, told: bool, tmp_path: Path) -> None:
    before = f"<w:pPr>{own}</w:pPr>" if own == OF_PARAGRAPH else ""
    second = tuple(before + run(text, "" if before else own) for text in SECOND)
    body = form(tuple(map(run, FIRST)), second)
    path = saved(tmp_path / "f", body, styled("paragraph" if before else "character", style))
    reading = read_document(path, FileType.DOCX, official())
    assert reading.form is not None
    assert [row.title for row in reading.form.rows] == ["百炼成钢"]
    assert ("form" in {one.details.get("field") for one in reading.findings}) is told


def test_a_row_whose_cells_a_tracked_change_struck_is_no_work(tmp_path: Path) -> None:
    struck = '<w:tc><w:tcPr><w:cellDel w:id="1" w:author="a"/></w:tcPr>'
    head, line = form(tuple(map(run, FIRST))), table(tuple(map(run, SECOND)))
    line = line.removeprefix("<w:tbl>").replace("<w:tc>", struck)
    path = saved(tmp_path / "f", head.removesuffix("</w:tbl>") + line)
    reading = read_document(path, FileType.DOCX, official())
    assert reading.form is not None
    assert [row.title for row in reading.form.rows] == ["百炼成钢"]


def test_a_title_drawn_as_a_shape_is_the_title(tmp_path: Path) -> None:
    drawn = '<w:r><w:pict><v:shape><v:textpath string="百炼成钢"/></v:shape></w:pict></w:r>'
    path = saved(tmp_path / "f", form((drawn, *map(run, FIRST[1:]))))
    reading = read_document(path, FileType.DOCX, official())
    assert reading.form is not None
    assert [row.title for row in reading.form.rows] == ["百炼成钢"]


@pytest.mark.parametrize("letter", ["\ue123", "\ufffd"])
def test_a_letter_that_only_its_font_knows_is_a_doubt(letter: str, tmp_path: Path) -> None:
    """As names with rare characters are typed by 造字程序."""
    work = (f"百炼{letter}钢", FIRST[1], "", f"李{letter}", FIRST[4])
    reading = read_document(saved(tmp_path / "f", form(tuple(map(run, work)))), FileType.DOCX, official())
    assert reading.form is not None
    assert [row.doubts for row in reading.form.rows] == [("title", "contact")]


@pytest.mark.parametrize("mark", ["″", "〃", "”", "同上"])
def test_a_mark_that_repeats_the_line_above(mark: str, tmp_path: Path) -> None:
    works = (tuple(map(run, one)) for one in (FIRST, (*SECOND[:3], mark, mark)))
    reading = read_document(saved(tmp_path / "f", form(*works)), FileType.DOCX, official())
    assert reading.form is not None
    assert [(row.contact, row.phone) for row in reading.form.rows] == [("李小红", "13800000001")] * 2
