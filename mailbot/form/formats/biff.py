"""What floats over an old sheet, check boxes and pictures, from the drawing records, which no reader keeps ([MS-XLS]).

An anchor stands in `MsoDrawing` (2.4.170), the state in `Obj` (2.4.181), the caption in `TxO` (2.4.329).
"""

import struct
from collections.abc import Iterator
from typing import Final

from mailbot.form.formats.controls import CheckBox

_BOF, _EOF, _CONTINUE, _SHEET, _DRAWING, _OBJECT, _TEXT = 0x809, 0x0A, 0x3C, 0x85, 0xEC, 0x5D, 0x1B6
_ANCHOR: Final = b"\x10\xf0\x12\x00\x00\x00"
"""`OfficeArtClientAnchorSheet`: its type and its length of 18."""
_BLIP: Final = b"\x04\x41"
"""The property that tells which picture a shape shows ([MS-ODRAW] 2.3.23.5)."""
_PICTURE, _CHECK_BOX, _OPTION = 0x08, 0x0B, 0x0C
_COMMON: Final = 0x15
_STATES: Final = frozenset({(0x12, 8), (0x0A, 8)})
"""Parts of an `Obj` and their sizes: `FtCmo`; `FtCblsData`, which LibreOffice numbers otherwise."""


def boxes_of(stream: bytes) -> dict[int, list[CheckBox]]:
    """The check boxes of each sheet by its number, of a workbook's stream."""
    if _ANCHOR not in stream:
        return {}
    starts = [int.from_bytes(data[:4], "little") for code, data in _records(stream, 0) if code == _SHEET]
    return {number: list(_of_sheet(stream, start)) for number, start in enumerate(starts)}


def pictures_of(stream: bytes) -> dict[int, dict[tuple[int, int], int]]:
    """Row and column of each picture's upper left corner with its number, from 1, by the number of its sheet."""
    if _ANCHOR not in stream:
        return {}
    starts = [int.from_bytes(data[:4], "little") for code, data in _records(stream, 0) if code == _SHEET]
    return {number: dict(_pictures(stream, start)) for number, start in enumerate(starts)}


def _pictures(stream: bytes, start: int) -> Iterator[tuple[tuple[int, int], int]]:
    ends: tuple[float, ...] = ()
    picture = 0
    for code, data in _records(stream, start):
        if code == _DRAWING and _ANCHOR in data:
            ends = _ends(data)
            at = data.find(_BLIP) + len(_BLIP)
            picture = int.from_bytes(data[at : at + 4], "little") if _BLIP in data else 0
        elif code == _OBJECT:
            if ends and data[:2] == bytes([_COMMON, 0]) and data[4:6] == bytes([_PICTURE, 0]):
                yield (int(ends[2]), int(ends[0])), picture
            ends = ()


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


def _of_sheet(stream: bytes, start: int) -> Iterator[CheckBox]:
    ends: tuple[float, ...] = ()
    box: CheckBox | None = None
    captioned = False
    for code, data in _records(stream, start):
        if code == _DRAWING and _ANCHOR in data:
            ends = _ends(data)
        elif code == _OBJECT:
            if box is not None:
                yield box
            box, ends = _check_box(data, ends), ()
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


def _check_box(data: bytes, ends: tuple[float, ...]) -> CheckBox | None:
    at, kind, checked = 0, 0, False
    while at + 4 <= len(data):
        part, size = struct.unpack_from("<HH", data, at)
        if part == _COMMON:
            kind = int.from_bytes(data[at + 4 : at + 6], "little")
        elif (part, size) in _STATES and kind in {_CHECK_BOX, _OPTION}:
            checked = data[at + 4 : at + 6] == b"\x01\x00"
        at += 4 + size
    return CheckBox(checked, "", ends) if kind in {_CHECK_BOX, _OPTION} else None


def _string(data: bytes) -> str:
    return data[1:].decode("utf-16-le" if data[:1] == b"\x01" else "latin-1", "replace").strip("\0 \r\n")
