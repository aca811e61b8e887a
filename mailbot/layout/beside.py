"""Labels with their values beside them, as a table of cards without rules prints them. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from mailbot.layout.rules import Ruling
from mailbot.layout.words import Line, Word, stacked, text_of, words_of
from mailbot.model.document import Grid, of_texts
from mailbot.text.labels import ABOUT_FORM, Vocabulary

FIRST_LINES: Final = 6
"""Lines of a value above and below the middle of which its label stands."""


def labels_at(lines: Sequence[Line], rules: Ruling, vocabulary: Vocabulary) -> tuple[int, Grid] | None:
    """The rows of labels and values that begin with the first of some lines, and how many lines they take.

    None where too few labels stand there.
    """
    if not any(vocabulary.label_of(text_of(words_of(line)[:1])) for line in lines[:FIRST_LINES]):
        return None
    rows: list[list[str]] = []
    taken: list[Word] = []
    for row in _rows(lines, rules, vocabulary):
        cells = _cells(row, vocabulary)
        if cells is None:
            break
        rows.append(cells)
        taken += row
    labels = vocabulary.known(cell for row in rows for cell in row)
    enough = len(labels) >= vocabulary.enough or (len(labels) > 1 and labels & ABOUT_FORM)
    bottom = max((word.bottom for word in taken), default=0.0)
    count = sum(line[0].box.top < bottom for line in lines)
    return (count, of_texts(_even(rows))) if enough else None


def _even(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _rows(lines: Sequence[Line], rules: Ruling, vocabulary: Vocabulary) -> Iterator[list[Word]]:
    """Words by row: parted by level rules and blanks; rows that touch, at each line that begins with a label."""
    words = [word for line in lines for word in words_of(line)]
    ends = [rule.at for rule in rules.level]
    bands: dict[int, list[Word]] = {}
    for word in words:
        bands.setdefault(sum(end < (word.top + word.bottom) / 2 for end in ends), []).append(word)
    for band in bands.values():
        for row in stacked(band):
            yield from _touching(row, vocabulary)


def _touching(row: Sequence[Word], vocabulary: Vocabulary) -> Iterator[list[Word]]:
    left = min(word.left for word in row)
    starts = sorted(
        word.top for word in row if word.left < left + word.height and vocabulary.label_of(text_of([word])) is not None
    )
    if len(starts) < 2 or starts[0] > min(word.top for word in row) + 1:
        yield list(row)
        return
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else float("inf")
        yield [word for word in row if start - 1 <= word.top < end - 1]


def _cells(row: Sequence[Word], vocabulary: Vocabulary) -> list[str] | None:
    """A row's labels and values, in turn; None where it begins with no label."""
    stacks: list[list[Word]] = []
    for word in sorted(row, key=lambda word: word.left):
        if stacks and word.left < max(other.right for other in stacks[-1]):
            stacks[-1].append(word)
        else:
            stacks.append([word])
    texts = [(vocabulary.label_of(text_of(words)) is not None, words) for words in stacks]
    if not texts or not texts[0][0]:
        return None
    cells: list[str] = []
    values: list[Word] = []
    for is_label, words in texts:
        if is_label:
            cells += [text_of(values)] if cells else []
            cells.append(text_of(words))
            values = []
        else:
            values += words
    return [*cells, text_of(values)]
