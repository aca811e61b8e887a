"""A workbook's sheets as grids, whichever reader read them: what is hidden is not shown, and kept apart."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mailbot.form.formats.controls import Drawn, with_boxes
from mailbot.model.document import Block, Document, Fact, Placed, laid_out

Place = tuple[int, int]
"""Row and column of a cell, from 0."""
SEEN: Final = 1.0
"""Points that a row is high at least; a lower one is drawn to nothing."""
MAX_SHEETS: Final = 40


@dataclass(slots=True)
class Sheet:
    """One sheet as it is read.

    Attributes:
        name: on its tab.
        hidden: the sheet as a whole is.
        part: its name in the package, where it has one.
        cells: shown text.
        links: addresses of hyperlinks.
        merged: top, left, bottom, right.
        heights: of rows, points.
        widths: of columns, characters.
        hidden_rows: by the user or a filter.
        hidden_columns: likewise.
        facts: of its cells.
        unseen: cells whose text nobody sees: white letters on white.
        comments: on its cells, which may be empty ones beside its table.
        drawn: check boxes by the cell that they lie on.
    """

    name: str = ""
    hidden: bool = False
    part: str = ""
    cells: dict[Place, str] = field(default_factory=dict)
    links: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    facts: dict[Place, tuple[Fact, ...]] = field(default_factory=dict)
    unseen: set[Place] = field(default_factory=set)
    comments: list[Fact] = field(default_factory=list)
    drawn: dict[Place, list[Drawn]] = field(default_factory=dict)

    def note(self, place: Place, *facts: Fact) -> None:
        """Keep facts of a cell."""
        if facts:
            self.facts[place] = (*self.facts.get(place, ()), *facts)

    def placed(self) -> Iterator[Placed]:
        """Its cells, merged ones first."""
        cells = self.cells | {at: with_boxes(self.cells.get(at, ""), boxes) for at, boxes in self.drawn.items()}
        sizes = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in self.merged}
        for at in {**sizes, **cells, **self.links, **self.facts}:
            text, link = (known.get(at, "") for known in (cells, self.links))
            yield Placed(*at, text, link, *sizes.get(at, (1, 1)), self.facts.get(at, ()))


def workbook(sheets: Iterable[Sheet], facts: tuple[Fact, ...] = ()) -> Document:
    """What a workbook shows.

    Args:
        sheets: in the order of their tabs.
        facts: of the workbook as a whole.
    """
    read = list(sheets)[:MAX_SHEETS]
    seen = [one for one in read if not one.hidden] or read
    hides = len(seen) < len(read) or any(one.hidden_rows or one.hidden_columns or one.unseen for one in seen)
    everything = tuple(_blocks(read, Sheet.placed)) if hides else ()
    comments = (comment for one in seen for comment in one.comments)
    return Document(tuple(_blocks(seen, _visible)), facts=(*facts, *comments), everything=everything)


def _blocks(sheets: Sequence[Sheet], cells: Callable[[Sheet], Iterable[Placed]]) -> Iterator[Block]:
    for sheet in sheets:
        if len(sheets) > 1 and sheet.name:
            # where there are several their names may tell them apart: 高端升级, 数智赋能
            yield sheet.name
        grid = laid_out(cells(sheet))
        if grid.rows:
            yield grid


def _visible(sheet: Sheet) -> Iterable[Placed]:
    shown = (replace(one, text="") if (one.row, one.column) in sheet.unseen else one for one in sheet.placed())
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return shown
    return without(shown, sheet.hidden_rows, sheet.hidden_columns)


def without(placed: Iterable[Placed], rows: Collection[int], columns: Collection[int]) -> Iterator[Placed]:
    """What is left of cells where rows and columns are hidden: the others move together."""
    gone, aside = sorted(rows), sorted(columns)
    for one in placed:
        row, high = _left(one.row, one.rows, gone)
        column, wide = _left(one.column, one.columns, aside)
        if high and wide:
            yield replace(one, row=row, column=column, rows=high, columns=wide)


def _left(first: int, length: int, hidden: Sequence[int]) -> tuple[int, int]:
    """Where a span begins without what is hidden, and how long it is then."""
    before = bisect_left(hidden, first)
    return first - before, length - (bisect_left(hidden, first + length) - before)
