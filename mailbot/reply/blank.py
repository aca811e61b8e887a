"""The campaign's form as a .docx for its submitter to fill in: blank, or with what is known of each work."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from mailbot.model.campaign_form import FieldKind, FormField
from mailbot.model.entry import Entry
from mailbot.model.rules import Rules
from mailbot.text.shown import shown_line

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONG: Final = Mm(297)
SHORT: Final = Mm(210)
MARGIN: Final = Mm(18)
ROWS: Final = 4
"""Rows that a form has at least."""
TICKED: Final = "☑"
UNTICKED: Final = "□"
FONT: Final = "SimSun"
ABOVE: Final = (FieldKind.UNIT, FieldKind.RECOMMENDER)
"""Fields that stand once above the table, where all its works have them in common."""
WIDE: Final = frozenset({FieldKind.TITLE, FieldKind.CHOICE, FieldKind.LINK})
STAMP: Final = (1980, 1, 1, 0, 0, 0)
"""The time in the archive: the same form has the same bytes, whenever it is made."""


@dataclass(frozen=True, slots=True)
class BlankWords:
    """The words of the form that are no field's label.

    Attributes:
        heading: on top.
        hint: how to fill it in, below the table; empty leaves it out.
        colon: between a label and what stands behind it.
    """

    heading: str
    hint: str
    colon: str


def fill_in(sheet: BlankWords, rules: Rules, entries: Sequence[Entry]) -> bytes:
    """The form as a .docx.

    Args:
        sheet: its words.
        rules: of the campaign: the fields, and what may be chosen.
        entries: one row each, filled in with what is known; a work without a title goes by its film's name.
    """
    above = [one for one in rules.form.fields if one.kind in ABOVE and len(_values(one, entries, rules)) <= 1]
    columns = [one for one in rules.form.fields if one not in above]
    paper = _paper()
    _paragraph(paper, sheet.heading, size=18, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for one in above:
        _paragraph(paper, f"{one.label}{sheet.colon}{''.join(_values(one, entries, rules))}")
    table = paper.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    rows = [[one.label for one in columns]]
    rows += [[_value(one, entry, rules) for one in columns] for entry in entries]
    rows += [[_value(one, None, rules) for one in columns]] * max(1, ROWS - len(entries))
    for number, texts in enumerate(rows):
        cells = (table.rows[0] if number == 0 else table.add_row()).cells
        for cell, text, width in zip(cells, texts, _widths(columns), strict=True):
            cell.width = width
            _write(cell.paragraphs[0], text, bold=number == 0)
    if sheet.hint:
        _paragraph(paper, sheet.hint, size=10)
    return _settled(paper)


def _paper() -> Any:  # noqa: ANN401 - python-docx has no types
    paper = docx.Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = LONG, SHORT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    return paper


def _paragraph(paper: Any, text: str, *, size: int = 12, bold: bool = False) -> Any:  # noqa: ANN401
    paragraph = paper.add_paragraph()
    _write(paragraph, text, bold=bold, size=size)
    return paragraph


def _write(paragraph: Any, text: str, *, bold: bool = False, size: int = 11) -> None:  # noqa: ANN401
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)


def _widths(columns: Sequence[FormField]) -> list[int]:
    shares = [2 if one.kind in WIDE else 1 for one in columns]
    return [int((LONG - 2 * MARGIN) * share / sum(shares)) for share in shares]


def _values(field: FormField, entries: Sequence[Entry], rules: Rules) -> list[str]:
    """What a field holds in these works, each value once."""
    return list(dict.fromkeys(filter(None, (_value(field, entry, rules) for entry in entries))))


def _value(field: FormField, entry: Entry | None, rules: Rules) -> str:
    """What stands in a work's cell; the boxes of all choices in a blank row."""
    if field.kind is FieldKind.CHOICE:
        ticked = entry.themes if entry is not None else ()
        return "  ".join(f"{TICKED if theme in ticked else UNTICKED}{theme}" for theme in rules.campaign.themes)
    if entry is None:
        return ""
    own = {
        FieldKind.TITLE: entry.title or (PurePath(entry.video.part.filename).stem if entry.video else ""),
        FieldKind.LINK: entry.link.url if entry.link else "",
        FieldKind.PERSON: entry.contact,
        FieldKind.PHONE: entry.phone,
        FieldKind.UNIT: entry.unit,
        FieldKind.RECOMMENDER: entry.recommender,
    }
    return shown_line(own[field.kind] if field.kind in own else entry.extra.get(field.name, ""))


def _settled(paper: Any) -> bytes:  # noqa: ANN401
    """The document's bytes, the archive's own times left out."""
    made, out = io.BytesIO(), io.BytesIO()
    paper.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, STAMP), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
