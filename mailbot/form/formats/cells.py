"""A sheet's cells by openpyxl, as they are shown: strikes, symbols, ticks, numbers, links, merged areas."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import openpyxl
from lxml import etree
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from mailbot.form.formats.package import MIB, Package
from mailbot.form.values import number_text
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, STRUCK_CLOSE, STRUCK_OPEN
from mailbot.text.symbols import marked

LARGE: Final = 8 * MIB
"""A sheet of more XML than this is not given to openpyxl, which holds a cell in some 50 times its bytes."""
_REFUSED: Final = (
    InvalidFileException,
    BadZipFile,
    etree.LxmlError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    SyntaxError,
    AssertionError,
    OverflowError,
    NotImplementedError,
)
"""What openpyxl raises on workbooks that Excel or WPS itself would open, or mend (SyntaxError is ElementTree's)."""


@dataclass(slots=True)
class Sheet:
    """One sheet as it is read; places are (row, column) from 0.

    Attributes:
        cells: shown text.
        links: target, or `#` and a relation's id.
        merged: top, left, bottom, right.
        heights: of rows, points.
        widths: of columns, characters.
        controls: form controls' elements.
    """

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    controls: list[etree._Element] = field(default_factory=list)


def open_workbook(path: Path, package: Package) -> Workbook | None:
    """The workbook with its stored values; None where it is too large for openpyxl, or openpyxl refuses it."""
    if any(package.size(name) > LARGE for name in package.names("xl/") if name.endswith(".xml")):
        return None
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out of a workbook, no form needs
            return openpyxl.load_workbook(file, data_only=True, rich_text=True)
    except _REFUSED:
        return None


def read_cells(worksheet: Worksheet) -> Sheet:
    """Every filled cell of a worksheet, as it is shown."""
    sheet = Sheet()
    for cell in _filled(worksheet):
        place = (cell.row - 1, cell.column - 1)
        if text := _shown(cell):
            sheet.cells[place] = text
        if cell.hyperlink is not None:
            sheet.links[place] = str(cell.hyperlink.target or cell.hyperlink.location or "")
    areas = [(area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1) for area in _merged(worksheet)]
    sheet.merged = sorted(areas)[:MAX_ROWS]
    return sheet


def _merged(worksheet: Worksheet) -> Iterable[CellRange]:
    ranges: Iterable[CellRange] = worksheet.merged_cells.ranges
    return ranges


def _filled(worksheet: Worksheet) -> Iterator[Cell]:
    for row in worksheet.iter_rows(
        max_row=min(worksheet.max_row, MAX_ROWS), max_col=min(worksheet.max_column, MAX_COLUMNS)
    ):
        yield from (cell for cell in row if isinstance(cell, Cell) and (cell.value is not None or cell.hyperlink))


def _shown(cell: Cell) -> str:
    value = cell.value
    font, struck = (cell.font.name or "", bool(cell.font.strike)) if cell.has_style and cell.font else ("", False)
    if isinstance(value, bool):
        return "☑" if value else "□"
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, CellRichText):
        return tidy("".join(_run(part, font, struck=struck) for part in value))
    if isinstance(value, (datetime, date, time)):
        return styled(_moment(value), font, struck=struck)
    text = number_text(str(value)) if isinstance(value, (int, float)) else str(value)
    return tidy(styled(text, font, struck=struck))


def _run(part: TextBlock | str, font: str, *, struck: bool) -> str:
    if not isinstance(part, TextBlock):
        return styled(part, font, struck=struck)
    return styled(part.text or "", part.font.rFont or font, struck=bool(part.font.strike))


def _moment(value: datetime | date | time) -> str:
    at_midnight = isinstance(value, datetime) and value.time() == time(0)
    return value.date().isoformat() if isinstance(value, datetime) and at_midnight else value.isoformat()


def styled(text: str, font: str, *, struck: bool) -> str:
    """A run's text: symbol fonts rendered, struck words marked."""
    shown = marked(text, font)
    return f"{STRUCK_OPEN}{shown}{STRUCK_CLOSE}" if struck and shown else shown


def tidy(text: str) -> str:
    """Line ends as one character; `_x000D_` is how Excel writes a carriage return."""
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
