"""Rows that a page break cut in two, whole again. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from mailbot.form.pieces import goes_on
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
        before = found[at] if at >= 0 else None
        whole = _joined(before, block, themes) if isinstance(before, Grid) and isinstance(block, Grid) else None
        if whole is not None:
            found[at], rest = whole
            found.append(rest)
        else:
            found.append(block)
    return found


def _joined(upper: Grid, lower: Grid, themes: tuple[str, ...]) -> tuple[Grid, Grid] | None:
    """Both parts of a table with the cut row whole, above; None where none was cut."""
    whole = _with_next(upper, lower, themes, _cut)
    while whole is not None and (more := _with_next(*whole, themes, _marks_others)) is not None:
        whole = more
    return whole


def _with_next(
    upper: Grid, lower: Grid, themes: tuple[str, ...], belongs: Callable[[Row, Row, tuple[str, ...]], bool]
) -> tuple[Grid, Grid] | None:
    if upper.width != lower.width or not upper.rows or not lower.rows:
        return None
    first = _texts(lower.rows[0])
    heads = 1 if sum(map(bool, first)) > 1 and any(_texts(row) == first for row in upper.rows) else 0
    if len(lower.rows) <= heads or not belongs(upper.rows[-1], lower.rows[heads], themes):
        return None
    row = tuple(
        replace(
            above,
            text=f"{above.text}\n{below.text}" if key(above.text) and key(below.text) else above.text or below.text,
        )
        for above, below in zip(upper.rows[-1], lower.rows[heads], strict=True)
    )
    return Grid((*upper.rows[:-1], row)), Grid((*lower.rows[:heads], *lower.rows[heads + 1 :]))


def _texts(row: Row) -> list[str]:
    return [key(cell.text) for cell in row]


def _cut(above: Row, below: Row, themes: tuple[str, ...]) -> bool:
    if all(any(phones(cell.text) for cell in row) for row in (above, below)):
        return False  # each has whom to call: two works
    for one, other in zip(_texts(above), _texts(below), strict=True):
        parts, whole = (_named(one, themes), _named(other, themes)), _named(one + other, themes)
        if one and other and whole == len(themes) and len(themes) not in parts:
            return True
    rest = _texts(below)
    if _marks_others(above, below, themes):
        return True
    chosen = any(_named(text, themes) for text in rest)
    complete = any(_named(text, themes) == len(themes) for text in _texts(above))
    return complete and not chosen and not rest[0] and any(rest)


def _marks_others(above: Row, below: Row, themes: tuple[str, ...]) -> bool:
    """Whether the rest is one cell alone, which goes on with the themes of the cell above."""
    filled = [column for column, text in enumerate(_texts(below)) if text]
    return len(filled) == 1 and goes_on(above[filled[0]].text, below[filled[0]].text, themes)


def _named(text: str, themes: tuple[str, ...]) -> int:
    return sum(key(theme) in text for theme in themes)
