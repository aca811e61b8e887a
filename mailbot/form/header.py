"""The header of a table: where it stands, and which field each of its columns asks for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from mailbot.form.legend import legend_of
from mailbot.form.pieces import chooses
from mailbot.model.document import Cell, Grid, Row, distinct
from mailbot.text.folding import key
from mailbot.text.labels import Label, column_label, label_of, theme_of
from mailbot.text.phones import phones

SEEN_ROWS: Final = 50
"""Rows below a header whose cells tell what a column without a known head holds."""


def filled(row: Iterable[Cell]) -> list[Cell]:
    """A row's cells that hold text, each once."""
    return [cell for cell in distinct(row) if key(cell.text) or cell.link]


@dataclass(frozen=True, slots=True)
class Head:
    """A table's header.

    Attributes:
        row: its last row.
        columns: the label of each column that has one.
        themes: the theme of each `Label.THEME` column.
        names: each column's head as written.
        legend: the themes by the numbers that the head gives them.
    """

    row: int
    columns: dict[int, Label] = field(default_factory=dict)
    themes: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    legend: dict[str, str] = field(default_factory=dict)

    def of(self, *labels: Label) -> list[int]:
        """The columns with one of these labels."""
        return [column for column, label in self.columns.items() if label in labels]


_ESSENTIAL: Final = frozenset({Label.TITLE, Label.THEMES, Label.THEME, Label.LINK, Label.CONTACT, Label.PHONE,
                               Label.CONTACT_PHONE})  # fmt: skip


def head_at(grid: Grid, number: int, themes: tuple[str, ...]) -> Head | None:
    """The header that begins at a row, one or two rows high; None where none does."""
    cells = distinct(grid.rows[number])
    if any(_is_value(cell, themes) for cell in cells) or not any(label_of(cell.text) in _ESSENTIAL for cell in cells):
        return None
    first = _labelled(grid.rows[number], themes, number)
    if _stands_beside(grid, first):
        return None
    if number + 1 < len(grid.rows) and _continues(grid, number, themes):
        lower = _labelled(_fresh(grid, number), themes, number + 1)
        below = {column: label for column, label in lower.columns.items() if label is not Label.OTHER}
        two = Head(
            number + 1,
            first.columns | below,
            first.themes | lower.themes,
            first.names | lower.names,
            first.legend | lower.legend,
        )
        again = Label.TITLE in below.values() and _is_head(lower)
        if _is_head(two) and below and not again:
            return two
    if not _is_head(first) or _untitled(grid, first):
        return None
    return first if first.of(Label.THEMES, Label.THEME) else _with_themes(grid, first, themes)


def _untitled(grid: Grid, head: Head) -> bool:
    """Every column is known and none holds a title: whom to call about each theme, but no works."""
    row = grid.rows[head.row]
    return not head.of(Label.TITLE) and all(
        column in head.columns or not key(cell.text) for column, cell in enumerate(row)
    )


def _stands_beside(grid: Grid, head: Head) -> bool:
    """Labels with their values beside them, not below: another label stands under one, and an unknown text beside."""
    below = grid.rows[head.row + 1] if head.row + 1 < len(grid.rows) else ()
    under = [
        cell
        for column, (cell, above) in enumerate(zip(below, grid.rows[head.row], strict=False))
        if head.columns.get(column) in _ESSENTIAL and cell.place != above.place and label_of(cell.text) in _ESSENTIAL
    ]
    unknown = [cell for column, cell in enumerate(grid.rows[head.row]) if column not in head.columns and key(cell.text)]
    return bool(under and unknown)


def _with_themes(grid: Grid, head: Head, themes: tuple[str, ...]) -> Head:
    """A header none of whose labels asks for themes: the one column whose cells all choose among them is theirs."""
    columns = [
        column
        for column in range(grid.width)
        if head.columns.get(column, Label.OTHER) is Label.OTHER and _chooses(grid, head.row, column, themes)
    ]
    if len({grid.rows[head.row][column].place for column in columns}) != 1:
        return head
    return replace(head, columns=head.columns | dict.fromkeys(columns, Label.THEMES))


def _chooses(grid: Grid, head: int, column: int, themes: tuple[str, ...]) -> bool:
    texts = [row[column].text for row in grid.rows[head + 1 : head + 1 + SEEN_ROWS]]
    said = [text for text in texts if key(text)]
    notes = [text for text in said if not chooses(text, themes)]
    return len(said) > 2 * len(notes)


def _is_value(cell: Cell, themes: tuple[str, ...]) -> bool:
    """A cell that no header holds: a phone number, or themes to choose from."""
    text = cell.text
    named = any(key(theme) in key(text) for theme in themes)
    head = theme_of(text, themes) or label_of(text) or legend_of(text, themes) or _asks_for_themes(text, themes)
    return bool(phones(text)) or (named and not head)


def _asks_for_themes(text: str, themes: tuple[str, ...]) -> bool:
    """A head that tells all themes to choose from without brackets: 征选主题：从高端升级、数智赋能、绿色低碳中选."""
    label = re.split(r"[:：\n,，]", text, maxsplit=1)[0]
    return label_of(label) is Label.THEMES and all(key(theme) in key(text) for theme in themes)


def _is_head(head: Head) -> bool:
    labels = {label for label in head.columns.values() if label in _ESSENTIAL}
    if labels & {Label.THEME, Label.THEMES}:
        labels = labels - {Label.THEME} | {Label.THEMES}
    if Label.TITLE in labels:
        enough = len(labels) >= 2  # a title and something about it
    else:
        enough = len(labels) >= 3 and Label.THEMES in labels  # the title's head is one unknown
    return enough and (Label.THEMES in labels or len(labels) >= 3)


def _labelled(row: Row, themes: tuple[str, ...], number: int) -> Head:
    head = Head(number)
    seen: set[tuple[int, int]] = set()
    for column, cell in enumerate(row):
        if cell.place in seen:
            continue
        seen.add(cell.place)
        theme = theme_of(cell.text, themes)
        legend = legend_of(cell.text, themes)
        asks = legend or _asks_for_themes(cell.text, themes)
        label = Label.THEME if theme else Label.THEMES if asks else column_label(cell.text)
        if label is None:
            continue
        for covered in range(column, len(row)):
            if row[covered].place == cell.place:
                head.columns[covered] = label
                head.names[covered] = cell.text
                head.legend.update(legend)
                if theme:
                    head.themes[covered] = theme
    return head if len(set(head.themes.values())) != 1 or len(themes) == 1 else _without_themes(head)


def _without_themes(head: Head) -> Head:
    """One theme's name alone heads no column: it is a value, or a work's title."""
    columns = {column: label for column, label in head.columns.items() if column not in head.themes}
    return replace(head, columns=columns, themes={})


def _continues(grid: Grid, number: int, themes: tuple[str, ...]) -> bool:
    """Whether the next row is a header's second: each cell reaches down from above, is blank, or is a label."""
    fresh = [cell for cell in _fresh(grid, number) if key(cell.text)]
    return bool(fresh) and all(theme_of(cell.text, themes) or label_of(cell.text) for cell in fresh)


def _fresh(grid: Grid, number: int) -> Row:
    """The row below a row, blank where the row's own cells reach down into it."""
    upper, lower = grid.rows[number], grid.rows[number + 1]
    return tuple(
        cell if cell.place != above.place else Cell("", "", number + 1, column)
        for column, (cell, above) in enumerate(zip(lower, upper, strict=True))
    )
