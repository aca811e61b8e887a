"""The frame of a photographed table or sheet of paper, and the picture straightened by it. Needs the extra `ocr`.

The rules of a table hang together: their ink is the largest connected figure of a page, whatever its angle. Its hull's
four corners are the corners of a rectangle seen from aside (as OpenCV's four-point transform has it).
"""

from collections.abc import Iterator
from typing import Any, Final

import cv2
import numpy as np

Picture = np.ndarray[Any, Any]
Corners = np.ndarray[Any, Any]
"""Four points, pixels: upper left, upper right, lower right, lower left."""

LOOK: Final = 1400
"""Pixels of the long side at which the frame is looked for."""
SHARE: Final = 0.1
"""Share of the page that a frame takes at least: less is a box around a word."""
FULL: Final = 0.35
"""Share of ink in the frame's bounds above which it is no frame but a dark thing."""
FOUR: Final = 0.92
"""Share of the hull that its four corners hold where it is a quadrangle."""
LEVEL: Final = 0.002
"""Share of the long side by which corners may be off without a new picture being made."""
GROWTH: Final = 1.5
"""Times its size that a straightened picture may have."""


def straightened(grey: Picture) -> tuple[Picture, bool]:
    """A page seen from aside or aslant as seen from above; whether a frame told so.

    The paper's edge may be found first, and the table on it then: hence twice.
    """
    framed = False
    for _ in range(2):
        frames = [(corners, _upright(corners)) for corners in _frames(grey)]
        framed = framed or bool(frames)
        aslant = [both for both in frames if np.abs(both[0] - both[1]).max() > LEVEL * max(grey.shape)]
        if not aslant:
            break
        grey = _seen_from_above(grey, *aslant[0])
    return grey, framed


def _frames(grey: Picture) -> Iterator[Corners]:
    """The corners of the largest frames, the largest first."""
    factor = min(LOOK / max(grey.shape), 1)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 8)
    ink = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    bounds = stats[1:, cv2.CC_STAT_WIDTH] * stats[1:, cv2.CC_STAT_HEIGHT]
    for figure in np.argsort(-bounds)[:3]:
        large = bounds[figure] > SHARE * small.size
        if large and stats[figure + 1, cv2.CC_STAT_AREA] < FULL * bounds[figure]:
            found = _four(np.argwhere(labels == figure + 1)[:, ::-1])
            if found is not None:
                yield found / factor


def _four(points: Picture) -> Corners | None:
    hull = cv2.convexHull(points.astype(np.int32))
    size = cv2.arcLength(hull, closed=True)
    for tolerance in (0.01, 0.02, 0.03, 0.05, 0.08):
        shape = cv2.approxPolyDP(hull, tolerance * size, closed=True)
        if len(shape) == 4:  # noqa: PLR2004 - a quadrangle
            whole = cv2.contourArea(shape) > FOUR * cv2.contourArea(hull)
            return _ordered(shape[:, 0].astype(np.float64)) if whole else None
    return None


def _ordered(points: Picture) -> Corners:
    total, slope = points.sum(axis=1), points[:, 0] - points[:, 1]
    return np.asarray(points[[total.argmin(), slope.argmax(), total.argmax(), slope.argmin()]])


def _upright(corners: Corners) -> Corners:
    """The rectangle that the corners are those of, about the same middle."""
    left_up, right_up, right_low, left_low = corners
    width = max(np.linalg.norm(right_up - left_up), np.linalg.norm(right_low - left_low)) / 2
    height = max(np.linalg.norm(left_low - left_up), np.linalg.norm(right_low - right_up)) / 2
    around = np.array([[-width, -height], [width, -height], [width, height], [-width, height]])
    return np.asarray(corners.mean(axis=0) + around)


def _seen_from_above(grey: Picture, corners: Corners, target: Corners) -> Picture:
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    high, wide = grey.shape
    page = np.array([[[0, 0], [wide, 0], [wide, high], [0, high]]], np.float64)
    reach = cv2.perspectiveTransform(page, turn)[0]
    low, top = np.maximum(reach.min(axis=0), [-wide * 0.2, -high * 0.2]), np.minimum(
        reach.max(axis=0), [wide * GROWTH, high * GROWTH]
    )  # fmt: skip
    moved = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ turn
    size = (max(int(top[0] - low[0]), 1), max(int(top[1] - low[1]), 1))
    return np.asarray(cv2.warpPerspective(grey, moved, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
