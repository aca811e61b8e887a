"""An .ofd (GB/T 33190-2016) as paragraphs and tables: its letters and lines with their places, laid out as a PDF's are.

No kept library gives both, so the page's XML is read here: text objects (§11), paths (§9), the templates below a page
(§7.5) and what was written over it (annotations, §15). What the reading makes of it is for a person to confirm.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree
from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from mailbot.form.formats.package import Package, attribute, child, content, local, said
from mailbot.layout.glyphs import Glyph, Rectangle
from mailbot.layout.leaves import UprightPage, blocks_of
from mailbot.layout.rules import rules_of
from mailbot.model.document import Document, FactKind, facts_of
from mailbot.text.labels import Vocabulary
from mailbot.text.symbols import styled

MAX_PAGES: Final = 20
MAX_LETTERS: Final = 60_000
MAX_EDGES: Final = 6000
MAX_DEPTH: Final = 20
SNAP: Final = 3.0
"""Points within which ends of lines meet; a segment that is shorter is the end of a thick one."""
POINTS: Final = 72 / 25.4
"""A millimetre, which all places of an .ofd are given in."""
A4: Final = (0.0, 0.0, 210.0, 297.0)
Matrix = tuple[float, float, float, float, float, float]
"""x' = a x + c y + e, y' = b x + d y + f (§8.3)."""
_NUMBER: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_STEP: Final = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_UNMOVED: Final = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class _PageContent:
    """What stands on a page, in points: letters, and the segments and boxes that its paths draw."""

    fonts: dict[str, str]
    letters: list[Glyph]
    edges: list[Rectangle]


def read_ofd(path: Path, vocabulary: Vocabulary) -> Document:
    """What an .ofd shows. Raises PackageBroken."""
    with Package(path) as package:
        leaves = [_leaf(page, drawn) for page, drawn in _pages(package)]
        return Document(
            tuple(blocks_of(leaves, vocabulary)),
            facts=facts_of({FactKind.REBUILT: True, FactKind.DAMAGED: package.damaged}),
        )


def _leaf(box: Sequence[float], drawn: _PageContent) -> UprightPage:
    return UprightPage(box[2] * POINTS, tuple(drawn.letters), tuple(_tables(drawn.edges)), rules_of(drawn.edges))


def _tables(edges: Sequence[Rectangle]) -> Iterator[tuple[Rectangle, ...]]:
    """The cells between drawn lines, table by table, as pdfplumber finds them in a PDF."""
    lines = [
        {"orientation": way, "x0": one.left, "x1": one.right, "top": one.top, "bottom": one.bottom,
         "width": one.right - one.left, "height": one.bottom - one.top}
        for one in edges[:MAX_EDGES]
        for way, thick, long in (("h", one.bottom - one.top, one.right - one.left),
                                 ("v", one.right - one.left, one.bottom - one.top))
        if thick < SNAP < long
    ]  # fmt: skip
    crossings = edges_to_intersections(merge_edges(lines, SNAP, SNAP, SNAP, SNAP), SNAP, SNAP)
    for cells in cells_to_tables(intersections_to_cells(crossings)):
        if len(cells) > 1:
            yield tuple(Rectangle(*map(float, cell)) for cell in cells)


# --- the package ---


def _pages(package: Package) -> Iterator[tuple[Sequence[float], _PageContent]]:
    """Each page's box, millimetres, and what stands on it: the template's things first."""
    root = package.xml("OFD.xml")
    start = content(next(root.iter("{*}DocRoot"), None)) if root is not None else ""
    name = posixpath.normpath(start.lstrip("/")) if start else "Doc_0/Document.xml"
    document = package.xml(name)
    if document is None:
        return
    fonts = dict(_fonts(package, document, name))
    templates = {
        attribute(one, "ID"): _beside(name, said(one, of="BaseLoc")) for one in document.iter("{*}TemplatePage")
    }
    notes = dict(_notes(package, document, name))
    usual = _numbers(content(next(document.iter("{*}PhysicalBox"), None)))
    for page in list(document.iterfind("{*}Pages/{*}Page"))[:MAX_PAGES]:
        root = package.xml(_beside(name, said(page, of="BaseLoc")))
        if root is None:
            continue
        box = _numbers(content(next(root.iter("{*}PhysicalBox"), None))) or usual
        drawn = _PageContent(fonts, [], [])
        below = [package.xml(templates.get(attribute(one, "TemplateID"), "")) for one in root.iter("{*}Template")]
        for layer in (*below, root):
            _draw(child(layer, "Content") if layer is not None else None, _UNMOVED, drawn)
        for note in notes.get(attribute(page, "ID") or "", ()):
            _draw(note, _moved(note, _UNMOVED), drawn)
        yield (box if len(box) == 4 else A4), drawn


def _fonts(package: Package, document: etree._Element, name: str) -> Iterator[tuple[str, str]]:
    for resource in document.iter("{*}PublicRes", "{*}DocumentRes"):
        root = package.xml(_beside(name, content(resource)))
        for font in root.iter("{*}Font") if root is not None else ():
            yield attribute(font, "ID") or "", attribute(font, "FontName") or attribute(font, "FamilyName") or ""


def _notes(package: Package, document: etree._Element, name: str) -> Iterator[tuple[str, list[etree._Element]]]:
    """What was written over each page, by the page's number."""
    at = _beside(name, content(child(document, "Annotations")))
    root = package.xml(at)
    for page in root.iter("{*}Page") if root is not None else ():
        inner = package.xml(_beside(at, content(child(page, "FileLoc"))))
        yield attribute(page, "PageID") or "", list(inner.iter("{*}Appearance")) if inner is not None else []


def _beside(name: str, location: str) -> str:
    """The part at a location within another, which is relative unless it begins with a slash."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), location)).lstrip("/")


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text or "")]


# --- a page ---


def _draw(parent: etree._Element | None, matrix: Matrix, drawn: _PageContent, depth: int = 0) -> None:
    for element in parent if parent is not None and depth < MAX_DEPTH else ():
        name = local(element)
        if attribute(element, "Visible") == "false":
            continue
        if name == "TextObject":
            _write(element, _moved(element, matrix), drawn)
        elif name == "PathObject":
            _trace(element, _moved(element, matrix), drawn)
        elif name in {"Layer", "PageBlock"}:
            _draw(element, matrix, drawn, depth + 1)


def _moved(element: etree._Element, matrix: Matrix) -> Matrix:
    """The matrix within an object: its own one, then its box's corner, then what is around it."""
    own, box = _numbers(attribute(element, "CTM")), _numbers(attribute(element, "Boundary"))
    a, b, c, d, e, f = own if len(own) == 6 else _UNMOVED
    left, top = box[:2] if len(box) == 4 else (0.0, 0.0)
    e, f = e + left, f + top
    p, q, r, s, t, u = matrix
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e) * POINTS, (b * x + d * y + f) * POINTS


def _box(matrix: Matrix, left: float, top: float, right: float, bottom: float) -> Rectangle:
    (x1, y1), (x2, y2) = _at(matrix, left, top), _at(matrix, right, bottom)
    return Rectangle(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _write(element: etree._Element, matrix: Matrix, drawn: _PageContent) -> None:
    """A text's letters: each stands on its baseline, one step (DeltaX, DeltaY) behind the one before."""
    size = next(iter(_numbers(attribute(element, "Size"))), 3.0)
    wide = size * next(iter(_numbers(attribute(element, "HScale"))), 1.0)
    font = drawn.fonts.get(attribute(element, "Font") or "", "")
    x = y = 0.0
    for code in element.iter("{*}TextCode"):
        x = next(iter(_numbers(attribute(code, "X"))), x)
        y = next(iter(_numbers(attribute(code, "Y"))), y)
        across, down = _steps(attribute(code, "DeltaX")), _steps(attribute(code, "DeltaY"))
        left, line = x, y
        for number, letter in enumerate(code.text or ""):
            if len(drawn.letters) >= MAX_LETTERS:
                return
            width = wide if ord(letter) > 0xFF else wide / 2
            box = _box(matrix, left, line - 0.85 * size, left + width, line + 0.15 * size)
            drawn.letters.append(Glyph(styled(letter, font), box))
            left += across[number] if number < len(across) else 0.0 if down else width
            line += down[number] if number < len(down) else 0.0


def _steps(text: str | None) -> list[float]:
    """The steps between letters; `g 3 5.2` is three of 5.2 (§11.3)."""
    words, found = (text or "").split(), list[float]()
    while words:
        word = words.pop(0)
        count = 1
        if word == "g" and len(words) > 1:
            count, word = min(int(words.pop(0)) if words[0].isdigit() else 1, MAX_LETTERS), words.pop(0)
        found += (_numbers(word)[:1] or [0.0]) * count
    return found


def _trace(element: etree._Element, matrix: Matrix, drawn: _PageContent) -> None:
    """The straight lines of a path (M, L, C); curves are no rules of a table."""
    start = at = (0.0, 0.0)
    for step in _STEP.finditer(content(child(element, "AbbreviatedData"))):
        numbers = _numbers(step[2])
        if step[1] == "C":
            drawn.edges.append(_box(matrix, *at, *start))
            at = start
        elif len(numbers) >= 2:
            before, at = at, (numbers[-2], numbers[-1])
            if step[1] in "MS":
                start = at
            elif step[1] == "L":
                drawn.edges.append(_box(matrix, *before, *at))
