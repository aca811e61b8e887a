"""Marks beside theme names that are neither a clean box nor were read: a pen's tick through a box, a tick alone.

What stands where the other names have their boxes, and is no empty box like theirs, is a tick. Needs the extra `ocr`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import cv2
import numpy as np

from mailbot.layout.glyphs import Rectangle
from mailbot.model.document import BOX, TICKED_BOX
from mailbot.ocr.brackets import bracketing, tick_brackets
from mailbot.ocr.shapes import MARKS, Bounds, Picture, Seat, in_reading_order

WIDE: Final = 1.35
"""Letter heights beside a name in which its mark stands."""
INK: Final = 0.035
"""Share of a letter's square that a mark inks at least: less is dirt."""
SPECK: Final = 0.015
"""The same share for each of the pieces that it falls into."""
TALL: Final = 0.25
"""Letter heights that a mark is high and wide at least."""
LIKE: Final = 0.6
"""PrintMatch to the page's empty boxes above which a figure is one of them."""
SIDE: Final = 32
"""Pixels at which boxes are compared."""


def with_ticks(
    inks: Mapping[Bounds, Picture],
    seats: Mapping[Bounds, Sequence[Seat]],
    empty: Sequence[Picture],
    themes: Sequence[str],
) -> dict[Bounds, list[Seat]]:
    """The letters of cells that choose themes, with the marks that were missed.

    Args:
        inks: the ink of each cell.
        seats: its letters and marks.
        empty: the page's clean empty boxes, ink of each; none where ticks stand alone.
        themes: the campaign's.
    """
    before = _before(seats.values(), themes)
    whole = {cell: list(own) for cell, own in seats.items()}
    tick_brackets(inks, whole, themes)
    said = {seat[0] for own in whole.values() for seat in own}
    if before is None or (not empty and said & set(BOX)):
        return whole  # boxes were read, but none is clean: what an empty one looks like is not known
    pattern = np.mean([_alike(box) for box in empty], axis=0) if empty else None
    for cell, own in whole.items():
        if bracketing(own):
            continue
        for slot in list(_slots(own, themes, before=before)):
            own[:] = _looked_at(inks[cell], cell, own, slot, pattern)
    return whole


def _before(cells: Iterable[Sequence[Seat]], themes: Sequence[str]) -> bool | None:
    """Whether marks stand before their names, as the cells agree; None where none tells."""
    votes: Counter[bool] = Counter()
    for seats in cells:
        text = "".join(seat[0] for seat in in_reading_order(seats))
        kinds = [letter in MARKS for letter in text if letter in MARKS or any(letter in theme for theme in themes)]
        if kinds and kinds[0] != kinds[-1]:
            votes[kinds[0]] += 1
    return votes.most_common(1)[0][0] if votes else None


def _slots(seats: Sequence[Seat], themes: Sequence[str], *, before: bool) -> Iterator[Rectangle]:
    """Where each name's mark would stand: from the name to the next letter, at most `WIDE`."""
    whole = in_reading_order(seats)
    order = [seat for seat in whole if seat[0] not in MARKS]
    text = "".join(seat[0][:1] or " " for seat in order)
    names = "".join(themes)
    for theme in themes:
        at = text.find(theme)
        if at < 0:
            continue
        seat = order[at] if before else order[at + len(theme) - 1]
        beside = whole.index(seat) + (-1 if before else 1)
        if 0 <= beside < len(whole) and whole[beside][0] in MARKS:
            continue  # at the end of the line above, perhaps
        height = seat[4] - seat[2]
        same = [one for one in order if min(one[4], seat[4]) - max(one[2], seat[2]) > height / 2 and one[0] in names]
        if before:
            edge = max((one[3] for one in same if one[3] <= seat[1] + height / 4), default=0.0)
            yield Rectangle(max(seat[1] - WIDE * height, edge), seat[2], seat[1], seat[4])
        else:
            edge = min((one[1] for one in same if one[1] >= seat[3] - height / 4), default=math.inf)
            yield Rectangle(seat[3], seat[2], min(seat[3] + WIDE * height, edge), seat[4])


def _looked_at(ink: Picture, cell: Bounds, seats: list[Seat], slot: Rectangle, pattern: Picture | None) -> list[Seat]:
    inside = [seat for seat in seats if slot.holds(Rectangle(*seat[1:]))]
    if any(letter in MARKS or not letter.isalpha() for seat in inside for letter in seat[0]):
        return seats  # its mark, or a number before the name
    figure = _figure(_bare(ink, cell, seats, slot), cell, slot)
    if figure is None:
        return seats
    left, top, right, bottom = figure
    alike = 0.0 if pattern is None else _likeness(ink[top:bottom, left:right], pattern)
    mark = BOX[0] if alike > LIKE else TICKED_BOX[0]
    kept = [seat for seat in seats if seat not in inside]
    return [*kept, (mark, cell[0] + left, cell[1] + top, cell[0] + right, cell[1] + bottom)]


def _bare(ink: Picture, cell: Bounds, seats: Sequence[Seat], slot: Rectangle) -> Picture:
    """A cell's ink without the letters of other lines than a slot's."""
    bare = ink.copy()
    for seat in seats:
        if not slot.top < (seat[2] + seat[4]) / 2 < slot.bottom:
            left, top, right, bottom = (int(edge - cell[at % 2]) for at, edge in enumerate(seat[1:]))
            bare[max(top, 0) : bottom, max(left, 0) : right] = 0
    return bare


def _figure(ink: Picture, cell: Bounds, slot: Rectangle) -> Bounds | None:
    """The bounds of the ink in a slot, in its cell; None where there is none, or no mark's."""
    height = slot.bottom - slot.top
    left, right = int(slot.left - cell[0]), int(slot.right - cell[0])
    top, bottom = int(slot.top - cell[1] - height * 0.2), int(slot.bottom - cell[1] + height * 0.1)
    left, top = max(left, 0), max(top, 0)
    part = np.ascontiguousarray(ink[top:bottom, left:right])
    if not part.size:
        return None
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    # a ring or a rule runs through from one edge to another; a mark touches the name at most, and one other edge
    through = (stats[:, cv2.CC_STAT_HEIGHT] == part.shape[0]) | (stats[:, cv2.CC_STAT_WIDTH] == part.shape[1])
    kept = ~through & (stats[:, cv2.CC_STAT_AREA] > SPECK * height * height)
    kept[0] = False
    rows, columns = np.nonzero(kept[labels])
    if len(rows) < INK * height * height:
        return None
    low, high, near, far = rows.max() + 1, rows.min(), columns.min(), columns.max() + 1
    if low - high < TALL * height or far - near < TALL * height:
        return None
    return (left + int(near), top + int(high), left + int(far), top + int(low))


def _alike(figure: Picture) -> Picture:
    """A figure's ink at `SIDE`, blurred: lines a pixel apart are the same."""
    small = cv2.resize(figure.astype(np.float32) / 255, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.5))


def _likeness(figure: Picture, pattern: Picture) -> float:
    """-1 to 1."""
    own, other = _alike(figure) - _alike(figure).mean(), pattern - pattern.mean()
    whole = float(np.sqrt((own**2).sum() * (other**2).sum()))
    return float((own * other).sum()) / whole if whole else 0.0
