"""Old sheets (.xls, .et) and binary ones (.xlsb) as one grid a sheet, by python-calamine; their looks by `biff`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from mailbot.form.formats.biff import Looks, looks_of
from mailbot.form.formats.controls import with_boxes
from mailbot.form.values import number_text
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Block, Document, Placed, laid_out
from mailbot.text.symbols import adopted

SHEET_CELLS: Final = 5_000_000
"""More than this a sheet may claim, but no form holds."""


class SheetBroken(ValueError):
    """The reader stumbled over a broken workbook."""


class SheetTooLarge(ValueError):
    """A sheet claims more cells than a form would."""


def read_xls(path: Path) -> Document:
    """What an old workbook shows. Raises calamine's errors on a broken one, SheetTooLarge."""
    try:
        return _read(path)
    except BaseException as panic:
        # calamine's Rust may panic on a broken file: no Exception, so it would end the child instead of the reading
        if type(panic).__name__ == "PanicException":
            raise SheetBroken(str(panic)) from None
        raise


def _read(path: Path) -> Document:
    book = CalamineWorkbook.from_path(str(path))
    visible = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
    looks = looks_of(path)
    blocks: list[Block] = []
    for name in (visible or book.sheet_names)[:MAX_SHEETS]:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > SHEET_CELLS:
            raise SheetTooLarge(name)
        rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS)
        merged = sheet.merged_cell_ranges or []
        grid = laid_out(_looking([*_merged(rows, merged), *_plain(rows)], looks.get(name, Looks())))
        if grid.rows:
            blocks.append(grid)
    return Document(tuple(blocks))


def _looking(placed: Sequence[Placed], looks: Looks) -> list[Placed]:
    """Cells with what their fonts and the check boxes on them say."""
    shown = {(one.row, one.column): one for one in reversed(placed)}
    for place, text in looks.texts.items():
        if place in shown:
            shown[place] = replace(shown[place], text=text)
    for place, drawn in looks.drawn.items():
        one = shown.get(place, Placed(*place, ""))
        shown[place] = replace(one, text=with_boxes(one.text, drawn))
    return list(shown.values())


def _plain(rows: Sequence[Sequence[object]]) -> list[Placed]:
    return [
        Placed(number, column, text)
        for number, row in enumerate(rows[:MAX_ROWS])
        for column, value in enumerate(row[:MAX_COLUMNS])
        if (text := _text(value))
    ]


def _merged(
    rows: Sequence[Sequence[object]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> list[Placed]:
    placed = []
    for (top, left), (bottom, right) in ranges:
        text = _text(rows[top][left]) if top < len(rows) and left < len(rows[top]) else ""
        placed.append(Placed(top, left, text, "", bottom - top + 1, right - left + 1))
    return placed


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "☑" if value else "□"
    if isinstance(value, (int, float)):
        return number_text(repr(value))
    return adopted(str(value)).strip("\r\n") if value is not None else ""
