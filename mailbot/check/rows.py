"""The works that a mail's forms tell, each once, and an entry filled from such a row."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from mailbot.check.materials import link_of_cell
from mailbot.model.entry import Entry, Field, extra_field
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form, FormRow
from mailbot.model.mail import Link
from mailbot.model.works import FormFile, Works
from mailbot.text.folding import bare

CORRECTED = re.compile(r"更正|修改|修正|订正|改正|最新|新版|终版|最终")
"""What a corrected form is called."""
SERIES = frozenset("上中下前后甲乙丙丁abcdefg")
"""Letters that tell the parts of a series."""
TYPO_LENGTH = 4
"""Letters that a title has at least where one of them may be a typing error."""
KEY_LENGTH = 200
"""Characters of a title by which works are compared."""
SAME_SCAN = 60
"""rapidfuzz ratio: a scanned row this close to a typed one tells the same work."""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A form row with what its form says of all rows.

    Attributes:
        row: the row.
        unit: 单位名称.
        recommender: 推荐单位联系人及联系方式.
        notes: how it was read, where a person must confirm it.
        key: its title, bare, as far as titles are compared.
        unit_key: its unit, bare.
    """

    row: FormRow
    unit: str = ""
    recommender: str = ""
    notes: tuple[Finding, ...] = ()
    key: str = ""
    unit_key: str = ""

    @property
    def title(self) -> str:
        """As written."""
        return self.row.title

    @property
    def scanned(self) -> bool:
        """Whether it was read from a scan."""
        return _is_scanned(self.notes)


def _is_scanned(notes: Iterable[Finding]) -> bool:
    return any(note.code is Code.FORM_SCANNED for note in notes)


def rows_of(works: Works) -> tuple[WorkRow, ...]:
    """Every work that the forms tell, once: the same form in another format, or its scan, confirms it and adds none."""
    rows: list[WorkRow] = []
    for file in sorted(works.forms, key=lambda file: file.form is not None and file.form.scanned):
        if file.form is None:
            continue
        told = [(row, _known(row, rows)) for row in _rows(file, file.form)]
        fresh = [row for row, place in told if place is None]
        for row, place in told:
            if place is not None:
                rows[place] = _confirmed(rows[place], row, file.part.filename)
        if file.form.scanned and len(fresh) < len(told) <= len(rows):
            fresh = []  # the same form, some titles misread
        rows += fresh
    return tuple(rows)


def _confirmed(row: WorkRow, again: WorkRow, filename: str) -> WorkRow:
    """A row, and whether another file that tells of the same work says otherwise: then a person must look.

    A typed file that calls itself the corrected one counts instead.
    """
    said, seen = row.row.themes, again.row.themes
    scanned = again.scanned
    if not scanned and CORRECTED.search(filename):
        return again
    fields = [
        *(["themes"] if said and seen and set(said) != set(seen) else []),
        *(["title"] if row.key != again.key and not scanned else []),
        *(["contact"] if _differ(row.row.contact, again.row.contact) and not scanned else []),
        *(["phone"] if _differ(row.row.phone, again.row.phone) and not scanned else []),
    ]
    doubts = [Finding(Code.FORM_UNCERTAIN, {"filename": filename, "field": field}) for field in fields]
    return replace(row, notes=(*row.notes, *doubts))


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and bare(one) != bare(other)


def _rows(file: FormFile, form: Form) -> Iterator[WorkRow]:
    for row in form.rows:
        notes = [Finding(Code.FORM_SCANNED, {"filename": file.part.filename})] if form.scanned else []
        doubts = (*form.doubts, *row.doubts)
        if doubts:
            notes.append(Finding(Code.FORM_UNCERTAIN, {"filename": file.part.filename, "field": "、".join(doubts)}))
        unit = row.unit or form.unit
        yield WorkRow(row, unit, form.recommender, tuple(notes), bare(row.title)[:KEY_LENGTH], bare(unit))


def _known(row: WorkRow, rows: Sequence[WorkRow]) -> int | None:
    """Which of these rows tells the same work; None where none does."""
    if not row.key:
        return None
    keys = [other.key for other in rows]
    near = _ratio(row.key, keys) >= SAME_SCAN if row.scanned else _edits(row.key, keys) <= 1
    for index in map(int, np.flatnonzero(near)):
        other = rows[index]
        same = row.scanned or row.key == other.key or _mistyped(row, other)
        if same and (not row.unit_key or not other.unit_key or row.unit_key == other.unit_key):
            return index
    return None


def _ratio(key: str, keys: Sequence[str]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = process.cdist([key], keys, scorer=fuzz.ratio)[0]
    return found


def _edits(key: str, keys: Sequence[str]) -> NDArray[np.uint32]:
    found: NDArray[np.uint32] = process.cdist([key], keys, scorer=Levenshtein.distance)[0]
    return found


def _mistyped(row: WorkRow, other: WorkRow) -> bool:
    """Whether two titles, one letter apart, are one work's, mistyped: the same person is to be called.

    A number or 上/下 that differs is another part of a series.
    """
    one, two = row.key, other.key
    person = (row.row.contact, row.row.phone)
    if len(one) < TYPO_LENGTH or not any(person) or person != (other.row.contact, other.row.phone):
        return False
    edits = Levenshtein.editops(one, two)
    letters = {text[at] for edit in edits for text, at in ((one, edit.src_pos), (two, edit.dest_pos)) if at < len(text)}
    return not any(letter.isnumeric() or letter in SERIES for letter in letters)


def fill(entry: Entry, row: WorkRow, links: Sequence[Link]) -> Entry:
    """An entry with what a row says, a person's own fields left as they are."""

    def said(field: str, new: str, old: str) -> str:
        return old if field in entry.set_by_person or not new else new

    keeps_themes = Field.THEMES in entry.set_by_person or not row.row.themes
    return replace(
        entry,
        title=said(Field.TITLE, row.row.title, entry.title),
        told_title=row.row.title or entry.told_title,
        themes=entry.themes if keeps_themes else row.row.themes,
        unit=said(Field.UNIT, row.unit, entry.unit),
        contact=said(Field.CONTACT, row.row.contact, entry.contact),
        phone=said(Field.PHONE, row.row.phone, entry.phone),
        recommender=said(Field.RECOMMENDER, row.recommender, entry.recommender),
        extra={
            **entry.extra,
            **{name: said(extra_field(name), new, entry.extra.get(name, "")) for name, new in row.row.extra.items()},
        },
        link=link_of_cell(row.row.link, (*links, *([entry.link] if entry.link else []))) or entry.link,
        has_row=True,
        notes=(*_not_of_row(entry.notes), *row.notes),
    )


def is_scan_of(row: WorkRow, entry: Entry) -> bool:
    """Whether a row was read from a scan, and its entry stands on a typed one: what was typed counts."""
    return row.scanned and entry.has_row and not _is_scanned(entry.notes)


def confirm(entry: Entry, row: WorkRow) -> Entry:
    """A typed entry beside the scan of its form: the same is confirmed, another tick is for a person."""
    said, seen = entry.themes, row.row.themes
    if not said or not seen or set(said) == set(seen):
        return entry
    doubt = Finding(Code.FORM_UNCERTAIN, {"field": "themes"})
    return replace(entry, notes=(*(note for note in entry.notes if note != doubt), doubt))


def _not_of_row(notes: Sequence[Finding]) -> tuple[Finding, ...]:
    of_row = {Code.FORM_SCANNED, Code.FORM_UNCERTAIN}  # whose a film is stays open until the work has one
    return tuple(note for note in notes if note.code not in of_row)
