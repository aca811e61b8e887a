"""Marks beside theme names that are neither a clean box nor were read: a pen's tick through a box, a tick alone.

What stands where the other names have their boxes, and is no empty box like theirs, is a tick. Needs the extra `ocr`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import cv2
import numpy as np

from mailbot.extract.form.layout.letters import Box, Letter, lines_of
from mailbot.extract.form.pieces import BOX, CROSS, TICK, TICKED_BOX
from mailbot.extract.form.sight.shapes import Bounds, Picture, Seat

WIDE: Final = 1.35
"""Letter heights beside a name in which its mark stands."""
INK: Final = 0.035
"""Share of a letter's square that a mark inks at least: less is dirt."""
SPECK: Final = 0.015
"""The same share for each of the pieces that it falls into."""
TALL: Final = 0.25
"""Letter heights that a mark is high and wide at least."""
LIKE: Final = 0.6
"""Likeness to the page's empty boxes above which a figure is one of them."""
SIDE: Final = 32
"""Pixels at which boxes are compared."""
MORE: Final = 1.6
"""Times the ink of empty brackets that ticked ones have, whatever else the page holds."""
BEYOND: Final = 1.2
"""Times the ink of the fullest empty brackets of the page that ticked ones have, where some are surely empty."""
CLEAN: Final = 0.045
"""Share of a letter's square that is inked in the middle of a surely empty pair at most."""
SEVERAL: Final = 2
TICKED: Final = 0.06
"""Share of a letter's square that a tick between two brackets inks at least, beyond what empty ones do."""
INNER: Final = 0.33
"""Share of a pair's width that either bracket takes."""
BRACKET_WIDE: Final = 2.4
"""Letter heights that a pair is wide at most."""
PAIRS: Final = ("()", "（）", "[]", "【】")
BRACKETS: Final = "()（）[]【】"
BETWEEN: Final = "、，,；;/"
"""What parts one choice from the next."""
MARKS: Final = frozenset(BOX + TICK + TICKED_BOX + CROSS)


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
    _bracketed(inks, whole, themes)
    said = {seat[0] for own in whole.values() for seat in own}
    if before is None or (not empty and said & set(BOX)):
        return whole  # boxes were read, but none is clean: what an empty one looks like is not known
    pattern = np.mean([_alike(box) for box in empty], axis=0) if empty else None
    for cell, own in whole.items():
        if _bracketing(own):
            continue
        for slot in list(_slots(own, themes, before=before)):
            own[:] = _looked_at(inks[cell], cell, own, slot, pattern)
    return whole


def _bracketed(inks: Mapping[Bounds, Picture], seats: Mapping[Bounds, list[Seat]], themes: Sequence[str]) -> None:
    """Brackets with a tick that was not read, or read as something else: more ink is in them than in empty ones."""
    begins = [in_reading_order(own)[0][0] not in "".join(themes) for own in seats.values() if _bracketing(own)]
    before = 2 * sum(begins) >= len(begins)
    groups = [(cell, group) for cell, own in seats.items() for group in _groups(own, themes, before=before)]
    pairs = [(cell, place) for cell, (held, place) in groups if _said(held) in PAIRS]
    if not pairs:
        return
    usual = float(np.median([_inked(inks[cell], cell, place) for cell, place in pairs]))
    # narrow brackets reach into the middle themselves
    least = float(np.percentile([_inked(inks[cell], cell, place, inset=INNER) for cell, place in pairs], 20))
    clean = [one for one in pairs if _inked(inks[one[0]], *one, inset=INNER) < CLEAN]
    fullest = max((_inked(inks[cell], cell, place) for cell, place in clean), default=0.0)
    full = BEYOND * fullest if len(clean) >= SEVERAL else MORE * usual
    for cell, (held, place) in groups:
        said = _said(held)
        if any(letter in MARKS or letter.isnumeric() for letter in said):
            continue
        inner, fuller = _inked(inks[cell], cell, place, INNER), _inked(inks[cell], cell, place) > full
        if inner > least + TICKED or (inner >= CLEAN and fuller) if said in PAIRS else fuller:
            own = seats[cell]
            own[:] = [seat for seat in own if seat not in held]
            own.append((TICKED_BOX[0], place.left, place.top, place.right, place.bottom))


def _bracketing(seats: Sequence[Seat]) -> bool:
    return any(letter in BRACKETS for seat in seats for letter in seat[0])


def _groups(seats: Sequence[Seat], themes: Sequence[str], *, before: bool) -> Iterator[tuple[list[Seat], Box]]:
    """What stands beside each name of a cell with brackets, and where; where nothing was read, where it would."""
    order = in_reading_order(seats)
    names = "".join(themes)
    words = [seat for seat in order if seat[0] in names]
    said = "".join(seat[0] for seat in words)
    if not _bracketing(order):
        return
    for theme in themes:
        at = said.find(theme)
        if at < 0:
            continue
        first, last = words[at], words[at + len(theme) - 1]
        start, end = order.index(first), order.index(last)
        if before:
            far = max((number for number in range(start) if order[number][0] in names), default=-1)
            held = order[far + 1 : start]
            edge = order[far][3] if far >= 0 and order[far][1] < first[1] and order[far][4] > first[2] else 0.0
            place = Box(max(first[1] - BRACKET_WIDE * (first[4] - first[2]), edge), first[2], first[1], first[4])
        else:
            behind = (number for number in range(end + 1, len(order)) if order[number][0] in names)
            far = min(behind, default=len(order))
            held = order[end + 1 : far]
            beside = far < len(order) and order[far][1] > last[1] and order[far][2] < last[4]
            edge = order[far][1] if beside else math.inf
            place = Box(last[3], last[2], min(last[3] + BRACKET_WIDE * (last[4] - last[2]), edge), last[4])
        while held and held[0][0] in BETWEEN:
            held = held[1:]
        while held and held[-1][0] in BETWEEN:
            held = held[:-1]
        yield held, Box(*_around(held)) if len(_said(held)) > 1 else place


def _said(seats: Sequence[Seat]) -> str:
    return "".join(seat[0] for seat in seats).replace(" ", "")


def _around(seats: Sequence[Seat]) -> tuple[float, float, float, float]:
    return (
        min(seat[1] for seat in seats),
        min(seat[2] for seat in seats),
        max(seat[3] for seat in seats),
        max(seat[4] for seat in seats),
    )


def _inked(ink: Picture, cell: Bounds, place: Box, inset: float = 0) -> float:
    """Pixels of ink in a place, over the square of its height; `inset`: share of its width left out at either end."""
    wide, tall = place.right - place.left, max(place.bottom - place.top, 1)
    left, right = place.left + inset * wide - cell[0], place.right - inset * wide - cell[0]
    part = ink[max(int(place.top - cell[1]), 0) : int(place.bottom - cell[1]), max(int(left), 0) : int(right)]
    return float((part > 0).sum()) / tall**2


def in_reading_order(seats: Sequence[Seat]) -> list[Seat]:
    """Letters in reading order."""
    letters = [Letter(str(number), Box(*seat[1:])) for number, seat in enumerate(seats)]
    return [seats[int(letter.text)] for line in lines_of(letters) for letter in line]


def _before(cells: Iterable[Sequence[Seat]], themes: Sequence[str]) -> bool | None:
    """Whether marks stand before their names, as the cells agree; None where none tells."""
    votes: Counter[bool] = Counter()
    for seats in cells:
        text = "".join(seat[0] for seat in in_reading_order(seats))
        kinds = [letter in MARKS for letter in text if letter in MARKS or any(letter in theme for theme in themes)]
        if kinds and kinds[0] != kinds[-1]:
            votes[kinds[0]] += 1
    return votes.most_common(1)[0][0] if votes else None


def _slots(seats: Sequence[Seat], themes: Sequence[str], *, before: bool) -> Iterator[Box]:
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
            yield Box(max(seat[1] - WIDE * height, edge), seat[2], seat[1], seat[4])
        else:
            edge = min((one[1] for one in same if one[1] >= seat[3] - height / 4), default=math.inf)
            yield Box(seat[3], seat[2], min(seat[3] + WIDE * height, edge), seat[4])


def _looked_at(ink: Picture, cell: Bounds, seats: list[Seat], slot: Box, pattern: Picture | None) -> list[Seat]:
    inside = [seat for seat in seats if slot.holds(Box(*seat[1:]))]
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


def _bare(ink: Picture, cell: Bounds, seats: Sequence[Seat], slot: Box) -> Picture:
    """A cell's ink without the letters of other lines than a slot's."""
    bare = ink.copy()
    for seat in seats:
        if not slot.top < (seat[2] + seat[4]) / 2 < slot.bottom:
            left, top, right, bottom = (int(edge - cell[at % 2]) for at, edge in enumerate(seat[1:]))
            bare[max(top, 0) : bottom, max(left, 0) : right] = 0
    return bare


def _figure(ink: Picture, cell: Bounds, slot: Box) -> Bounds | None:
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
