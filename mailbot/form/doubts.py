"""Which of the facts that a reader knows beyond the words put a field in doubt: a predicate for each kind. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mailbot.model.campaign_form import FormField
from mailbot.model.document import Cell, Document, Fact, FactKind
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form
from mailbot.text.labels import Known, Label, Vocabulary

_NO_FIELD: Final = frozenset({Label.NUMBER, Label.OTHER, Label.CODE, None})
"""What columns ask for that no work's field is read from."""


@dataclass(frozen=True, slots=True)
class _FactAt:
    """A fact where it was found; a document's is on no cell.

    `asked`: what the cells above its cell ask for, the nearest first.
    """

    fact: Fact
    cell: Cell
    asked: tuple[Known | None, ...]


def is_unsure(document: Document) -> bool:
    """Whether a fact for which no predicate names a field leaves unsure what the document says at all."""
    of_cells = (fact for grid in document.grids for row in grid.rows for cell in row for fact in cell.facts)
    return any(fact.kind not in _PREDICATES for fact in (*document.facts, *of_cells))


def doubts(document: Document, form: Form, vocabulary: Vocabulary) -> Iterator[Finding]:
    """A `form-uncertain` for each field of which a fact says that it may be meant otherwise than it was read."""
    told: dict[tuple[Known, _Predicate], FactKind] = {}
    for found in _facts(document, vocabulary):
        predicate = _PREDICATES.get(found.fact.kind)
        field = predicate(found, form, vocabulary) if predicate is not None else None
        if predicate is not None and field is not None:
            told.setdefault((field, predicate), found.fact.kind)
    for (field, _), kind in told.items():
        name = field.name if isinstance(field, FormField) else field.value
        yield Finding(Code.FORM_UNCERTAIN, {"field": name, "why": kind.value})


def _facts(document: Document, vocabulary: Vocabulary) -> Iterator[_FactAt]:
    for grid in document.grids:
        for number, row in enumerate(grid.rows):
            for column, cell in enumerate(row):
                above = (line[column].text for line in reversed(grid.rows[:number])) if cell.facts else ()
                asked = tuple(dict.fromkeys(map(vocabulary.column_label, above)))
                yield from (_FactAt(fact, cell, asked) for fact in cell.facts)
    yield from (_FactAt(fact, Cell(), ()) for fact in document.facts)


# --- predicates: the field that a fact puts in doubt ---

_Predicate = Callable[[_FactAt, Form, Vocabulary], Known | None]


def _another_choice(found: _FactAt, form: Form, vocabulary: Vocabulary) -> Known | None:
    """Words that are set off from others, or a comment's, name a choice that no row has."""
    themes, fact = vocabulary.themes, found.fact
    whole = found.cell.text if fact.kind is FactKind.SET_OFF else "".join(themes)
    named, of = ({theme for theme in themes if theme in text} for text in (fact.words, whole))
    differs = named and named < of and named not in (set(row.themes) for row in form.rows)
    return Label.THEMES if differs else None


def _around_choices(found: _FactAt, _: Form, vocabulary: Vocabulary) -> Known | None:
    """Something is drawn on a cell that names several themes."""
    return Label.THEMES if sum(theme in found.cell.text for theme in vocabulary.themes) > 1 else None


def _instead_of_a_link(found: _FactAt, _: Form, __: Vocabulary) -> Known | None:
    return Label.LINK if Label.LINK in found.asked else None


def _without_its_value(found: _FactAt, _: Form, __: Vocabulary) -> Known | None:
    return next((asked for asked in found.asked if asked not in _NO_FIELD), None)


_PREDICATES: Final[Mapping[FactKind, _Predicate]] = {
    FactKind.SET_OFF: _another_choice,
    FactKind.COMMENT: _another_choice,
    FactKind.SHAPE: _around_choices,
    FactKind.PICTURE: _instead_of_a_link,
    FactKind.FORMULA: _without_its_value,
    FactKind.UNCLEAR: _without_its_value,
}
