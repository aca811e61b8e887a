"""Ticks between brackets beside theme names, measured against the page's own empty brackets. Needs the extra `ocr`."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from mailbot.layout.glyphs import Rectangle
from mailbot.model.document import TICKED_BOX
from mailbot.ocr.shapes import MARKS, Bounds, Picture, Seat, in_reading_order

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


def tick_brackets(inks: Mapping[Bounds, Picture], seats: Mapping[Bounds, list[Seat]], themes: Sequence[str]) -> None:
    """Brackets with a tick that was not read, or read as something else: more ink is in them than in empty ones."""
    begins = [in_reading_order(own)[0][0] not in "".join(themes) for own in seats.values() if bracketing(own)]
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


def bracketing(seats: Sequence[Seat]) -> bool:
    """Whether a cell's letters hold a bracket."""
    return any(letter in BRACKETS for seat in seats for letter in seat[0])


def _groups(seats: Sequence[Seat], themes: Sequence[str], *, before: bool) -> Iterator[tuple[list[Seat], Rectangle]]:
    """What stands beside each name of a cell with brackets, and where; where nothing was read, where it would."""
    order = in_reading_order(seats)
    names = "".join(themes)
    words = [seat for seat in order if seat[0] in names]
    said = "".join(seat[0] for seat in words)
    if not bracketing(order):
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
            place = Rectangle(max(first[1] - BRACKET_WIDE * (first[4] - first[2]), edge), first[2], first[1], first[4])
        else:
            behind = (number for number in range(end + 1, len(order)) if order[number][0] in names)
            far = min(behind, default=len(order))
            held = order[end + 1 : far]
            beside = far < len(order) and order[far][1] > last[1] and order[far][2] < last[4]
            edge = order[far][1] if beside else math.inf
            place = Rectangle(last[3], last[2], min(last[3] + BRACKET_WIDE * (last[4] - last[2]), edge), last[4])
        while held and held[0][0] in BETWEEN:
            held = held[1:]
        while held and held[-1][0] in BETWEEN:
            held = held[:-1]
        yield held, Rectangle(*_around(held)) if len(_said(held)) > 1 else place


def _said(seats: Sequence[Seat]) -> str:
    return "".join(seat[0] for seat in seats).replace(" ", "")


def _around(seats: Sequence[Seat]) -> tuple[float, float, float, float]:
    return (
        min(seat[1] for seat in seats),
        min(seat[2] for seat in seats),
        max(seat[3] for seat in seats),
        max(seat[4] for seat in seats),
    )


def _inked(ink: Picture, cell: Bounds, place: Rectangle, inset: float = 0) -> float:
    """Pixels of ink in a place, over the square of its height; `inset`: share of its width left out at either end."""
    wide, tall = place.right - place.left, max(place.bottom - place.top, 1)
    left, right = place.left + inset * wide - cell[0], place.right - inset * wide - cell[0]
    part = ink[max(int(place.top - cell[1]), 0) : int(place.bottom - cell[1]), max(int(left), 0) : int(right)]
    return float((part > 0).sum()) / tall**2
