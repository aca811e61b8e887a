"""What floats over an old sheet, check boxes and pictures, from the drawing records, which no reader keeps ([MS-XLS]).

An anchor stands in `MsoDrawing` (2.4.170), the state in `Obj` (2.4.181), the caption in `TxO` (2.4.329).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailbot.form.formats.controls import CheckBox

_BOF, _EOF, _CONTINUE, _SHEET, _DRAWING, _OBJECT, _TEXT = 0x809, 0x0A, 0x3C, 0x85, 0xEC, 0x5D, 0x1B6
_CELLS: Final = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x27E})
"""Records that begin with a cell's row and column."""
_COLUMNS: Final = 256
_ANCHOR: Final = b"\x10\xf0\x12\x00\x00\x00"
"""`OfficeArtClientAnchorSheet`: its type and its length of 18."""
_BLIP: Final = b"\x04\x41"
"""The property that tells which picture a shape shows ([MS-ODRAW] 2.3.23.5)."""
_PICTURE: Final = 0x08
_BOXES: Final = frozenset({0x0B, 0x0C})
"""Check boxes and options."""
_COMMON: Final = 0x15
_STATES: Final = frozenset({(0x12, 8), (0x0A, 8)})
"""Parts of an `Obj` and their sizes: `FtCmo`; `FtCblsData`, which LibreOffice numbers otherwise."""


@dataclass(slots=True)
class Drawings:
    """What floats over a sheet: check boxes; row and column of each picture's corner, with its number from 1."""

    boxes: list[CheckBox] = field(default_factory=list)
    pictures: dict[tuple[int, int], int] = field(default_factory=dict)


def drawings_of(stream: bytes) -> dict[int, Drawings]:
    """What floats over each sheet of a workbook's stream, by the sheet's number."""
    if _ANCHOR not in stream:
        return {}
    starts = [int.from_bytes(data[:4], "little") for code, data in records(stream, 0) if code == _SHEET]
    return {number: _of_sheet(stream, start) for number, start in enumerate(starts)}


def reaches_too_far(stream: bytes) -> bool:
    """Whether a cell of a workbook's stream stands beyond the last column that there is ([MS-XLS] 2.5.51)."""
    at = 0
    while at + 8 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        if code in _CELLS and size >= 4 and int.from_bytes(stream[at + 6 : at + 8], "little") >= _COLUMNS:
            return True
        at += 4 + size
    return False


def records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place to the end of the substream that begins there."""
    depth = 0
    while at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        depth += (code == _BOF) - (code == _EOF)
        if depth <= 0:
            return
        yield code, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _of_sheet(stream: bytes, start: int) -> Drawings:
    found = Drawings()
    ends: tuple[float, ...] = ()
    picture, captioned, box = 0, False, CheckBox()
    for code, data in records(stream, start):
        if code == _DRAWING and _ANCHOR in data:
            ends = _ends(data)
            at = data.find(_BLIP) + len(_BLIP)
            picture = int.from_bytes(data[at : at + 4], "little") if _BLIP in data else 0
        elif code == _OBJECT:
            kind, checked = _object(data)
            box = CheckBox(checked, "", ends)
            if kind in _BOXES:
                found.boxes.append(box)
            elif kind == _PICTURE and ends:
                found.pictures[int(ends[2]), int(ends[0])] = picture
            ends = ()
        elif code == _CONTINUE and captioned:
            box.caption = box.caption or _string(data)
        captioned = code == _TEXT
    return found


def _ends(data: bytes) -> tuple[float, ...]:
    """The corners: column, its offset, row, its offset, twice; offsets in the pixels of a usual column and row."""
    at = data.rindex(_ANCHOR) + len(_ANCHOR) + 2
    if at + 16 > len(data):
        return ()
    left, dx, top, dy, right, dx2, bottom, dy2 = struct.unpack_from("<8H", data, at)
    return (left, dx / 16, top, dy / 12.8, right, dx2 / 16, bottom, dy2 / 12.8)


def _object(data: bytes) -> tuple[int, bool]:
    """What an object is, and whether it is ticked."""
    at, kind, checked = 0, 0, False
    while at + 4 <= len(data):
        part, size = struct.unpack_from("<HH", data, at)
        if part == _COMMON:
            kind = int.from_bytes(data[at + 4 : at + 6], "little")
        elif (part, size) in _STATES and kind in _BOXES:
            checked = data[at + 4 : at + 6] == b"\x01\x00"
        at += 4 + size
    return kind, checked


def _string(data: bytes) -> str:
    return data[1:].decode("utf-16-le" if data[:1] == b"\x01" else "latin-1", "replace").strip("\0 \r\n")
