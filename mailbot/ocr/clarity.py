"""How clearly a page shows what is written on it: speckles, and ink that was not read. Needs the extra `ocr`."""

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from mailbot.ocr.boxes import ink_of
from mailbot.ocr.shapes import Bounds, Picture, Seat

SPECKLED: Final = 0.13
"""Share of a page's ink from which on most of it is noise or moiré: a dense form's is below 0.11."""
BLURS: Final = (1.0, 2.0, 3.0)
"""Pixels by which such a page is blurred, as few as are enough."""
FIGURE: Final = 0.4
"""Letter heights that a figure which may be a letter is high at least."""
INK: Final = 0.25
"""Ink of such figures, in squares of a letter's height, from which on something was not read: two digits' ink."""
EDGE: Final = 0.3
"""Letter heights along a cell's edges where its rules may show."""


def unspeckled(grey: Picture, height: float) -> Picture:
    """The page, blurred where noise or a screen's grid would be taken for ink; `height`: a letter's, pixels."""
    ways = (grey, *(cv2.GaussianBlur(grey, (0, 0), blur) for blur in BLURS))
    return next((way for way in ways if ink_of(way, int(height)).mean() < SPECKLED * 255), ways[-1])


def unread(grey: Picture, cells: Sequence[Bounds], letters: Sequence[Seat], height: float) -> Iterator[Bounds]:
    """The cells that hold figures as large as letters where no letter was read.

    Args:
        grey: the page, level and unspeckled.
        cells: of its table.
        letters: that were read.
        height: of a letter, pixels.
    """
    ink = ink_of(grey, int(height))
    about = EDGE * height / 2
    for _, left, top, right, bottom in letters:
        ink[max(int(top - about), 0) : int(bottom + about) + 1, max(int(left - about), 0) : int(right + about) + 1] = 0
    inset = int(EDGE * height)
    for cell in cells:
        part = ink[cell[1] + inset : cell[3] - inset, cell[0] + inset : cell[2] - inset]
        if not part.size:
            continue
        figures = cv2.connectedComponentsWithStats(np.ascontiguousarray(part), connectivity=8)[2][1:]
        tall = figures[figures[:, cv2.CC_STAT_HEIGHT] > FIGURE * height]
        if tall[:, cv2.CC_STAT_AREA].sum() > INK * height * height:
            yield cell
