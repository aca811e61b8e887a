"""The pages of a PDF as paragraphs and tables: ruled ones by their cells, others by their gutters. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

from mailbot.layout.glyphs import Glyph, Rectangle, cells_grid, hull, in_order, line_text, lines_of
from mailbot.layout.gutters import Found, Shape, unruled
from mailbot.layout.rules import NO_RULES, Ruling, rules_of
from mailbot.layout.words import Line, text_of, words_of
from mailbot.model.document import Block, Grid, distinct
from mailbot.text.labels import Known, Label, Vocabulary, is_of_work

SNAP: Final = 2.5
"""Points within which two cell edges are one."""
LEVEL: Final = 1.5
"""Points within which lines on two pages stand at the same height."""


@dataclass(frozen=True, slots=True)
class UprightPage:
    """A page held upright: its width in points, its letters, the cells of its drawn tables, its lines."""

    width: float
    letters: tuple[Glyph, ...]
    tables: tuple[tuple[Rectangle, ...], ...] = ()
    rules: Ruling = NO_RULES


def blocks_of(leaves: Sequence[UprightPage], vocabulary: Vocabulary) -> list[Block]:
    """The pages' paragraphs and tables in reading order."""
    blocks: list[Block] = []
    shape: Shape | None = None
    for leaf in _whole(leaves, vocabulary):
        found, shape = _blocks(leaf, shape, vocabulary)
        blocks += found
    return blocks


def _blocks(leaf: UprightPage, before: Shape | None, vocabulary: Vocabulary) -> tuple[list[Block], Shape | None]:
    grids = [(hull(cells), _grid(cells, leaf.letters)) for cells in leaf.tables]
    open_ = unruled(lines_of(leaf.letters), leaf.rules, vocabulary, before)
    outside = [one for one in leaf.letters if not any(bounds.holds(one.box) for bounds, _ in grids)]
    by_gutters, by_rules = (
        _told((part for part in open_.parts if isinstance(part, Grid)), vocabulary),
        _told((grid for _, grid in grids), vocabulary),
    )
    if by_gutters > by_rules or (not grids and open_.shape) or _banded([bounds for bounds, _ in grids], outside):
        return list(_flowed(open_, leaf, vocabulary)), open_.shape
    around = paragraphs(lines_of(outside), _edge(leaf), vocabulary)
    return list(in_order([(bounds.top, grid) for bounds, grid in grids], around, vocabulary)), None


def _banded(bounds: Sequence[Rectangle], outside: Sequence[Glyph]) -> bool:
    """Whether lines of several texts stand between drawn tables of one width: every second row has a coloured band."""
    lines = [words_of(line) for line in lines_of(one for one in outside if one.text.strip())]
    rows = [(words[0].top, words[0].bottom) for words in lines if len(words) > 2]  # no 续表
    ordered = sorted(bounds, key=lambda box: box.top)
    return any(
        abs(above.left - below.left) < SNAP
        and abs(above.right - below.right) < SNAP
        and any(above.bottom - SNAP < top and bottom < below.top + SNAP for top, bottom in rows)
        for above, below in pairwise(ordered)
    )


def _edge(leaf: UprightPage) -> float:
    """Where the text's right margin begins, as wide as the left one."""
    return leaf.width - min((one.box.left for one in leaf.letters), default=0)


def _flowed(found: Found, leaf: UprightPage, vocabulary: Vocabulary) -> Iterator[Block]:
    for is_table, parts in groupby(found.parts, lambda part: isinstance(part, Grid)):
        if is_table:
            yield from (part for part in parts if isinstance(part, Grid))
        else:
            lines = [part for part in parts if not isinstance(part, Grid)]
            yield from (text for _, text in paragraphs(lines, _edge(leaf), vocabulary))


def _told(grids: Iterable[Grid], vocabulary: Vocabulary) -> int:
    """How many of the form's fields the tables have a label for; a header whose rows were not found tells nothing."""
    labels: set[Known] = set()
    for grid in grids:
        known = [vocabulary.known(cell.text for cell in distinct(row)) for row in grid.rows]
        rows = [{label for label in row if is_of_work(label)} for row in known]
        labels |= set().union(*(row for number, row in enumerate(rows) if len(row) < 3 or number + 1 < len(rows)))
    return len(labels)


def _grid(cells: Sequence[Rectangle], letters: Sequence[Glyph]) -> Grid:
    bounds = hull(cells)
    return cells_grid(cells, [one for one in letters if bounds.holds(one.box)], SNAP)


# --- lines ---


def paragraphs(lines: Sequence[Line], edge: float, vocabulary: Vocabulary) -> list[tuple[float, str]]:
    """Lines with their tops; one whose first word had no more room above goes on with the line above.

    Args:
        lines: top to bottom, each left to right.
        edge: where the text's right margin begins, points.
        vocabulary: the campaign's labels.
    """
    found: list[tuple[float, str]] = []
    for number, line in enumerate(lines):
        text = line_text(line)
        if number and not vocabulary.inline(text) and lines[number - 1][-1].box.right + _first_word(line) > edge:
            top, before = found.pop()
            gap = " " if before[-1:].isascii() and text[:1].isascii() else ""
            found.append((top, f"{before}{gap}{text}"))
        else:
            found.append((line[0].box.top, text))
    return found


def _first_word(line: Line) -> float:
    """The width of what a line break does not part: a Chinese character with the Latin word behind it."""
    word = re.match(r"[^!-~]?[!-~]*", "".join(letter.text[:1] for letter in line))
    end = max(word.end() if word else 1, 1)
    return line[min(end, len(line)) - 1].box.right - line[0].box.left


# --- a sheet that is wider than its paper ---


def _whole(leaves: Sequence[UprightPage], vocabulary: Vocabulary) -> list[UprightPage]:
    """The pages, each that holds the columns for which the one before had no room joined to it."""
    whole: list[UprightPage] = []
    for leaf in leaves:
        if whole and _is_rest(leaf, whole[-1], vocabulary):
            whole[-1] = _beside(whole[-1], leaf)
        else:
            whole.append(leaf)
    return whole


def _is_rest(leaf: UprightPage, before: UprightPage, vocabulary: Vocabulary) -> bool:
    """Whether each line stands at the height of one on the page before, and the first is a header without a title."""
    lines, above = lines_of(_inked(leaf)), lines_of(_inked(before))
    tops = [line[0].box.top for line in above]
    if not lines or not all(any(abs(line[0].box.top - top) < LEVEL for top in tops) for line in lines):
        return False
    labels = {vocabulary.column_label(text_of([word])) for word in words_of(lines[0])}
    beside = next(line for line in above if abs(line[0].box.top - lines[0][0].box.top) < LEVEL)
    heads = {vocabulary.label_of(text_of([word])) for word in words_of(beside)}
    return any(map(is_of_work, labels)) and Label.TITLE in heads and not labels & heads


def _inked(leaf: UprightPage) -> list[Glyph]:
    return [letter for letter in leaf.letters if letter.text.strip()]


def _beside(left: UprightPage, right: UprightPage) -> UprightPage:
    """One wide page, the right one's table set against the left one's."""
    cells = [cell for table in left.tables for cell in table]
    others = [cell for table in right.tables for cell in table]
    shift = max(cell.right for cell in cells) - min(cell.left for cell in others) if cells and others else left.width

    def moved(box: Rectangle) -> Rectangle:
        return replace(box, left=box.left + shift, right=box.right + shift)

    tables = ((*cells, *map(moved, others)),) if cells and others else left.tables
    return UprightPage(
        left.width + right.width,
        (*left.letters, *(replace(letter, box=moved(letter.box)) for letter in right.letters)),
        tables,
        rules_of([*left.rules.edges, *map(moved, right.rules.edges)]),
    )
