"""Rows that a page break cut in two, whole again. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from mailbot.form.themes_cell import goes_on
from mailbot.model.document import Block, Grid, Row
from mailbot.text.folding import key
from mailbot.text.phones import phones

BETWEEN: Final = 2
"""Paragraphs that may stand between the parts of a table: a page's foot and the next one's head."""


def over_pages(blocks: Sequence[Block], themes: tuple[str, ...]) -> list[Block]:
    """The blocks, the last row of a table joined with its rest on the next page.

    A row was cut where only its two parts together name all themes, as the other rows do, or where the rest has neither
    title nor themes of its own.
    """
    found: list[Block] = []
    for block in blocks:
        near = range(len(found) - 1, max(len(found) - 2 - BETWEEN, -1), -1)
        at = next((number for number in near if isinstance(found[number], Grid)), -1)
        before, rest = found[at] if at >= 0 else None, block
        if isinstance(before, Grid) and isinstance(rest, Grid) and (whole := _joined(before, rest, themes, _cut)):
            while whole:
                found[at], rest = whole
                whole = _joined(*whole, themes, _marks_others)
        found.append(rest)
    return found


def _joined(
    upper: Grid, lower: Grid, themes: tuple[str, ...], belongs: Callable[[Row, Row, tuple[str, ...]], bool]
) -> tuple[Grid, Grid] | None:
    """Both parts of a table, the cut row whole above; None where none was cut."""
    if upper.width != lower.width or not upper.rows or not lower.rows:
        return None
    first = _texts(lower.rows[0])
    heads = 1 if sum(map(bool, first)) > 1 and any(_texts(row) == first for row in upper.rows) else 0
    if len(lower.rows) <= heads or not belongs(upper.rows[-1], lower.rows[heads], themes):
        return None
    row = tuple(
        replace(above, text="\n".join(filter(key, (above.text, below.text))) or above.text or below.text)
        for above, below in zip(upper.rows[-1], lower.rows[heads], strict=True)
    )
    return Grid((*upper.rows[:-1], row)), Grid((*lower.rows[:heads], *lower.rows[heads + 1 :]))


def _texts(row: Row) -> list[str]:
    return [key(cell.text) for cell in row]


def _cut(above: Row, below: Row, themes: tuple[str, ...]) -> bool:
    if all(any(phones(cell.text) for cell in row) for row in (above, below)):
        return False  # each has whom to call: two works
    upper, rest, all_of = _texts(above), _texts(below), len(themes)
    for one, other in zip(upper, rest, strict=True):
        if one and other and _named(one + other, themes) == all_of not in (_named(one, themes), _named(other, themes)):
            return True
    complete = any(_named(text, themes) == all_of for text in upper)
    untold = complete and not any(_named(text, themes) for text in rest) and not rest[0] and any(rest)
    return untold or _marks_others(above, below, themes)


def _marks_others(above: Row, below: Row, themes: tuple[str, ...]) -> bool:
    """Whether the rest is one cell alone, which goes on with the themes of the cell above."""
    filled = [column for column, text in enumerate(_texts(below)) if text]
    return len(filled) == 1 and goes_on(above[filled[0]].text, below[filled[0]].text, themes)


def _named(text: str, themes: tuple[str, ...]) -> int:
    return sum(key(theme) in text for theme in themes)
