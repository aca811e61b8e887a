"""A form read as a careful clerk reads it: what a reader saw becomes unit, recommender and rows. Pure.

Nothing is made up: what cannot be told stays empty, its field is named in the doubts, and a `form-uncertain` finding
sends a person to look.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from mailbot.form.answers import LabelAnswer, answers_in_bands, answers_in_paragraph, answers_in_rows
from mailbot.form.doubts import is_unsure
from mailbot.form.header import Head, asks_for_works, head_at
from mailbot.form.letterhead import form_of
from mailbot.form.page_breaks import over_pages
from mailbot.form.paragraphs import with_values
from mailbot.form.records import is_example, records_below, records_beside
from mailbot.form.rows import works_of
from mailbot.form.themes_cell import chooses
from mailbot.layout.typed import of_text
from mailbot.model.campaign_form import FormField
from mailbot.model.document import BOX, TICK, TICKED_BOX, Block, Document, Grid
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form, FormReading, FormRow
from mailbot.text.folding import key
from mailbot.text.labels import ABOUT_FORM, CALLS, FORM_HEADING, Label, Theme, Vocabulary, is_of_work
from mailbot.text.phones import phones
from mailbot.text.values import is_blank

NO_FORM: Final = FormReading(None)
_RESULT: Final = re.compile(r"奖|得分|评分|分数|名次|排名|票数|评审|评选结果|入围")
_OURS: Final = re.compile(r"视频|短片|影片|征选|参选|参赛|选送|主题|推荐单位")
_HEADING_LENGTH: Final = 30
ROW: Final = 200
"""Characters of a line that may be a row of a form."""


@dataclass(slots=True)
class _Seen:
    """What was gathered so far, block by block.

    Attributes:
        head: the last table's header.
        examples: works of tables that are called so.
        left_out: rows that look like works but belong to no header.
        cut: there are more works than are read.
    """

    vocabulary: Vocabulary
    answers: list[LabelAnswer] = field(default_factory=list)
    works: list[FormRow] = field(default_factory=list)
    examples: list[FormRow] = field(default_factory=list)
    head: Head | None = None
    left_out: bool = False
    cut: bool = False


def interpret(document: Document, vocabulary: Vocabulary, *, strict: bool = False) -> FormReading:
    """A document read as a form; `strict`: a mail's own text, where it takes more than in a file to be one."""
    seen = _Seen(vocabulary)
    heading, example = "", False
    for run in _answered(over_pages(document.blocks, vocabulary.themes), vocabulary):
        for block in run:
            if isinstance(block, str):
                seen.answers += _below(answers_in_paragraph(block, vocabulary), seen.head)
            else:
                _read_grid(block, seen, heading, example=example)
                example = False
        above, last = ["", *run][-2:]
        if isinstance(last, str):
            # several themes one below the other are a list of all
            listed = isinstance(above, str) and vocabulary.theme_of(above) is not None
            heading, example = "" if listed else vocabulary.theme_of(last) or "", is_example(last)
    works = _all_works(seen, strict=strict)
    if works is None or not _asks_for_works(document, seen):
        return _no_form(document, vocabulary.themes)
    form = form_of(seen.answers, works, scanned=document.scanned)
    return FormReading(form, tuple(_findings(form, document, seen)))


def _answered(blocks: Sequence[Block], vocabulary: Vocabulary) -> Iterator[Sequence[Block]]:
    """Runs of blocks, labels that stand alone joined with the paragraph below, lines of tabs as the table they were."""
    tabbed: list[Block] = []
    for lines in _runs(blocks):
        typed = sum("\t" in line for line in lines if isinstance(line, str)) > 1  # a header and a row
        tabbed += of_text("\n".join(map(str, lines)), vocabulary).blocks if typed else lines
    for run in _runs(tabbed):
        texts = [block for block in run if isinstance(block, str)]
        yield with_values(texts, vocabulary) if texts else run


def _runs(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Paragraphs that follow one another, and tables that do."""
    return (list(run) for _, run in groupby(blocks, key=lambda block: isinstance(block, str)))


def _read_grid(grid: Grid, seen: _Seen, heading: str, *, example: bool) -> None:
    """Gather what a table says; `heading`: the theme, `example`: that it is one, as said right above it."""
    vocabulary = seen.vocabulary
    if banded := answers_in_bands(grid.rows, vocabulary):
        seen.answers += banded
        return
    heads = ((number, head_at(grid, number, vocabulary)) for number in range(len(grid.rows)))
    number, head = next(((number, head) for number, head in heads if head is not None), (len(grid.rows), None))
    if head is None and seen.head is not None and seen.head.width == grid.width and not _speaks(grid, vocabulary):
        number, head = 0, replace(seen.head, row=-1)
    seen.answers += answers_in_rows(grid.rows[:number], vocabulary)
    if head is None:
        seen.left_out |= seen.head is not None and _tells(grid, vocabulary.themes)
        return
    if _is_result(grid, head):
        return
    records, aside = records_below(grid, head, vocabulary, heading)
    most = vocabulary.rules.rows
    found = seen.examples if example else seen.works
    works = [*found, *(work for work in works_of(records[:most], vocabulary) if work not in found)]
    found[:] = works[:most]
    seen.cut |= max(len(records), len(works)) > most
    seen.answers += _below(answers_in_rows(aside, vocabulary), head)
    seen.head = head


def _is_result(grid: Grid, head: Head) -> bool:
    """A list of works that were judged, which asks neither whom to call nor where the film is: ours, no form."""
    asks = head.of(*CALLS, Label.LINK)
    return not asks and any(_RESULT.search(key(cell.text)) for cell in grid.rows[head.row] if cell.text)


def _speaks(grid: Grid, vocabulary: Vocabulary) -> bool:
    """Whether labels in its first row begin something new; a row of works may hold 链接： or 手机： too."""
    new = ABOUT_FORM | {Label.TITLE, Label.THEMES}
    return any(answer.name and answer.asked in new for answer in answers_in_rows(grid.rows[:1], vocabulary))


def _tells(grid: Grid, themes: tuple[str, ...]) -> bool:
    """Whether a row without a header chooses themes and names a phone: it may be a work."""
    rows = ([cell.text for cell in row] for row in grid.rows)
    return any(any(chooses(text, themes) for text in row) and any(map(phones, row)) for row in rows)


def _below(answers: Sequence[LabelAnswer], head: Head | None) -> list[LabelAnswer]:
    """What labels below the works say: whom to call there is who signed, unless it stands beside the unit."""
    if head is None or not head.of(*CALLS):
        return list(answers)
    kept: list[LabelAnswer] = []
    for one in answers:
        if one.asked not in CALLS or (kept and kept[-1].asked in ABOUT_FORM | CALLS):
            kept.append(one)
    return kept


# --- is it a form? ---


def _all_works(seen: _Seen, *, strict: bool) -> list[FormRow] | None:
    """The works of header tables or, where there is none, beside labels; None where nothing asks for works."""
    vocabulary = seen.vocabulary
    if seen.head is not None:
        # a mail may quote a list of works, such as our own digest: the form asks whom to call, or where the video is
        reached = vocabulary.asks(Label.CONTACT, Label.PHONE, Label.LINK)
        wanted = [*CALLS, Label.LINK] if reached else vocabulary.rules.form.extra
        works = seen.works or seen.examples
        seen.left_out |= _names_another(works, seen.answers)
        return works if seen.head.of(*wanted) or not strict else None
    labels = {Label.THEMES if isinstance(one.asked, Theme) else one.asked for one in seen.answers}
    of_work = {label for label in labels if is_of_work(label)}
    about = labels & (ABOUT_FORM | CALLS) or any(isinstance(label, FormField) for label in labels)
    if not asks_for_works(of_work, vocabulary) or (strict and not about):
        return None
    works, most = works_of(records_beside(seen.answers, vocabulary), vocabulary), vocabulary.rules.rows
    seen.cut = len(works) > most
    return works[:most]


def _names_another(works: Sequence[FormRow], answers: Sequence[LabelAnswer]) -> bool:
    """Whether a label outside the header tables gives a title that none of their works has."""
    titles = [key(work.title) for work in works]
    said = (key(cell.text) for one in answers if one.asked is Label.TITLE for cell in one.cells)
    return any(not is_blank(one) and not any(one in title or title in one for title in titles if title) for one in said)


def _asks_for_works(document: Document, seen: _Seen) -> bool:
    """Whether a table with titles is about films at all: suppliers have names, websites and phones too."""
    names = [*(seen.head.names.values() if seen.head is not None else ()), *(one.name for one in seen.answers)]
    own = {key(name) for name in names if seen.vocabulary.is_own(name)}
    by_name = len(own) > 1 or any(_OURS.search(key(name)) for name in names)
    return by_name or any(_told(document, seen.vocabulary.themes))


def _told(document: Document, themes: tuple[str, ...]) -> tuple[int, bool]:
    """How many of the themes a document names, and whether a line of it is the form's heading."""
    cells = (cell.text for grid in document.grids for row in grid.rows for cell in row)
    texts = [key(text) for text in (*document.paragraphs, *cells)]
    named = sum(any(key(theme) in text for text in texts) for theme in themes)
    return named, any(len(text) <= _HEADING_LENGTH and FORM_HEADING.search(text) for text in texts)


def _no_form(document: Document, themes: tuple[str, ...]) -> FormReading:
    """No form at all; but what calls itself the form and names the themes in a table was not understood.

    One of both is enough where the reader lost something. Nor was a line with a choice and a phone understood, as of a
    sheet whose columns were too narrow for the page.
    """
    tables = any(grid.width > 2 and len(grid.rows) > 1 for grid in document.grids)
    told = _told(document, themes)
    asked = tables and (all(told) or (is_unsure(document) and any(told)))
    asked = asked or any(_is_a_row(text, themes) for text in document.paragraphs)
    why = "broken" if document.is_damaged else "layout" if asked else ""
    return FormReading(None, (Finding(Code.FORM_UNREADABLE, {"why": why}),)) if why else NO_FORM


def _is_a_row(text: str, themes: tuple[str, ...]) -> bool:
    """Whether a line names a theme beside a box or a tick, and a phone."""
    marked = any(letter in BOX + TICKED_BOX + TICK for letter in text)
    return marked and len(text) < ROW and any(theme in text for theme in themes) and bool(phones(text))


def hints_at_form(document: Document, themes: tuple[str, ...]) -> bool:
    """Whether a document that could not be understood still looks like the form: its heading, or several themes."""
    named, headed = _told(document, themes)
    return named > 1 or headed


# --- the form ---


def _findings(form: Form, document: Document, seen: _Seen) -> Iterator[Finding]:
    if form.scanned:
        yield Finding(Code.FORM_SCANNED, {"read": True})
    if seen.cut:
        yield Finding(Code.FORM_TOO_LONG, {"rows": seen.vocabulary.rules.rows})
    if seen.left_out or is_unsure(document):
        yield Finding(Code.FORM_UNCERTAIN, {"field": "form"})
    yield from (Finding(Code.FORM_UNCERTAIN, {"field": name}) for name in form.doubts)
    for number, row in enumerate(form.rows, 1):
        for name in row.doubts:
            yield Finding(Code.FORM_UNCERTAIN, {"field": name, "row": number, "title": row.title})
    if not form.rows:
        yield Finding(Code.FORM_EMPTY)
