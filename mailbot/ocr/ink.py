"""Writing told by its ink: a watermark's letters, a stamp's that paled, the back's that shine through are much lighter.

Needs the extra `ocr`.
"""

from typing import Final

import numpy as np

from mailbot.ocr.pictures import paper_of
from mailbot.ocr.shapes import Picture, Quad

ReadLetter = tuple[str, Quad, float]
"""A letter, its place, how surely it was read, up to 1."""
ReadLine = tuple[Quad, float, list[ReadLetter]]
"""A line as it was read: where, how surely, its letters."""

PALE: Final = 0.45
"""Times the contrast of the page's letters below which a letter is no writing."""
RAMP: Final = (0.8, 1.2)
"""Times that contrast between which ink pales: a letter's edges stay smooth."""
STROKE: Final = 12
"""Pixels of a letter that are looked at, the darkest ones: 一 has few."""
EDGE: Final = 0.1
"""Share of a letter's box, at each side, that is not looked at."""


def written(grey: Picture, lines: list[ReadLine]) -> list[ReadLine]:
    """The lines without letters that are pale beside the others; none where all are alike."""
    told = [[_contrast(grey, quad) if text.isalnum() else 1.0 for text, quad, _ in letters] for _, _, letters in lines]
    usual = float(np.median([one for line in told for one in line] or [0]))
    kept = (
        (quad, score, [one for one, ink in zip(letters, inks, strict=True) if ink >= PALE * usual])
        for (quad, score, letters), inks in zip(lines, told, strict=True)
    )
    return [line for line in kept if line[2]]


def unpaled(grey: Picture, lines: list[ReadLine]) -> Picture:
    """The page without the ink that is pale beside that of the lines, which are its writing."""
    inks = [_contrast(grey, quad) for _, _, letters in lines for text, quad, _ in letters if text.isalnum()]
    if not inks:
        return grey
    paper = paper_of(grey).astype(np.float32)
    contrast = 1 - grey / np.maximum(paper, 1)
    bound = PALE * float(np.median(inks))
    share = np.clip((contrast / bound - RAMP[0]) / (RAMP[1] - RAMP[0]), 0, 1)
    return np.asarray((paper - (paper - grey) * share).clip(0, 255).astype(np.uint8))


def _contrast(grey: Picture, quad: Quad) -> float:
    """How much darker than its paper a letter's ink is: 0 not at all, 1 black."""
    points = np.asarray(quad).clip(0)
    low, high = points.min(axis=0), points.max(axis=0)
    edge = EDGE * (high - low)  # a rule may run along it
    (left, top), (right, bottom) = (low + edge).astype(int), (high - edge).astype(int) + 1
    part = grey[top:bottom, left:right]
    if part.size <= STROKE:
        return 1.0
    inked = np.partition(part, STROKE, axis=None)[:STROKE]
    return 1 - float(inked.mean()) / max(float(np.percentile(part, 95)), 1)
