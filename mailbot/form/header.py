"""The header of a table: which field each of its columns answers, and the themes that it numbers. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from mailbot.form.themes_cell import chooses, legend_of
from mailbot.model.document import Cell, Grid, Row, distinct
from mailbot.text.folding import key
from mailbot.text.labels import Asked, Label, Theme, Vocabulary, is_of_work
from mailbot.text.phones import phones

SEEN_ROWS: Final = 50
"""Rows below a header whose cells tell what a column without a known head holds."""


def filled(row: Iterable[Cell]) -> list[Cell]:
    """A row's cells that hold text, each once."""
    return [cell for cell in distinct(row) if key(cell.text) or cell.link]


def asks_for_works(labels: Collection[Asked], vocabulary: Vocabulary) -> bool:
    """Whether labels ask for a work: its title and, where the campaign has them, its themes; else enough of a work."""
    return Label.TITLE in labels and (Label.THEMES in labels if vocabulary.themes else len(labels) >= vocabulary.enough)


@dataclass(frozen=True, slots=True)
class Head:
    """A table's header: its last row, what each column with a label asks for, and that label as written.

    `width`: of the table, in columns; `legend`: the themes by the numbers that the header gives them.
    """

    row: int
    width: int
    columns: dict[int, Asked] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    legend: dict[str, str] = field(default_factory=dict)

    def of(self, *labels: Asked) -> list[int]:
        """The columns that ask for one of these."""
        return [column for column, asked in self.columns.items() if asked in labels]


def head_at(grid: Grid, number: int, vocabulary: Vocabulary) -> Head | None:
    """The header that begins at a row, one or two rows high; None where none does."""
    row, below = grid.rows[number], grid.rows[number + 1] if number + 1 < len(grid.rows) else ()
    cells = distinct(row)
    if not any(is_of_work(vocabulary.label_of(cell.text)) for cell in cells) or any(
        _is_value(cell, vocabulary) for cell in cells
    ):
        return None
    first = _labelled(row, vocabulary, number)
    unknown = any(at not in first.columns and key(cell.text) for at, cell in enumerate(row))
    # blank where the row's own cells reach down
    fresh = tuple(
        cell if cell.place != row[at].place else Cell("", "", number + 1, at) for at, cell in enumerate(below)
    )
    under = (at for at, cell in enumerate(fresh) if is_of_work(vocabulary.label_of(cell.text)))
    if unknown and any(is_of_work(first.columns.get(at)) for at in under):
        return None  # labels with their values beside them: another label stands under one, an unknown text beside
    said = [cell.text for cell in fresh if key(cell.text)]
    if said and all(asked_by(text, vocabulary) for text in said):
        lower = _labelled(fresh, vocabulary, number + 1)
        asked: dict[int, Asked] = {column: one for column, one in lower.columns.items() if one is not Label.OTHER}
        two = Head(
            number + 1, grid.width, first.columns | asked, first.names | lower.names, first.legend | lower.legend
        )
        again = Label.TITLE in asked.values() and _is_head(lower, vocabulary)
        if asked and not again and _is_head(two, vocabulary):
            return two
    # where every column is known and none holds a title: whom to call about each theme, but no works
    whole = _is_head(first, vocabulary) and (unknown or bool(first.of(Label.TITLE)))
    return _with_themes(grid, first, vocabulary.themes) if whole else None


def _is_head(head: Head, vocabulary: Vocabulary) -> bool:
    asked = {Label.THEMES if isinstance(one, Theme) else one for one in head.columns.values() if is_of_work(one)}
    if Label.TITLE not in asked:  # its head is one unknown
        return Label.THEMES in asked and sum(isinstance(one, Label) for one in asked) >= 3
    return len(asked) >= (2 if Label.THEMES in asked else vocabulary.enough)


def _with_themes(grid: Grid, head: Head, themes: tuple[str, ...]) -> Head:
    """Where no label asks for themes, the one column whose cells mostly choose among them is theirs."""
    if any(asked is Label.THEMES or isinstance(asked, Theme) for asked in head.columns.values()):
        return head
    rows = grid.rows[head.row + 1 : head.row + 1 + SEEN_ROWS]
    columns = []
    for column in range(grid.width):
        said = [row[column].text for row in rows if key(row[column].text)]
        free = head.columns.get(column, Label.OTHER) is Label.OTHER
        if free and len(said) > 2 * sum(not chooses(text, themes) for text in said):
            columns.append(column)
    if len({grid.rows[head.row][column].place for column in columns}) != 1:
        return head
    return replace(head, columns=head.columns | dict.fromkeys(columns, Label.THEMES))


def _is_value(cell: Cell, vocabulary: Vocabulary) -> bool:
    """A cell that no header holds: a phone number, or themes to choose from."""
    text = cell.text
    named = any(key(theme) in key(text) for theme in vocabulary.themes)
    return bool(phones(text)) or (named and not (asked_by(text, vocabulary) or _asks_for_themes(text, vocabulary)))


def _asks_for_themes(text: str, vocabulary: Vocabulary) -> bool:
    """A head that tells all themes to choose from: with numbers, or 征选主题：从高端升级、数智赋能、绿色低碳中选."""
    label = re.split(r"[:：\n,，]", text, maxsplit=1)[0]
    told = vocabulary.label_of(label) is Label.THEMES and all(key(theme) in key(text) for theme in vocabulary.themes)
    return told or bool(legend_of(text, vocabulary.themes))


def asked_by(text: str, vocabulary: Vocabulary) -> Asked | None:
    """What a cell asks for as a label: a theme's own name, or a field."""
    theme = vocabulary.theme_of(text)
    return Theme(theme) if theme else vocabulary.label_of(text)


def _labelled(row: Row, vocabulary: Vocabulary, number: int) -> Head:
    head = Head(number, len(row))
    for column, cell in enumerate(row):
        asked = asked_by(cell.text, vocabulary)
        if not isinstance(asked, Theme):
            asked = Label.THEMES if _asks_for_themes(cell.text, vocabulary) else vocabulary.column_label(cell.text)
        if asked is not None:
            head.columns[column], head.names[column] = asked, cell.text
            head.legend.update(legend_of(cell.text, vocabulary.themes))
    named = {asked for asked in head.columns.values() if isinstance(asked, Theme)}
    if len(named) == 1 < len(vocabulary.themes):
        # one theme's name alone heads no column: it is a value, or a work's title
        return replace(head, columns={at: asked for at, asked in head.columns.items() if asked not in named})
    return head
