"""Tables without rules, or with too few: letters in columns, told by the header's words and the blanks. Pure."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.layout.beside import labels_at
from mailbot.layout.columns import Column, Header, crosses, cut, header_at, parted
from mailbot.layout.rules import Ruling
from mailbot.layout.words import Line, Word, stacked, text_of, words_of
from mailbot.model.document import BOX, TICK, TICKED_BOX, Grid, Placed, laid_out
from mailbot.text.labels import CALLS, Known, Label, Vocabulary

MAX_LINES: Final = 400
"""More lines than this on one page are no form."""
FIRST_LINES: Final = 6
APART: Final = 1.5
"""Blank below a page's head, in letter heights."""
HALF: Final = 0.5
"""How much of a table's width a level rule covers that parts rows."""
WHOLE: Final = 7
"""Digits of the shortest phone number."""
_MARKS: Final = frozenset(BOX + TICKED_BOX + TICK)
_FURNITURE: Final = re.compile(
    r"[-—–\s]{0,20}第?\s{0,9}\d{1,6}\s{0,9}页?(?:[\s/,，共]{1,9}\d{1,6}\s{0,9}页?)?[-—–\s]{0,20}"
)
"""A page's number."""
Part = Grid | Line
"""A table, or a line beside one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's columns: their heads' labels and where each but the last ends."""

    labels: tuple[Known | None, ...]
    stops: tuple[float, ...]


@dataclass(slots=True)
class Found:
    """A page's tables and the lines around them; `shape` of the table that may go on overleaf."""

    parts: list[Part] = field(default_factory=list)
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class _ColumnText:
    """A text of one line in its column."""

    column: int
    word: Word


def unruled(lines: Sequence[Line], rules: Ruling, vocabulary: Vocabulary, before: Shape | None = None) -> Found:
    """A page's lines with the tables in them.

    Args:
        lines: top to bottom, each left to right.
        rules: drawn on the page.
        vocabulary: the campaign's labels.
        before: of the table that the page before ended with.
    """
    if len(lines) > MAX_LINES:
        return Found(list(lines))
    headers = ((at, header_at(lines[at:], rules, vocabulary)) for at in range(len(lines)))
    page = _LinedPage(lines, rules, {at: header for at, header in headers if header is not None})
    found = Found()
    at = 0
    if before is not None and page.goes_on(before):
        at = page.head()
        found.parts += lines[:at]
        at = _table(page, at, [], before, found)
    while at < len(lines):
        header = page.headers.get(at)
        labels = labels_at(lines[at : page.next_header(at)], rules, vocabulary) if header is None else None
        if header is not None:
            stops = parted(header.columns, lines[at : page.next_header(at + header.lines)], rules)
            shape = Shape(tuple(column.label for column in header.columns), tuple(stops))
            at = _table(page, at + header.lines, header.columns, shape, found)
        elif labels is not None:
            at += labels[0]
            found.parts.append(labels[1])
            found.shape = None
        else:
            found.parts.append(lines[at])
            at += 1
    return found


@dataclass(frozen=True, slots=True)
class _LinedPage:
    """A page's lines and rules, and the headers by the line that they begin with."""

    lines: Sequence[Line]
    rules: Ruling
    headers: dict[int, Header]

    def next_header(self, start: int) -> int:
        """The first line from `start` on that begins a header; the page's end where none does."""
        return min((at for at in self.headers if at >= start), default=len(self.lines))

    def goes_on(self, shape: Shape) -> bool:
        """Whether the page begins with rows of a table: no header, and a line that fills several columns."""
        filled = (len({column for column, _ in cut(line, shape.stops)}) for line in self.lines[:FIRST_LINES])
        return self.next_header(0) > 1 and any(count > 2 for count in filled)

    def head(self) -> int:
        """How many lines are the page's own head: one text each, without a mark, far above what follows."""
        pairs = itertools.pairwise(self.lines[:FIRST_LINES])
        return next((at for at, (one, two) in enumerate(pairs) if not _is_head(one, two)), 0)


def _is_head(line: Line, below: Line) -> bool:
    marked = any(letter.text in _MARKS for letter in line)
    return not marked and len(words_of(line)) == 1 and Word(below).top - Word(line).bottom > APART * Word(line).height


def _table(page: _LinedPage, start: int, columns: Sequence[Column], shape: Shape, found: Found) -> int:
    """Read the rows below a header into `found`; where they end."""
    end, limit = start, page.next_header(start)
    while end < limit and not crosses(page.lines[end], shape.stops):
        end += 1
    pieces = [_ColumnText(column, word) for line in page.lines[start:end] for column, word in cut(line, shape.stops)]
    rows = _rows(pieces, shape, page.rules)
    foot = rows.pop() if rows and _is_furniture(rows[-1]) else []
    heads = [Placed(0, number, column.text) for number, column in enumerate(columns)]
    # a narrow table keeps its width, so that it is known overleaf
    corner = Placed(0, len(shape.stops), "")
    found.parts.append(laid_out([*heads, *_cells(rows, 1 if heads else 0, shape), corner]))
    found.parts += [list(piece.word.letters) for piece in foot]
    found.shape = shape
    return end


def _is_furniture(row: Sequence[_ColumnText]) -> bool:
    return len(row) == 1 and _FURNITURE.fullmatch(text_of([row[0].word])) is not None


# --- rows ---


def _rows(pieces: Sequence[_ColumnText], shape: Shape, rules: Ruling) -> list[list[_ColumnText]]:
    if not pieces:
        return []
    left, right = min(one.word.left for one in pieces), max(one.word.right for one in pieces)
    top, bottom = min(one.word.top for one in pieces), max(one.word.bottom for one in pieces)
    ends = [rule.at for rule in rules.level if top < rule.at < bottom and rule.covers(left, right) > HALF]
    bands: dict[int, list[_ColumnText]] = {}
    for piece in pieces:
        bands.setdefault(sum(end < (piece.word.top + piece.word.bottom) / 2 for end in ends), []).append(piece)
    rows: list[list[_ColumnText]] = []
    for number in sorted(bands):
        several = not ends or sum(_begins(level, shape) for level in _levels(bands[number])) > 1
        rows += _by_blanks(bands[number], shape) if several else [bands[number]]
    return rows


def _by_blanks(pieces: Sequence[_ColumnText], shape: Shape) -> list[list[_ColumnText]]:
    """Rows parted by blanks between what the works are; whom to call stands beside, perhaps for several."""
    calls = [piece for piece in pieces if shape.labels[piece.column] in CALLS]
    works = [piece for piece in pieces if shape.labels[piece.column] not in CALLS] or calls
    columns = {id(piece.word): piece for piece in works}
    rows = [[columns[id(word)] for word in stack] for stack in stacked(piece.word for piece in works)]
    for piece in calls if works is not calls else []:
        _nearest(rows, piece.word).append(piece)
    return [part for row in rows for part in _touching(row, shape)]


def _nearest(rows: Sequence[list[_ColumnText]], word: Word) -> list[_ColumnText]:
    middle = (word.top + word.bottom) / 2

    def distance(row: Sequence[_ColumnText]) -> float:
        top, bottom = min(one.word.top for one in row), max(one.word.bottom for one in row)
        return max(top - middle, middle - bottom, 0.0)

    return min(rows, key=distance)


def _touching(row: list[_ColumnText], shape: Shape) -> list[list[_ColumnText]]:
    """A row, or several that touch: each begins with a line that names a title and whom to call."""
    levels = _levels(row)
    starts = [number for number, level in enumerate(levels) if _begins(level, shape)]
    if len(starts) < 2 or starts[0] != 0:
        return [row]
    return [
        [piece for level in levels[start:end] for piece in level]
        for start, end in zip(starts, [*starts[1:], len(levels)], strict=True)
    ]


def _levels(row: Sequence[_ColumnText]) -> list[list[_ColumnText]]:
    """The pieces of each line, from top to bottom."""
    levels: list[list[_ColumnText]] = []
    for piece in sorted(row, key=lambda piece: piece.word.top):
        if levels and piece.word.top < levels[-1][0].word.top + HALF * piece.word.height:
            levels[-1].append(piece)
        else:
            levels.append([piece])
    return levels


def _begins(level: Sequence[_ColumnText], shape: Shape) -> bool:
    labels = {shape.labels[piece.column] for piece in level if not _is_rest(piece, shape)}
    return Label.TITLE in labels and bool(labels & CALLS)


def _is_rest(piece: _ColumnText, shape: Shape) -> bool:
    """Whether a text may be the rest of a name or a number that a narrow cell broke: 00, Lee, 提."""
    text = text_of([piece.word])
    return shape.labels[piece.column] in CALLS and len(text) < (WHOLE if text.isascii() else 2)


def _cells(rows: Sequence[Sequence[_ColumnText]], first: int, shape: Shape) -> Iterator[Placed]:
    for column, label in enumerate(shape.labels):
        words = [[piece.word for piece in row if piece.column == column] for row in rows]
        titled = [number for number, row in enumerate(rows) if _titled(row, shape)]
        if label in CALLS and _is_everybody_s(words, [rows[number] for number in titled]):
            whole = [word for row in words for word in row]
            yield Placed(first + titled[0], column, text_of(whole), "", titled[-1] - titled[0] + 1)
            continue
        for number, row in enumerate(words):
            if row:
                yield Placed(first + number, column, text_of(row))


def _titled(row: Sequence[_ColumnText], shape: Shape) -> bool:
    return any(shape.labels[piece.column] is Label.TITLE for piece in row)


def _is_everybody_s(words: Sequence[Sequence[Word]], rows: Sequence[Sequence[_ColumnText]]) -> bool:
    """Whether a column's only text stands in the middle of all rows: a cell that reaches down over them."""
    said = [word for row in words for word in row]
    if len(rows) < 2 or not said or sum(bool(row) for row in words) > 1:
        return False
    middle = (min(word.top for word in said) + max(word.bottom for word in said)) / 2
    own = {id(word) for word in said}
    others = [piece.word for row in rows for piece in row if id(piece.word) not in own]
    if not others:
        return False
    whole = (min(word.top for word in others) + max(word.bottom for word in others)) / 2
    return abs(middle - whole) < HALF * said[0].height
