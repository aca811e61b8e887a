"""Labels with their values beside or below them, in tables and paragraphs: what each answers. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.form.header import asked_by, filled
from mailbot.form.themes_cell import chooses
from mailbot.model.document import Cell, Row, distinct
from mailbot.text.folding import key
from mailbot.text.labels import ABOUT_FORM, CALLS, Asked, Label, Vocabulary
from mailbot.text.phones import phones


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
        asked = vocabulary.label_of(cell.text) if within else asked_by(cell.text, vocabulary)
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


def calls_of_form(answers: Sequence[LabelAnswer]) -> frozenset[int]:
    """Which contacts and phones stand beside the unit and are the form's, not a work's.

    Where there are as many of a label as of titles, and the recommender is named already, each work has its own.
    """
    found: set[int] = set()
    at_unit = named = False
    count = Counter(one.asked for one in answers)
    for number, one in enumerate(answers):
        of_works = named and count[one.asked] == count[Label.TITLE]
        if at_unit and one.asked in CALLS and not of_works:
            found.add(number)
        calls = one.asked is Label.RECOMMENDER or (at_unit and one.asked is Label.CONTACT_PHONE)
        named = named or (calls and any(phones(cell.text) for cell in one.cells))
        at_unit = one.asked in ABOUT_FORM or (at_unit and (one.asked in CALLS or one.asked is Label.OTHER))
    return frozenset(found)
