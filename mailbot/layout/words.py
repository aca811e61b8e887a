"""Words on a page: letters of one line without a wide blank between them, and where they stand. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.layout.glyphs import Glyph, line_text, lines_of

WORD_GAP: Final = 0.9
"""Blank within a line, in letter heights, that may part two cells."""
ROW_GAP: Final = 0.6
"""Blank between two lines, in letter heights, that parts two rows: lines of one cell stand closer."""

Line = list[Glyph]


@dataclass(frozen=True, slots=True)
class Word:
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

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(letter.box.top for letter in self.letters)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(letter.box.bottom for letter in self.letters)

    @property
    def height(self) -> float:
        """Its letters' height."""
        return max(letter.box.bottom - letter.box.top for letter in self.letters)


def words_of(line: Sequence[Glyph], gap: float = WORD_GAP) -> list[Word]:
    """A line's words, left to right; a typed blank is a letter only within a word.

    Args:
        line: left to right.
        gap: blank in letter heights that parts two words.
    """
    words: list[Line] = []
    blanks: Line = []
    for letter in line:
        if not letter.text.strip():
            blanks.append(letter)
            continue
        height = letter.box.bottom - letter.box.top
        if words and letter.box.left - words[-1][-1].box.right <= gap * height:
            words[-1] += [*blanks, letter]
        else:
            words.append([letter])
        blanks = []
    return [Word(word) for word in words]


def text_of(words: Iterable[Word]) -> str:
    """What words say, line by line."""
    return "\n".join(line_text(line) for line in lines_of(letter for word in words for letter in word.letters))


def stacked(words: Iterable[Word]) -> list[list[Word]]:
    """Words that stand close together, from top to bottom."""
    rows: list[list[Word]] = []
    bottom = 0.0
    for word in sorted(words, key=lambda word: word.top):
        if rows and word.top - bottom <= ROW_GAP * word.height:
            rows[-1].append(word)
        else:
            rows.append([word])
        bottom = max(bottom, word.bottom) if len(rows[-1]) > 1 else word.bottom
    return rows
