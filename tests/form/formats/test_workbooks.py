"""What every kind of workbook shows: not its hidden rows, columns and sheets; numbers as their formats show them."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.form import FormReading
from tests.make.rules import official

THEMES = ("高端升级", "数智赋能", "绿色低碳")
RULES = official()
HEAD: tuple[str, ...] = ("旧题目", "视频作品名称", "征选主题", "联系人", "手机号码")
ROWS: tuple[tuple[str | float, ...], ...] = (
    ("旧一", 0.9999, "☑高端升级 □数智赋能 □绿色低碳", "李小红", "13800000001"),
    ("旧二", "旧作品", "□高端升级 ☑数智赋能 □绿色低碳", "王小明", "13800000002"),
    ("旧三", 7, "□高端升级 □数智赋能 ☑绿色低碳", "赵明", "13800000003"),
)
PERCENT, FURNACE = "0.00%", '"第"0"号高炉"'
CODES = {0: PERCENT, 2: FURNACE}
TRANSITIONAL = b"http://schemas.openxmlformats.org/"
HIDDEN_ROW, HIDDEN_COLUMN = 2, 0


def xlsx(path: Path, *, damaged: bool = False, strict: bool = False, low: bool = False) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (HEAD, *ROWS):
        sheet.append(row)
    for number, code in CODES.items():
        sheet.cell(number + 2, 2).number_format = code
    unseen: Any = sheet.row_dimensions[HIDDEN_ROW + 1]
    unseen.hidden, unseen.height = not low, 0.75 if low else None
    sheet.column_dimensions["A"].hidden = True
    book.save(path)
    if damaged or strict:  # openpyxl refuses it, as it refuses packages of WPS; or finds no sheet in it
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist() if strict or name != "[Content_Types].xml"}
        if strict:
            parts = {name: data.replace(TRANSITIONAL, b"http://purl.oclc.org/ooxml/") for name, data in parts.items()}
        with zipfile.ZipFile(path, "w") as new:
            for name, data in parts.items():
                new.writestr(name, data)


def xls(path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("推荐表")
    for number, row in enumerate((HEAD, *ROWS)):
        for column, value in enumerate(row):
            style = xlwt.XFStyle()
            style.num_format_str = CODES.get(number - 1, "General") if column == 1 else "General"
            sheet.write(number, column, value, style)
    sheet.row(HIDDEN_ROW).hidden = True
    sheet.col(HIDDEN_COLUMN).hidden = True
    book.save(str(path))


def ods(path: Path) -> None:
    lines = []
    for at, row in enumerate((HEAD, *ROWS)):
        hidden = ' table:visibility="filter"' if at == HIDDEN_ROW else ""
        cells = []
        for value in row:
            if isinstance(value, str):
                cells.append(f"<table:table-cell><text:p>{value}</text:p></table:table-cell>")
            else:
                shown = "99.99%" if value < 1 else "第7号高炉"
                number = f'office:value-type="float" office:value="{value}"'
                cells.append(f"<table:table-cell {number}><text:p>{shown}</text:p></table:table-cell>")
        lines.append(f"<table:table-row{hidden}>{''.join(cells)}</table:table-row>")
    columns = '<table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="4"/>'
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0"'
        f' xmlns:text="{space}text:1.0"><office:body><office:spreadsheet><table:table>{columns}{"".join(lines)}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)


def xml(path: Path) -> None:
    styles = "".join(
        f'<Style ss:ID="s{number}"><NumberFormat ss:Format="{code.replace(chr(34), "&quot;")}"/></Style>'
        for number, code in CODES.items()
    )
    lines = []
    for number, row in enumerate((HEAD, *ROWS)):
        hidden = ' ss:Hidden="1"' if number == HIDDEN_ROW else ""
        cells = "".join(
            f'<Cell ss:StyleID="s{number - 1}"><Data ss:Type="{"String" if isinstance(value, str) else "Number"}">'
            f"{value}</Data></Cell>"
            for value in row
        )
        lines.append(f"<Row{hidden}>{cells}</Row>")
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    path.write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="a"><Table><Column ss:Hidden="1"/>{"".join(lines)}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )


MAKERS: dict[str, tuple[Callable[[Path], None], FileType]] = {
    "xlsx": (xlsx, FileType.XLSX),
    "xlsx that openpyxl refuses": (lambda path: xlsx(path, damaged=True), FileType.XLSX),
    "xlsx that is strict": (lambda path: xlsx(path, strict=True), FileType.XLSX),
    "xlsx with a row lower than a point": (lambda path: xlsx(path, low=True), FileType.XLSX),
    "xlsx with such a row that openpyxl refuses": (lambda path: xlsx(path, damaged=True, low=True), FileType.XLSX),
    "xls": (xls, FileType.XLS),
    "ods": (ods, FileType.ODS),
    "xml": (xml, FileType.TEXT),
}


def read(path: Path, kind: FileType) -> FormReading:
    reading = read_document(path, kind, RULES)
    assert isinstance(reading, FormReading)
    return reading


@pytest.mark.parametrize("name", MAKERS)
def test_a_workbook_is_read_as_it_is_shown(name: str, tmp_path: Path) -> None:
    make, kind = MAKERS[name]
    make(tmp_path / "form")
    reading = read(tmp_path / "form", kind)
    assert reading.form is not None
    told = [(row.title, row.themes, row.contact) for row in reading.form.rows]
    assert told == [("99.99%", ("高端升级",), "李小红"), ("第7号高炉", ("绿色低碳",), "赵明")]
    # the row that is not shown holds a work: a person must look
    assert [(one.code, one.details.get("why")) for one in reading.findings] == [(Code.FORM_UNCERTAIN, "hidden")]


def two_sheets(path: Path, second: tuple[tuple[str | float, ...], ...]) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HEAD[1:])
    sheet.append(ROWS[1][1:])
    other: Any = book.create_sheet("选项")
    for row in second:
        other.append(row)
    other.sheet_state = "hidden"
    book.save(path)


@pytest.mark.parametrize(
    ("second", "codes"),
    [
        ((HEAD, *ROWS), [Code.FORM_UNCERTAIN]),  # works that nobody sees
        ((HEAD[1:], ROWS[1][1:]), []),  # the same work once more
        (tuple((theme,) for theme in THEMES), []),  # choices of a drop-down
    ],
)
def test_a_hidden_sheet_is_a_doubt_where_it_holds_works(
    second: tuple[tuple[str | float, ...], ...], codes: list[Code], tmp_path: Path
) -> None:
    two_sheets(tmp_path / "f.xlsx", second)
    reading = read(tmp_path / "f.xlsx", FileType.XLSX)
    assert reading.form is not None
    assert [row.title for row in reading.form.rows] == ["旧作品"]
    assert [one.code for one in reading.findings] == codes
