"""What an old .xls says by its fonts and by the check boxes that float over it, written record by record."""

import struct
from pathlib import Path

import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from mailbot.form.clerk import interpret
from mailbot.form.formats.xls import read_xls
from mailbot.model.document import Fact, FactKind, Grid
from mailbot.model.form import Form
from tests.make.rules import official_words

WORDS = official_words()
HEAD = ("作品名称", "征选主题", "联系人", "手机号码")


def sheet_of(themes: tuple[object, ...]) -> xlwt.Workbook:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("推荐表")
    for column, name in enumerate(HEAD):
        sheet.write(0, column, name)
    for number, cell in enumerate(themes, 1):
        texts: tuple[object, ...] = (f"作品{number}", cell, "李小红", f"1380000000{number}")
        for column, text in enumerate(texts):
            if isinstance(text, list):
                sheet.write_rich_text(number, column, text)
            elif text is not None:
                sheet.write(number, column, text)
    return book


def form_of(path: Path) -> Form:
    form = interpret(read_xls(path), WORDS).form
    assert form is not None
    return form


def chosen(path: Path) -> list[tuple[str, ...]]:
    return [row.themes for row in form_of(path).rows]


def font(*, struck: bool = False, name: str = "宋体", bold: bool = False, underline: bool = False) -> xlwt.Font:
    made = xlwt.Font()
    made.struck_out, made.name, made.bold, made.underline = struck, name, bold, underline
    return made


@pytest.mark.parametrize("set_off", [font(bold=True), font(underline=True)], ids=["bold", "underlined"])
def test_a_choice_that_is_set_off_from_the_others_is_told(set_off: xlwt.Font, tmp_path: Path) -> None:
    plain = font()
    choice = [("高端升级", set_off), (" 数智赋能 绿色低碳", plain)]
    sheet_of((choice, [("高端升级", set_off)])).save(str(tmp_path / "f.xls"))
    (grid,) = read_xls(tmp_path / "f.xls").blocks
    assert isinstance(grid, Grid)
    assert [row[1].facts for row in grid.rows[1:]] == [(Fact(FactKind.SET_OFF, "高端升级"),), ()]


def test_struck_words_are_not_chosen(tmp_path: Path) -> None:
    plain, struck = font(), font(struck=True)
    cells: tuple[object, ...] = (
        [("高端升级", plain), (" 数智赋能 绿色低碳", struck)],
        [("高端升级 ", struck), ("数智赋能 绿色低碳", plain)],
    )
    sheet_of(cells).save(str(tmp_path / "f.xls"))
    assert chosen(tmp_path / "f.xls") == [("高端升级",), ("数智赋能", "绿色低碳")]


def test_letters_of_a_symbol_font_are_marks(tmp_path: Path) -> None:
    plain, symbols = font(), font(name="Wingdings 2")
    cells: tuple[object, ...] = (
        [
            ("R", symbols),
            ("高端升级 ", plain),
            ("\u00a3", symbols),
            ("数智赋能 ", plain),
            ("\u00a3", symbols),
            ("绿色低碳", plain),
        ],
    )
    sheet_of(cells).save(str(tmp_path / "f.xls"))
    assert chosen(tmp_path / "f.xls") == [("高端升级",)]


def record(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def check_box(number: int, row: int, caption: str, *, checked: bool, state: int = 0x12) -> bytes:
    anchor = struct.pack(
        "<HHI9H", 0, 0xF010, 18, 0, 1, 16 + 300 * (number % 3), row, 20, 1, 316 + 300 * (number % 3), row, 230
    )
    parts = struct.pack("<HHHHH12x", 0x15, 18, 0x0B, number, 0x11)
    parts += (
        struct.pack("<HH12x", 0x0A, 12)
        + struct.pack("<HHHHHH", state, 8, int(checked), 0, 0, 0)
        + struct.pack("<HH", 0, 0)
    )
    text = record(0x1B6, bytes(18)) + record(0x3C, b"\1" + caption.encode("utf-16-le")) + record(0x3C, bytes(16))
    return record(0xEC, anchor) + record(0x5D, parts) + record(0xEC, bytes(8)) + text


@pytest.mark.parametrize("state", [0x12, 0x0A])
def test_check_boxes_that_lie_on_a_cell(state: int, tmp_path: Path) -> None:
    boxes = [(1, "高端升级", True), (1, "数智赋能", False), (2, "高端升级", False), (2, "绿色低碳", True)]
    drawn = b"".join(
        check_box(number, row, caption, checked=checked, state=state)
        for number, (row, caption, checked) in enumerate(boxes)
    )
    stream = sheet_of((None, None)).get_biff_data()
    end = record(0x0A, b"")
    assert stream.endswith(end)
    XlsDoc().save(str(tmp_path / "f.xls"), stream.removesuffix(end) + drawn + end)
    assert chosen(tmp_path / "f.xls") == [("高端升级",), ("绿色低碳",)]


def picture(row: int, column: int, number: int = 0) -> bytes:
    """A picture on a cell; `number` of the workbook's pictures, from 1."""
    shown = struct.pack("<HHIHI", 0x13, 0xF00B, 6, 0x4104, number) if number else b""
    anchor = shown + struct.pack("<HHI9H", 0, 0xF010, 18, 0, column, 0, row, 0, column, 500, row, 200)
    return record(0xEC, anchor) + record(0x5D, struct.pack("<HHHHH12x", 0x15, 18, 8, 1, 0x11) + bytes(4))


def test_a_picture_is_told_where_it_lies_on_an_empty_cell(tmp_path: Path) -> None:
    stream, end = sheet_of((None,)).get_biff_data(), record(0x0A, b"")
    drawn = picture(1, 0) + picture(1, 1)
    XlsDoc().save(str(tmp_path / "f.xls"), stream.removesuffix(end) + drawn + end)
    (grid,) = read_xls(tmp_path / "f.xls").blocks
    assert isinstance(grid, Grid)
    assert [cell.facts for cell in grid.rows[1]] == [(), (Fact(FactKind.PICTURE),), (), ()]
