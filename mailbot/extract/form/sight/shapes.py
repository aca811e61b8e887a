"""What those who look at pictures hand one another."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Picture = np.ndarray[Any, Any]
"""Grey values, or ink: height x width, 0 to 255; red, green and blue where it is said."""
Quad = Sequence[Sequence[float]]
"""The four corners of a line of text: x and y, pixels."""
Bounds = tuple[int, int, int, int]
"""A cell or a figure: left, top, right, bottom, pixels."""
Seat = tuple[str, float, float, float, float]
"""A letter: text, left, top, right, bottom."""
