"""A .doc or .wps (Word 97 and later) as paragraphs and tables, from its OLE streams: [MS-DOC].

The text stands in pieces (the Clx); which paragraphs end a table's row, and which runs are struck or in a symbol font,
stands in the formatted-disk pages (FKP) that the bin tables point to.
"""

import functools
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import olefile

from mailbot.form.formats.locks import Locked
from mailbot.form.formats.runs import StyledText
from mailbot.form.formats.sprms import (
    PARAGRAPH_SHADES,
    ROW_SHADES,
    TABLE_DEFINITION,
    each,
    is_loud,
    is_painted,
    is_white,
)
from mailbot.form.formats.tables import Edged, of_edged
from mailbot.model.document import BOX, CROSS, TICK, TICKED_BOX, Block, Document, FactKind, facts_of, laid_out
from mailbot.text.symbols import (
    carried_link,
    drawn_by_field,
    is_symbol_font,
    marked,
    parted_link,
    styled,
    symbol,
)

_ENCRYPTED: Final = 0x0100
"""[MS-DOC] 2.5.2: `fEncrypted` in the word at offset 10."""
PAGE: Final = 512
MAX_CHARACTERS: Final = 2_000_000
MAX_PAGES: Final = 20_000
_CELL, _PARAGRAPH, _FIELD_BEGIN, _FIELD_MIDDLE, _FIELD_END = "\x07", "\r", "\x13", "\x14", "\x15"
_STRIKE, _DOUBLE_STRIKE, _SYMBOL, _FONT, _VANISH, _PICTURE = 0x0837, 0x2A53, 0x6A09, 0x4A4F, 0x083C, 0x6A03
_FONT_EAST: Final = 0x4A50
_ROW_END, _INNER_ROW_END = 0x2417, 0x244C
_HUGE, _TABLE_PROPERTIES = 0x6646, 0x646B
"""Paragraph and table properties too long for a page stand in the data stream ([MS-DOC] 2.6.2)."""
_MERGED, _MERGE_BEGINS = 0x20, 0x40
"""Bits of a cell's flags (`TCGRF`): it belongs to the cell above; it is the first of such."""
_FIELD_DATA: Final = "\x01"
_ANCHOR: Final = "\x08"
"""Stands where a drawing that floats hangs on the text."""
_BY_DEFAULT: Final = 25


_MARKS: Final = frozenset(BOX + TICKED_BOX + TICK + CROSS)


class DocBroken(ValueError):
    """The streams are not a Word 97 document's."""


@dataclass(frozen=True, slots=True)
class _Streams:
    """The main stream, the table stream, the data stream (form fields and pictures)."""

    main: bytes
    table: bytes
    data: bytes = b""

    def piece(self, at: int) -> bytes:
        """A structure of the table stream whose offset and length stand at `at` in the FIB."""
        start, size = struct.unpack_from("<II", self.main, at)
        return self.table[start : start + min(size, len(self.table))]


@dataclass(frozen=True, slots=True)
class _Runs:
    """Properties by file position: the runs' starts, their ends, their sprms."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sprms: list[bytes] = field(default_factory=list)

    def at(self, position: int) -> bytes:
        """The sprms that hold at a file position."""
        found = bisect_right(self.starts, position) - 1
        return self.sprms[found] if found >= 0 and position < self.ends[found] else b""


def read_doc(path: Path) -> Document:
    """What a .doc shows. Raises Locked; DocBroken, OSError and struct.error on a broken one."""
    streams = _streams(path)
    characters = _characters(streams)
    letters = _runs(streams, 0xFA, papx=False)
    paragraphs = _runs(streams, 0x102, papx=True)
    fonts = _fonts(streams.piece(0x112))
    text = _shown(characters, letters, fonts, streams.data)
    looks = (letters.at(position) for _, position in characters)
    weighed = list(zip(text, map(functools.cache(is_loud), looks), strict=True))
    in_table = (_in_table(paragraphs.at(position)) for letter, position in characters if letter == _ANCHOR)
    floating = _floats(streams.main, text, anchored=any(in_table))
    whole = tuple(_blocks(weighed, characters, paragraphs))
    links = tuple(parted_link(one)[1] for one in text if parted_link(one)[1])
    unseen = set(_unseen(characters, letters, paragraphs))
    facts = facts_of({FactKind.FLOATING: floating, FactKind.UNSEEN: unseen})
    if not unseen:
        return Document(whole, facts=facts, links=links)
    weighed = [("", False) if at in unseen else one for at, one in enumerate(weighed)]
    return Document(tuple(_blocks(weighed, characters, paragraphs)), facts=facts, everything=whole, links=links)


def _floats(main: bytes, text: Sequence[str], *, anchored: bool) -> bool:
    """Whether a text box holds a mark, or words over a table: which cell it lies on shows only on the page.

    Text boxes' text follows that of notes and headers, each as long as the FIB says ([MS-DOC] 2.5.4).

    Args:
        main: the main stream.
        text: of the whole document, letter by letter.
        anchored: something that floats hangs on a table's cell.
    """
    *before, length = struct.unpack_from("<7I", main, 0x4C)
    boxes = text[sum(before) : sum(before) + length]
    return not _MARKS.isdisjoint(boxes) or (anchored and bool("".join(boxes).strip()))


def _streams(path: Path) -> _Streams:
    with olefile.OleFileIO(str(path)) as ole:
        if not ole.exists("WordDocument"):
            raise DocBroken("no WordDocument")
        main = ole.openstream("WordDocument").read()
        if len(main) < 0x200 or main[:2] not in {b"\xec\xa5", b"\xdc\xa5"}:  # the FIB's own length
            raise DocBroken("no file information block")
        if int.from_bytes(main[10:12], "little") & _ENCRYPTED:
            raise Locked
        if int.from_bytes(main[2:4], "little") < 0xC1:  # nFib of Word 97
            raise DocBroken("older than Word 97")
        name = "1Table" if main[0x0B] & 0x02 else "0Table"
        if not ole.exists(name):
            raise DocBroken("no table stream")
        data = ole.openstream("Data").read() if ole.exists("Data") else b""
        return _Streams(main, ole.openstream(name).read(), data)


# --- text: the piece table ---

Character = tuple[str, int]
"""A character and its position in the main stream."""


def _characters(streams: _Streams) -> list[Character]:
    """All characters: the main text, then notes and headers, as the piece table orders them."""
    clx = streams.piece(0x1A2)
    at = 0
    while at < len(clx) and clx[at] == 1:  # Prc
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if at >= len(clx) or clx[at] != 2:  # Pcdt
        raise DocBroken("no piece table")
    plc = clx[at + 5 : at + 5 + int.from_bytes(clx[at + 1 : at + 5], "little")]
    count = (len(plc) - 4) // 12
    bounds = struct.unpack_from(f"<{count + 1}I", plc)
    found: list[Character] = []
    for number in range(count):
        (position,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)
        length = min(max(bounds[number + 1] - bounds[number], 0), MAX_CHARACTERS - len(found))
        found += _piece(streams.main, position, length)
    return found


def _piece(main: bytes, position: int, length: int) -> Iterator[Character]:
    if position & 0x40000000:
        start = (position & 0x3FFFFFFF) // 2
        text = main[start : start + length].decode("cp1252", "replace")
        return iter([(letter, start + number) for number, letter in enumerate(text)])
    raw = main[position : position + 2 * length]
    text = raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace")
    found, at = [], position
    for letter in text:
        found.append((letter, at))
        at += 4 if ord(letter) > 0xFFFF else 2  # a surrogate pair
    return iter(found)


# --- properties ---


def _runs(streams: _Streams, at: int, *, papx: bool) -> _Runs:
    """Character (`PlcfBteChpx`) or paragraph (`PlcfBtePapx`) properties."""
    plc = streams.piece(at)
    count = (len(plc) - 4) // 8
    found: list[tuple[int, int, bytes]] = []
    for number in range(min(max(count, 0), MAX_PAGES)):
        (page,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * number)
        start = (page & 0x3FFFFF) * PAGE
        found += _page(streams.main[start : start + PAGE], papx=papx)
    if papx:
        found = [(begin, end, _whole(sprms, streams.data)) for begin, end, sprms in found]
    found.sort(key=lambda run: run[0])
    return _Runs([run[0] for run in found], [run[1] for run in found], [run[2] for run in found])


def _whole(sprms: bytes, data: bytes) -> bytes:
    """A paragraph's properties with those that stand in the data stream: a row of many cells has its edges there."""
    far = [operand for code, operand in each(sprms) if code in {_HUGE, _TABLE_PROPERTIES} and len(operand) == 4]
    starts = [int.from_bytes(operand, "little") for operand in far]
    return sprms + b"".join(
        data[start + 2 : start + 2 + int.from_bytes(data[start : start + 2], "little")] for start in starts
    )


def _page(page: bytes, *, papx: bool) -> Iterator[tuple[int, int, bytes]]:
    if len(page) < PAGE:
        return
    count = page[PAGE - 1]
    step = 13 if papx else 1
    if 4 * (count + 1) + step * count >= PAGE:
        return
    bounds = struct.unpack_from(f"<{count + 1}I", page)
    for number in range(count):
        offset = 2 * page[4 * (count + 1) + step * number]
        if offset:
            yield bounds[number], bounds[number + 1], _sprms(page, offset, papx=papx)


def _sprms(page: bytes, offset: int, *, papx: bool) -> bytes:
    size = page[offset]
    if not papx:
        return page[offset + 1 : offset + 1 + size]
    if size:
        return page[offset + 3 : offset + 2 * size]
    return page[offset + 4 : offset + 2 + 2 * page[offset + 1]]


def _fonts(table: bytes) -> list[str]:
    """The names of the font table (`SttbfFfn`)."""
    names: list[str] = []
    at = 4
    while at < len(table) and len(names) < 1000:  # fonts of one document
        size = table[at]
        name = table[at + 40 : at + 1 + size].decode("utf-16-le", "replace")
        names.append(name.split("\0")[0])
        at += 1 + size
    return names


def _shown(characters: Sequence[Character], runs: _Runs, fonts: Sequence[str], data: bytes) -> list[str]:
    """Each character as it is shown: symbols as marks, struck ones wrapped, hidden ones and field codes gone."""
    shown: list[str] = []
    depth: list[bool] = []
    code = ""
    cache: dict[bytes, tuple[str, str, bool, bool]] = {}
    for letter, position in characters:
        if letter == _FIELD_BEGIN:
            depth.append(True)
            code = ""
        elif letter == _FIELD_MIDDLE and depth:
            depth[-1] = False
            shown.append(carried_link(code))
            continue
        elif letter == _FIELD_END and depth and depth.pop():
            shown.append(drawn_by_field(code))
            continue
        if letter in "\x07\r":
            shown.append(letter)
            continue
        if letter in "\x13\x14\x15" or any(depth):
            code += letter.strip("\x13\x14\x15")
            shown.append(_box(runs.at(position), data) if letter == _FIELD_DATA and depth else "")
            continue
        sprms = runs.at(position)
        drawn, font, struck, hidden = cache.setdefault(sprms, _look(sprms, fonts))
        text = "" if hidden else drawn or _plain(letter, font)
        shown.append(styled(text, struck=struck))
    return shown


def _box(sprms: bytes, data: bytes) -> str:
    """A form field's check box by its state: FFData in the data stream ([MS-DOC] 2.9.78), behind a picture's header."""
    found = [operand for code, operand in each(sprms) if code == _PICTURE and len(operand) == 4]
    start = int.from_bytes(found[0], "little") if found else len(data)
    field_ = data[start + int.from_bytes(data[start + 4 : start + 6], "little") :]
    if len(field_) < 12 or field_[:4] != b"\xff\xff\xff\xff" or field_[4] & 3 != 1:  # no check box
        return ""
    state = field_[4] >> 2 & 0x1F
    name = int.from_bytes(field_[10:12], "little")
    default = field_[14 + 2 * name : 15 + 2 * name] == b"\x01"
    return "☑" if state == 1 or (state == _BY_DEFAULT and default) else "□"


def _look(sprms: bytes, fonts: Sequence[str]) -> tuple[str, str, bool, bool]:
    drawn, font, struck, hidden = "", "", False, False
    for code, operand in each(sprms):
        if code == _SYMBOL and len(operand) == 4:  # font and character
            number, letter = struct.unpack("<HH", operand)
            drawn = symbol(letter, fonts[number] if number < len(fonts) else "")
        elif code in {_FONT, _FONT_EAST} and len(operand) == 2:
            number = int.from_bytes(operand, "little")
            name = fonts[number] if number < len(fonts) else ""
            font = name if is_symbol_font(name) else font
        elif code in {_STRIKE, _DOUBLE_STRIKE}:
            struck = operand[:1] == b"\x01"
        elif code == _VANISH:
            hidden = operand[:1] == b"\x01"
    return drawn, font, struck, hidden


def _unseen(characters: Sequence[Character], runs: _Runs, paragraphs: _Runs) -> Iterator[int]:
    """The numbers of letters that are white, with no colour behind: their own, their paragraph's, their row's."""
    white = {sprms for sprms in runs.sprms if is_white(sprms)}
    held: list[int] = []
    for at, (letter, position) in enumerate(characters if white else ()):
        around = paragraphs.at(position)
        if letter in {_CELL, _PARAGRAPH}:
            ends_row = letter == _CELL and _row_end(around) is not None
            if ends_row or not _in_table(around):
                yield from () if ends_row and is_painted(around, ROW_SHADES) else held
                held = []
        elif letter > " " and runs.at(position) in white and not is_painted(around, PARAGRAPH_SHADES):
            held.append(at)


_CONTROLS: Final = {"\x0b": "\n", "\x0c": "\n", "\t": "\t", "\x1e": "-", "\xa0": " "}


def _plain(letter: str, font: str) -> str:
    if letter < " " or letter == "\x1f":
        return _CONTROLS.get(letter, "")
    return marked(_CONTROLS.get(letter, letter), font)


# --- blocks ---


def _blocks(shown: Sequence[tuple[str, bool]], characters: Sequence[Character], runs: _Runs) -> Iterator[Block]:
    """The text as paragraphs and tables; of each letter whether it is set off from plain text."""
    rows: list[Edged] = []
    cells: list[StyledText] = []
    words = StyledText()
    for (text, loud), (letter, position) in zip(shown, characters, strict=True):
        if letter == _CELL:
            shape = _row_end(runs.at(position))
            if shape is None:
                cells.append(words)
            else:
                rows.append(replace(shape, cells=cells))
                cells = []
            words = StyledText()
        elif letter == _PARAGRAPH and not _in_table(runs.at(position)):
            yield from _finished(rows, words)
            rows, cells, words = [], [], StyledText()
        else:
            words.parts.append("\n" if letter == _PARAGRAPH else text)
            words.weighed.append((text, loud))
    yield from _finished(rows, words)


def _finished(rows: Sequence[Edged], words: StyledText) -> Iterator[Block]:
    """A table that ended, and the paragraph behind it."""
    if rows:
        yield laid_out(of_edged(rows))
    text, _ = parted_link(words.text.strip())
    if text:
        yield text


def _in_table(sprms: bytes) -> bool:
    return any(code == 0x2416 and operand[:1] == b"\x01" for code, operand in each(sprms))  # PFInTable


def _row_end(sprms: bytes) -> Edged | None:
    """The edges of the row that ends here; None where none ends."""
    ends, shape = False, Edged([], [0])
    for code, operand in each(sprms):
        if code == _ROW_END and operand[:1] == b"\x01":
            ends = True
        elif code == TABLE_DEFINITION and len(operand) > 3:  # a size and a count
            shape = _defined(operand)
    return shape if ends else None


def _defined(operand: bytes) -> Edged:
    """`TDefTableOperand` ([MS-DOC] 2.9.315): a size, a count, the edges, and 20 bytes a cell (`TC80`)."""
    count = operand[2]
    edges = [int.from_bytes(operand[3 + 2 * at : 5 + 2 * at], "little", signed=True) for at in range(count + 1)]
    flags = [operand[5 + 2 * count + 20 * at : 6 + 2 * count + 20 * at] for at in range(count)]
    joined = (at for at, flag in enumerate(flags) if flag and flag[0] & _MERGED and not flag[0] & _MERGE_BEGINS)
    return Edged([], edges, frozenset(joined))
