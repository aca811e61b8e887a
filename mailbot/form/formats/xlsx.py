"""An .xlsx as one grid a sheet: openpyxl reads its cells, `sheetxml` what openpyxl drops, and what it refuses."""

import functools
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import openpyxl
from lxml import etree
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import Color
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from mailbot.form.formats.numbers import built_in, shown_number, shown_text
from mailbot.form.formats.package import MIB, Package, comments_of
from mailbot.form.formats.runs import PLAIN, RunLook, StyledText, facts_of_runs
from mailbot.form.formats.sheets import MAX_SHEETS, SEEN, Place, Sheet, workbook
from mailbot.form.formats.sheetxml import add_dropped, sheets_of
from mailbot.form.formats.stuck import add_pictures
from mailbot.form.formats.xls import read_xls
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, Document, Fact, FactKind, facts_of
from mailbot.text.symbols import styled, tidy

LARGE: Final = 8 * MIB
"""A sheet of more XML than this is not given to openpyxl, which holds a cell in some 50 times its bytes."""
_REFUSED: Final = (
    InvalidFileException, BadZipFile, etree.LxmlError, LookupError, ValueError, TypeError, AttributeError, OSError,
    SyntaxError, AssertionError, OverflowError, NotImplementedError,
)  # fmt: skip
"""What openpyxl raises on workbooks that Excel or WPS itself would open, or mend (SyntaxError is ElementTree's)."""


def read_xlsx(path: Path) -> Document:
    """What an .xlsx shows. Raises PackageBroken."""
    with Package(path) as package:
        if package.data("xl/workbook.xml") is None:
            return read_xls(path)
        book = _opened(path, package)
        sheets = list(sheets_of(package)) if book is None else list(add_dropped(package, _sheets(book)))
        add_pictures(package, sheets)
        active = bool(package.names("xl/activeX/"))  # boxes whose state is a program's own memory: a person must look
        facts = facts_of({FactKind.CONTROL: active, FactKind.DAMAGED: package.damaged})
        return workbook(sheets, (*facts, *comments_of(package, "xl/comments", "xl/threadedcomments")))


def _opened(path: Path, package: Package) -> Workbook | None:
    """The workbook with its stored values; None where it is too large for openpyxl, or openpyxl refuses it."""
    if any(package.size(name) > LARGE for name in package.names("xl/") if name.endswith(".xml")):
        return None
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out of a workbook, no form needs
            book = openpyxl.load_workbook(file, data_only=True, rich_text=True)
            return book if book.worksheets else None  # it knows no sheet of a strict workbook (ISO/IEC 29500-1)
    except _REFUSED:
        return None


def _sheets(book: Workbook) -> Iterator[Sheet]:
    styles: dict[StyleArray, _Style] = {}
    shown = functools.partial(_shown, styles=styles, epoch_1904=book.epoch == MAC_EPOCH)
    for worksheet in book.worksheets[:MAX_SHEETS]:
        sheet = Sheet(worksheet.title, worksheet.sheet_state != "visible")
        painted = bool(worksheet.tables or worksheet.conditional_formatting)  # what they paint behind, no cell tells
        for cell in _filled(worksheet):
            place: Place = (cell.row - 1, cell.column - 1)
            if text := shown(cell):
                sheet.cells[place] = text
                style = styles.get(cell._style)  # type: ignore[attr-defined]  # noqa: SLF001
                if style is not None and style[-1] and not painted:
                    sheet.unseen.add(place)
            if isinstance(cell.value, CellRichText):
                sheet.note(place, *facts_of_runs([_words(cell.value, PLAIN)]))
                sheet.note(place, *([Fact(FactKind.UNCLEAR)] if _hides_words(cell.value) else []))
            if cell.hyperlink is not None:
                sheet.links[place] = str(cell.hyperlink.target or cell.hyperlink.location or "")
        areas = [
            (area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1)
            for area in worksheet.merged_cells.ranges
        ]
        sheet.merged = sorted(areas)[:MAX_ROWS]
        _measure(worksheet, sheet)
        yield sheet


def _measure(worksheet: Worksheet, sheet: Sheet) -> None:
    for number, row in worksheet.row_dimensions.items():
        if row.ht is not None:
            sheet.heights[number - 1] = row.ht
        if (row.hidden or (row.ht is not None and row.ht < SEEN)) and number <= MAX_ROWS:
            sheet.hidden_rows.add(number - 1)
    for column in worksheet.column_dimensions.values():
        for number in range(column.min or 1, min(column.max or 0, MAX_COLUMNS) + 1):
            sheet.widths[number - 1] = column.width
            if column.hidden or column.width == 0:
                sheet.hidden_columns.add(number - 1)


def _filled(worksheet: Worksheet) -> Iterator[Cell]:
    # not iter_rows, which makes a cell for every gap of a sheet that is styled far down
    for (row, column), cell in worksheet._cells.items():  # noqa: SLF001
        if row <= MAX_ROWS and column <= MAX_COLUMNS and isinstance(cell, Cell):
            yield cell


_Style = tuple[RunLook, str, bool]
"""A style's font, its number format, and whether nobody sees its letters: tiny, or of the colour behind them."""
TINY: Final = 2.0
"""Points of letters that nobody sees at most."""


def _shown(cell: Cell, styles: dict[StyleArray, _Style], *, epoch_1904: bool) -> str:
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return "☑" if value else "□"
    style: StyleArray = cell._style  # type: ignore[attr-defined]  # noqa: SLF001 - each cell's own copies of its font and format take longer than all the rest
    look, code, _ = styles.get(style) or styles.setdefault(style, _style(cell, style))
    if isinstance(value, CellRichText):
        return tidy(_words(value, look).text)
    if isinstance(value, (int, float, datetime, date, time, timedelta)):
        return styled(shown_number(value, code, epoch_1904=epoch_1904), look.font, struck=look.struck)
    return tidy(styled(shown_text(str(value), code), look.font, struck=look.struck))


def _style(cell: Cell, style: StyleArray) -> _Style:
    font = cell.font
    fill = cell.fill
    solid = fill.fill_type == "solid"
    unseen = _is_white(font.color) and (not fill.fill_type or (solid and _is_white(fill.fgColor)))
    unseen = (
        unseen or (solid and font.color is not None and _same(font.color, fill.fgColor)) or 0 < (font.sz or 0) <= TINY
    )
    return RunLook(font.name or "", bool(font.strike)), built_in(style.numFmtId) or cell.number_format, unseen


def _same(ink: Color, paper: Color) -> bool:
    """Whether letters have the colour of what lies behind them; how clear they are, no sheet shows."""
    return ink.type == paper.type and str(ink.value)[-6:] == str(paper.value)[-6:] and ink.tint == paper.tint


def _is_white(color: Color | None) -> bool:
    """Whether a colour is white by its number, or the theme's first, the paper's (§18.8.3)."""
    if color is None:
        return False
    if color.type == "rgb":
        return str(color.rgb)[-6:].upper() == "FFFFFF"
    return (color.type == "theme" and color.theme == 0 and not color.tint) or (
        color.type == "indexed" and color.indexed in {1, 9}
    )


def _hides_words(value: CellRichText) -> bool:
    """Whether words among others are white, on whatever lies behind them."""
    return any(isinstance(part, TextBlock) and _is_white(part.font.color) and str(part).strip() for part in value)


def _words(value: CellRichText, look: RunLook) -> StyledText:
    words = StyledText()
    for part in value:
        if isinstance(part, TextBlock):
            font = part.font
            loud = bool(font.b or font.u or _is_coloured(font.color))
            words.add(part.text or "", RunLook(font.rFont or look.font, bool(font.strike), loud))
        else:
            words.add(part, look)
    return words


def _is_coloured(color: Color | None) -> bool:
    """Whether letters have a colour of their own: neither black nor the theme's or the system's own."""
    return color is not None and color.type == "rgb" and str(color.rgb)[-6:].upper() not in {"000000", "FFFFFF"}
