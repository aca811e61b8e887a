"""A form read as a careful clerk reads it: what a reader saw becomes unit, recommender and rows. Pure.

Nothing is made up: what cannot be told stays empty, its field is named in the doubts, and a `form-uncertain` finding
sends a person to look.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mailbot.form.header import Head, head_at
from mailbot.form.heads import CALLS, Heads, heads_of, labelled_works
from mailbot.form.labelled import Said, answered_below, said_in_paragraph, said_in_rows
from mailbot.form.pages import over_pages
from mailbot.form.pieces import chooses
from mailbot.form.table import Work, read_table
from mailbot.model.document import Block, Document, Grid, Row
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form, FormReading, FormRow
from mailbot.text.folding import key
from mailbot.text.labels import FORM_HEADING, Label, theme_of
from mailbot.text.phones import phones

NO_FORM: Final = FormReading(None)
_RESULT: Final = re.compile(r"奖|得分|评分|分数|名次|排名|票数|评审|评选结果|入围")
_HEADING_LENGTH: Final = 30
_SPEAKING: Final = frozenset({Label.UNIT, Label.RECOMMENDER, Label.TITLE, Label.THEMES})
"""Labels that begin something new; a row of works may hold 链接： or 手机： too."""
_ABOUT: Final = frozenset({Label.UNIT, Label.RECOMMENDER}) | CALLS


@dataclass(slots=True)
class _Seen:
    """What was gathered so far, block by block.

    `left_out`: rows that look like works but belong to no header; `heading`: the theme that the paragraph right above,
    or the sheet's name, says alone; `listed`: the last paragraph was a theme's name.
    """

    said: list[Said] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    head: Head | None = None
    left_out: bool = False
    width: int = 0
    heading: str = ""
    listed: bool = False


def interpret(document: Document, themes: tuple[str, ...], *, strict: bool = False) -> FormReading:
    """A document read as a form.

    Args:
        document: what a reader saw.
        themes: the campaign's.
        strict: a mail's own text: it takes more than in a file to be a form.
    """
    seen = _Seen()
    for block in _answered(over_pages(document.blocks, themes)):
        if isinstance(block, str):
            # several one below the other are a list of all themes
            theme = theme_of(block, themes) or ""
            seen.heading, seen.listed = "" if seen.listed else theme, bool(theme)
            seen.said += _below(said_in_paragraph(block), seen.head)
        else:
            _read_grid(block, themes, seen)
            seen.listed = False
    works, is_form = _all_works(seen, themes, strict=strict)
    if not is_form or not _asks_for_works(document, seen, themes):
        return _no_form(document, themes)
    heads = heads_of(seen.said, works)
    whole = replace(document, unsure=document.unsure or seen.left_out)
    return _reading(_form(works, heads, document), whole, heads)


def _answered(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, labels that stand alone joined with the paragraph below."""
    paragraphs: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            paragraphs.append(block)
        else:
            yield from answered_below(paragraphs)
            paragraphs.clear()
            yield block
    yield from answered_below(paragraphs)


def _read_grid(grid: Grid, themes: tuple[str, ...], seen: _Seen) -> None:
    heads = ((number, head_at(grid, number, themes)) for number in range(len(grid.rows)))
    number, head = next(((number, head) for number, head in heads if head is not None), (len(grid.rows), None))
    if head is None and seen.head is not None and grid.width == seen.width and not _speaks(grid.rows[:1], themes):
        number, head = 0, replace(seen.head, row=-1)
    seen.said += said_in_rows(grid.rows[:number], themes)
    if head is None:
        seen.left_out = seen.left_out or (seen.head is not None and _tells(grid, themes))
    if head is None or _is_result(grid, head):
        return
    table = read_table(grid, head, themes, seen.heading)
    seen.works += [work for work in table.works if work not in seen.works]
    seen.said += _below(said_in_rows(table.aside, themes), head)
    seen.head, seen.width = head, grid.width


def _is_result(grid: Grid, head: Head) -> bool:
    """A list of works that were judged, which asks neither whom to call nor where the film is: ours, no form."""
    asks = head.of(*CALLS, Label.LINK)
    return not asks and any(_RESULT.search(key(cell.text)) for cell in grid.rows[head.row] if cell.text)


_OURS: Final = re.compile(r"视频|短片|影片|征选|参选|参赛|选送|主题|推荐单位")


def _asks_for_works(document: Document, seen: _Seen, themes: tuple[str, ...]) -> bool:
    """Whether a table with titles is about films at all: suppliers have names, websites and phones too."""
    names = [*(seen.head.names.values() if seen.head is not None else ()), *(one.name for one in seen.said)]
    texts = [key(text) for text in _texts(document)]
    return (
        any(_OURS.search(key(name)) for name in names)
        or any(key(theme) in text for text in texts for theme in themes)
        or any(len(text) <= _HEADING_LENGTH and FORM_HEADING.search(text) for text in texts)
    )


def _tells(grid: Grid, themes: tuple[str, ...]) -> bool:
    """Whether a row without a header chooses themes and names a phone: it may be a work."""
    return any(
        any(chooses(cell.text, themes) for cell in row) and any(phones(cell.text) for cell in row) for row in grid.rows
    )


def _below(said: Sequence[Said], head: Head | None) -> list[Said]:
    """What labels below the works say: whom to call there is who signed, unless it stands beside the unit."""
    if head is None or not head.of(*CALLS):
        return list(said)
    kept: list[Said] = []
    for one in said:
        if one.label not in CALLS or (kept and kept[-1].label in {Label.UNIT, Label.RECOMMENDER, *CALLS}):
            kept.append(one)
    return kept


def _speaks(rows: Sequence[Row], themes: tuple[str, ...]) -> bool:
    return any(said.name and said.label in _SPEAKING for said in said_in_rows(rows, themes))


def _all_works(seen: _Seen, themes: tuple[str, ...], *, strict: bool) -> tuple[list[Work], bool]:
    if seen.head is not None:
        # a mail may quote a list of works, such as our own digest: the form asks whom to call, or where the video is
        asks = bool(seen.head.of(Label.CONTACT, Label.PHONE, Label.CONTACT_PHONE, Label.LINK))
        return (seen.works, True) if asks or not strict else ([], False)
    labels = {said.label for said in seen.said}
    enough = {Label.TITLE, Label.THEMES} <= labels or {Label.TITLE, Label.THEME} <= labels
    if not enough or (strict and not labels & _ABOUT):
        return [], False
    return labelled_works(seen.said, themes), True


def _no_form(document: Document, themes: tuple[str, ...]) -> FormReading:
    """No form at all; but what calls itself the form and names the themes in a table was not understood."""
    if document.damaged:
        return FormReading(None, (Finding(Code.FORM_UNREADABLE, {"why": "broken"}),))
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    if not any(grid.width > 2 and len(grid.rows) > 1 for grid in grids):  # a table of a form
        return NO_FORM
    texts = list(_texts(document))
    heading = any(len(key(text)) <= _HEADING_LENGTH and FORM_HEADING.search(key(text)) for text in texts)
    named = any(key(theme) in key(text) for text in texts for theme in themes)
    return FormReading(None, (Finding(Code.FORM_UNREADABLE, {"why": "layout"}),)) if heading and named else NO_FORM


def hints_at_form(document: Document, themes: tuple[str, ...]) -> bool:
    """Whether a document that could not be understood still looks like the form: its heading, or several themes."""
    texts = [key(text) for text in _texts(document)]
    named = {theme for theme in themes for text in texts if key(theme) in text}
    return len(named) > 1 or any(FORM_HEADING.search(text) and len(text) < _HEADING_LENGTH for text in texts)


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, str):
            yield block
        else:
            yield from (cell.text for row in block.rows for cell in row)


def _form(works: Sequence[Work], heads: Heads, document: Document) -> Form:
    rows = tuple(_settled(work, heads) for work in works)
    if document.scanned:
        rows = tuple(map(_misread, rows))
    return Form(heads.unit, heads.recommender, rows, document.scanned, heads.doubts)


def _settled(work: Work, heads: Heads) -> FormRow:
    unit = work.unit if key(work.unit) != key(heads.unit) else ""
    # a column of units that this row leaves blank: nobody's word says whose work it is
    lost = heads.own_units and not work.unit and not heads.unit
    doubts = (
        *work.row.doubts,
        *(("themes",) if work.choice.doubtful else ()),
        *(("unit",) if lost else ()),
    )
    row = replace(work.row, themes=work.choice.themes, doubts=doubts, unit=unit)
    if not row.contact and not row.phone and heads.shared:
        row = replace(row, contact=heads.contact, phone=heads.phone)
    return row


def _misread(row: FormRow) -> FormRow:
    """A scan's phone that is none was not read right: half a number is no number."""
    return row if phones(row.phone) or not row.phone else replace(row, phone="", doubts=(*row.doubts, "phone"))


def _reading(form: Form, document: Document, heads: Heads) -> FormReading:
    findings: list[Finding] = []
    if form.scanned:
        findings.append(Finding(Code.FORM_SCANNED, {"read": True}))
    if document.unsure or document.damaged:
        findings.append(Finding(Code.FORM_UNCERTAIN, {"field": "form"}))
    findings += [Finding(Code.FORM_UNCERTAIN, {"field": name}) for name in heads.doubts]
    for number, row in enumerate(form.rows, 1):
        findings += [
            Finding(Code.FORM_UNCERTAIN, {"field": name, "row": number, "title": row.title}) for name in row.doubts
        ]
    if not form.rows:
        findings.append(Finding(Code.FORM_EMPTY))
    return FormReading(form, tuple(findings))
