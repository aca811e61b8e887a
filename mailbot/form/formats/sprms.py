"""What the properties of letters, paragraphs and rows in a .doc say of their looks: sprms, [MS-DOC] 2.6. Pure."""

from collections.abc import Iterator
from typing import Final

TABLE_DEFINITION: Final = 0xD608
_BOLD, _UNDERLINE, _HIGHLIGHT, _SHADE = 0x0835, 0x2A3E, 0x2A0C, 0xCA71
_COLOUR, _COLOUR_INDEX, _WHITE_INDEX = 0x6870, 0x2A42, b"\x08"
_NO_COLOUR, _WHITE = b"\x00\x00\x00\xff", b"\xff\xff\xff\x00"
"""`COLORREF`s of a shade behind text: none, and the page's own."""
_OPERAND: Final = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
"""Bytes of a sprm's operand by its `spra` bits; 6 is told by its first byte ([MS-DOC] 2.2.5.1)."""

_SHADES: Final = frozenset({_HIGHLIGHT, _SHADE, 0x4866})
PARAGRAPH_SHADES: Final = frozenset({0xC64D, 0x442D})
ROW_SHADES: Final = frozenset({0xD612, 0xD616, 0xD60C, 0xD670, 0xD671, 0xD672, 0xD609})
"""Properties that paint what lies behind a character, a paragraph, a row's cells ([MS-DOC] 2.6.1 to 2.6.3)."""
_SHD: Final = 10
"""Bytes of a shade: the colour before, the colour behind, a pattern ([MS-DOC] 2.9.247)."""


def each(sprms: bytes) -> Iterator[tuple[int, bytes]]:
    """The code and the operand of each property; an operand of no fixed length begins with its size."""
    at = 0
    while at + 2 < len(sprms):
        code = int.from_bytes(sprms[at : at + 2], "little")
        at += 2
        size = _OPERAND.get(code >> 13)
        if size is None:
            size = int.from_bytes(sprms[at : at + 2], "little") + 1 if code == TABLE_DEFINITION else sprms[at] + 1
        yield code, sprms[at : at + size]
        at += size


def is_loud(sprms: bytes) -> bool:
    """Whether a character is bold, underlined, highlighted or shaded."""
    loud = False
    for code, operand in each(sprms):
        if code in {_BOLD, _UNDERLINE, _HIGHLIGHT}:
            loud = loud or operand[:1] not in {b"", b"\x00"}
        elif code == _SHADE and len(operand) >= 9:  # a size, the colours before and behind, a pattern
            loud = loud or operand[5:9] not in {_NO_COLOUR, _WHITE}
    return loud


def is_white(sprms: bytes) -> bool:
    """Whether a character is white, with nothing behind it."""
    told = [(code, operand) for code, operand in each(sprms) if code in {_COLOUR, _COLOUR_INDEX}]
    white = bool(told) and (told[-1][1][:4] == _WHITE if told[-1][0] == _COLOUR else told[-1][1][:1] == _WHITE_INDEX)
    return white and not is_painted(sprms, _SHADES)


def is_painted(sprms: bytes, codes: frozenset[int]) -> bool:
    """Whether one of these properties lays a colour behind what it is of."""
    return any(_paints(code, operand) for code, operand in each(sprms) if code in codes)


def _paints(code: int, operand: bytes) -> bool:
    if code in {_HIGHLIGHT, 0x4866, 0x442D, 0xD609}:  # colours by their numbers
        return any(operand[1:] if code == 0xD609 else operand)
    shades = (operand[at : at + _SHD] for at in range(1, len(operand) - _SHD + 1, _SHD))  # behind their size
    return any(one[4:8] not in {_NO_COLOUR, _WHITE} or one[8:10] != b"\0\0" for one in shades)
