"""What spreadsheets do to forms: numbers, booleans, struck words, drawn check boxes, claims of size."""

# ruff: noqa: ANN401 - openpyxl hands out sheets of any kind

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.form import Form, FormRow
from tests.make.rules import official

RULES = official()
HEAD = ["视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码"]
ROW: list[Any] = ["百炼成钢", "☑高端升级 □数智赋能 □绿色低碳", None, "李小红", 13800000001]
ONE = FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001")


def form_of(path: Path) -> Form:
    reading = read_document(path, FileType.XLSX, RULES)
    assert reading is not None
    assert reading.form is not None
    return reading.form


def saved(path: Path, fill: Callable[[Any], None], rows: tuple[list[Any], ...] = (HEAD, ROW)) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    fill(sheet)
    book.save(path)
    return path


def plain(sheet: Any) -> None:
    """Nothing more."""


def struck(sheet: Any) -> None:
    sheet["B2"] = CellRichText(
        TextBlock(InlineFont(), "高端升级 "), TextBlock(InlineFont(strike=True), "数智赋能"), " ",
        TextBlock(InlineFont(strike=True), "绿色低碳"),
    )  # fmt: skip


def wingdings(sheet: Any) -> None:
    sheet["B2"] = CellRichText(
        TextBlock(InlineFont(rFont="Wingdings 2"), "R"),
        "高端升级 ",
        TextBlock(InlineFont(rFont="Wingdings 2"), "£"),
        "数智赋能",
    )


def linked(sheet: Any) -> None:
    sheet["C2"] = "点击"
    sheet["C2"].hyperlink = "https://pan.example.com/s/1"


def formula(sheet: Any) -> None:
    sheet["C2"] = '=HYPERLINK("https://pan.example.com/s/1","点击")'


def far_cell(sheet: Any) -> None:
    sheet["XFD1048576"] = "x"


@pytest.mark.parametrize("fill", [plain, struck, wingdings, far_cell], ids=lambda one: one.__name__)
def test_a_row(fill: Callable[[Any], None], tmp_path: Path) -> None:
    assert form_of(saved(tmp_path / "f.xlsx", fill)).rows == (ONE,)


@pytest.mark.parametrize("fill", [linked, formula], ids=lambda one: one.__name__)
def test_a_link(fill: Callable[[Any], None], tmp_path: Path) -> None:
    assert form_of(saved(tmp_path / "f.xlsx", fill)).rows[0].link == "https://pan.example.com/s/1"


def test_a_theme_column_in_a_symbol_font(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet["B2"].font = Font(name="Wingdings")

    rows = (
        ["作品名称", "高端升级", "数智赋能", "联系人", "手机号码"],
        ["百炼成钢", "ü", None, "李小红", "13800000001"],
    )
    assert form_of(saved(tmp_path / "f.xlsx", fill, rows)).rows == (ONE,)


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        other = sheet.parent.create_sheet("旧")
        other.append(HEAD)
        other.append(["旧作品", *ROW[1:]])
        other.sheet_state = "hidden"

    assert form_of(saved(tmp_path / "f.xlsx", fill)).rows == (ONE,)


def test_merged_head_and_contact(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.merge_cells("A1:E1")
        sheet.merge_cells("D3:D4")
        sheet.merge_cells("E3:E4")

    rows = (["单位名称：云岭机械厂"], HEAD, ROW, ["乙", ROW[1], None, None, None])
    form = form_of(saved(tmp_path / "f.xlsx", fill, rows))
    assert form.unit == "云岭机械厂"
    assert [(row.title, row.contact, row.phone) for row in form.rows] == [
        ("百炼成钢", "李小红", "13800000001"), ("乙", "李小红", "13800000001"),
    ]  # fmt: skip


# --- form controls, as Excel writes them ---

VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:x="urn:schemas-microsoft-com:office:excel">{}</xml>"""
SHAPE = """<v:shape id="Check_x0020_Box_x0020_{place}" o:spid="_x0000_s{number}">
<v:textbox><div><font>{caption}</font></div></v:textbox>
<x:ClientData ObjectType="Checkbox"><x:Anchor>{anchor}</x:Anchor>{checked}</x:ClientData></v:shape>"""
CHECKED = "<x:Checked>1</x:Checked>"
CONTROL = """<control shapeId="{number}" r:id="rC{number}" name="Check"><controlPr><anchor><from>
<xdr:col>{column}</xdr:col>
<xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>{top}</xdr:rowOff></from><to><xdr:col>{column}</xdr:col>
<xdr:colOff>600000</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>{bottom}</xdr:rowOff></to></anchor></controlPr>
</control>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
NAMES = f'xmlns:r="{OFFICE}" xmlns:xdr="{DRAWING}"'


def with_parts(path: Path, controls: str, parts: dict[str, str], relations: str) -> None:
    with zipfile.ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    sheet = kept["xl/worksheets/sheet1.xml"].decode()
    kept["xl/worksheets/sheet1.xml"] = sheet.replace("</worksheet>", f"{controls}</worksheet>").encode()
    kept["xl/worksheets/_rels/sheet1.xml.rels"] = f"<Relationships>{relations}</Relationships>".encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, data in {**kept, **{name: text.encode() for name, text in parts.items()}}.items():
            new.writestr(name, data)


BOXES = [(2, "高端升级", True), (2, "数智赋能", False), (3, "高端升级", False), (3, "绿色低碳", True)]


def two_rows(path: Path) -> Path:
    rows = (["单位名称：云岭机械厂"], HEAD, ["百炼成钢", None, None, "李小红", "13800000001"],
            ["乙", None, None, "王小明", "13800000002"])  # fmt: skip
    return saved(path, plain, rows)


def told(form: Form) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(row.title, row.themes, row.doubts) for row in form.rows]


WANTED = [("百炼成钢", ("高端升级",), ()), ("乙", ("绿色低碳",), ())]


def test_check_boxes_in_the_vml_drawing(tmp_path: Path) -> None:
    path = two_rows(tmp_path / "f.xlsx")
    shapes = "".join(
        SHAPE.format(number=1000 + number, place=number, caption=caption, checked=CHECKED if checked else "",
                     anchor=f"1, {5 + 30 * number}, {row}, 2, 2, 5, {row}, 18")
        for number, (row, caption, checked) in enumerate(BOXES)
    )  # fmt: skip
    relation = f'<Relationship Id="rV" Type="{OFFICE}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/>'
    with_parts(path, "", {"xl/drawings/vmlDrawing1.vml": VML.format(shapes)}, relation)
    assert told(form_of(path)) == WANTED


def test_check_boxes_in_control_properties(tmp_path: Path) -> None:
    path = two_rows(tmp_path / "f.xlsx")
    parts, controls, relations, shapes = {}, [], [], []
    for number, (row, caption, checked) in enumerate(BOXES, 1025):
        state = ' checked="Checked"' if checked else ""
        parts[f"xl/ctrlProps/ctrlProp{number}.xml"] = f'<formControlPr objectType="CheckBox"{state}/>'
        relations.append(
            f'<Relationship Id="rC{number}" Type="{OFFICE}/ctrlProp" Target="../ctrlProps/ctrlProp{number}.xml"/>'
        )
        top = 10000 + 60000 * (number % 3)
        controls.append(CONTROL.format(number=number, column=1, row=row, top=top, bottom=top + 50000))
        shapes.append(
            f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="{number}"/></xdr:nvSpPr><xdr:txBody>{caption}</xdr:txBody></xdr:sp>'
        )
    relations.append(f'<Relationship Id="rD" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>')
    parts["xl/drawings/drawing1.xml"] = f"<xdr:wsDr {NAMES}>{''.join(shapes)}</xdr:wsDr>"
    with_parts(path, f"<controls {NAMES}>{''.join(controls)}</controls>", parts, "".join(relations))
    assert told(form_of(path)) == WANTED


def test_a_check_box_that_both_the_vml_and_its_control_tell_of_is_one(tmp_path: Path) -> None:
    path = two_rows(tmp_path / "f.xlsx")
    parts, controls, relations, shapes = {}, [], [], []
    for place, (row, caption, checked) in enumerate(BOXES):
        number, top = 1025 + place, 10000 + 60000 * (place % 2)
        state = ' checked="Checked"' if checked else ""
        parts[f"xl/ctrlProps/ctrlProp{place}.xml"] = f'<formControlPr objectType="CheckBox"{state}/>'
        relations.append(
            f'<Relationship Id="rC{number}" Type="{OFFICE}/ctrlProp" Target="../ctrlProps/ctrlProp{place}.xml"/>'
        )
        controls.append(CONTROL.format(number=number, column=1, row=row, top=top, bottom=top + 50000))
        anchor = f"1, 5, {row}, {8 * place}, 1, 60, {row}, {8 * place + 8}"
        shapes.append(SHAPE.format(number=number, place=place, caption=caption, anchor=anchor,
                                   checked=CHECKED if checked else ""))  # fmt: skip
    relations.append(f'<Relationship Id="rV" Type="{OFFICE}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/>')
    parts["xl/drawings/vmlDrawing1.vml"] = VML.format("".join(shapes))
    with_parts(path, f"<controls {NAMES}>{''.join(controls)}</controls>", parts, "".join(relations))
    assert told(form_of(path)) == WANTED


def test_boxes_whose_state_is_not_in_the_workbook_s_xml_are_for_a_person(tmp_path: Path) -> None:
    path = saved(tmp_path / "f.xlsx", plain)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/activeX/activeX1.bin", b"\0")
    reading = read_document(path, FileType.XLSX, RULES)
    assert reading is not None
    assert [finding.code for finding in reading.findings] == [Code.FORM_UNCERTAIN]


def test_a_choice_that_is_bold_among_others_is_a_doubt(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet["B2"] = CellRichText(TextBlock(InlineFont(b=True), "高端升级"), " 数智赋能 绿色低碳")

    reading = read_document(saved(tmp_path / "f.xlsx", fill), FileType.XLSX, RULES)
    assert reading is not None
    assert Code.FORM_UNCERTAIN in [finding.code for finding in reading.findings]
