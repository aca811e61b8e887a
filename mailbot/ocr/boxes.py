"""Boxes and ticks on a picture, told by their pixels where the eyes that read text miss them. Needs the extra `ocr`."""

import re
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from mailbot.model.document import TICK, TICKED_BOX
from mailbot.ocr.brackets import BRACKETS
from mailbot.ocr.shapes import Bounds, Picture, Seat, in_reading_order
from mailbot.ocr.slots import SPECK, with_ticks

EMPTY_INK: Final = 0.06
TICKED_INK: Final = 0.11
"""Share of ink within a box: below the first it is empty, above the second ticked."""
_MARKS: Final = "□☐■☑☒√✓✔口日回囗曰四国口VvOo0○●D区凶"
MOSTLY: Final = 0.65
"""Share of a cell's letters that are theme names' where it chooses among them."""
OUTLINE: Final = 0.8
"""Share of each of its sides that shows of a box crossed by a stroke."""
EMPTY_CELL: Final = 0.06
"""Share of a letter's square that a mark in an empty cell inks at least: less is dirt."""
SMALLEST: Final = 0.3
LARGEST: Final = 1.6
"""Letter heights that such a mark measures."""


def ink_of(grey: Picture, block: int) -> Picture:
    """Dark strokes as 255, paper as 0; `block`: a letter's height, pixels."""
    span = max(block // 2 * 2 + 1, 15)
    return np.asarray(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, span, 12))


Square = tuple[float, float, float, float]
"""Left, top, side, share of ink within."""
_NOWHERE: Final = (0, 0, 0, 0)


def with_boxes(grey: Picture, cells: Sequence[Bounds], letters: Sequence[Seat], themes: Sequence[str]) -> list[Seat]:
    """The letters with the boxes beside theme names as their pixels show them."""
    names = set("".join(themes))
    seats: dict[Bounds, list[Seat]] = {}
    for one in letters:
        seats.setdefault(next((cell for cell in cells if _in(cell, one)), _NOWHERE), []).append(one)
    rest = seats.pop(_NOWHERE, [])
    choices = {cell: own for cell, own in seats.items() if _chooses(own, themes)}
    heights = [one[4] - one[2] for own in choices.values() for one in own if one[0] in names]
    height = float(np.median(heights or [20]))
    squares = {cell: _squares(grey, cell, height) for cell in choices}
    sides = [square[2] for found in squares.values() for square in found]
    for cell, own in choices.items():
        if sides:
            squares[cell] += _crossed(grey, cell, height, float(np.median(sides)), squares[cell])
        seats[cell] = _boxed(own, squares[cell], names)
    inks = {cell: ink_of(grey[cell[1] : cell[3], cell[0] : cell[2]], int(height)) for cell in choices}
    empty = [_cut(inks[cell], cell, one) for cell in choices for one in squares[cell] if one[3] <= EMPTY_INK]
    seats |= with_ticks(inks, {cell: seats[cell] for cell in choices}, empty, themes)
    found = [one for own in seats.values() for one in own] + rest
    return _in_columns(grey, cells, found, themes)


def choices(letters: Sequence[Seat], themes: Sequence[str]) -> list[Bounds]:
    """Where a page without drawn cells names the themes, one below the other or in a row; none where it does not."""
    named: list[Seat] = []
    ordered = in_reading_order(letters)
    said = "".join(one[0][:1] or " " for one in ordered)
    for theme in themes:
        starts = [found.start() for found in re.finditer(re.escape(theme), said)]
        named += [one for start in starts for one in ordered[start : start + len(theme)]]
    if not named:
        return []
    height = float(np.median([one[4] - one[2] for one in named]))
    left, top = min(one[1] for one in named), min(one[2] for one in named)
    right, bottom = max(one[3] for one in named), max(one[4] for one in named)
    reach = LARGEST * height  # of a box before the first of them
    return [(max(int(left - reach), 0), max(int(top - height / 2), 0), int(right + height), int(bottom + height / 2))]


def _chooses(letters: Sequence[Seat], themes: Sequence[str]) -> bool:
    """Whether a cell's words are mostly names of several themes: one may stand in a title, or head a column."""
    words = [letter for one in letters for letter in one[0] if letter.isalnum() and letter not in _MARKS]
    own = [sum(letter in theme for letter in words) for theme in themes]
    named = sum(count >= 2 for count in own)  # half a name
    return named >= min(2, len(themes)) and sum(own) > MOSTLY * len(words)


def _in_columns(grey: Picture, cells: Sequence[Bounds], letters: Sequence[Seat], themes: Sequence[str]) -> list[Seat]:
    """The letters, with the marks that stand alone in the column of a theme: too small to be read, or read as more."""
    words = {cell: [one for one in letters if _in(cell, one)] for cell in cells}
    said = {cell: "".join(one[0] for one in in_reading_order(own)) for cell, own in words.items()}
    heads = [cell for cell, text in said.items() if text.strip() in themes]
    height = float(np.median([one[4] - one[2] for one in letters] or [20]))
    kept = list(letters)
    for head in heads:
        below = [cell for cell in cells if cell[1] >= head[3] - height / 2 and abs(cell[0] - head[0]) < height]
        for cell in below:
            marks = [one for one in words[cell] if one[0] in TICK + TICKED_BOX]
            spot = None if said[cell] else _spot(grey, cell, height)
            if spot is not None:
                kept.append(("●", *spot))
            if marks and not any(letter in "".join(themes) for letter in said[cell]):
                kept = [one for one in kept if one not in words[cell] or one in marks]
    return kept


def _spot(grey: Picture, cell: Bounds, height: float) -> tuple[float, float, float, float] | None:
    """The one compact figure of ink in a cell; None where it holds none, or lines and remains of a stamp."""
    margin = max(int(height * 0.25), 3)
    left, top, right, bottom = cell[0] + margin, cell[1] + margin, cell[2] - margin, cell[3] - margin
    crop = grey[top:bottom, left:right]
    if not crop.size:
        return None
    _, _, figures, _ = cv2.connectedComponentsWithStats(ink_of(crop, int(height * 2)), connectivity=8)
    figures = figures[1:][figures[1:, cv2.CC_STAT_AREA] > SPECK * height * height]
    if not len(figures) or figures[:, cv2.CC_STAT_AREA].sum() < EMPTY_CELL * height * height:
        return None
    x, y = figures[:, 0].min(), figures[:, 1].min()
    far, low = (figures[:, 0] + figures[:, 2]).max(), (figures[:, 1] + figures[:, 3]).max()
    if max(low - y, far - x) > LARGEST * height or max(low - y, far - x) < SMALLEST * height:
        return None
    return (left + float(x), top + float(y), left + float(far), top + float(low))


def _in(cell: Bounds, letter: Seat) -> bool:
    x, y = (letter[1] + letter[3]) / 2, (letter[2] + letter[4]) / 2
    return cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]


def _boxed(letters: Sequence[Seat], squares: Sequence[Square], names: set[str]) -> list[Seat]:
    kept = list(letters)
    for x, y, side, share in squares:
        if any(one[0] in names and _amid(one, x + side / 2, y + side / 2) for one in kept):
            continue
        square = (x - side * 0.2, y - side * 0.2, x + side * 1.2, y + side * 1.2)
        over = [
            one
            for one in kept
            if square[0] <= (one[1] + one[3]) / 2 <= square[2] and square[1] <= (one[2] + one[4]) / 2 <= square[3]
        ]
        said = "".join(one[0] for one in over)
        if any(letter.isnumeric() and letter not in _MARKS for letter in said):
            continue  # ② before a name
        mark = "☑" if share > TICKED_INK else "□"
        if EMPTY_INK < share <= TICKED_INK:
            mark = "☑" if any(letter in "☑√✓✔■" for letter in said) else "□"
        kept = [one for one in kept if one not in over or one[0] in names or one[0] in BRACKETS]
        kept.append((mark, x, y, x + side, y + side))
    return kept


def _amid(letter: Seat, x: float, y: float) -> bool:
    """Whether a place is in the middle of a letter, not only at its edge."""
    inset = (letter[3] - letter[1]) / 5
    return letter[1] + inset < x < letter[3] - inset and letter[2] < y < letter[4]


def _cut(ink: Picture, cell: Bounds, square: Square) -> Picture:
    x, y, side = int(square[0] - cell[0]), int(square[1] - cell[1]), round(square[2])
    return ink[max(y, 0) : y + side + 1, max(x, 0) : x + side + 1]


def _squares(grey: Picture, cell: Bounds, height: float) -> list[Square]:
    """Squares about as high as a letter."""
    ink = _ink_in(grey, cell, height)
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[Square] = []
    for contour in sorted(contours, key=cv2.contourArea, reverse=True):
        x, y, width, tall = cv2.boundingRect(contour)
        side = (width + tall) / 2
        if not 0.5 * height < side / 2 < 1.05 * height or not 0.75 < width / tall < 1.35:
            continue
        if cv2.contourArea(contour) < 0.7 * width * tall:
            continue
        square = (x / 2 + cell[0], y / 2 + cell[1], side / 2, _share(ink, x, y, width, tall))
        if not _beside_one(square, found, height):
            found.append(square)
    return found


def _crossed(grey: Picture, cell: Bounds, height: float, side: float, known: Sequence[Square]) -> list[Square]:
    """Squares of this side whose outline a pen's stroke crosses: all four sides are there, but no clean contour."""
    ink = _ink_in(grey, cell, height)
    span = int(side * 2)
    if min(ink.shape) <= span:
        return []
    near = np.ones((3, 3), np.uint8)
    level, upright = cv2.dilate(ink, near[:, 1:2]), cv2.dilate(ink, near[1:2, :])
    rows = cv2.boxFilter(level.astype(np.float32) / 255, -1, (span, 1), anchor=(0, 0))
    columns = cv2.boxFilter(upright.astype(np.float32) / 255, -1, (1, span), anchor=(0, 0))
    high, wide = ink.shape[0] - span, ink.shape[1] - span
    score = np.min(
        [rows[:high, :wide], rows[span:, :wide], columns[:high, :wide], columns[:high, span:]], axis=0
    )  # fmt: skip
    found: list[Square] = []
    for place in np.argsort(-score, axis=None)[:400]:
        y, x = divmod(int(place), wide)
        if score[y, x] < OUTLINE:
            break
        square = (x / 2 + cell[0], y / 2 + cell[1], span / 2, _share(ink, x, y, span, span))
        if not _beside_one(square, [*known, *found], height):
            found.append(square)
    return found


def _ink_in(grey: Picture, cell: Bounds, height: float) -> Picture:
    """A cell's ink, twice as large."""
    left, top, right, bottom = cell
    crop = cv2.resize(grey[top:bottom, left:right], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return ink_of(crop, int(height * 2))


def _share(ink: Picture, x: int, y: int, width: int, tall: int) -> float:
    margin = max(int((width + tall) * 0.11), 2)
    inner = ink[y + margin : y + tall - margin, x + margin : x + width - margin]
    return float(inner.mean()) / 255 if inner.size else 0.0


def _beside_one(square: Square, found: Sequence[Square], height: float) -> bool:
    return any(abs(square[0] - one[0]) < height and abs(square[1] - one[1]) < height * 0.6 for one in found)
