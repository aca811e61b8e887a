"""Boxes and ticks on a picture, told by their pixels where the eyes that read text miss them. Needs the extra `ocr`."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import cv2
import numpy as np

Picture = np.ndarray[Any, Any]
Bounds = tuple[int, int, int, int]
"""A cell: left, top, right, bottom, pixels."""

EMPTY_INK: Final = 0.06
TICKED_INK: Final = 0.11
"""Share of ink within a box: below the first it is empty, above the second ticked."""
_MARKS: Final = "□☐■☑☒√✓✔口日回囗曰四国口VvOo0○●D区凶"
EMPTY_CELL, LARGEST = 0.12, 1.6
"""Letter heights: a spot in an empty cell below the first is dirt; a mark is no larger than the second."""


def ink_of(grey: Picture, block: int) -> Picture:
    """Dark strokes as 255, paper as 0; `block`: a letter's height, pixels."""
    span = max(block // 2 * 2 + 1, 15)
    return np.asarray(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, span, 12))


Seat = tuple[str, float, float, float, float]
"""A letter: text, left, top, right, bottom."""


def with_boxes(grey: Picture, cells: Sequence[Bounds], letters: Sequence[Seat], themes: Sequence[str]) -> list[Seat]:
    """The letters with the boxes beside theme names as their pixels show them."""
    found: list[Seat] = []
    taken: set[int] = set()
    names = set("".join(themes))
    for cell in cells:
        inside = [number for number, one in enumerate(letters) if number not in taken and _in(cell, one)]
        taken |= set(inside)
        own = [letters[number] for number in inside]
        text = "".join(one[0] for one in own)
        if sum(text.count(name) for name in names) >= 3:  # noqa: PLR2004 - most of a name
            own = _boxed(grey, cell, own, names)
        found += own
    found += [one for number, one in enumerate(letters) if number not in taken]
    return found + list(_ticks(grey, cells, found, themes))


def _ticks(grey: Picture, cells: Sequence[Bounds], letters: Sequence[Seat], themes: Sequence[str]) -> Iterator[Seat]:
    """Marks that stand alone in the column of a theme: too small to be read as text."""
    words = {cell: [one for one in letters if _in(cell, one)] for cell in cells}
    said = {cell: "".join(one[0] for one in sorted(own, key=lambda one: one[1])) for cell, own in words.items()}
    heads = [cell for cell, text in said.items() if text.strip() in themes]
    height = float(np.median([one[4] - one[2] for one in letters] or [20]))
    for head in heads:
        below = [cell for cell in cells if cell[1] >= head[3] - height / 2 and abs(cell[0] - head[0]) < height]
        for cell in below:
            spot = None if said[cell] else _spot(grey, cell, height)
            if spot is not None:
                yield ("●", *spot)


def _spot(grey: Picture, cell: Bounds, height: float) -> tuple[float, float, float, float] | None:
    """The one compact spot of ink in a cell; None where it holds none, or lines and remains of a stamp."""
    margin = max(int(height * 0.25), 3)
    left, top, right, bottom = cell[0] + margin, cell[1] + margin, cell[2] - margin, cell[3] - margin
    crop = grey[top:bottom, left:right]
    if not crop.size:
        return None
    points = np.argwhere(ink_of(crop, int(height * 2)) > 0)
    if len(points) < EMPTY_CELL * height * height:
        return None
    (y, x), (low, far) = points.min(axis=0), points.max(axis=0)
    if max(low - y, far - x) > LARGEST * height:
        return None
    return (left + float(x), top + float(y), left + float(far), top + float(low))


def _in(cell: Bounds, letter: Seat) -> bool:
    x, y = (letter[1] + letter[3]) / 2, (letter[2] + letter[4]) / 2
    return cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]


def _boxed(grey: Picture, cell: Bounds, letters: Sequence[Seat], names: set[str]) -> list[Seat]:
    height = float(np.median([one[4] - one[2] for one in letters if one[0] in names] or [20]))
    kept = list(letters)
    for x, y, side, share in _squares(grey, cell, height):
        square = (x - side * 0.2, y - side * 0.2, x + side * 1.2, y + side * 1.2)
        over = [
            one
            for one in kept
            if square[0] <= (one[1] + one[3]) / 2 <= square[2] and square[1] <= (one[2] + one[4]) / 2 <= square[3]
        ]
        if any(one[0] in names for one in over):
            continue
        said = "".join(one[0] for one in over)
        mark = "☑" if share > TICKED_INK else "□"
        if EMPTY_INK < share <= TICKED_INK:
            mark = "☑" if any(letter in "☑√✓✔■" for letter in said) else "□"
        kept = [one for one in kept if one not in over or (one[0] not in _MARKS)]
        kept.append((mark, x, y, x + side, y + side))
    return kept


def _squares(grey: Picture, cell: Bounds, height: float) -> list[tuple[float, float, float, float]]:
    """Squares about as high as a letter: left, top, side, share of ink within."""
    left, top, right, bottom = cell
    crop = cv2.resize(grey[top:bottom, left:right], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    ink = ink_of(crop, int(height * 2))
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[tuple[float, float, float, float]] = []
    for contour in sorted(contours, key=cv2.contourArea, reverse=True):
        x, y, width, tall = cv2.boundingRect(contour)
        side = (width + tall) / 2
        if not 0.4 * height < side / 2 < 1.05 * height or not 0.75 < width / tall < 1.35:  # noqa: PLR2004
            continue
        if cv2.contourArea(contour) < 0.7 * width * tall:
            continue
        if any(abs(x / 2 + left - one[0]) < height and abs(y / 2 + top - one[1]) < height * 0.6 for one in found):
            continue
        margin = max(int(side * 0.22), 2)
        inner = ink[y + margin : y + tall - margin, x + margin : x + width - margin]
        found.append((x / 2 + left, y / 2 + top, side / 2, float(inner.mean()) / 255 if inner.size else 0.0))
    return found
