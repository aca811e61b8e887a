"""Tables without rules: letters that stand in columns, told by the header's words and the blanks between them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.extract.form.grid import Block, of_texts
from mailbot.extract.form.labels import Label, label_of
from mailbot.extract.form.letters import Letter, line_text, lines_of

ROW_GAP: Final = 0.6
"""Blank between two lines, in letter heights, that parts two rows: lines of one cell stand closer."""
WORD_GAP: Final = 0.9
"""Blank within a line, in letter heights, that may part two cells."""
HEADS: Final = 3
"""Labels in a row that are no chance."""

Line = list[Letter]


@dataclass(slots=True)
class _Column:
    """A column as far as it is known: its edges and the lines of the row that is being read."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Word:
    """Letters of one line without a wide blank between them."""

    letters: Line

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.letters[0].box.left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(letter.box.right for letter in self.letters)


def unruled(lines: Sequence[Line]) -> list[Block] | None:
    """A page's lines with the table in them; None where no table can be told.

    Args:
        lines: top to bottom, each left to right.
    """
    rows = list(_rows(lines))
    at, columns = next(((number, found) for number, row in enumerate(rows) if (found := _header(row))), (len(rows), []))
    texts: list[list[str]] = []
    for row in rows[at:]:
        cells = _cells(row, columns)
        if cells is None:
            break
        texts.append(cells if texts else [*map(_head, cells)])
    if len(texts) < 2:  # noqa: PLR2004 - a header and a row
        return None
    around = [[line_text(line) for row in part for line in row] for part in (rows[:at], rows[at + len(texts) :])]
    return [*around[0], of_texts(texts), *around[1]]


def _rows(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that stand close together."""
    row: list[Line] = []
    bottom = 0.0
    for line in lines:
        top = min(letter.box.top for letter in line)
        height = max(letter.box.bottom - letter.box.top for letter in line)
        if row and top - bottom > ROW_GAP * height:
            yield row
            row = []
        row.append(line)
        bottom = max(bottom if len(row) > 1 else 0.0, *(letter.box.bottom for letter in line))
    if row:
        yield row


def _words(line: Line) -> list[_Word]:
    words: list[Line] = []
    for letter in line:
        if not letter.text.strip():
            continue
        height = letter.box.bottom - letter.box.top
        if words and letter.box.left - words[-1][-1].box.right <= WORD_GAP * height:
            words[-1].append(letter)
        else:
            words.append([letter])
    return [_Word(word) for word in words]


def _header(row: Sequence[Line]) -> list[_Column]:
    """The columns that a header's words stand in; none where the row is no header."""
    columns: list[_Column] = []
    for word in sorted((word for line in row for word in _words(line)), key=lambda word: word.left):
        if columns and word.left < columns[-1].right:
            columns[-1].right = max(columns[-1].right, word.right)
        else:
            columns.append(_Column(word.left, word.right))
    labels = {label_of(head) for head in map(_head, _cells(row, columns) or [])} - {None, Label.OTHER}
    return columns if len(labels) >= HEADS else []


def _head(text: str) -> str:
    """A head; its last line where another column's head stands above it, as 征选主题 over its three names."""
    last = text.rsplit("\n", 1)[-1]
    return text if label_of(text) is not None or not last else last


def _cells(row: Sequence[Line], columns: Sequence[_Column]) -> list[str] | None:
    """A row's texts by column; None where a word reaches over several columns: the table is over."""
    held: list[list[Letter]] = [[] for _ in columns]
    for word in (word for line in row for word in _words(line)):
        over = [number for number, one in enumerate(columns) if word.left < one.right and one.left < word.right]
        if len(over) > 1 or not columns:
            return None
        number = over[0] if over else _nearest(word, columns)
        column = columns[number]
        column.left, column.right = min(column.left, word.left), max(column.right, word.right)
        held[number] += word.letters
    return ["\n".join(line_text(line) for line in lines_of(letters)) for letters in held]


def _nearest(word: _Word, columns: Sequence[_Column]) -> int:
    distances = [max(column.left - word.right, word.left - column.right) for column in columns]
    return distances.index(min(distances))
