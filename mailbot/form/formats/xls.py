"""An old .xls or .et as one grid a sheet, by xlrd ([MS-XLS]); what xlrd refuses and .xlsb by python-calamine."""

import io
import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import olefile
import xlrd
from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from mailbot.form.formats.biff import Drawings, drawings_of, reaches_too_far
from mailbot.form.formats.controls import by_cell
from mailbot.form.formats.locks import Locked
from mailbot.form.formats.numbers import built_in, number_text, shown_number, shown_text
from mailbot.form.formats.runs import PLAIN, RunLook, StyledText, facts_of_runs
from mailbot.form.formats.sheets import MAX_SHEETS, Place, Sheet, workbook
from mailbot.form.formats.stuck import stick
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, Document, Fact, FactKind
from mailbot.model.filetype import FileType
from mailbot.ocr.embedded import pictures_within
from mailbot.text.symbols import adopted, tidy

LARGE: Final = 4 * 1024 * 1024
"""A workbook of more bytes is read by calamine, without its looks: xlrd takes seconds for it."""
SHEET_CELLS: Final = 5_000_000
"""More than this a sheet may claim, but no form holds."""
ZIP: Final = b"PK"
WHITE: Final = (255, 255, 255)
BOLD: Final = 600
"""A font's weight from which it is bold; plain is 400 ([MS-XLS] 2.4.122)."""
_REFUSED: Final = (XLRDError, CompDocError, OSError, struct.error, AssertionError, LookupError, ValueError, TypeError,
                   AttributeError, OverflowError, MemoryError, NotImplementedError)  # fmt: skip
"""What xlrd raises on workbooks that are broken or only of another make."""


_FILLED: Final = frozenset({xlrd.XL_CELL_BOOLEAN, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE, xlrd.XL_CELL_TEXT})
_ENCRYPTED: Final = "encrypted"
"""What xlrd says of a workbook with FILEPASS ([MS-XLS] 2.4.117)."""


class SheetBroken(ValueError):
    """The reader stumbled over a broken workbook."""


class SheetTooLarge(ValueError):
    """A sheet claims more cells than a form would."""


def read_xls(path: Path) -> Document:
    """What an old workbook shows. Raises Locked, SheetTooLarge, SheetBroken; calamine's errors on a broken one."""
    with path.open("rb") as file:
        head = file.read(2)
    if head != ZIP and path.stat().st_size <= LARGE:
        try:
            # on demand: the stream is kept until the end, where the drawings stand that xlrd passes over
            with xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO(), on_demand=True) as book:
                return workbook(_sheets(book, path))
        except _REFUSED as error:
            if _ENCRYPTED in str(error):
                raise Locked from error
    if head != ZIP:
        _check(path)
    try:
        return workbook(_calamine(path))
    except PasswordError as error:
        raise Locked from error
    except BaseException as panic:
        # calamine's Rust may panic on a broken file: no Exception, so it would end the child instead of the reading
        if type(panic).__name__ == "PanicException":
            raise SheetBroken(str(panic)) from None
        raise


# --- by xlrd ---

Book = Any
"""xlrd has no types."""


def _sheets(book: Book, path: Path) -> Iterator[Sheet]:
    stream = bytes(book.mem[book.base : book.base + book.stream_len])
    drawings = drawings_of(stream)
    shown = pictures_within(path, FileType.XLS) if any(one.pictures for one in drawings.values()) else []
    white = frozenset(at for at, style in enumerate(book.xf_list) if _is_unseen(book, style))
    for number in range(min(book.nsheets, MAX_SHEETS)):
        read = book.sheet_by_index(number)
        sheet = Sheet(read.name, read.visibility != 0)
        for row in range(min(read.nrows, MAX_ROWS)):
            kinds = enumerate(read.row_types(row, end_colx=MAX_COLUMNS))
            for column in (column for column, kind in kinds if kind in _FILLED):
                words = _words(book, read, row, column)
                if text := tidy(words.text).strip("\n"):
                    sheet.cells[row, column] = text
                    if white and read.cell_xf_index(row, column) in white:
                        sheet.unseen.add((row, column))
                if len(words.parts) > 1:
                    sheet.note((row, column), *facts_of_runs([words]))
        _measure(read, sheet)
        drawn = drawings.get(number, Drawings())
        for place, picture in drawn.pictures.items():
            stick(sheet, place, shown[picture - 1] if 0 < picture <= len(shown) else b"")
        sheet.comments = [Fact(FactKind.COMMENT, note.text) for note in read.cell_note_map.values()]
        sheet.drawn = by_cell(drawn.boxes, sheet.heights, sheet.widths)
        yield sheet


def _words(book: Book, sheet: Book, row: int, column: int) -> StyledText:
    words, cell = StyledText(), sheet.cell(row, column)
    style = book.xf_list[cell.xf_index] if cell.xf_index is not None else book.xf_list[0]
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        words.add("☑" if cell.value else "□")
        return words
    code, runs = book.format_map[style.format_key].format_str, ()
    if cell.ctype != xlrd.XL_CELL_TEXT:
        text = shown_number(cell.value, built_in(style.format_key) or code, epoch_1904=bool(book.datemode))
    else:
        runs = sheet.rich_text_runlist_map.get((row, column), ())
        text = cell.value if runs else shown_text(cell.value, code)
    for (start, font), (end, _) in pairwise([(0, style.font_index), *runs, (len(text), 0)]):
        words.add(text[start:end], _look(book, font))
    return words


def _is_unseen(book: Book, style: Book) -> bool:
    """Whether a style's letters are white on white, or on nothing."""
    font = book.font_list[style.font_index] if style.font_index < len(book.font_list) else None
    behind = style.background
    white = font is not None and book.colour_map.get(font.colour_index) == WHITE
    return white and (not behind.fill_pattern or book.colour_map.get(behind.pattern_colour_index) in {None, WHITE})


def _look(book: Book, number: int) -> RunLook:
    if number >= len(book.font_list):
        return PLAIN
    font = book.font_list[number]
    coloured = book.colour_map.get(font.colour_index) not in {None, (0, 0, 0), WHITE}
    return RunLook(font.name, bool(font.struck_out), bool(font.weight >= BOLD or font.underline_type or coloured))


def _measure(read: Book, sheet: Sheet) -> None:
    sheet.merged = [(top, left, low - 1, right - 1) for top, low, left, right in read.merged_cells][:MAX_ROWS]
    for place, link in read.hyperlink_map.items():
        sheet.links[place] = link.url_or_path if isinstance(link.url_or_path, str) else link.textmark or ""
    for row, info in read.rowinfo_map.items():
        sheet.heights[row] = info.height / 20
        if info.hidden or not info.height:
            sheet.hidden_rows.add(row)
    for column, info in read.colinfo_map.items():
        sheet.widths[column] = info.width / 256
        if info.hidden or not info.width:
            sheet.hidden_columns.add(column)


# --- by calamine ---


def _check(path: Path) -> None:
    """Raise SheetBroken where calamine would ask for more room than there is, and end its process with that.

    It does so up to a cell's place, and for as many sectors as a broken container claims.
    """
    try:
        with olefile.OleFileIO(str(path)) as ole:
            streams = [ole.openstream(name).read() for name in ("Workbook", "Book") if ole.exists(name)]
    except _REFUSED as error:
        raise SheetBroken(f"the container is broken: {error}") from error
    if any(map(reaches_too_far, streams)):
        raise SheetBroken("a cell stands beyond the last column")


def _calamine(path: Path) -> Iterator[Sheet]:
    book = CalamineWorkbook.from_path(str(path))
    for about in book.sheets_metadata[:MAX_SHEETS]:
        read = book.get_sheet_by_name(about.name)
        if read.total_height * read.total_width > SHEET_CELLS:
            raise SheetTooLarge(about.name)
        rows: Sequence[Sequence[object]] = read.to_python(skip_empty_area=False, nrows=MAX_ROWS)
        sheet = Sheet(about.name, about.visible is not SheetVisibleEnum.Visible)
        sheet.merged = [(*start, *end) for start, end in read.merged_cell_ranges or []]
        for number, row in enumerate(rows[:MAX_ROWS]):
            for column, value in enumerate(row[:MAX_COLUMNS]):
                place: Place = (number, column)
                if text := _plain(value):
                    sheet.cells[place] = text
        yield sheet


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "☑" if value else "□"
    if isinstance(value, (int, float)):
        return number_text(repr(value))
    return adopted(str(value)).strip("\r\n") if value is not None else ""
