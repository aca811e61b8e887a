"""What a reader knows beyond a document's words is a doubt for a person, never a value and never passed over."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as Sticker
from openpyxl.styles import Color, Font, PatternFill
from PIL import Image

from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.form import FormReading
from tests.make import pdf
from tests.make.rules import official
from tests.make.word import SPACES, form, run, saved

HEAD = ("视频作品名称", "征选主题", "视频链接", "联系人", "手机号码")
ROWS = (
    ("光的重量", "□高端升级 ☑数智赋能 □绿色低碳", None, "钱小雨", "13800000001"),
    ("一炉好钢", "☑高端升级 □数智赋能 □绿色低碳", None, "孙立", "13800000002"),
)
BLANK = "□高端升级 □数智赋能 □绿色低碳"


def workbook(path: Path, change: Callable[[Any], None]) -> FormReading:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (HEAD, *ROWS):
        sheet.append(row)
    change(sheet)
    book.save(path)
    return read_document(path, FileType.XLSX, official())


def titles(reading: FormReading) -> list[str]:
    return [row.title for row in reading.form.rows] if reading.form is not None else []


def doubts(reading: FormReading) -> set[tuple[object, object]]:
    return {(one.details.get("field"), one.details.get("why")) for one in reading.findings}


def white(font: Color | str, fill: PatternFill | None = None) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:  # noqa: ANN401
        for cell in sheet[3]:
            cell.font = Font(color=font)
            if fill is not None:
                cell.fill = fill

    return change


PAPER = PatternFill("solid", fgColor="FFFFFFFF")
BLUE = PatternFill("solid", fgColor="FF1F4E79")


def tiny(sheet: Any) -> None:  # noqa: ANN401
    for cell in sheet[3]:
        cell.font = Font(size=1)


@pytest.mark.parametrize(
    "change",
    [white("FFFFFFFF"), white(Color(theme=0)), white("00FFFFFF", PAPER), white("001F4E79", BLUE), tiny],
    ids=["white", "theme", "on white", "blue on blue", "tiny"],
)
def test_white_letters_on_white_are_no_work_but_a_doubt(change: Callable[[Any], None], tmp_path: Path) -> None:
    reading = workbook(tmp_path / "f", change)
    assert titles(reading) == ["光的重量"]
    assert ("form", "hidden") in doubts(reading)


@pytest.mark.parametrize("change", [white("FFFFFFFF", BLUE), white("FF000000"), white(Color(theme=1))])
def test_white_letters_on_a_colour_are_read(change: Callable[[Any], None], tmp_path: Path) -> None:
    reading = workbook(tmp_path / "f", change)
    assert titles(reading) == ["光的重量", "一炉好钢"]
    assert doubts(reading) == set()


def test_white_letters_of_an_old_workbook_are_no_work_but_a_doubt(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("推荐表")
    styles = [xlwt.easyxf(), xlwt.easyxf(), xlwt.easyxf("font: colour white")]
    for number, row in enumerate((HEAD, *ROWS)):
        for column, value in enumerate(row):
            sheet.write(number, column, value, styles[number])
    book.save(str(tmp_path / "f"))
    reading = read_document(tmp_path / "f", FileType.XLS, official())
    assert titles(reading) == ["光的重量"]
    assert ("form", "hidden") in doubts(reading)


def test_a_row_that_its_number_format_hides_is_no_work(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        for cell in sheet[3]:
            cell.number_format = ";;;"

    assert titles(workbook(tmp_path / "f", change)) == ["光的重量"]


@pytest.mark.parametrize(("place", "field"), [("A3", "title"), ("B3", "themes"), ("D3", "contact"), ("C2", "link")])
def test_a_formula_whose_value_was_not_stored_is_a_doubt(place: str, field: str, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        sheet[place] = '="一炉"&"好钢"'

    assert (field, "formula") in doubts(workbook(tmp_path / "f", change))


def test_a_formula_that_counts_the_rows_is_none(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        sheet.insert_cols(1)
        sheet["A1"], sheet["A2"], sheet["A3"] = "序号", "=ROW()-1", "=ROW()-1"

    reading = workbook(tmp_path / "f", change)
    assert titles(reading) == ["光的重量", "一炉好钢"]
    assert doubts(reading) == set()


def test_a_formula_stands_in_the_field_of_the_nearest_head_above(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        sheet.insert_rows(1)
        sheet["A1"], sheet["B1"], sheet["A4"] = "单位名称", "云岭机械厂", '="一炉"&"好钢"'

    assert doubts(workbook(tmp_path / "f", change)) == {("title", "formula")}


@pytest.mark.parametrize("merged", ["B2:B3", ""])
def test_a_choice_that_a_merged_cell_sets_off_is_a_doubt_too(merged: str, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        sheet["B2"] = CellRichText("高端升级、数智赋能、", TextBlock(InlineFont(b=True), "绿色低碳"))
        if merged:
            sheet.merge_cells(merged)

    assert ("themes", "emphasis") in doubts(workbook(tmp_path / "f", change))


REMARKS = [("选绿色低碳", True), ("选数智赋能", False), ("可选高端升级、数智赋能、绿色低碳", False), ("请核对", False)]


@pytest.mark.parametrize(("remark", "doubtful"), REMARKS)
def test_a_comment_that_names_another_choice_is_a_doubt(remark: str, *, doubtful: bool, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        sheet["B2"].comment = Comment(remark, "钱小雨")

    assert (("themes", "comment") in doubts(workbook(tmp_path / "f", change))) is doubtful


def test_a_comment_in_a_document_is_one_too(tmp_path: Path) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = f"<w:comments {space}><w:comment><w:p><w:r><w:t>选绿色低碳</w:t></w:r></w:p></w:comment></w:comments>"
    works = tuple(run(one or "") for one in ROWS[0])
    path = saved(tmp_path / "f", form(works), {"c1": ("comments:comments.xml", note.encode())})
    assert ("themes", "comment") in doubts(read_document(path, FileType.DOCX, official()))


@pytest.mark.parametrize("damaged", [False, True])
def test_what_is_known_of_a_document_within_is_known_of_the_whole(*, damaged: bool, tmp_path: Path) -> None:
    note = f"<w:comments {SPACES}><w:comment><w:p><w:r><w:t>选绿色低碳</w:t></w:r></w:p></w:comment></w:comments>"
    parts = {} if damaged else {"c1": ("comments:comments.xml", note.encode())}
    inner = saved(tmp_path / "inner", form(tuple(run(one or "") for one in ROWS[0])) + "</w:p>" * damaged, parts)
    path = saved(tmp_path / "f", '<w:altChunk r:id="a1"/>', {"a1": ("aFChunk:chunk.docx", inner.read_bytes())})
    assert doubts(read_document(path, FileType.DOCX, official())) == {
        ("form", None) if damaged else ("themes", "comment")
    }


SHAPES = (
    '<w:r><w:pict><v:oval style="position:absolute"/></w:pict></w:r>',
    "<w:r><w:drawing><wps:wsp><wps:spPr/></wps:wsp></w:drawing></w:r>",
)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_empty_frame_drawn_over_a_choice_is_a_doubt(shape: str, tmp_path: Path) -> None:
    works = [run("光的重量"), run(BLANK) + shape, "", run("钱小雨"), run("13800000001")]
    path = saved(tmp_path / "f", form(works))
    assert ("themes", "shape") in doubts(read_document(path, FileType.DOCX, official()))
    works[1], works[3] = run(ROWS[0][1] or ""), run("钱小雨") + shape  # over a name it says nothing
    path = saved(tmp_path / "f", form(works))
    assert doubts(read_document(path, FileType.DOCX, official())) == set()


def test_a_frame_drawn_over_a_sheet_s_choice_is_a_doubt(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        picture = io.BytesIO()
        Image.new("L", (20, 20)).save(picture, "PNG")
        sheet.add_image(Sticker(picture), "B2")

    workbook(tmp_path / "f", change)
    with zipfile.ZipFile(tmp_path / "f") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    drawing = "xl/drawings/drawing1.xml"
    parts[drawing] = (
        b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:twoCellAnchor>'
        b"<xdr:from><xdr:col>1</xdr:col><xdr:row>1</xdr:row></xdr:from><xdr:to><xdr:col>1</xdr:col><xdr:row>1</xdr:row>"
        b"</xdr:to><xdr:sp><xdr:spPr/></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    with zipfile.ZipFile(tmp_path / "g", "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    assert ("themes", "shape") in doubts(read_document(tmp_path / "g", FileType.XLSX, official()))


@pytest.mark.parametrize("kind", ["Square", "Circle", "Polygon"])
def test_a_frame_drawn_around_a_word_of_a_pdf_is_a_doubt(kind: str, tmp_path: Path) -> None:
    work = ("光的重量", BLANK.replace(" ", ""), "", "钱小雨", "13800000001")
    around = f"/Subtype /{kind} /Rect [{pdf.EDGES[1] + 40} {pdf.TOPS[2] + 8} {pdf.EDGES[1] + 75} {pdf.TOPS[2] + 22}]"
    reading = read_document(pdf.saved(tmp_path / "f", pdf.told(work), [around]), FileType.PDF, official())
    assert ("form", None) in doubts(reading)


WHITE = '<w:color w:val="FFFFFF"/>'


@pytest.mark.parametrize(
    ("shade", "wanted"), [("", ["光的重量"]), ('<w:shd w:fill="1F4E79"/>', ["光的重量", "一炉好钢"])]
)
def test_white_words_of_a_document_are_read_where_a_colour_lies_behind(
    shade: str, wanted: list[str], tmp_path: Path
) -> None:
    works = [tuple(run(one or "", look) for one in row) for row, look in zip(ROWS, ("", WHITE + shade), strict=True)]
    reading = read_document(saved(tmp_path / "f", form(*works)), FileType.DOCX, official())
    assert titles(reading) == wanted
    assert (("form", None) in doubts(reading)) is (len(wanted) == 1)


@pytest.mark.parametrize(("fill", "wanted"), [("auto", ["光的重量"]), ("1F4E79", ["光的重量", "一炉好钢"])])
def test_a_table_style_lies_behind_white_words_only_where_it_paints(
    fill: str, wanted: list[str], tmp_path: Path
) -> None:
    works = [tuple(run(one or "", look) for one in row) for row, look in zip(ROWS, ("", WHITE), strict=True)]
    body = form(*works).replace("<w:tbl>", '<w:tbl><w:tblPr><w:tblStyle w:val="a3"/></w:tblPr>')
    style = f'<w:style w:type="table" w:styleId="a3"><w:tcPr><w:shd w:val="clear" w:fill="{fill}"/></w:tcPr></w:style>'
    styles = f'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{style}</w:styles>'
    reading = read_document(
        saved(tmp_path / "f", body, {"rId1": ("styles:styles.xml", styles.encode())}), FileType.DOCX, official()
    )
    assert titles(reading) == wanted
    assert (("form", None) in doubts(reading)) is (len(wanted) == 1)


def test_white_words_in_a_cell_among_others_are_a_doubt_of_it(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        sheet["A3"] = CellRichText("一炉好钢", TextBlock(InlineFont(color=Color("FFFFFFFF")), "（旧名）"))

    assert ("title", "unclear") in doubts(workbook(tmp_path / "f", change))


def test_a_hidden_column_that_holds_what_is_asked_is_a_doubt(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:  # noqa: ANN401
        sheet.column_dimensions["E"].hidden = True

    reading = workbook(tmp_path / "f", change)
    assert titles(reading) == ["光的重量", "一炉好钢"]
    assert ("form", "hidden") in doubts(reading)


def test_a_picture_placed_in_a_link_s_cell_is_a_doubt(tmp_path: Path) -> None:
    """As newer Excel keeps a pasted QR code: the cell itself says #VALUE! ([MS-XLSX] 2.3.6)."""
    workbook(tmp_path / "f", white("FF000000"))
    with zipfile.ZipFile(tmp_path / "f") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    data = parts["xl/worksheets/sheet1.xml"].decode()
    data = re.sub(r'<c r="C3"[^>]*(?:/>|>.*?</c>)', "", data)
    data = data.replace('<c r="D3"', '<c r="C3" t="e" vm="1"><v>#VALUE!</v></c><c r="D3"')
    parts["xl/worksheets/sheet1.xml"] = data.encode()
    with zipfile.ZipFile(tmp_path / "g", "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    assert ("link", "picture") in doubts(read_document(tmp_path / "g", FileType.XLSX, official()))
