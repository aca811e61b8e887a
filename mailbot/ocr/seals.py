"""Letters of a round seal, which belong to no field. Needs the extra `ocr`.

A seal's name runs along its ring: OCR finds single letters of it, or a few aslant. What is written straight across a
seal are lines of the form.
"""

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from mailbot.ocr.boxes import ink_of
from mailbot.ocr.shapes import Picture, Quad

Ring = tuple[float, float, float]
"""Middle and radius, pixels."""

LOOK: Final = 700
"""Pixels of the long side at which rings are looked for."""
RADII: Final = (0.045, 0.2)
"""Shares of the page's long side that a seal's radius is between."""
DRAWN: Final = 0.6
"""Share of a ring that shows at least."""
ASLANT: Final = 4.0
"""Degrees off the page's lines from which a short line runs along a ring."""
WRITING: Final = 0.45
"""Times the light of paper that writing sends back at most."""
FEW: Final = 4
"""Letters of such a line at most."""


def rings(grey: Picture) -> list[Ring]:
    """The rings of seals on a page."""
    factor = min(LOOK / max(grey.shape), 1)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    shortest, longest = (int(share * max(small.shape)) for share in RADII)
    found = cv2.HoughCircles(
        cv2.GaussianBlur(small, (0, 0), 1), cv2.HOUGH_GRADIENT_ALT, 1.5, shortest, param1=60, param2=0.45,
        minRadius=shortest, maxRadius=longest,
    )  # fmt: skip
    if found is None:
        return []
    ink = cv2.dilate(ink_of(small, 25), np.ones((3, 3), np.uint8))
    return [
        (float(x) / factor, float(y) / factor, float(radius) / factor)
        for x, y, radius in found.reshape(-1, 3)[:12]
        if _drawn(ink, x, y, radius) > DRAWN
    ]


def _drawn(ink: Picture, x: float, y: float, radius: float) -> float:
    """Share of a circle under which ink lies, and none right beside it."""
    around = np.linspace(0, 2 * math.pi, 180, endpoint=False)

    def share(reach: float) -> Picture:
        columns, rows = (x + reach * np.cos(around)).astype(int), (y + reach * np.sin(around)).astype(int)
        inside = (columns >= 0) & (rows >= 0) & (columns < ink.shape[1]) & (rows < ink.shape[0])
        return np.asarray(inside & (ink[rows * inside, columns * inside] > 0))

    return float((share(radius) & ~(share(radius - 8) & share(radius + 8))).mean())


def wiped(grey: Picture, found: Sequence[Ring]) -> Picture:
    """The page without the seals: what is lighter than writing there is paper."""
    if not found:
        return grey
    clean = grey.copy()
    for x, y, radius in found:
        left, top = max(int(x - 1.1 * radius), 0), max(int(y - 1.1 * radius), 0)
        part = clean[top : int(y + 1.1 * radius), left : int(x + 1.1 * radius)]
        paper = np.percentile(part, 80) if part.size else 0
        part[part > WRITING * paper] = paper
    return clean


def of_a_seal(quad: Quad, text: str, slant: float, found: Sequence[Ring]) -> bool:
    """Whether a line of text is a seal's.

    Args:
        quad: its corners, from its upper left.
        text: as read.
        slant: degrees by which the page's lines are aslant.
        found: `rings` of the page.
    """
    x, y = (sum(point[axis] for point in quad) / len(quad) for axis in (0, 1))
    if not any(0.4 < math.hypot(x - ring[0], y - ring[1]) / ring[2] < 1.1 for ring in found):
        return False
    letters = [letter for letter in text if letter.isalpha() and not letter.isascii()]
    if len(letters) < len(text) or len(text) > FEW:
        return False
    (left, top), (right, low) = quad[0], quad[1]
    aslant = abs(math.degrees(math.atan2(low - top, right - left)) - slant)
    return len(text) == 1 or aslant > ASLANT
