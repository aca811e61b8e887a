"""What a document hints at beside its words, by emphasis, comments, things on its cells: doubts, never values. Pure."""

from collections.abc import Iterator

from mailbot.model.campaign_form import FormField
from mailbot.model.document import Cell, Document, Grid, Row, Unsaid
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form
from mailbot.text.labels import Known, Label, Vocabulary

_ASIDE = frozenset({Label.NUMBER, Label.OTHER, Label.CODE, None})
"""Columns that no work's field is read from."""


def hints(document: Document, form: Form, vocabulary: Vocabulary) -> Iterator[Finding]:
    """A `form-uncertain` for each field of which something hints that it was meant otherwise than it was read.

    Args:
        document: what a reader saw.
        form: as it was understood.
        vocabulary: the campaign's labels.
    """
    chosen = [set(row.themes) for row in form.rows]
    for why, themes in _choices(document, vocabulary.themes):
        if themes not in chosen:
            yield Finding(Code.FORM_UNCERTAIN, {"field": "themes", "why": why})
            break
    unsaid = dict.fromkeys(
        (label, cell.unsaid.value)
        for grid in _grids(document)
        for number, line in enumerate(grid.rows)
        for column, cell in enumerate(line)
        if cell.unsaid is not None and (label := _doubted(cell, grid.rows[:number], column, vocabulary)) is not None
    )
    yield from (Finding(Code.FORM_UNCERTAIN, {"field": _name(label), "why": why}) for label, why in unsaid)


def _grids(document: Document) -> Iterator[Grid]:
    return (block for block in document.blocks if isinstance(block, Grid))


def _choices(document: Document, themes: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    """Themes that a cell sets off from others that it names, bold or highlighted, or that a comment names."""
    for cell in {cell for grid in _grids(document) for row in grid.rows for cell in row if cell.loud}:
        named, loud = ({theme for theme in themes if theme in text} for text in (cell.text, cell.loud))
        if loud and loud < named:
            yield "emphasis", loud
    for remark in document.remarks:
        named = {theme for theme in themes if theme in remark}
        if named and named < set(themes):
            yield "comment", named


def _doubted(cell: Cell, above: tuple[Row, ...], column: int, vocabulary: Vocabulary) -> Known | None:
    """The field that what lies on a cell may say something about; None where it says nothing of a work."""
    if cell.unsaid is Unsaid.SHAPE:
        return Label.THEMES if sum(theme in cell.text for theme in vocabulary.themes) > 1 else None
    heads = {vocabulary.column_label(row[column].text) for row in above} - _ASIDE
    if cell.unsaid is Unsaid.PICTURE:
        return Label.LINK if Label.LINK in heads else None
    return next(iter(heads), None)


def _name(asked: Known) -> str:
    return asked.name if isinstance(asked, FormField) else asked.value
