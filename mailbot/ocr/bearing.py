"""Which way up a page lies, or whether it is mirrored: by a few of its lines, read each way. Needs the extra `ocr`."""

import math
from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np

from mailbot.ocr.pictures import LOOK
from mailbot.ocr.shapes import Picture, Quad

Engine = Any
"""A RapidOCR: what it gives has a type for each way of calling it."""

LINES: Final = 6
"""Lines that are read both ways: the longest ones."""
TALL: Final = 1.5
"""Times its width that a line lying on its side is high."""


def upright(engine: Engine, grey: Picture, *, doubtful: bool = False) -> Picture:
    """The page the right way up; the page itself where it lies so.

    Args:
        engine: as `Engine`.
        grey: the page.
        doubtful: its lines were read badly as they lie: they may stand on their heads, or be mirrored.
    """
    quads, factor = lines_at(engine, grey)
    across = sum(size_of(quad)[0] for quad in quads if size_of(quad)[1] < TALL * size_of(quad)[0])
    down = sum(size_of(quad)[1] for quad in quads if size_of(quad)[1] >= TALL * size_of(quad)[0])
    if down <= across and not doubtful:
        return grey
    if down > across:
        grey = _turned(grey, 1)
        quads = [[[y, grey.shape[0] * factor - x] for x, y in quad] for quad in quads]
        quads = [[quad[-1], *quad[:-1]] for quad in quads]
    longest = sorted(quads, key=lambda quad: -size_of(quad)[0])[:LINES]
    crops = [part for quad in longest if (part := crop(grey, quad, factor)) is not None]
    if not crops:
        return grey
    ways = (_as_it_is, _on_its_head, *((_mirrored, _mirrored_on_its_head) if doubtful else ()))
    best: Picture = max(ways, key=lambda way: _score(engine, [way(part) for part in crops]))(grey)
    return best


def _as_it_is(grey: Picture) -> Picture:
    return grey


def _on_its_head(grey: Picture) -> Picture:
    return _turned(grey, 2)


def _mirrored(grey: Picture) -> Picture:
    """As a phone's front camera keeps it."""
    return np.ascontiguousarray(grey[:, ::-1])


def _mirrored_on_its_head(grey: Picture) -> Picture:
    return np.ascontiguousarray(grey[::-1])


def _turned(grey: Picture, quarters: int) -> Picture:
    return np.ascontiguousarray(np.rot90(grey, quarters))


def lines_at(engine: Engine, grey: Picture) -> tuple[list[Quad], float]:
    """Where lines of text lie on a page scaled down, and by how much it was."""
    factor = min(LOOK / max(grey.shape), 1)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    found = engine(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
    return [] if found.boxes is None else [box.tolist() for box in found.boxes], factor


def size_of(quad: Quad) -> tuple[float, float]:
    """A line's length and height, pixels."""
    return math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2])


def crop(grey: Picture, quad: Quad, factor: float) -> Picture | None:
    """A line's part of a page, from where it lies on the page scaled by `factor`; None where it is too small."""
    points = np.asarray(quad) / factor
    left, top = np.maximum(points.min(axis=0).astype(int), 0)
    right, bottom = points.max(axis=0).astype(int)
    crop = grey[top:bottom, left:right]
    return crop if min(crop.shape, default=0) > 4 else None  # pixels: nothing to read


def _score(engine: Engine, crops: Sequence[Picture]) -> float:
    """How surely the lines were read, longer ones counting more."""
    whole = 0.0
    for crop in crops:
        found = engine(cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR), use_det=False, use_cls=False, use_rec=True)
        whole += sum(score * len(text) for text, score in zip(found.txts or (), found.scores or (), strict=False))
    return whole
