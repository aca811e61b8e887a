"""What a mail and the ledger bring to the table: rows that tell of works, and materials that are works."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from mailbot.check.match import Offered
from mailbot.model.entry import OPEN, Entry, Field, extra_field
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form, FormRow
from mailbot.model.mail import Link
from mailbot.model.works import FormFile, VideoFile, Works
from mailbot.text.folding import bare

CORRECTED = re.compile(r"更正|修改|修正|订正|改正|最新|新版|终版|最终")
"""What a corrected form is called."""
SERIES = frozenset("上中下前后甲乙丙丁abcdefg")
"""Letters that tell the parts of a series."""
TYPO_LENGTH = 4
"""Letters that a title has at least where one of them may be a typing error."""
SAME_SCAN = 60
"""rapidfuzz ratio: a scanned row this close to a typed one tells the same work."""


@dataclass(frozen=True, slots=True)
class Row:
    """A form row with what its form says of all rows.

    Attributes:
        row: the row.
        unit: 单位名称.
        recommender: 推荐单位联系人及联系方式.
        notes: how it was read, where a person must confirm it.
    """

    row: FormRow
    unit: str = ""
    recommender: str = ""
    notes: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        """Its title, comparable."""
        return bare(self.row.title)


@dataclass(frozen=True, slots=True)
class Material:
    """A video in hand, or a link to one.

    Attributes:
        name: the file's name, as far as it is known.
        video: the file; None for a link.
        link: the link; None for a file.
        entry: the entry that holds it so far because no row told of it; None for what this mail brings.
        around: the folders and archives that it lies in, innermost first.
    """

    name: str
    video: VideoFile | None = None
    link: Link | None = None
    entry: Entry | None = None
    around: tuple[str, ...] = ()

    @property
    def offered(self) -> Offered:
        """What its names tell."""
        return Offered(self.name.rpartition("/")[2], self.around)


def of_video(video: VideoFile, entry: Entry | None = None) -> Material:
    """A video as material, with what it lies in."""
    folders = video.part.filename.split("/")[:-1]
    return Material(video.part.filename, video, entry=entry, around=(*reversed(folders), *reversed(video.part.inside)))


def of_link(link: Link, entry: Entry | None = None) -> Material:
    """A link as material, by the name of its file, else by the words before it."""
    return Material(link.filename or link.near, link=link, entry=entry)


def same_unit(one: str, other: str) -> bool:
    """Whether two unit names may be the same one; a blank may be any."""
    return not one or not other or bare(one) == bare(other)


def rows_of(works: Works) -> tuple[Row, ...]:
    """Every work that the forms tell, once: the same form in another format, or its scan, confirms it and adds none."""
    rows: list[Row] = []
    for file in sorted(works.forms, key=lambda file: file.form is not None and file.form.scanned):
        if file.form is None:
            continue
        told = list(_rows(file, file.form))
        places = [_known(row, rows) for row in told]
        fresh = [row for row, place in zip(told, places, strict=True) if place is None]
        for row, place in zip(told, places, strict=True):
            if place is not None:
                rows[place] = _confirmed(rows[place], row, file.part.filename)
        if file.form.scanned and len(fresh) < len(told) <= len(rows):
            fresh = []  # the same form, some titles misread
        rows += fresh
    return tuple(rows)


def _confirmed(row: Row, again: Row, filename: str) -> Row:
    """A row, and whether another file that tells of the same work says otherwise: then a person must look.

    A typed file that calls itself the corrected one counts instead.
    """
    said, seen = row.row.themes, again.row.themes
    scanned = any(note.code is Code.FORM_SCANNED for note in again.notes)
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


def _rows(file: FormFile, form: Form) -> Iterator[Row]:
    for row in form.rows:
        notes = [Finding(Code.FORM_SCANNED, {"filename": file.part.filename})] if form.scanned else []
        doubts = (*form.doubts, *row.doubts)
        if doubts:
            notes.append(Finding(Code.FORM_UNCERTAIN, {"filename": file.part.filename, "field": "、".join(doubts)}))
        yield Row(row, row.unit or form.unit, form.recommender, tuple(notes))


def _known(row: Row, rows: Sequence[Row]) -> int | None:
    """Which of these rows tells the same work; None where none does."""
    scanned = any(note.code is Code.FORM_SCANNED for note in row.notes)
    for index, other in enumerate(rows):
        close = fuzz.ratio(row.key, other.key) >= SAME_SCAN if scanned else _mistyped(row, other)
        alike = row.key == other.key or close
        if row.key and alike and same_unit(row.unit, other.unit):
            return index
    return None


def _mistyped(row: Row, other: Row) -> bool:
    """Whether two typed rows tell the same work, one title mistyped: one letter off, and the same person to call.

    A number or 上/下 that differs is another part of a series.
    """
    one, two = row.key, other.key
    person = (row.row.contact, row.row.phone)
    if len(one) < TYPO_LENGTH or not any(person) or person != (other.row.contact, other.row.phone):
        return False
    edits = Levenshtein.editops(one, two)
    letters = {text[at] for edit in edits for text, at in ((one, edit.src_pos), (two, edit.dest_pos)) if at < len(text)}
    return len(edits) == 1 and not any(letter.isnumeric() or letter in SERIES for letter in letters)


def row_link(row: Row, links: Sequence[Link]) -> Link | None:
    """The link in a row's 视频链接 cell, with what the mail says of the same address; None where it holds none."""
    text = row.row.link.strip()
    if not text:
        return None
    told = [link for link in links if tells(text, link)]
    longer = [link for link in links if re.search(rf"{re.escape(text)}[?&#/]", link.url)]
    if told:
        return max(told, key=lambda link: len(link.url))
    return min(longer, key=lambda link: len(link.url), default=Link(url=text, provider=""))


def tells(cell: str, link: Link) -> bool:
    """Whether a 视频链接 cell holds this link; it may show the address without its scheme."""
    return bool(link.url) and (link.url.partition("://")[2] or link.url) in cell


def fill(entry: Entry, row: Row, links: Sequence[Link]) -> Entry:
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
            name: said(extra_field(name), row.row.extra.get(name, ""), entry.extra.get(name, ""))
            for name in {**entry.extra, **row.row.extra}
        },
        link=row_link(row, (*links, *([entry.link] if entry.link else []))) or entry.link,
        has_row=True,
        notes=(*_not_of_row(entry.notes), *row.notes),
    )


def is_scan_of(row: Row, entry: Entry) -> bool:
    """Whether a row was read from a scan, and its entry stands on a typed one: what was typed counts."""
    scanned, typed = (
        any(note.code is Code.FORM_SCANNED for note in row.notes),
        entry.has_row and not any(note.code is Code.FORM_SCANNED for note in entry.notes),
    )
    return scanned and typed


def confirm(entry: Entry, row: Row) -> Entry:
    """A typed entry beside the scan of its form: the same is confirmed, another tick is for a person."""
    said, seen = entry.themes, row.row.themes
    if not said or not seen or set(said) == set(seen):
        return entry
    doubt = Finding(Code.FORM_UNCERTAIN, {"field": "themes"})
    return replace(entry, notes=(*(note for note in entry.notes if note != doubt), doubt))


def _not_of_row(notes: Sequence[Finding]) -> tuple[Finding, ...]:
    of_row = {Code.FORM_SCANNED, Code.FORM_UNCERTAIN}  # whose a film is stays open until the work has one
    return tuple(note for note in notes if note.code not in of_row)


def lone_materials(entries: Sequence[Entry]) -> tuple[Material, ...]:
    """Videos and links of earlier mails that still wait for their row."""
    waiting = [entry for entry in entries if entry.status in OPEN and not entry.has_row]
    videos = [of_video(entry.video, entry) for entry in waiting if entry.video]
    links = [of_link(entry.link, entry) for entry in waiting if entry.link and not entry.video]
    return (*videos, *links)
