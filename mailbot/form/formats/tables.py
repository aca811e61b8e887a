"""A Word table's rows as placed cells, from whichever format: vertical merges, columns told by their edges."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from mailbot.form.formats.runs import StyledText, facts_of_runs
from mailbot.model.document import Placed
from mailbot.text.symbols import parted_link


@dataclass(slots=True)
class Stack:
    """Cells as their rows are read; one that goes on from the cell above, or to its left, makes that one larger."""

    placed: list[Placed] = field(default_factory=list)
    tops: dict[int, int] = field(default_factory=dict)

    def put(self, cell: Placed) -> None:
        """Add a cell."""
        self.tops[cell.column] = len(self.placed)
        self.placed.append(cell)

    def grow(self, row: int, column: int) -> bool:
        """Let the cell above reach down to a row; False where there is none."""
        if column not in self.tops:
            return False
        above = self.placed[self.tops[column]]
        self.placed[self.tops[column]] = replace(above, rows=row - above.row + 1)
        return True

    def widen(self, column: int, until: int) -> None:
        """Let the cell that begins at a column reach up to another."""
        cell = self.placed[self.tops[column]]
        self.placed[self.tops[column]] = replace(cell, columns=max(cell.columns, until - column))


@dataclass(frozen=True, slots=True)
class Edged:
    """A row whose cells are told by their edges.

    Attributes:
        cells: what each says, with the addresses that it carries.
        edges: of its cells from left to right, twips, one more than cells; fewer where the file lacks them.
        joined: numbers of the cells that go on from the cell above.
    """

    cells: Sequence[StyledText]
    edges: Sequence[int]
    joined: frozenset[int] = frozenset()


def of_edged(rows: Iterable[Edged]) -> list[Placed]:
    """The cells of rows: a column begins at each edge that any row has."""
    whole = list(rows)
    stops = sorted({edge for row in whole for edge in row.edges[:-1]})
    stack = Stack()
    for number, row in enumerate(whole):
        for at, words in enumerate(row.cells):
            text = words.text.strip("\n")
            known = at + 1 < len(row.edges)
            column = _at(stops, row.edges[at]) if known else at
            if at in row.joined and not text.strip() and stack.grow(number, column):
                continue
            inner = known and row.edges[at + 1] <= stops[-1]
            until = _at(stops, row.edges[at + 1]) if inner else len(stops) if known else column + 1
            shown, link = parted_link(text)
            stack.put(Placed(number, column, shown, link, columns=max(until - column, 1), facts=facts_of_runs([words])))
    return stack.placed


def _at(stops: Sequence[int], edge: int) -> int:
    return bisect_right(stops, edge) - 1
