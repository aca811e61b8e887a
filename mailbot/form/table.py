"""The rows of a header table: which are works, which are notes, examples or blank. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.form.header import Head, filled, head_at
from mailbot.form.legend import spelled_out
from mailbot.form.marks import NONE, Choice, Way, choose, choose_in_columns
from mailbot.form.pieces import Kind, Piece, pieces
from mailbot.form.values import address, is_blank, person, phone, written
from mailbot.model.document import STRUCK_OPEN, Cell, Grid, Row, distinct
from mailbot.model.form import FormRow
from mailbot.text.folding import key, unstruck
from mailbot.text.labels import Label, label_of, sends_in, theme_of, unit_rank
from mailbot.text.phones import phones

_NOTE: Final = re.compile(
    r"^\(?(?:续表|接上表|接上页|注|备注|说明|填表|填报|填写|提示|要求|※|附注|合计|共计|总计|共\d+|审核|盖章|公章|加盖公章|签字|日期|年月日|制表"
    r"|联系人签字|负责人签字|(?:单位|部门)?负责人|(?:推荐|报送|申报|填报)?单位\(?(?:盖章|公章|签章|意见)|以上|以下空白|谢谢|此致)"
    r"(?:说明|要求|须知|人|日期|时间|意见|签字)?(?:[:：;。!0-9()]|$)"
    r"|^\d{4}年\d*月\d*日?$|^(?:请|表格|本表|每个?单位|如有|可自行)[^。]{4,}"
)
_EXAMPLE: Final = re.compile(r"^[(\[【<]?(?:填写)?(?:示例|样例|范例|举例|例如|例)(?:[)\]】>:：\d一二三]|$)")
_EXAMPLE_END: Final = re.compile(r"[(\[【](?:填写)?(?:示例|样例|范例|例)[)\]】]$")
_DITTO: Final = frozenset({"同上", "〃", "″", "”", '"', "〞", "同前", "上同"})
_PLACEHOLDER: Final = re.compile(
    r"(?:单击|点击)或?(?:点击|单击|轻触)?(?:此处|这里)?.{0,3}输入文字。?|[《“\"]?[×xXＸ*＊○]{2,}[》”\"]?.{0,4}|\.{3,}|…+"
)


@dataclass(frozen=True, slots=True)
class Work:
    """One work before its themes are settled.

    Attributes:
        row: title, link, contact, phone and the doubts so far.
        choice: the themes, as its own cells say.
        unit: its own unit, where the table has a column for it.
    """

    row: FormRow
    choice: Choice
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """What a header table held: its works, and the rows that are no data (labels, notes)."""

    works: tuple[Work, ...]
    aside: tuple[Row, ...]
    head: Head


def read_table(grid: Grid, head: Head, themes: tuple[str, ...], heading: str = "") -> Table:
    """The works under a header, to the end of the grid; `heading` is the theme that was said above it."""
    data: list[list[Row]] = []
    aside: list[Row] = []
    above: list[str] = []
    number = head.row + 1
    while number < len(grid.rows):
        again = head_at(grid, number, themes)
        if again is not None:
            number = again.row + 1
            continue
        row = grid.rows[number]
        number += 1
        if not filled(row):
            continue
        if number == head.row + 2 and _is_hint(row):
            continue
        if _is_aside(row, head):
            aside.append(row)
            heading = _heading(row, themes) or heading
        elif not _is_example(row, head):
            _gather(data, row, head, themes)
            above += [heading] * (len(data) - len(above))
    return Table(tuple(_works(data, above, head, themes)), tuple(aside), head)


_HINT: Final = re.compile(r"\([^()]+\)")


def _is_hint(row: Row) -> bool:
    """The row right below a header that counts its columns, 1 2 3 or (1) (2) (3) or A B C, or says how to fill them."""
    texts = [key(cell.text) for cell in filled(row)]
    counts = [text.strip("()") for text in texts]
    counted = any(counts == list(way[: len(counts)]) for way in ("123456789", "abcdefghi", "一二三四五六七八九"))
    return len(texts) > 2 and (counted or all(_HINT.fullmatch(text) for text in texts))  # no chance


def _heading(row: Row, themes: tuple[str, ...]) -> str:
    """The theme that a row across the table names for the works below it: 一、高端升级."""
    return theme_of(filled(row)[0].text, themes) or ""


def _gather(data: list[list[Row]], row: Row, head: Head, themes: tuple[str, ...]) -> None:
    """A row whose title cell reaches down from the row above belongs to the same work."""
    titles = head.of(Label.TITLE)
    same = titles and data and key(row[titles[0]].text) and data[-1][-1][titles[0]].place == row[titles[0]].place
    if same or (data and _has_the_rest(data[-1], row, head, themes)):
        data[-1].append(row)
    else:
        data.append([row])


def _has_the_rest(above: Sequence[Row], row: Row, head: Head, themes: tuple[str, ...]) -> bool:
    """Nothing but the themes that the work above does not name: a line of its cell that was taken for a row."""
    columns = head.of(Label.THEMES)
    if not columns or any(column not in columns and key(cell.text) for column, cell in enumerate(row)):
        return False
    upper, lower = (_themes_in(lines, columns, themes) for lines in ([*above], [row]))
    named = [{piece.theme for piece in found if piece.kind is Kind.THEME} for found in (upper, lower)]
    marked = [any(piece.kind in {Kind.BOX, Kind.TICK} for piece in found) for found in (upper, lower)]
    whole = named[0] | named[1] == set(themes)
    return bool(named[0] and named[1]) and not named[0] & named[1] and (marked[1] or (marked[0] and whole))


def _themes_in(rows: Sequence[Row], columns: Sequence[int], themes: tuple[str, ...]) -> list[Piece]:
    return [piece for row in rows for column in columns for piece in pieces(row[column].text, themes)]


def _is_aside(row: Row, head: Head) -> bool:
    cells = filled(row)
    everywhere = len(cells) == 1 and sum(cell.place == cells[0].place for cell in row) > len(head.columns) / 2 > 1
    first = key(cells[0].text)
    if everywhere or (_NOTE.match(first) and len(cells) <= 2):  # a note and its number
        return True
    if (len(cells) == 1 and _strays(row, cells[0], head)) or _signs(cells):
        return True
    labelled = label_of(cells[0].text) in {Label.UNIT, Label.RECOMMENDER} and head.columns.get(_at(row, cells[0])) in {
        Label.TITLE, Label.NUMBER, None}  # fmt: skip
    inline = len(cells) == 1 and re.match(r"^[^:：]{2,16}[:：]", first) and _labels_form(cells[0].text)
    title = set(head.of(Label.TITLE, Label.THEMES, Label.LINK))
    heading = len(cells) == 1 and not title & {
        column for column, cell in enumerate(row) if cell.place == cells[0].place
    }
    group = heading and head.columns.get(_at(row, cells[0])) is Label.NUMBER
    return bool(labelled or inline or (group and not first.isdigit() and len(first) > 4))


def _signs(cells: Sequence[Cell]) -> bool:
    """Labels and who signed beside them, below the works: 填表人, 联系电话."""
    labels = [label_of(cell.text) for cell in cells]
    return labels[0] is not None and sum(label is not None for label in labels) > 1


def _strays(row: Row, cell: Cell, head: Head) -> bool:
    """Words alone in the column of a contact or phone that are neither: a note or a seal below the table."""
    label = head.columns.get(_at(row, cell))
    sentence = cell.text.rstrip().endswith(("。", "！", "）)", "；"))
    return (label in {Label.PHONE, Label.CONTACT_PHONE} and not phones(cell.text)) or (
        label in {Label.CONTACT, Label.LINK} and sentence and "://" not in cell.text
    )


def _labels_form(text: str) -> bool:
    name = re.split(r"[:：]", text, maxsplit=1)[0]
    return label_of(name) is not None


def _at(row: Row, cell: Cell) -> int:
    return next(column for column, other in enumerate(row) if other.place == cell.place)


def _is_example(row: Row, head: Head) -> bool:
    watched = [row[column] for column in head.of(Label.NUMBER, Label.TITLE)] or list(row[:1])
    first = [key(cell.text) for cell in (*watched, row[0])]
    return any(_EXAMPLE.match(text) or _EXAMPLE_END.search(text) for text in first)


def _works(data: Sequence[Sequence[Row]], above: Sequence[str], head: Head, themes: tuple[str, ...]) -> Iterator[Work]:
    drafts = [_draft(rows, head) for rows in data]
    real = [number for number, draft in enumerate(drafts) if _said(draft[0])]
    choices = _choices(data, real, head, themes)
    if not head.of(Label.THEMES, Label.THEME):
        choices = [Choice((theme,), Way.NAMES) if theme else NONE for theme in above]
    previous: Work | None = None
    for number, (row, unit) in enumerate(drafts):
        choice = choices[number]
        if not _said(row) and not (choice.themes and choice.way is Way.MARKS):
            continue
        own = previous.unit if previous is not None and unit in _DITTO else unit
        previous = Work(_repeated(row, previous), choice, own)
        yield previous


def _said(row: FormRow) -> bool:
    return bool(row.title or row.link or row.contact or row.phone)


def _repeated(row: FormRow, previous: Work | None) -> FormRow:
    """同上 means what stands above."""
    if previous is None:
        return row
    contact = previous.row.contact if row.contact in _DITTO else row.contact
    number = previous.row.phone if row.phone in _DITTO else row.phone
    return replace(row, contact=contact, phone=number)


def _draft(rows: Sequence[Row], head: Head) -> tuple[FormRow, str]:
    def texts(*labels: Label) -> list[str]:
        cells = distinct(cell for row in rows for column in head.of(*labels) for cell in [row[column]])
        return [cell.text for cell in cells if key(unstruck(cell.text))]

    contact, number, doubts = who(
        "\n".join(texts(Label.CONTACT)), "\n".join(texts(Label.PHONE)), "\n".join(texts(Label.CONTACT_PHONE))
    )
    if _inherits(rows, head):
        contact = number = ""
    links = distinct(row[column] for row in rows for column in head.of(Label.LINK))
    titles = "\n".join(texts(Label.TITLE))
    row = FormRow(
        title=title_of(titles),
        link=link_of([(cell.text, cell.link) for cell in links], texts(Label.CODE)),
        contact=contact,
        phone=number,
        doubts=(*(("title",) if _title_doubtful(rows, head) else ()), *doubts),
    )
    return row, _own_unit(rows, head)


def _inherits(rows: Sequence[Row], head: Head) -> bool:
    """Nothing but the contact of the row above, whose cell reaches down: a blank row."""
    own = max(cell.row for cell in rows[0])
    calls = head.of(Label.CONTACT, Label.PHONE, Label.CONTACT_PHONE)
    fresh = [row[column] for row in rows for column in (*calls, *head.of(Label.TITLE, Label.LINK))]
    return not any((key(cell.text) or cell.link) and cell.row >= own for cell in fresh) and not any(
        key(row[column].text) for row in rows for column in head.of(Label.TITLE, Label.LINK)
    )


def _own_unit(rows: Sequence[Row], head: Head) -> str:
    """A work's own unit, from the column that most surely means it: 制作单位 is who filmed, not who sends in."""
    columns = [column for column in head.of(Label.UNIT) if sends_in(head.names[column])]
    best = sorted(columns, key=lambda column: unit_rank(head.names[column]))[:1]
    return next((unit for row in rows for column in best if (unit := written(row[column].text))), "")


def _title_doubtful(rows: Sequence[Row], head: Head) -> bool:
    columns = head.of(Label.TITLE)
    if not columns:
        return True
    text = rows[0][columns[0]].text
    return STRUCK_OPEN in text and is_blank(unstruck(text))


def title_of(text: str) -> str:
    """A title as written; empty for a placeholder."""
    whole = written(text)
    return "" if _PLACEHOLDER.fullmatch(whole) else whole


def link_of(cells: Sequence[tuple[str, str]], codes: Sequence[str]) -> str:
    """A link as written, with the extraction code of a column of its own behind it.

    Args:
        cells: text and hyperlink of each link cell.
        codes: the texts of the code's column.
    """
    found = " ".join(filter(None, (address(text, target) for text, target in cells)))
    code = " ".join(filter(None, map(written, codes)))
    return f"{found} 提取码：{code}" if found and code and code not in found else found


def who(contact: str, number: str, both: str) -> tuple[str, str, tuple[str, ...]]:
    """Contact, phone and doubts of a row, whichever cell each stands in.

    Args:
        contact, number, both: the texts of the contact's, the phone's and the shared column.
    """
    name = person(contact) or person(both if phones(both) or not contact else "")
    calls = phone(number) if phones(number) else ""
    calls = calls or (phone(both) if phones(both) else "") or (phone(contact) if phones(contact) else "")
    calls = calls or written(number)
    if not name and phones(number):
        name = person(number)
    return _placeholder(name), _placeholder(calls), ()


def _placeholder(text: str) -> str:
    return "" if _PLACEHOLDER.fullmatch(text) else text


# --- themes ---


def _choices(data: Sequence[Sequence[Row]], real: Sequence[int], head: Head, themes: tuple[str, ...]) -> list[Choice]:
    if head.themes:
        return _column_choices(data, head, themes)
    texts = [_themes_text(rows, head) for rows in data]
    blank = [texts[number] for number in range(len(data)) if number not in set(real)]
    chosen = dict(zip(real, choose([texts[number] for number in real], blank, themes), strict=True))
    rest = [number for number in range(len(data)) if number not in chosen]
    # rows with ticks and nothing else: read among the others, so that they are not lost
    alone = choose([texts[number] for number in rest], [texts[number] for number in rest], themes)
    found = chosen | dict(zip(rest, alone, strict=True))
    ordered: list[Choice] = []
    for number in range(len(data)):
        ditto = key(texts[number]) in _DITTO and ordered
        ordered.append(ordered[-1] if ditto else found[number])
    return ordered


def _themes_text(rows: Sequence[Row], head: Head) -> str:
    cells = distinct(row[column] for row in rows for column in head.of(Label.THEMES))
    return spelled_out("\n".join(cell.text for cell in cells), head.legend)


def _column_choices(data: Sequence[Sequence[Row]], head: Head, themes: tuple[str, ...]) -> list[Choice]:
    return choose_in_columns(
        [{theme: [row[column].text for row in rows] for column, theme in head.themes.items()} for rows in data], themes
    )
