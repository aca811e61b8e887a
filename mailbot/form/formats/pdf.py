"""A PDF with text as paragraphs and tables (pdfplumber); pages that are pictures are named for the eyes."""

import contextlib
import io
import itertools
import logging
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import resolve1
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from mailbot.form.formats.annotations import linked, notes_of, with_notes
from mailbot.form.formats.drawn import codes, hides
from mailbot.form.formats.locks import Locked
from mailbot.layout.glyphs import Glyph, Rectangle, lines_of
from mailbot.layout.leaves import UprightPage, blocks_of
from mailbot.layout.rules import rules_of
from mailbot.model.document import Document, Fact, FactKind, facts_of
from mailbot.text.labels import Vocabulary
from mailbot.text.symbols import styled

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it quotes a stranger's file
MAX_PAGES: Final = 20
"""A form is never longer; the pages behind are left out."""
ENDLESS: Final = 1000
MAX_INSIDE: Final = 5
_DOCUMENTS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"{\\rtf")
_WAIT: Final = re.compile(r"Please\s*wait|Adobe\s*(?:Reader|Acrobat)", re.IGNORECASE)
MAX_OBJECTS: Final = 60_000
"""Lines and boxes on a page beyond which its tables are not looked for."""
LETTERS: Final = 20
"""Fewer letters than this on a picture are a page number or a watermark."""
COVERED: Final = 0.5
"""Share of a page that pictures cover at least where it is a scan."""
CODED: Final = 0.3
"""Share of a page's letters without a code from which on eyes must look."""
USUAL: Final = 12.0
"""Points that a letter is high where a page has none."""
CLASHES: Final = 3
"""Letters across others from which on a text is not to be relied upon."""
ASKEW: Final = 0.2
"""Rise of a line, of its run, that no form's text has."""
ACROSS: Final = 20.0
"""Points that a line is wide at least which crosses words out."""
MAX_CROSSES: Final = 50
"""Lines askew on a page from which on it is a drawing."""
_SYMBOL_FONTS: Final = (("wingdings2", "Wingdings 2"), ("wingdings-2", "Wingdings 2"), ("wingdings", "Wingdings"),
                        ("webdings", "Webdings"))  # fmt: skip
_LOST: Final = re.compile(r"\(cid:|[\x00-\x1f\ufffd\ue000-\uefff]")
"""What stands for a letter whose font does not tell which it is; symbol fonts are at U+F000."""
_WHITES: Final = ((1,), (1, 1, 1), (0, 0, 0, 0))
"""White, in grey, RGB and CMYK."""
Thing = dict[str, Any]
"""A character, line or box as pdfplumber describes it: points from the page's upper left corner."""


@dataclass(frozen=True, slots=True)
class _ReadPage:
    """A page as it was read.

    Attributes:
        leaf: its text and lines.
        links: the text under each link, and its address.
        facts: what is known of it beyond its text.
        unread: it is a picture, or its letters have no code: eyes must look.
    """

    leaf: UprightPage
    links: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact, ...] = ()
    unread: bool = False


def read_pdf(path: Path, vocabulary: Vocabulary) -> Document:
    """What a PDF shows. Raises Locked, TooManyPages, and pdfplumber's errors."""
    count, inside = _outline(path)
    if count > ENDLESS:
        raise TooManyPages
    try:
        with path.open("rb") as file, _opened(file) as pdf:
            pages = []
            for number, page in enumerate(pdf.pages):
                read = _page(page, codes(path, number) if page.images else [])
                more = {FactKind.UNSEEN: _hides(path, number, page), FactKind.DRAWN: _is_crossed(page)}
                pages.append(replace(read, facts=(*read.facts, *facts_of(more))))
                page.close()
            waits = _waits(pdf.doc.catalog, pages)
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise Locked from error
        raise
    leaves = [page.leaf for page in pages]
    links = [link for page in pages for link in page.links]
    blocks = linked(blocks_of(leaves, vocabulary), links)
    few = sum(1 for leaf in leaves for one in leaf.letters if one.text.strip()) < LETTERS
    unread = tuple(number for number, page in enumerate(pages) if page.unread or few)
    whole = {
        FactKind.OVERPRINTED: sum(_clashes(leaf.letters) for leaf in leaves) >= CLASHES,
        FactKind.COPIED: any(page.unread and len(page.leaf.letters) >= LETTERS for page in pages),
        FactKind.DAMAGED: waits,
    }
    facts = (*dict.fromkeys(fact for page in pages for fact in page.facts), *facts_of(whole))
    addresses = tuple(address for _, address in links)
    return Document(tuple(blocks), facts=facts, inside=inside, pictures=unread, links=addresses)


def _opened(file: io.BufferedReader) -> PDF:
    """The first pages; those whose size is missing, none or the wrong way round get the one that viewers give them."""
    wanted = list(range(1, MAX_PAGES + 1))
    with contextlib.suppress(TypeError, ValueError, AttributeError, MalformedPDFException):
        pdf = pdfplumber.open(file, pages=wanted)
        boxes = [page.page_obj.mediabox for page in pdf.pages]
        if all(left < right and low < top for left, low, right, top in boxes):
            return pdf
    whole = pypdfium2.PdfDocument(file)
    for number in range(min(len(whole), MAX_PAGES)):
        page = whole[number]
        page.set_mediabox(*page.get_bbox())
    sized = io.BytesIO()
    whole.save(sized)
    return pdfplumber.open(sized, pages=wanted)


class TooManyPages(ValueError):
    """More pages than any document that could be a form."""


def _outline(path: Path) -> tuple[int, tuple[bytes, ...]]:
    """How many pages there are, and the documents attached to them: a portfolio's cover says nothing itself."""
    try:
        with path.open("rb") as file:  # not by its name, which a file in memory has not
            whole = pypdfium2.PdfDocument(file)
            attached = (whole.get_attachment(at) for at in range(min(whole.count_attachments(), MAX_INSIDE)))
            files = (bytes(one.get_data()) for one in attached)
            return len(whole), tuple(data for data in files if data.startswith(_DOCUMENTS))
    except pypdfium2.PdfiumError:
        return 0, ()  # locked or broken: the reader tells


def _waits(catalog: Thing, pages: "Sequence[_ReadPage]") -> bool:
    """Whether the pages only ask for another program: the form is an XFA one (ISO 32000-1 §12.7.8)."""
    form = resolve1(catalog.get("AcroForm"))
    said = "".join(one.text for page in pages for one in page.leaf.letters)
    return isinstance(form, dict) and "XFA" in form and _WAIT.search(said) is not None


def _inked(page: Any) -> list[Thing]:  # noqa: ANN401 - pdfplumber has no types
    return [one for one in page.chars if one["text"].strip() and _straight(one) and _is_within(one, page)]


def _hides(path: Path, number: int, page: Any) -> bool:  # noqa: ANN401 - pdfplumber has no types
    """Whether a page hides words; those on a picture are the eyes' business."""
    if _is_picture(page):
        return False
    letters = [(one["fontname"], Glyph(one["text"], _box_of(one))) for one in _inked(page)]
    return hides(path, number, letters, Rectangle(*map(float, page.cropbox or page.bbox)))


def _is_crossed(page: Any) -> bool:  # noqa: ANN401 - pdfplumber has no types
    """Whether a line runs askew through words, of a work that was crossed out, or words stand on their side."""
    letters, usual = _inked(page), _turn(page).quarters
    if sum(one["text"].isalnum() and _lies(one) != usual for one in letters) > 1:
        return True
    askew = [one for one in page.lines if one["width"] > ACROSS and one["height"] > ASKEW * ACROSS]
    return len(askew) < MAX_CROSSES and any(sum(_meets(line, one) for one in letters) > 1 for line in askew)


def _meets(line: Thing, letter: Thing) -> bool:
    (left, top), (right, low) = sorted((line["pts"][0], line["pts"][-1]))
    x, y = (letter["x0"] + letter["x1"]) / 2, (letter["top"] + letter["bottom"]) / 2
    off = abs(top + (low - top) * (x - left) / (right - left) - y)
    return bool(left < x < right and off < (letter["bottom"] - letter["top"]) / 3)


def _page(page: Any, codes: Sequence[Glyph]) -> _ReadPage:  # noqa: ANN401 - pdfplumber has no types
    straight = [one for one in page.chars if one["text"] and _straight(one)]
    letters = [one for one in straight if _is_within(one, page)]
    beyond = any(one["text"].strip() for one in straight if not _is_within(one, page))
    lines = [*page.lines, *page.rects, *page.curves]
    unseen = _unseen(letters, [*page.rects, *page.curves, *page.images])
    letters = [one for one in letters if id(one) not in unseen]
    for one in letters:
        one["text"] = _shown(one, lines if len(lines) < 2000 else [])  # a drawing, not strike-throughs
    turn = _turn(page)
    tables = page.find_tables() if len(lines) < MAX_OBJECTS else []
    edges = page.edges if len(lines) < MAX_OBJECTS else []
    ruled = [table for table in tables if len(table.cells) > 1]
    heights = [one["bottom"] - one["top"] for one in letters if one["text"].strip()]
    annotations = _annotations(page)
    notes = notes_of(annotations or (), statistics.median(heights) if heights else USUAL)
    plain = [Glyph(one["text"], _box_of(one)) for one in letters]
    leaf = UprightPage(
        float(page.height if turn.sideways else page.width),
        tuple(replace(one, box=turn.box(one.box)) for one in (*with_notes(plain, notes), *codes)),
        tuple(tuple(turn.box(_box(cell)) for cell in table.cells) for table in ruled),
        rules_of(turn.box(_box_of(edge)) for edge in edges),
    )
    links = tuple(
        ("".join(one.text for one in plain if box.holds(one.box) and one.text.strip()), address)
        for box, address in sorted(notes.links, key=lambda link: (link[0].top, link[0].left))
    )
    facts = {FactKind.DRAWN: notes.over_words or annotations is None, FactKind.UNSEEN: bool(unseen) or beyond}
    return _ReadPage(
        leaf,
        links,
        facts_of(facts),
        (_is_picture(page) and not ruled) or _is_coded(plain),
    )


def _annotations(page: Any) -> list[Thing] | None:  # noqa: ANN401 - pdfplumber has no types
    """A page's annotations; None where one of them is so broken that pdfplumber gives up all."""
    try:
        return list(page.annots)
    except (TypeError, ValueError, LookupError, AttributeError):
        return None


def _is_picture(page: Any) -> bool:  # noqa: ANN401 - pdfplumber has no types
    """Whether pictures cover most of a page; strips that a scanner made of one count together."""
    covered = 0.0
    for one in page.images:
        wide = min(one["x1"], page.width) - max(one["x0"], 0)
        covered += max(wide, 0) * max(min(one["bottom"], page.height) - max(one["top"], 0), 0)
    return bool(covered > COVERED * page.width * page.height)


def _is_coded(letters: Sequence[Glyph]) -> bool:
    """Whether a page's letters are numbers of glyphs: its fonts do not tell which characters they are."""
    inked = [one.text for one in letters if one.text.strip()]
    return sum(_LOST.search(text) is not None for text in inked) > CODED * len(inked)


def _unseen(letters: Sequence[Thing], behind: Sequence[Thing]) -> set[int]:
    """Which letters are white, with nothing of another colour behind them: nobody reads them on the page."""
    white = [one for one in letters if one["text"].strip() and one.get("non_stroking_color") in _WHITES]
    boxes = [
        _box_of(one)
        for one in (behind if white else ())
        if one.get("fill") is not False and one.get("non_stroking_color") not in _WHITES
    ]
    return {id(one) for one in white if not any(box.holds(_box_of(one)) for box in boxes)}


def _is_within(letter: Thing, page: Any) -> bool:  # noqa: ANN401 - pdfplumber has no types
    """Whether a letter's middle is on the page as it is shown: cropped, where it is."""
    left, top, right, bottom = page.cropbox or page.bbox
    x, y = (letter["x0"] + letter["x1"]) / 2, (letter["top"] + letter["bottom"]) / 2
    return bool(
        max(left, page.bbox[0]) <= x <= min(right, page.bbox[2])
        and max(top, page.bbox[1]) <= y <= min(bottom, page.bbox[3])
    )


def _straight(letter: Thing) -> bool:
    """A letter that stands upright or on its side; a watermark's are askew."""
    across, along = sorted(map(abs, letter["matrix"][:2]))
    return bool(across < ASKEW * along)


@dataclass(frozen=True, slots=True)
class _Upright:
    """How places on a page become those of the page held upright.

    Attributes:
        width: of the page as it lies, points.
        height: likewise.
        quarters: clockwise turns of its text, 0 to 3.
    """

    width: float
    height: float
    quarters: int = 0

    @property
    def sideways(self) -> bool:
        return self.quarters % 2 == 1

    def box(self, box: Rectangle) -> Rectangle:
        if self.quarters == 1:  # lines run downwards
            return Rectangle(box.top, self.width - box.right, box.bottom, self.width - box.left)
        if self.quarters == 2:  # on its head
            return Rectangle(
                self.width - box.right, self.height - box.bottom, self.width - box.left, self.height - box.top
            )
        if self.quarters == 3:  # lines run upwards
            return Rectangle(self.height - box.bottom, box.left, self.height - box.top, box.right)
        return box


def _lies(letter: Thing) -> int:
    """By how many quarters a letter is turned clockwise."""
    along, up = letter["matrix"][:2]
    return (0 if along >= 0 else 2) if abs(along) >= abs(up) else (3 if up > 0 else 1)


def _turn(page: Any) -> _Upright:  # noqa: ANN401 - pdfplumber has no types
    """How most of a page's letters lie."""
    votes = Counter(_lies(one) for one in page.chars if one["text"].strip())
    most = votes.most_common(1)
    quarters = most[0][0] if most and 2 * most[0][1] > len(page.chars) else 0
    return _Upright(float(page.width), float(page.height), quarters)


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


def _clashes(letters: Sequence[Glyph]) -> int:
    """Letters drawn across others: a sheet's cell that was too small for its text, printed."""
    lines = lines_of(one for one in letters if one.text.strip())
    return sum(
        after.box.left < (before.box.left + before.box.right) / 2 and after.text != before.text
        for line in lines
        for before, after in itertools.pairwise(line)
    )


def _box_of(one: Thing) -> Rectangle:
    return _box((one["x0"], one["top"], one["x1"], one["bottom"]))


def _box(edges: Sequence[float]) -> Rectangle:
    return Rectangle(*(float(edge) for edge in edges))
