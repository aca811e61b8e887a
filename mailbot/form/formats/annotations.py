"""What was written onto a PDF page without being of its text (ISO 32000-1 §12.5 and §12.7).

Form fields, whose type and value may stand in a parent; typewriter text; ticks drawn with a pen or stamped; words
struck out; links. pdfplumber gives the annotations, and whatever stands in them is a stranger's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral

from mailbot.layout.glyphs import Glyph, Rectangle
from mailbot.model.document import BOX, Block, Grid, Row
from mailbot.text.charset import decode
from mailbot.text.symbols import styled

Thing = Mapping[str, Any]
"""An annotation as pdfplumber describes it, or a dictionary of the file."""
PUSH_BUTTON: Final = 1 << 16
"""The bit of `Ff` by which a button keeps no value (§12.7.4.2.1)."""
HIDDEN: Final = 2
"""The bit of `F` by which an annotation is not shown (§12.5.3)."""
LATIN: Final = 0xFF
_SIZE: Final = re.compile(r"(?<![0-9.])([0-9.]{1,12})\s{1,9}Tf")
DEEPEST: Final = 8
"""Fields above a field."""
TICK: Final = 3.0
"""Letter heights that a tick drawn by hand measures at most: what is larger is a seal or a signature."""
_DRAWN: Final = frozenset({"Ink", "Stamp", "Line", "PolyLine", "Circle", "Square", "Polygon"})
_SET_OFF: Final = frozenset({"Highlight", "Underline", "Squiggly"})


@dataclass(slots=True)
class Notes:
    """The annotations of a page.

    Attributes:
        letters: what fields and typewriter hold, each text as one letter over its rectangle.
        ticks: where a pen's stroke or a stamp as small as a tick is.
        struck: what is struck out.
        links: addresses and where they lie.
        over_words: something was drawn over the text, of which only the page shows what it means.
    """

    letters: list[Glyph] = field(default_factory=list)
    ticks: list[Rectangle] = field(default_factory=list)
    struck: list[Rectangle] = field(default_factory=list)
    links: list[tuple[Rectangle, str]] = field(default_factory=list)
    over_words: bool = False


def notes_of(annotations: Sequence[Thing], height: float) -> Notes:
    """What a page's annotations say.

    Args:
        annotations: as pdfplumber gives them.
        height: of a letter of the page, points.
    """
    notes = Notes()
    for one in annotations:
        data = one.get("data") or {}
        flags = resolve1(data.get("F"))
        if isinstance(flags, int) and flags & HIDDEN:
            continue
        box = Rectangle(*(float(one[edge]) for edge in ("x0", "top", "x1", "bottom")))
        kind = _name(data.get("Subtype"))
        if kind == "Widget":
            text = _field(data)
        else:
            text = _text(data.get("Contents")) if kind == "FreeText" else ""
            box = _hugging(box, text, _text(data.get("DA"))) if text else box
            _drawn(kind, box, one, notes, height)
        if text.strip():
            notes.letters.append(Glyph(text.replace("\r\n", "\n").replace("\r", "\n"), box))
    return notes


def _hugging(box: Rectangle, text: str, look: str) -> Rectangle:
    """The part of a typewriter's rectangle that its text fills: it may reach far over the next columns."""
    size = _SIZE.search(look)
    height = float(size[1]) if size and float(size[1]) else box.bottom - box.top
    lines = text.splitlines() or [""]
    wide = max(sum(height if ord(letter) > LATIN else height / 2 for letter in line) for line in lines)
    return replace(box, right=min(box.right, box.left + max(wide, height)))


def _drawn(kind: str, box: Rectangle, one: Thing, notes: Notes, height: float) -> None:
    address = one.get("uri")
    if kind == "Link" and isinstance(address, str) and "://" in address:
        notes.links.append((box, address))
    elif kind == "StrikeOut":
        notes.struck.append(box)
    elif kind in _SET_OFF:
        notes.over_words = True
    elif kind in _DRAWN and min(box.right - box.left, box.bottom - box.top) < TICK * height:
        notes.over_words = True  # one that is longer frames or underlines words
        if max(box.right - box.left, box.bottom - box.top) < TICK * height:
            notes.ticks.append(box)


# --- fields ---


def _field(data: Thing) -> str:
    """A field's value as it is shown; empty for a button that keeps none."""
    kind, value, flags = (_inherited(data, key) for key in ("FT", "V", "Ff"))
    if _name(kind) == "Btn":
        if isinstance(flags, int) and flags & PUSH_BUTTON:
            return ""
        state = data.get("AS", value)
        return "□" if _name(state) in {"Off", "None", ""} else "☑"
    if _name(kind) == "Tx":
        return _text(value)
    if _name(kind) != "Ch":
        return ""
    names = dict(_options(_inherited(data, "Opt")))
    chosen = [_text(one) for one in (value if isinstance(value, list) else [value])]
    return "、".join(names.get(one, one) for one in chosen if one)


def _inherited(data: Thing, key: str) -> object:
    """An attribute of a field, or of the first field above it that has one (§12.7.3.1)."""
    for _ in range(DEEPEST):
        if key in data:
            return resolve1(data[key])
        above = resolve1(data.get("Parent"))
        if not isinstance(above, dict):
            return None
        data = above
    return None


def _options(options: object) -> Iterator[tuple[str, str]]:
    """A list's choices: what is stored for each, and what is shown (§12.7.4.4)."""
    for one in options if isinstance(options, list) else ():
        pair = resolve1(one)
        if isinstance(pair, list) and len(pair) > 1:
            yield _text(pair[0]), _text(pair[1])


def _name(value: object) -> str:
    value = resolve1(value)
    if isinstance(value, PSLiteral):
        value = value.name
    return value.decode("latin-1") if isinstance(value, bytes) else "" if value is None else str(value)


def _text(value: object) -> str:
    """A text string (§7.9.2.2): UTF-16 by its mark, else a single byte a character, or what a Chinese program wrote."""
    value = resolve1(value)
    if isinstance(value, PDFStream):
        value = value.get_data()
    if isinstance(value, str):
        return value
    if isinstance(value, PSLiteral):
        return _name(value)
    if not isinstance(value, bytes):
        return ""
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value.decode("utf-16", "replace")
    return decode(value)


# --- what they do to the page ---


def with_notes(letters: Sequence[Glyph], notes: Notes) -> list[Glyph]:
    """A page's letters with what was written onto it: a tick drawn over an empty box ticks it."""
    shown = [
        replace(one, text=styled(one.text, struck=True)) if any(box.holds(one.box) for box in notes.struck) else one
        for one in letters
    ]
    for tick in notes.ticks:
        over = [number for number, one in enumerate(shown) if one.text in BOX and _meets(tick, one.box)]
        for number in over:
            shown[number] = replace(shown[number], text="☑")
        if not over:
            shown.append(Glyph("√", tick))
    return [*shown, *notes.letters]


def _meets(one: Rectangle, other: Rectangle) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def linked(blocks: Sequence[Block], links: Sequence[tuple[str, str]]) -> list[Block]:
    """Blocks with the links on their cells.

    Args:
        blocks: of the document.
        links: the text under each and its address, in reading order: the first cell that says so is meant.
    """
    found = list(blocks)
    used: set[tuple[int, tuple[int, int]]] = set()
    for text, address in links:
        at = next(
            (
                (number, cell)
                for number, block in enumerate(found)
                if isinstance(block, Grid)
                for row in block.rows
                for cell in row
                if text and text in "".join(cell.text.split()) and (number, cell.place) not in used
            ),
            None,
        )
        if at is not None:
            number, cell = at
            used.add((number, cell.place))
            found[number] = _with_link(found[number], cell.place, address)
    return found


def _with_link(block: Block, place: tuple[int, int], address: str) -> Block:
    def told(row: Row) -> Row:
        return tuple(replace(cell, link=address) if cell.place == place else cell for cell in row)

    return Grid(tuple(map(told, block.rows))) if isinstance(block, Grid) else block
