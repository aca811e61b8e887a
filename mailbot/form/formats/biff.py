"""What an old .xls hides from its cells' text: struck words, symbol fonts, check boxes that float over the sheet.

Fonts by xlrd ([MS-XLS] 2.4.122); check boxes from the drawing records, which no reader keeps: an anchor in `MsoDrawing`
(2.4.170), the state in `Obj` (2.4.181), the caption in `TxO` (2.4.329).
"""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import olefile
import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from mailbot.form.formats.cells import styled, tidy
from mailbot.form.formats.controls import Box, Drawn, by_cell
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS
from mailbot.text.symbols import is_symbol_font

OLE: Final = b"\xd0\xcf\x11\xe0"
LARGE: Final = 4 * 1024 * 1024
"""A workbook of more bytes is read without its fonts: xlrd takes seconds for it."""
_BOF, _EOF, _CONTINUE, _SHEET, _DRAWING, _OBJECT, _TEXT = 0x809, 0x0A, 0x3C, 0x85, 0xEC, 0x5D, 0x1B6
_ANCHOR: Final = b"\x10\xf0\x12\x00\x00\x00"
"""`OfficeArtClientAnchorSheet`: its type and its length of 18."""
_CHECK_BOX, _OPTION = 0x0B, 0x0C
_COMMON: Final = 0x15
_STATES: Final = frozenset({(0x12, 8), (0x0A, 8)})
"""Parts of an `Obj` and their sizes: `FtCmo`; `FtCblsData`, which LibreOffice numbers otherwise."""
_REFUSED: Final = (XLRDError, CompDocError, OSError, struct.error, AssertionError, LookupError, ValueError, TypeError,
                   AttributeError, OverflowError, MemoryError, NotImplementedError)  # fmt: skip
"""What xlrd and olefile raise on workbooks that are broken or only of another make; calamine has read the text."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What one sheet's cells look like.

    Attributes:
        texts: cells whose font changes what they say, as they are shown.
        drawn: check boxes by the cell that they lie on.
    """

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    drawn: dict[tuple[int, int], list[Drawn]] = field(default_factory=dict)


def looks_of(path: Path) -> dict[str, Looks]:
    """The looks of each sheet by its name; none where the file is no .xls, too large or broken."""
    with path.open("rb") as file:
        if file.read(4) != OLE or path.stat().st_size > LARGE:
            return {}
    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO())
        boxes = _boxes(path)
        return {
            sheet.name: Looks(_texts(book, sheet), _placed(boxes.get(number, []), sheet))
            for number, sheet in enumerate(book.sheets())
        }
    except _REFUSED:
        return {}


Book = Any
"""xlrd has no types."""


def _texts(book: Book, sheet: Book) -> dict[tuple[int, int], str]:
    changing = {number for number, font in enumerate(book.font_list) if font.struck_out or is_symbol_font(font.name)}
    found = {}
    for row in range(min(sheet.nrows, MAX_ROWS) if changing else 0):
        for column in range(min(sheet.row_len(row), MAX_COLUMNS)):
            cell = sheet.cell(row, column)
            if cell.ctype != xlrd.XL_CELL_TEXT:
                continue
            own = book.xf_list[cell.xf_index].font_index
            runs = [(0, own), *sheet.rich_text_runlist_map.get((row, column), [])]
            if any(font in changing for _, font in runs):
                found[row, column] = _shown(cell.value, runs, book.font_list)
    return found


def _shown(text: str, runs: Sequence[tuple[int, int]], fonts: Sequence[Book]) -> str:
    ends = [*(start for start, _ in runs[1:]), len(text)]
    parts = (
        styled(text[start:end], fonts[number].name, struck=bool(fonts[number].struck_out))
        for (start, number), end in zip(runs, ends, strict=True)
    )
    return tidy("".join(parts))


def _placed(boxes: Sequence[Box], sheet: Book) -> dict[tuple[int, int], list[Drawn]]:
    heights = {row: info.height / 20 for row, info in sheet.rowinfo_map.items()}
    widths = {column: info.width / 256 for column, info in sheet.colinfo_map.items()}
    return by_cell(boxes, heights, widths)


# --- the drawing records ---


def _boxes(path: Path) -> dict[int, list[Box]]:
    """The check boxes of each sheet by its number."""
    with olefile.OleFileIO(str(path)) as ole:
        name = next((name for name in ("Workbook", "Book") if ole.exists(name)), None)
        stream = ole.openstream(name).read() if name else b""
    starts = [int.from_bytes(data[:4], "little") for code, data in _records(stream, 0) if code == _SHEET]
    return {number: list(_of_sheet(stream, start)) for number, start in enumerate(starts)}


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place to the end of the substream that begins there."""
    depth = 0
    while at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        depth += (code == _BOF) - (code == _EOF)
        if depth <= 0:
            return
        yield code, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _of_sheet(stream: bytes, start: int) -> Iterator[Box]:
    ends: tuple[float, ...] = ()
    box: Box | None = None
    captioned = False
    for code, data in _records(stream, start):
        if code == _DRAWING and _ANCHOR in data:
            ends = _ends(data)
        elif code == _OBJECT:
            if box is not None:
                yield box
            box, ends = _box(data, ends), ()
        elif code == _CONTINUE and captioned and box is not None:
            box.caption = box.caption or _string(data)
        captioned = code == _TEXT
    if box is not None:
        yield box


def _ends(data: bytes) -> tuple[float, ...]:
    """The corners: column, its offset, row, its offset, twice; offsets in the pixels of a usual column and row."""
    at = data.rindex(_ANCHOR) + len(_ANCHOR) + 2
    if at + 16 > len(data):
        return ()
    left, dx, top, dy, right, dx2, bottom, dy2 = struct.unpack_from("<8H", data, at)
    return (left, dx / 16, top, dy / 12.8, right, dx2 / 16, bottom, dy2 / 12.8)


def _box(data: bytes, ends: tuple[float, ...]) -> Box | None:
    at, kind, checked = 0, 0, False
    while at + 4 <= len(data):
        part, size = struct.unpack_from("<HH", data, at)
        if part == _COMMON:
            kind = int.from_bytes(data[at + 4 : at + 6], "little")
        elif (part, size) in _STATES and kind in {_CHECK_BOX, _OPTION}:
            checked = data[at + 4 : at + 6] == b"\x01\x00"
        at += 4 + size
    return Box(checked, "", ends) if kind in {_CHECK_BOX, _OPTION} else None


def _string(data: bytes) -> str:
    return data[1:].decode("utf-16-le" if data[:1] == b"\x01" else "latin-1", "replace").strip("\0 \r\n")
