"""What those who look at pictures hand one another."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from mailbot.layout.glyphs import Glyph, Rectangle, lines_of
from mailbot.model.document import BOX, CROSS, TICK, TICKED_BOX

Picture = np.ndarray[Any, Any]
"""Grey values, or ink: height x width, 0 to 255; red, green and blue where it is said."""
Quad = Sequence[Sequence[float]]
"""The four corners of a line of text: x and y, pixels."""
Bounds = tuple[int, int, int, int]
"""A cell or a figure: left, top, right, bottom, pixels."""
Seat = tuple[str, float, float, float, float]
"""A letter: text, left, top, right, bottom."""
MARKS: Final = frozenset(BOX + TICK + TICKED_BOX + CROSS)


def in_reading_order(seats: Sequence[Seat]) -> list[Seat]:
    """Letters in reading order."""
    letters = [Glyph(str(number), Rectangle(*seat[1:])) for number, seat in enumerate(seats)]
    return [seats[int(letter.text)] for line in lines_of(letters) for letter in line]
