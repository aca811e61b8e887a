"""A PDF with text as paragraphs and tables (pdfplumber); one without is a scan."""

import itertools
import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from mailbot.extract.form.fields import STRUCK_CLOSE, STRUCK_OPEN
from mailbot.extract.form.grid import Block, Document, Grid
from mailbot.extract.form.gutters import unruled
from mailbot.extract.form.labels import inline
from mailbot.extract.form.letters import Box, Letter, cells_grid, in_order, line_text, lines_of
from mailbot.extract.form.locks import Locked, Scanned
from mailbot.extract.form.symbols import marked

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it quotes a stranger's file
MAX_PAGES: Final = 20
"""A form is never longer; the pages behind are left out."""
ENDLESS: Final = 1000
MAX_OBJECTS: Final = 60_000
"""Lines and boxes on a page beyond which its tables are not looked for."""
LETTERS: Final = 20
"""Fewer letters than this on the first pages: a scan, perhaps with a page number."""
CLASHES: Final = 3
"""Letters across others from which on a text is not to be relied upon."""
SNAP: Final = 2.5
"""Points within which two cell edges are one."""
_SYMBOL_FONTS: Final = (("wingdings2", "Wingdings 2"), ("wingdings-2", "Wingdings 2"), ("wingdings", "Wingdings"),
                        ("webdings", "Webdings"))  # fmt: skip
Thing = dict[str, Any]
"""A character, line or box as pdfplumber describes it: points from the page's upper left corner."""


def read_pdf(path: Path) -> Document:
    """What a PDF shows. Raises Locked, Scanned, and pdfplumber's errors."""
    if _pages(path) > ENDLESS:
        raise TooLong
    try:
        with pdfplumber.open(path, pages=list(range(1, MAX_PAGES + 1))) as pdf:
            blocks: list[Block] = []
            letters = clashes = 0
            for page in pdf.pages:
                letters += len([one for one in page.chars if one["text"].strip()])
                clashes += _clashes(page.chars)
                blocks += _page(page)
                page.close()
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise Locked from error
        raise
    if letters < LETTERS:
        raise Scanned
    cids = any("(cid:" in text for text in _texts(blocks))
    return Document(tuple(blocks), unsure=cids or clashes >= CLASHES)


class TooLong(ValueError):
    """More pages than any document that could be a form."""


def _pages(path: Path) -> int:
    try:
        return len(pypdfium2.PdfDocument(path))
    except pypdfium2.PdfiumError:
        return 0  # locked or broken: the reader tells


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield block
        else:
            yield from (cell.text for row in block.rows for cell in row)


def _page(page: Any) -> Iterator[Block]:  # noqa: ANN401 - pdfplumber has no types
    letters = [one for one in page.chars if one["text"]]
    lines = [*page.lines, *page.rects, *page.curves]
    for one in letters:
        one["text"] = _shown(one, lines if len(lines) < 2000 else [])  # noqa: PLR2004 - a drawing, not strike-throughs
    letters += list(_widgets(page, letters))
    shown = [_letter(one) for one in letters]
    tables = page.find_tables() if len(lines) < MAX_OBJECTS else []
    grids = [(_box(table.bbox), _grid(table, shown)) for table in tables if len(table.cells) > 1]
    if not grids and (found := unruled(lines_of(shown))):
        yield from found
        return
    outside = [one for one in shown if not any(bounds.holds(one.box) for bounds, _ in grids)]
    rest = _paragraphs(lines_of(outside), float(page.width) - min((one.box.left for one in shown), default=0))
    yield from in_order([(bounds.top, grid) for bounds, grid in grids], rest)


def _paragraphs(lines: Sequence[list[Letter]], edge: float) -> list[tuple[float, str]]:
    """Lines with their tops; one whose first word had no more room above goes on with the line above.

    Args:
        lines: top to bottom, each left to right.
        edge: where the text's right margin begins, points.
    """
    found: list[tuple[float, str]] = []
    for number, line in enumerate(lines):
        text = line_text(line)
        if number and not inline(text) and lines[number - 1][-1].box.right + _first_word(line) > edge:
            top, before = found.pop()
            gap = " " if before[-1:].isascii() and text[:1].isascii() else ""
            found.append((top, f"{before}{gap}{text}"))
        else:
            found.append((line[0].box.top, text))
    return found


def _first_word(line: Sequence[Letter]) -> float:
    """The width of what a line break does not part: a Chinese character with the Latin word behind it."""
    word = re.match(r"[^!-~]?[!-~]*", "".join(letter.text[:1] for letter in line))
    end = max(word.end() if word else 1, 1)
    return line[min(end, len(line)) - 1].box.right - line[0].box.left


def _shown(letter: Thing, lines: Sequence[Thing]) -> str:
    """A character as its font shows it, wrapped where a thin line runs through its middle."""
    name = letter["fontname"].lower().replace(" ", "")
    font = next((font for word, font in _SYMBOL_FONTS if word in name), "")
    text = marked(letter["text"], font)
    high, low = letter["top"], letter["bottom"]
    band = (high + 0.3 * (low - high), low - 0.3 * (low - high))
    middle = (letter["x0"] + letter["x1"]) / 2
    struck = any(
        one["bottom"] - one["top"] < 2  # noqa: PLR2004 - points: a line, not a box
        and band[0] <= (one["top"] + one["bottom"]) / 2 <= band[1]
        and one["x0"] - 1 <= middle <= one["x1"] + 1
        for one in lines
    )
    return f"{STRUCK_OPEN}{text}{STRUCK_CLOSE}" if struck and text.strip() else text


def _clashes(letters: Sequence[Thing]) -> int:
    """Letters drawn across others: a sheet's cell that was too small for its text, printed."""
    lines = lines_of(_letter(one) for one in letters if one["text"].strip())
    return sum(
        after.box.left < (before.box.left + before.box.right) / 2 and after.text != before.text
        for line in lines
        for before, after in itertools.pairwise(line)
    )


def _widgets(page: Any, letters: Sequence[Thing]) -> Iterator[Thing]:  # noqa: ANN401 - pdfplumber has no types
    """Filled form fields, which are no part of the page's own text (ISO 32000-1 §12.7)."""
    if not letters:
        return
    for note in page.annots:
        data = note.get("data") or {}
        kind, value = str(data.get("FT", "")), data.get("V")
        if "Tx" in kind and isinstance(value, bytes):
            text = _pdf_string(value)
        elif "Btn" in kind and "Rect" in data:
            text = "□" if str(data.get("AS", value)).strip("/'") in {"Off", "None"} else "☑"
        else:
            continue
        place = {name: note[name] for name in ("x0", "x1", "top", "bottom")}
        yield {**letters[0], **place, "text": text, "width": note["x1"] - note["x0"]}


def _pdf_string(value: bytes) -> str:
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    return value.decode("utf-8", "replace")


def _letter(one: Thing) -> Letter:
    return Letter(one["text"], _box((one["x0"], one["top"], one["x1"], one["bottom"])))


def _box(edges: Sequence[float]) -> Box:
    return Box(*(float(edge) for edge in edges))


def _grid(table: Any, letters: Sequence[Letter]) -> Grid:  # noqa: ANN401 - pdfplumber has no types
    bounds = _box(table.bbox)
    return cells_grid([_box(cell) for cell in table.cells], [one for one in letters if bounds.holds(one.box)], SNAP)
