"""A PDF with text as paragraphs and tables (pdfplumber); one without is a scan."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from mailbot.extract.form.fields import STRUCK_CLOSE, STRUCK_OPEN
from mailbot.extract.form.grid import Block, Document, Grid, Placed, laid_out
from mailbot.extract.form.locks import Locked
from mailbot.extract.form.page import of_text
from mailbot.extract.form.scan import read_scanned_pdf
from mailbot.extract.form.symbols import marked

MAX_PAGES: Final = 20
"""A form is never longer; the pages behind are left out."""
MAX_OBJECTS: Final = 60_000
"""Lines and boxes on a page beyond which its tables are not looked for."""
LETTERS: Final = 20
"""Fewer letters than this on the first pages: a scan, perhaps with a page number."""
SNAP: Final = 2.5
"""Points within which two cell edges are one."""
_SYMBOL_FONTS: Final = (("wingdings2", "Wingdings 2"), ("wingdings-2", "Wingdings 2"), ("wingdings", "Wingdings"),
                        ("webdings", "Webdings"))  # fmt: skip
Thing = dict[str, Any]
"""A character, line or box as pdfplumber describes it: points from the page's upper left corner."""


def read_pdf(path: Path) -> Document:
    """What a PDF shows. Raises Locked, pdfplumber's errors, and scan's `NotRead` for a scan that cannot be read."""
    try:
        with pdfplumber.open(path, pages=list(range(1, MAX_PAGES + 1))) as pdf:
            blocks: list[Block] = []
            letters = 0
            for page in pdf.pages:
                letters += len([one for one in page.chars if one["text"].strip()])
                blocks += _page(page)
                page.close()
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise Locked from error
        raise
    if letters < LETTERS:
        return read_scanned_pdf(path)
    cids = any("(cid:" in text for text in _texts(blocks))
    return Document(tuple(blocks), unsure=cids)


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
    tables = page.find_tables() if len(lines) < MAX_OBJECTS else []
    grids = [(table.bbox, _grid(table, letters)) for table in tables if len(table.cells) > 1]
    inside = [bbox for bbox, _ in grids]
    outside = [one for one in letters if not any(_within(one, bbox) for bbox in inside)]
    rest = [(line[0]["top"], _line_text(line)) for line in _lines(outside)]
    yield from _in_order(grids, rest)


def _in_order(grids: Sequence[tuple[Any, Grid]], rest: Sequence[tuple[float, str]]) -> Iterator[Block]:
    tops = sorted([(bbox[1], grid) for bbox, grid in grids], key=lambda one: one[0])
    texts = list(rest)
    if not tops:
        yield from of_text("\n".join(text for _, text in texts)).blocks
        return
    for top, grid in tops:
        while texts and texts[0][0] < top:
            yield texts.pop(0)[1]
        yield grid
    yield from (text for _, text in texts)


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


def _within(letter: Thing, bbox: Sequence[float]) -> bool:
    x, y = (letter["x0"] + letter["x1"]) / 2, (letter["top"] + letter["bottom"]) / 2
    return bool(bbox[0] <= x <= bbox[2] and bbox[1] <= y <= bbox[3])


def _lines(letters: Sequence[Thing]) -> list[list[Thing]]:
    """Characters as lines, top to bottom, each left to right."""
    lines: list[list[Thing]] = []
    for letter in sorted(letters, key=lambda one: (one["top"] + one["bottom"]) / 2):
        middle = (letter["top"] + letter["bottom"]) / 2
        last = lines[-1] if lines else None
        if last is not None and last[0]["top"] <= middle <= max(last[0]["bottom"], last[0]["top"] + 1):
            last.append(letter)
        else:
            lines.append([letter])
    return [sorted(line, key=lambda one: float(one["x0"])) for line in lines]


def _line_text(line: Sequence[Thing]) -> str:
    """A line's text; a wide gap is two blanks, so that columns without rules stay apart."""
    text = ""
    for number, letter in enumerate(line):
        if number:
            before = line[number - 1]
            gap = letter["x0"] - before["x1"]
            size = max(letter["bottom"] - letter["top"], 1)
            same = abs(letter["x0"] - before["x0"]) < 0.5 and letter["text"] == before["text"]  # noqa: PLR2004
            if same:  # bold drawn twice
                continue
            text += "  " if gap > 1.2 * size else " " if gap > 0.25 * size else ""
        text += letter["text"]
    return text.replace(STRUCK_CLOSE + STRUCK_OPEN, "").replace("\u3000", "  ").strip()


def _grid(table: Any, letters: Sequence[Thing]) -> Grid:  # noqa: ANN401 - pdfplumber has no types
    cells = [tuple(float(edge) for edge in cell) for cell in table.cells]
    columns = _stops([cell[0] for cell in cells] + [cell[2] for cell in cells])
    rows = _stops([cell[1] for cell in cells] + [cell[3] for cell in cells])
    own = [one for one in letters if _within(one, table.bbox)]
    placed = []
    for cell in cells:
        left, top, right, bottom = _at(columns, cell[0]), _at(rows, cell[1]), _at(columns, cell[2]), _at(rows, cell[3])
        text = "\n".join(_line_text(line) for line in _lines([one for one in own if _within(one, cell)]))
        placed.append(Placed(top, left, text, "", max(bottom - top, 1), max(right - left, 1)))
    return laid_out(placed)


def _stops(edges: Sequence[float]) -> list[float]:
    stops: list[float] = []
    for edge in sorted(edges):
        if not stops or edge - stops[-1] > SNAP:
            stops.append(edge)
    return stops


def _at(stops: Sequence[float], edge: float) -> int:
    return min(range(len(stops)), key=lambda number: abs(stops[number] - edge))
