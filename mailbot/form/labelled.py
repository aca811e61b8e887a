"""Labels with their values beside them, in paragraphs and in the cells of a table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.form.pieces import chooses
from mailbot.model.document import Cell, Row, distinct
from mailbot.text.folding import key
from mailbot.text.labels import WITHIN, Label, inline, label_of, theme_of


@dataclass(frozen=True, slots=True)
class Said:
    """A label and what stands beside it.

    Attributes:
        label: which field.
        name: the label as written; a theme's name for `Label.THEME`.
        values: the cells beside it, blank ones among them; one for a paragraph.
    """

    label: Label
    name: str
    values: tuple[Cell, ...]


def said_in_paragraph(text: str) -> list[Said]:
    """What a paragraph's labels say."""
    return [Said(found.label, found.name, (Cell(found.value),)) for found in inline(text)]


def answered_below(paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs with each label that stands alone, `作品名称：`, joined with its value in the next one.

    A form that was left blank has such labels too: what follows one is its value only where title and themes are both
    followed by what is no label.
    """
    joined: list[str] = []
    asked: set[Label] = set()
    waiting: Label | None = None
    for text in paragraphs:
        labels = inline(text)
        if waiting is not None and all(one.label in WITHIN.get(waiting, ()) for one in labels):
            joined[-1] = f"{joined[-1]}{text}"
            asked.add(waiting)
            waiting = None
            continue
        joined.append(text)
        alone = len(labels) == 1 and not key(labels[0].value) and text.rstrip().endswith(("：", ":"))
        waiting = labels[0].label if alone else None
    return joined if {Label.TITLE, Label.THEMES} <= asked else list(paragraphs)


def said_in_rows(rows: Sequence[Row], themes: tuple[str, ...]) -> list[Said]:
    """What the labels in a table's rows say; a label that reaches down over rows takes the cells of all of them.

    Where labels and values of two works stand side by side, the left ones come first.
    """
    beside = _beside(rows)
    if beside is not None:
        above, column = beside
        left, right = ([row[:column] for row in rows[above:]], [row[column:] for row in rows[above:]])
        return [*said_in_rows(rows[:above], themes), *said_in_rows(left, themes), *said_in_rows(right, themes)]
    found: list[Said] = []
    owners: dict[tuple[int, int], int] = {}
    for row in rows:
        _say(row, themes, found, owners)
    return found


def _beside(rows: Sequence[Row]) -> tuple[int, int] | None:
    """Where a title's label stands twice in a row, with other labels below both: that row, and the second's column."""
    for number, row in enumerate(rows):
        columns = [cell.column for cell in distinct(row) if label_of(cell.text) is Label.TITLE]
        if len(columns) < 2:  # side by side
            continue
        first, second = (columns[at] - row[0].column for at in (0, 1))
        below = [(row[first], row[second]) for row in rows[number + 1 :]]
        if second > 0 and all(label_of(one.text) is label_of(other.text) for one, other in below):
            return number, second
    return None


def _say(row: Row, themes: tuple[str, ...], found: list[Said], owners: dict[tuple[int, int], int]) -> None:
    current: int | None = None
    for cell in distinct(row):
        within = current is not None and (
            found[current].label is Label.THEMES or (found[current].label is Label.TITLE and not found[current].values)
        )
        label, name = _label(cell, themes, within=within)
        if label is not None and cell.place in owners:
            current = owners[cell.place]
        elif label is not None:
            current = owners[cell.place] = len(found)
            found.append(Said(label, name, ()))
        elif not within and _answers(found, current, cell, themes):
            current = None
            found.append(Said(Label.THEMES, "", (cell,)))
        elif (
            (inside := _inside(cell, within=within))
            and not (current is not None and _keeps(found[current], inside))
            and not (current is not None and _open(found[current]))
        ):
            found += inside
            current = None
        elif current is not None and cell not in found[current].values:
            said = found[current]
            found[current] = Said(said.label, said.name, (*said.values, cell))


def _answers(found: Sequence[Said], current: int | None, cell: Cell, themes: tuple[str, ...]) -> bool:
    """A choice of themes beside a label that nobody knows; a work's title may name a theme too."""
    waiting = current is not None and not any(key(value.text) for value in found[current].values)
    return not waiting and bool(key(cell.text)) and chooses(cell.text, themes)


def _keeps(said: Said, inside: Sequence[Said]) -> bool:
    """A link's cell keeps the 链接： and 提取码： that a netdisk puts around it, a phone's the 手机： before it."""
    within = {Label.LINK: {Label.LINK, Label.CODE}, Label.PHONE: {Label.PHONE}}.get(said.label, set())
    return all(one.label in within for one in inside)


def _open(said: Said) -> bool:
    """A label whose value is still to come takes the next cell whole, a recommender's or link's above all."""
    return not said.values and said.label in {Label.RECOMMENDER, Label.LINK, Label.CONTACT_PHONE, Label.CONTACT}


def _label(cell: Cell, themes: tuple[str, ...], *, within: bool) -> tuple[Label | None, str]:
    theme = None if within else theme_of(cell.text, themes)
    if theme:
        return Label.THEME, theme
    label = label_of(cell.text)
    return label, cell.text


def _inside(cell: Cell, *, within: bool) -> list[Said]:
    if within or not key(cell.text):
        return []
    return [
        Said(said.label, said.name, (Cell(said.value, cell.link, cell.row, cell.column),)) for said in inline(cell.text)
    ]
