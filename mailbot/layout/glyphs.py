"""Letters with places on a page, as lines and cells: shared by text PDFs and scans."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.layout.typed import of_text
from mailbot.model.document import STRUCK_CLOSE, STRUCK_OPEN, Block, FactKind, Grid, Placed, facts_of, laid_out
from mailbot.text.labels import Vocabulary

SHADOW = 0.15
"""Gap in letter heights between a letter and its shadow at most: two of the narrowest are further apart."""
BREAK = 1.2
"""Gap in letter heights that parts columns: shown as two blanks."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle on a page, from its upper left corner; points or pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Rectangle") -> bool:
        """Whether the other's middle lies within."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter, or a mark, and its place."""

    text: str
    box: Rectangle


def lines_of(letters: Iterable[Glyph]) -> list[list[Glyph]]:
    """Letters as lines, top to bottom, each left to right."""
    lines: list[list[Glyph]] = []
    for letter in sorted(letters, key=lambda one: one.box.top + one.box.bottom):
        middle = (letter.box.top + letter.box.bottom) / 2
        first = lines[-1][0].box if lines else None
        if first is not None and first.top <= middle <= max(first.bottom, first.top + 1):
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return [sorted(line, key=lambda one: one.box.left) for line in lines]


def line_text(line: Sequence[Glyph], blank: float = 0.25) -> str:
    """A line's text; a wide gap is two blanks, so that columns without rules stay apart.

    Args:
        line: left to right.
        blank: gap in letter heights that is one blank.
    """
    text = ""
    for number, letter in enumerate(line):
        if number:
            before = line[number - 1]
            gap = letter.box.left - before.box.right
            height = max(letter.box.bottom - letter.box.top, 1)
            if abs(letter.box.left - before.box.left) < height * SHADOW and letter.text == before.text:
                continue  # bold, or with a shadow: drawn twice
            text += "  " if gap > BREAK * height else " " if gap > blank * height else ""
        text += letter.text
    return text.replace(STRUCK_CLOSE + STRUCK_OPEN, "").replace("\u3000", "  ").strip()


def cells_grid(
    cells: Sequence[Rectangle],
    letters: Sequence[Glyph],
    snap: float,
    blank: float = 0.25,
    unclear: Sequence[Rectangle] = (),
) -> Grid:
    """A grid of drawn cells with the letters in them.

    Args:
        cells: as drawn; one that spans several rows or columns is a merged one.
        letters: of the page.
        snap: distance within which two edges are one.
        blank: as in `line_text`.
        unclear: places where something was not read, or not surely.
    """
    columns = _stops([edge for cell in cells for edge in (cell.left, cell.right)], snap)
    rows = _stops([edge for cell in cells for edge in (cell.top, cell.bottom)], snap)
    placed = []
    for cell in cells:
        left, right = _at(columns, cell.left), _at(columns, cell.right)
        top, bottom = _at(rows, cell.top), _at(rows, cell.bottom)
        text = "\n".join(line_text(line, blank) for line in lines_of(one for one in letters if cell.holds(one.box)))
        facts = facts_of({FactKind.UNCLEAR: any(map(cell.holds, unclear))})
        placed.append(Placed(top, left, text, "", max(bottom - top, 1), max(right - left, 1), facts))
    return laid_out(placed)


def completed(cells: Sequence[Rectangle], snap: float) -> list[Rectangle]:
    """Cells with those that a broken rule hid (a stamp across it): each free place between the others' edges."""
    columns = _stops([edge for cell in cells for edge in (cell.left, cell.right)], snap)
    rows = _stops([edge for cell in cells for edge in (cell.top, cell.bottom)], snap)
    places = [
        Rectangle(left, top, right, bottom)
        for top, bottom in itertools.pairwise(rows)
        for left, right in itertools.pairwise(columns)
    ]
    return [*cells, *(place for place in places if not any(cell.holds(place) for cell in cells))]


LEAST: Final = 4
"""Cells of a table: fewer are a frame."""


def tables_of(cells: Sequence[Rectangle], letters: Sequence[Glyph], snap: float) -> list[list[Rectangle]]:
    """The cells of each table: those that touch, and those below one another with no words between.

    Args:
        cells: of a page.
        letters: of the page.
        snap: distance within which two edges are one.
    """
    outside = [one for one in letters if not any(cell.holds(one.box) for cell in cells)]
    tables: list[list[Rectangle]] = []
    for cell in cells:
        near = [table for table in tables if any(_touch(cell, other, 2 * snap) for other in table)]
        tables = [[cell, *(other for table in near for other in table)], *(one for one in tables if one not in near)]
    whole: list[list[Rectangle]] = []
    for table in sorted(tables, key=lambda one: hull(one).top):
        box = hull(table)
        above = next((one for one in whole if _goes_on(hull(one), box, outside)), None)
        if above is None:
            whole.append(table)
        else:
            above += table
    return [table for table in whole if len(table) >= LEAST]


def hull(cells: Sequence[Rectangle]) -> Rectangle:
    """The rectangle that cells fill."""
    return Rectangle(
        min(cell.left for cell in cells),
        min(cell.top for cell in cells),
        max(cell.right for cell in cells),
        max(cell.bottom for cell in cells),
    )


def _touch(one: Rectangle, other: Rectangle, near: float) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > -near and down > -near


def _goes_on(above: Rectangle, below: Rectangle, letters: Sequence[Glyph]) -> bool:
    """Whether two parts of a page are one table, of which something hid the cells between them."""
    gap = Rectangle(max(above.left, below.left), above.bottom, min(above.right, below.right), below.top)
    return gap.left < gap.right and not any(gap.holds(one.box) for one in letters)


def _stops(edges: Sequence[float], snap: float) -> list[float]:
    stops: list[float] = []
    for edge in sorted(edges):
        if not stops or edge - stops[-1] > snap:
            stops.append(edge)
    return stops


def _at(stops: Sequence[float], edge: float) -> int:
    return min(range(len(stops)), key=lambda number: abs(stops[number] - edge))


def in_order(
    grids: Sequence[tuple[float, Grid]], rest: Sequence[tuple[float, str]], vocabulary: Vocabulary
) -> Iterator[Block]:
    """A page's tables and the lines around them from top to bottom; without tables its lines may be columns."""
    texts = list(rest)
    if not grids:
        yield from of_text("\n".join(text for _, text in texts), vocabulary).blocks
        return
    for top, grid in sorted(grids, key=lambda one: one[0]):
        while texts and texts[0][0] < top:
            yield texts.pop(0)[1]
        yield grid
    yield from (text for _, text in texts)
