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
    """A `form-uncertain` for each field of which something hints that it was meant otherwise than it was read."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    chosen = [set(row.themes) for row in form.rows]
    for why, themes in _choices(document, grids, vocabulary.themes):
        if themes not in chosen:
            yield Finding(Code.FORM_UNCERTAIN, {"field": "themes", "why": why})
            break
    unsaid = dict.fromkeys(
        (label, cell.unsaid.value)
        for grid in grids
        for number, line in enumerate(grid.rows)
        for column, cell in enumerate(line)
        if cell.unsaid is not None and (label := _doubted(cell, grid.rows[:number], column, vocabulary)) is not None
    )
    for label, why in unsaid:
        name = label.name if isinstance(label, FormField) else label.value
        yield Finding(Code.FORM_UNCERTAIN, {"field": name, "why": why})


def _choices(document: Document, grids: list[Grid], themes: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    """Themes that a cell sets off from others that it names, bold or highlighted, or that a comment names."""
    texts = [("emphasis", cell.loud, cell.text) for grid in grids for row in grid.rows for cell in row if cell.loud]
    for why, told, whole in (*texts, *(("comment", remark, "".join(themes)) for remark in document.remarks)):
        named, of = ({theme for theme in themes if theme in text} for text in (told, whole))
        if named and named < of:
            yield why, named


def _doubted(cell: Cell, above: tuple[Row, ...], column: int, vocabulary: Vocabulary) -> Known | None:
    """The field that what lies on a cell may say something about; None where it says nothing of a work."""
    if cell.unsaid is Unsaid.SHAPE:
        return Label.THEMES if sum(theme in cell.text for theme in vocabulary.themes) > 1 else None
    heads = {vocabulary.column_label(row[column].text) for row in above} - _ASIDE
    if cell.unsaid is Unsaid.PICTURE:
        return Label.LINK if Label.LINK in heads else None
    return next(iter(heads), None)
