"""What a form says about each work, as records: the rows below a header, or the labels from one title's to the next.

Both layouts give the same: for each field the cells that answer it. Pure.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from mailbot.form.answers import LabelAnswer, calls_of_form
from mailbot.form.header import Head, filled, head_at
from mailbot.form.themes_cell import goes_on, spelled_out
from mailbot.model.document import Cell, Grid, Row, distinct
from mailbot.text.folding import key
from mailbot.text.labels import ABOUT_FORM, Asked, Label, Theme, Vocabulary, is_of_work, sends_in, unit_rank
from mailbot.text.phones import phones
from mailbot.text.values import is_blank


@dataclass(frozen=True, slots=True)
class Record:
    """What a form says about one work: for each field that is asked for its cells, blank ones among them.

    Attributes:
        row: the row that it begins with; -1 for a record beside labels.
        heading: the theme that stands above its rows.
        legend: as in `Head`.
    """

    cells: Mapping[Asked, Sequence[Cell]]
    row: int = -1
    heading: str = ""
    legend: Mapping[str, str] = field(default_factory=dict)

    def filled(self, asked: Asked) -> list[Cell]:
        """The cells of a field that hold something."""
        return [cell for cell in self.cells.get(asked, ()) if cell.link or not is_blank(cell.text)]

    def text(self, asked: Asked) -> str:
        """What a field's cells say, line by line."""
        return "\n".join(cell.text for cell in self.filled(asked))

    @property
    def themes(self) -> str:
        """The choice: its cells line by line, those of one row beside one another, as a name and its tick."""
        rows: dict[int, list[str]] = {}
        for cell in self.cells.get(Label.THEMES, ()):
            rows.setdefault(cell.row, []).append(cell.text)
        return spelled_out("\n".join(" ".join(texts) for texts in rows.values()), self.legend)

    @property
    def ticks(self) -> dict[str, list[str]]:
        """What stands in each theme's own cells."""
        return {one.name: [cell.text for cell in cells] for one, cells in self.cells.items() if isinstance(one, Theme)}

    @property
    def inherits(self) -> bool:
        """Whether nothing is said but by cells of the row above, which reach down: a blank row."""
        fields = [asked for asked in self.cells if is_of_work(asked) and not isinstance(asked, Theme)]
        kept = {Label.TITLE, Label.LINK}  # of all the rows that they reach down to
        return not any(
            asked in kept or cell.row >= self.row
            for asked in fields
            if asked is not Label.THEMES
            for cell in self.filled(asked)
        )


# --- rows below a header ---


def records_below(grid: Grid, head: Head, vocabulary: Vocabulary, heading: str) -> tuple[list[Record], list[Row]]:
    """The records under a header to the end of the grid, blank ones among them; and the rows that are no data.

    Of more records than a form may have, one more is given. `heading`: the theme that was said above it.
    """
    data: list[tuple[str, list[Row]]] = []
    aside: list[Row] = []
    number = head.row + 1
    while number < len(grid.rows) and len(data) <= vocabulary.rules.rows:
        again = head_at(grid, number, vocabulary)
        if again is not None:
            number = again.row + 1
            continue
        line = _TableRow.of(grid.rows[number], head, vocabulary)
        number += 1
        if not line.cells or (number == head.row + 2 and _is_hint(line)):
            continue
        if any(is_aside(line) for is_aside in _ASIDE):
            aside.append(line.row)
            heading = vocabulary.theme_of(line.cells[0].text) or heading
        elif not _is_example(line):
            if data and _belongs(data[-1][1], line):
                data[-1][1].append(line.row)
            else:
                data.append((heading, [line.row]))
    return [_record(rows, head, theme) for theme, rows in data], aside


def _record(rows: Sequence[Row], head: Head, heading: str) -> Record:
    columns: dict[Asked, list[int]] = {}
    for column, asked in head.columns.items():
        columns.setdefault(asked, []).append(column)
    # 制作单位 is who filmed, not who sends in
    units = [column for column in columns.get(Label.UNIT, ()) if sends_in(head.names[column])]
    columns[Label.UNIT] = sorted(units, key=lambda column: unit_rank(head.names[column]))[:1]
    cells = {asked: distinct(row[column] for row in rows for column in own) for asked, own in columns.items()}
    return Record(cells, max(cell.row for cell in rows[0]), heading, head.legend)


def _belongs(above: Sequence[Row], line: "_TableRow") -> bool:
    """Whether a row is the work's above: its title cell reaches down, or it holds a line of its themes cell alone."""
    titles, columns = line.head.of(Label.TITLE)[:1], line.head.of(Label.THEMES)
    if any(key(line.row[at].text) and above[-1][at].place == line.row[at].place for at in titles):
        return True
    if not columns or any(column not in columns and key(cell.text) for column, cell in enumerate(line.row)):
        return False
    upper, lower = ("\n".join(row[at].text for row in rows for at in columns) for rows in (above, [line.row]))
    return goes_on(upper, lower, line.vocabulary.themes)


# --- rows that are no data ---

_NOTE: Final = re.compile(
    r"^\(?(?:续表|接上表|接上页|注|备注|说明|填表|填报|填写|提示|要求|※|附注|合计|共计|总计|共\d+|审核|盖章|公章|加盖公章|签字|日期|年月日|制表"
    r"|联系人签字|负责人签字|(?:单位|部门)?负责人|(?:推荐|报送|申报|填报)?单位\(?(?:盖章|公章|签章|意见)|以上|以下空白|谢谢|此致|notes?|total|signature)"
    r"(?:说明|要求|须知|人|日期|时间|意见|签字)?(?:[:：;。!0-9()]|$)"
    r"|^\d{4}年\d*月\d*日?$|^(?:请|表格|本表|每个?单位|如有|可自行)[^。]{4,}"
)
_EXAMPLE: Final = re.compile(
    r"^[(\[【<]?(?:填写)?(?:示例|样例|范例|举例|例如|例|example)(?:[)\]】>:：\d一二三]|$)"
    r"|[(\[【](?:填写)?(?:示例|样例|范例|例|example)[)\]】]$"
)
_HINT: Final = re.compile(r"\([^()]+\)")
_COUNTS: Final = ("123456789", "abcdefghi", "一二三四五六七八九")


@dataclass(frozen=True, slots=True)
class _TableRow:
    """A row below a header.

    Attributes:
        cells: those that hold text.
        text, first: of the first one, as written and comparable.
        asked: what the first one's column asks for.
        covered: what the columns ask for that its only cell covers; empty where it has several.
    """

    row: Row
    head: Head
    vocabulary: Vocabulary
    cells: list[Cell]
    text: str
    first: str
    asked: Asked | None
    covered: list[Asked | None]

    @classmethod
    def of(cls, row: Row, head: Head, vocabulary: Vocabulary) -> "_TableRow":
        cells = filled(row)
        text = cells[0].text if cells else ""
        under = [head.columns.get(at) for at, cell in enumerate(row) if cells and cell.place == cells[0].place]
        covered = under if len(cells) == 1 else []
        return cls(row, head, vocabulary, cells, text, key(text), next(iter(under), None), covered)


def _spans_the_table(line: _TableRow) -> bool:
    return len(line.covered) > len(line.head.columns) / 2 > 1


def _is_a_note(line: _TableRow) -> bool:
    return len(line.cells) <= 2 and _NOTE.match(line.first) is not None  # a note and its number


def _strays(line: _TableRow) -> bool:
    """Words alone in the column of a contact or phone that are neither: a note or a seal below the table."""
    if not line.covered:
        return False
    if line.asked in {Label.PHONE, Label.CONTACT_PHONE}:
        return not phones(line.text)
    sentence = line.text.rstrip().endswith(("。", "！", "）", ")", "；"))
    return line.asked in {Label.CONTACT, Label.LINK} and sentence and "://" not in line.text


def _holds_labels(line: _TableRow) -> bool:
    """Labels with what they say: who signed below the works (填表人, 联系电话), who sends in, `备注：…` alone."""
    labels = [line.vocabulary.label_of(cell.text) for cell in line.cells]
    signs = labels[0] is not None and len(labels) - labels.count(None) > 1
    sends = labels[0] in ABOUT_FORM and line.asked in {Label.TITLE, Label.NUMBER, None}
    name, colon, _ = line.text.replace("：", ":").partition(":")
    alone = bool(line.covered and colon) and len(key(name)) > 1
    return signs or sends or (alone and line.vocabulary.label_of(name) is not None)


def _heads_a_group(line: _TableRow) -> bool:
    """Words alone in the column of numbers: 一、企业类."""
    alone = bool(line.covered) and {Label.TITLE, Label.THEMES, Label.LINK}.isdisjoint(line.covered)
    return alone and line.asked is Label.NUMBER and len(line.first) > 4 and not line.first.isdigit()


_ASIDE: Final[tuple[Callable[[_TableRow], bool], ...]] = (
    _spans_the_table, _is_a_note, _strays, _holds_labels, _heads_a_group,
)  # fmt: skip


def _is_hint(line: _TableRow) -> bool:
    """The row right below a header that counts its columns, 1 2 3 or (1) (2) (3) or A B C, or says how to fill them."""
    texts = [key(cell.text) for cell in line.cells]
    counts = [text.strip("()") for text in texts]
    counted = any(counts == list(way[: len(counts)]) for way in _COUNTS)
    return len(texts) > 2 and (counted or all(_HINT.fullmatch(text) for text in texts))


def is_example(text: str) -> bool:
    """Whether a heading says that what follows is an example."""
    plain = key(text)
    return len(plain) < 10 and _EXAMPLE.search(plain) is not None


def _is_example(line: _TableRow) -> bool:
    watched = [line.row[column] for column in line.head.of(Label.NUMBER, Label.TITLE)]
    return any(_EXAMPLE.search(key(cell.text)) for cell in (*watched, line.row[0]))


# --- labels of one work ---


def records_beside(answers: Sequence[LabelAnswer], vocabulary: Vocabulary) -> list[Record]:
    """The records of tables and paragraphs with the labels at the left; none where no label asks for a title."""
    if not any(one.asked is Label.TITLE for one in answers):
        return []
    of_form = calls_of_form(answers)
    own = [one for at, one in enumerate(answers) if at not in of_form]
    own = [one for one in own if is_of_work(one.asked) or one.asked is Label.CODE]
    parted = _parted(own, own[0].asked)
    groups = parted if all(_is_one_work(group) for group in parted) else _parted(own, Label.TITLE)
    return [record for group in groups[: vocabulary.rules.rows + 1] for record in _side_by_side(group)]


def _parted(answers: Sequence[LabelAnswer], first: Asked) -> list[list[LabelAnswer]]:
    """Groups that each begin with a label; what stands before the first belongs to it."""
    starts = [at for at, one in enumerate(answers) if one.asked == first]
    return [list(answers[begin:end]) for begin, end in pairwise([0, *starts[1:], len(answers)])]


def _is_one_work(group: Sequence[LabelAnswer]) -> bool:
    labels = [one.asked for one in group if isinstance(one.asked, Label)]
    return Label.TITLE in labels and len(set(labels)) == len(labels)


def _side_by_side(group: Sequence[LabelAnswer]) -> list[Record]:
    """One work; or several side by side, where the title's label has several values."""
    titles = [cell for one in group if one.asked is Label.TITLE for cell in one.cells if not is_blank(cell.text)]
    columns: list[int | None] = [cell.column for cell in titles if cell.column >= 0 and len(titles) > 1]
    records = []
    for column in columns or [None]:
        cells: dict[Asked, list[Cell]] = {}
        for one in group:
            cells.setdefault(one.asked, []).extend(cell for cell in one.cells if column in {None, cell.column})
        records.append(Record(cells))
    return records
