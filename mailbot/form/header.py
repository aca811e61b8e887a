"""What a form's labels ask for: heads with their columns below, labels with their values beside or below. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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


# --- heads of columns ---


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
    if said and all(_asked(text, vocabulary) for text in said):
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
    return bool(phones(text)) or (named and not (_asked(text, vocabulary) or _asks_for_themes(text, vocabulary)))


def _asks_for_themes(text: str, vocabulary: Vocabulary) -> bool:
    """A head that tells all themes to choose from: with numbers, or 征选主题：从高端升级、数智赋能、绿色低碳中选."""
    label = re.split(r"[:：\n,，]", text, maxsplit=1)[0]
    told = vocabulary.label_of(label) is Label.THEMES and all(key(theme) in key(text) for theme in vocabulary.themes)
    return told or bool(legend_of(text, vocabulary.themes))


def _asked(text: str, vocabulary: Vocabulary) -> Asked | None:
    theme = vocabulary.theme_of(text)
    return Theme(theme) if theme else vocabulary.label_of(text)


def _labelled(row: Row, vocabulary: Vocabulary, number: int) -> Head:
    head = Head(number, len(row))
    for column, cell in enumerate(row):
        asked = _asked(cell.text, vocabulary)
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


# --- labels with their values ---


@dataclass(frozen=True, slots=True)
class LabelAnswer:
    """What a label asks for, the label as written, and the cells beside it, blank ones among them."""

    asked: Asked
    name: str
    cells: tuple[Cell, ...]


def answers_in_paragraph(text: str, vocabulary: Vocabulary) -> list[LabelAnswer]:
    """What a paragraph's labels say."""
    return [LabelAnswer(found.label, found.name, (Cell(found.value),)) for found in vocabulary.inline(text)]


def answers_in_bands(rows: Sequence[Row], vocabulary: Vocabulary) -> list[LabelAnswer]:
    """What rows of labels say, each with the row of its values below it; empty where rows do not alternate so.

    Who signs below a header's works (填表人) has a label that is none of the form's, or one that stands there already.
    """
    bands = list(zip(rows[::2], rows[1::2], strict=False))
    known, below = ([[vocabulary.label_of(cell.text) for cell in filled(row)] for row in rows[at::2]] for at in (0, 1))
    asked = [one for own in known for one in own]
    alternate = len(rows) == 2 * len(bands) > 2 and all(known) and all(None in own for own in below)
    whole = Label.TITLE not in asked or Label.THEMES in asked or not vocabulary.themes
    if not (alternate and whole) or {None, Label.OTHER} & set(asked) or len(set(asked)) < len(asked):
        return []
    found: list[LabelAnswer] = []
    for above, row in bands:
        for cell in filled(above):
            under = distinct(row[at] for at, over in enumerate(above) if over.place == cell.place)
            if (one := vocabulary.label_of(cell.text)) is not None:
                found.append(LabelAnswer(one, cell.text, tuple(under)))
    return found


def answers_in_rows(rows: Sequence[Row], vocabulary: Vocabulary) -> list[LabelAnswer]:
    """What the labels in a table's rows say; a label that reaches down over rows takes the cells of all of them.

    Where labels and values of two works stand side by side, the left ones come first.
    """
    beside = _beside(rows, vocabulary)
    if beside is not None:
        above, column = beside
        parts = (rows[:above], [row[:column] for row in rows[above:]], [row[column:] for row in rows[above:]])
        return [answer for part in parts for answer in answers_in_rows(part, vocabulary)]
    found: list[LabelAnswer] = []
    owners: dict[tuple[int, int], int] = {}
    for row in rows:
        _answer(row, vocabulary, found, owners)
    return found


def _beside(rows: Sequence[Row], vocabulary: Vocabulary) -> tuple[int, int] | None:
    """Where a title's label stands twice in a row, with other labels below both: that row, and the second's column."""
    for number, row in enumerate(rows):
        columns = [cell.column for cell in distinct(row) if vocabulary.label_of(cell.text) is Label.TITLE]
        if len(columns) < 2:  # side by side
            continue
        first, second = (columns[at] - row[0].column for at in (0, 1))
        below = ((row[first].text, row[second].text) for row in rows[number + 1 :])
        alike = all(vocabulary.label_of(one) is vocabulary.label_of(other) for one, other in below)
        return (number, second) if second > 0 and alike else None
    return None


def _answer(row: Row, vocabulary: Vocabulary, found: list[LabelAnswer], owners: dict[tuple[int, int], int]) -> None:
    current: int | None = None
    for cell in distinct(row):
        answer = found[current] if current is not None else None
        # a theme's name may be the value: a choice, or a work's title
        within = answer is not None and (
            answer.asked is Label.THEMES or (answer.asked is Label.TITLE and not answer.cells)
        )
        asked = vocabulary.label_of(cell.text) if within else _asked(cell.text, vocabulary)
        if asked is not None:
            current = owners.setdefault(cell.place, len(found))
            found += [LabelAnswer(asked, cell.text, ())] if current == len(found) else []
        elif not within and (inside := _inside(cell, answer, vocabulary)):
            found += inside
            current = None
        elif answer is not None and current is not None and cell not in answer.cells:
            found[current] = replace(answer, cells=(*answer.cells, cell))


_WHOLE: Final = frozenset({Label.RECOMMENDER, Label.LINK, Label.CONTACT_PHONE, Label.CONTACT})
"""Labels whose first value stands in the next cell as it is, whatever labels are within."""
_KEPT: Final[Mapping[Asked, frozenset[Label]]] = {
    Label.LINK: frozenset({Label.LINK, Label.CODE}),
    Label.PHONE: frozenset({Label.PHONE}),
}


def _inside(cell: Cell, answer: LabelAnswer | None, vocabulary: Vocabulary) -> list[LabelAnswer]:
    """The labels within a cell, unless they belong to the value of the label beside it."""
    if not key(cell.text):
        return []
    waiting = answer is not None and not any(key(one.text) for one in answer.cells)
    if not waiting and chooses(cell.text, vocabulary.themes):
        # a choice beside a label that nobody knows; a work's title may name a theme too
        return [LabelAnswer(Label.THEMES, "", (cell,))]
    inside = [
        LabelAnswer(one.label, one.name, (Cell(one.value, cell.link, cell.row, cell.column),))
        for one in vocabulary.inline(cell.text)
    ]
    if answer is None:
        return inside
    # a link's cell keeps the 链接： and 提取码： that a netdisk puts around it, a phone's the 手机： before it
    kept = _KEPT.get(answer.asked, frozenset())
    whole = not answer.cells and (answer.asked in _WHOLE or not isinstance(answer.asked, Label))
    return [] if whole or all(one.asked in kept for one in inside) else inside
