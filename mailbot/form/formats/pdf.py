"""A PDF with text as paragraphs and tables (pdfplumber); one without is a scan."""

import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from mailbot.form.formats.locks import Locked, Scanned
from mailbot.layout.leaves import Leaf, blocks_of
from mailbot.layout.letters import Box, Letter, lines_of
from mailbot.layout.rules import rules_of
from mailbot.model.document import Block, Document
from mailbot.text.symbols import styled

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
ASKEW: Final = 0.2
"""Rise of a line, of its run, that no form's text has."""
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
            leaves: list[Leaf] = []
            letters = clashes = 0
            for page in pdf.pages:
                letters += len([one for one in page.chars if one["text"].strip()])
                leaves.append(_leaf(page))
                clashes += _clashes(leaves[-1].letters)
                page.close()
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise Locked from error
        raise
    if letters < LETTERS:
        raise Scanned
    blocks = blocks_of(leaves)
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


def _leaf(page: Any) -> Leaf:  # noqa: ANN401 - pdfplumber has no types
    letters = [one for one in page.chars if one["text"] and one["x1"] > 0 and one["x0"] < page.width and _straight(one)]
    lines = [*page.lines, *page.rects, *page.curves]
    for one in letters:
        one["text"] = _shown(one, lines if len(lines) < 2000 else [])  # a drawing, not strike-throughs
    turn = _turn(page)
    letters += list(_widgets(page, letters))
    tables = page.find_tables() if len(lines) < MAX_OBJECTS else []
    edges = page.edges if len(lines) < MAX_OBJECTS else []
    return Leaf(
        float(page.height if turn is not _upright else page.width),
        tuple(Letter(one["text"], turn(_box_of(one))) for one in letters),
        tuple(tuple(turn(_box(cell)) for cell in table.cells) for table in tables if len(table.cells) > 1),
        rules_of(turn(_box_of(edge)) for edge in edges),
    )


def _straight(letter: Thing) -> bool:
    """A letter that stands upright or on its side; a watermark's are askew."""
    across, along = sorted(map(abs, letter["matrix"][:2]))
    return bool(across < ASKEW * along)


def _upright(box: Box) -> Box:
    return box


def _turn(page: Any) -> Callable[[Box], Box]:  # noqa: ANN401 - pdfplumber has no types
    """How the places on a page that lies on its side become those of the page held upright."""
    sideways = [
        one["matrix"][1] for one in page.chars if one["text"].strip() and abs(one["matrix"][0]) < abs(one["matrix"][1])
    ]
    if 2 * len(sideways) <= len(page.chars):
        return _upright
    width, height = float(page.width), float(page.height)
    if sum(sideways) > 0:  # lines run upwards
        return lambda box: Box(height - box.bottom, box.left, height - box.top, box.right)
    return lambda box: Box(box.top, width - box.right, box.bottom, width - box.left)


def _shown(letter: Thing, lines: Sequence[Thing]) -> str:
    """A character as its font shows it, wrapped where a thin line runs through its middle."""
    name = letter["fontname"].lower().replace(" ", "")
    font = next((font for word, font in _SYMBOL_FONTS if word in name), "")
    high, low = letter["top"], letter["bottom"]
    band = (high + 0.3 * (low - high), low - 0.3 * (low - high))
    middle = (letter["x0"] + letter["x1"]) / 2
    struck = any(
        one["bottom"] - one["top"] < 2  # points: a line, not a box
        and band[0] <= (one["top"] + one["bottom"]) / 2 <= band[1]
        and one["x0"] - 1 <= middle <= one["x1"] + 1
        for one in lines
    )
    return styled(letter["text"], font, struck=struck)


def _clashes(letters: Sequence[Letter]) -> int:
    """Letters drawn across others: a sheet's cell that was too small for its text, printed."""
    lines = lines_of(one for one in letters if one.text.strip())
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


def _box_of(one: Thing) -> Box:
    return _box((one["x0"], one["top"], one["x1"], one["bottom"]))


def _box(edges: Sequence[float]) -> Box:
    return Box(*(float(edge) for edge in edges))
