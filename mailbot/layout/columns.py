"""The header of a table without upright rules, and where its columns part. Pure."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.layout.rules import Ruling
from mailbot.layout.words import WORD_GAP, Line, Word, text_of, words_of
from mailbot.text.labels import ABOUT_FORM, Known, Label, Vocabulary

HEAD_LINES: Final = 5
ACROSS: Final = 0.9
"""How much of a header a level rule covers that ends it: one over some heads parts them from those below."""
NARROW: Final = 0.3
"""Blank in letter heights that parts the heads of narrow columns."""
LONGEST: Final = 40
"""Characters of a line of one head; a longer text is a sentence."""
SHORT: Final = 6
"""Characters of a head's part, or of a theme's name over its column."""
LINE_GAP: Final = 1.8
"""Blank between two lines of a header, in letter heights."""
CLOSE: Final = 0.1
"""Blank between two letters, in letter heights, that leaves no room for a column's end."""
EDGE: Final = 0.5
"""Points by which a text may begin before its column."""
_OPEN: Final = re.compile(r"[(（][^()（）]*$")
"""A note whose end stands in the next line."""


@dataclass(slots=True)
class Column:
    """A column: the words of its head, its edges, the campaign's labels."""

    vocabulary: Vocabulary
    words: list[Word] = field(default_factory=list)
    left: float = 0
    right: float = 0

    @property
    def text(self) -> str:
        """Its head; the last line where another head stands above it, as 征选主题 over its three names."""
        text = text_of(self.words)
        last = text.rsplit("\n", 1)[-1]
        return text if self.vocabulary.label_of(text) is not None or not last else last

    @property
    def label(self) -> Known | None:
        """What its head asks for; None where that is no label."""
        return self.vocabulary.label_of(self.text)

    @property
    def middle(self) -> float:
        """Its middle."""
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Header:
    """A header: how many lines it takes, its columns from left to right."""

    lines: int
    columns: list[Column]


def header_at(lines: Sequence[Line], rules: Ruling, vocabulary: Vocabulary) -> Header | None:
    """The header that begins with the first of some lines; None where none does."""
    near = _near(lines, rules)
    wide, narrow = (_header(near, gap, vocabulary) for gap in (WORD_GAP, NARROW))
    if wide is None or narrow is None:
        return wide or narrow
    return narrow if _labels(narrow.columns) > _labels(wide.columns) else wide


def _header(lines: Sequence[Line], gap: float, vocabulary: Vocabulary) -> Header | None:
    rows = [words_of(line, gap) for line in lines]
    sentence = (number for number, row in enumerate(rows) if any(len(word.letters) > LONGEST for word in row))
    rows = rows[: next(sentence, len(rows))]
    if not rows:
        return None
    firsts = [_OPEN.sub("", text_of([word])) for word in rows[0]]
    first = vocabulary.known(firsts)
    if first & ABOUT_FORM and len(first) < vocabulary.enough:
        return None
    found = [columns_of(rows[:size], vocabulary) for size in range(1, len(rows) + 1)]
    best = max(map(_labels, found), default=0)
    labelled = any(vocabulary.label_of(text) for text in firsts)
    if best < vocabulary.enough or not (labelled or _begins(rows, best, vocabulary)):
        return None
    told = [size for size, columns in enumerate(found, 1) if _labels(columns) == best]
    # a head's last characters may stand alone: 视频作品名 / 称
    deep = max(size for size in told if len(found[size - 1]) == len(found[told[0] - 1]))
    deep += deep < len(rows) and _goes_on(found[deep - 1], rows[deep])
    return Header(deep, columns_of(rows[:deep], vocabulary))


def _begins(rows: Sequence[Sequence[Word]], best: int, vocabulary: Vocabulary) -> bool:
    """Whether a first line without a whole label is a header's: beginnings of heads, without which fewer are told."""
    if len(rows) < 2 or any(len(text_of([word])) > SHORT for word in rows[0]):  # a second line
        return False
    return best > max(_labels(columns_of(rows[1:size], vocabulary)) for size in range(2, len(rows) + 1))


def _near(lines: Sequence[Line], rules: Ruling) -> list[Line]:
    """The lines that may belong to one header: close together, no rule right across between them."""
    near: list[Line] = []
    for line in lines[:HEAD_LINES]:
        word = Word(line)
        if near:
            above = Word(near[-1])
            left, right = min(above.left, word.left), max(above.right, word.right)
            ruled = any(
                above.bottom - 1 < one.at < word.top + 1 and one.covers(left, right) > ACROSS for one in rules.level
            )
            if ruled or word.top - above.bottom > LINE_GAP * word.height:
                break
        near.append(line)
    return near


def columns_of(rows: Sequence[Sequence[Word]], vocabulary: Vocabulary) -> list[Column]:
    """The columns that a header's words stand in; a word over several of them heads them all and is left out."""
    columns: list[Column] = []
    for row in reversed(rows):
        for word in row:
            under = [column for column in columns if word.left < column.right and column.left < word.right]
            if len(under) > 1:
                continue
            column = under[0] if under else Column(vocabulary, [], word.left, word.right)
            if not under:
                columns.append(column)
            column.words.append(word)
            column.left, column.right = min(column.left, word.left), max(column.right, word.right)
    return sorted(columns, key=lambda column: column.left)


def _labels(columns: Sequence[Column]) -> int:
    return len({column.label for column in columns} - {None, Label.OTHER})


def _goes_on(columns: Sequence[Column], row: Sequence[Word]) -> bool:
    """Whether a line is a header's lower one: short words, several under one head and none where no head is."""
    texts = [text_of([word]) for word in row]
    if any(len(text) > SHORT or any(map(str.isdigit, text)) for text in texts):
        return False
    first = [max((at for at, column in enumerate(columns) if column.left <= word.right), default=0) for word in row]
    middles = [(word.left + word.right) / 2 for word in row]
    nearest = [min(range(len(columns)), key=lambda at: abs(columns[at].middle - middle)) for middle in middles]
    return any(all(owners.count(owner) > 1 for owner in owners) for owners in (first, nearest))


def parted(columns: Sequence[Column], lines: Sequence[Line], rules: Ruling) -> list[float]:
    """Where each column but the last ends: at an upright rule, else where the fewest letters stand in the way."""
    ink = [_ink(line) for line in lines]
    return [_between(left, right, ink, rules) for left, right in itertools.pairwise(columns)]


def _ink(line: Line) -> list[tuple[float, float]]:
    return [(word.left, word.right) for word in words_of(line, CLOSE)]


def _between(before: Column, behind: Column, ink: Sequence[Sequence[tuple[float, float]]], rules: Ruling) -> float:
    left, right = before.middle, behind.middle
    drawn = [rule.at for rule in rules.upright if left < rule.at < right]
    if drawn:
        return drawn[0]
    places = [left + step for step in range(1, max(int(right - left), 2))]
    costs = [_cost(place, ink) for place in places]
    least = min(costs)
    # numbers stand at the right of their column, right before the next
    edge = behind.left - EDGE
    if before.label is Label.NUMBER and _cost(edge, ink) <= least:
        return edge
    runs: list[list[float]] = [[]]
    for place, cost in zip(places, costs, strict=True):
        if cost == least:
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    widest = max(runs, key=len)
    return (widest[0] + widest[-1]) / 2


def _cost(place: float, ink: Sequence[Sequence[tuple[float, float]]]) -> int:
    return sum(any(start < place < end for start, end in line) for line in ink)


def crosses(line: Line, stops: Sequence[float]) -> bool:
    """Whether a line is one text that goes on over a column's end."""
    words = words_of(line)
    return len(words) == 1 and any(start < stop < end for start, end in _ink(line) for stop in stops)


def cut(line: Line, stops: Sequence[float]) -> list[tuple[int, Word]]:
    """A line's texts, each with the column that it begins in; typed blanks within one stay."""
    held: dict[int, list[Word]] = {}
    for word in words_of(line, CLOSE):
        held.setdefault(sum(stop <= word.left + EDGE for stop in stops), []).append(word)
    return [
        (at, Word([one for one in line if words[0].left <= one.box.left <= words[-1].letters[-1].box.left]))
        for at, words in held.items()
    ]
