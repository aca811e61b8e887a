"""The cells between a table's ruled lines, also where they are dotted, broken or missing outside. Needs `ocr`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mailbot.ocr.boxes import ink_of
from mailbot.ocr.shapes import Bounds, Picture, Seat

LONG: Final = 3.0
"""Letter heights that a level rule is long at least: no stroke of a letter is."""
THIN: Final = 0.45
"""Letter heights that a dot is wide at most, across its rule."""


@dataclass(frozen=True, slots=True)
class _RuleKind:
    """Level or upright rules, in letter heights.

    Attributes:
        drawn: their length at least: no stroke of a letter is as long.
        dotted: the same for a row of dots or dashes.
        gap: between its dots: boxes below one another are further apart.
    """

    drawn: float
    dotted: float
    gap: float


_LEVEL: Final = _RuleKind(LONG, 5.0, 0.5)
_UPRIGHT: Final = _RuleKind(1.3, 2.5, 0.25)
ABOUT: Final = 0.05
"""Share of a letter's height by which its strokes may stand out."""
REACH: Final = 0.4
"""Letter heights by which a rule may end too early."""
FLUSH: Final = 0.8
"""Letter heights within which rules end together."""
FLUSH_RULES: Final = 3
"""Rules that end together where the outer rule across their ends is left out."""
LEAST: Final = 4
"""Cells of a table: fewer are a frame."""


def cells_of(grey: Picture, height: float, letters: Sequence[Seat] = ()) -> list[Bounds]:
    """The cells of a level page: left, top, right, bottom.

    Args:
        grey: the page.
        height: of a letter, pixels.
        letters: of the page: their strokes are no dots of a rule.
    """
    ink = ink_of(grey, int(height))
    bare = _without(ink, letters)
    # OpenCV's kernels run along the rules: what is done to level ones is done to upright ones on their side
    across = _rules(ink, bare, height, _LEVEL)
    down = _unstreaked(_rules(ink.T, bare.T, height, _UPRIGHT).T, across, height)
    across = _unstreaked(across.T, down.T, height).T.copy()
    for edge in _left_out(across, down, height):
        down[edge[1] : edge[3], edge[0] - 1 : edge[0] + 2] = 255
    for edge in _left_out(down.T, across.T, height):
        across[edge[0] - 1 : edge[0] + 2, edge[1] : edge[3]] = 255
    reach = 2 * int(REACH * height) + 1
    lines = cv2.bitwise_or(
        cv2.dilate(across, np.ones((5, reach), np.uint8)), cv2.dilate(down, np.ones((reach, 5), np.uint8))
    )
    cells = [cell for cell in _holes(lines) if cell[2] - cell[0] > height and cell[3] - cell[1] > 0.7 * height]
    cells = [cell for cell in cells if sum(_around(cell, other) for other in cells) < 3]  # no sheet of paper
    return cells if len(cells) >= LEAST else []


def _without(ink: Picture, letters: Sequence[Seat]) -> Picture:
    """A page's ink without what lies within letters."""
    bare = ink.copy()
    for _, left, top, right, bottom in letters:
        about = (bottom - top) * ABOUT
        bare[max(int(top - about), 0) : int(bottom + about) + 1, max(int(left), 0) : int(right)] = 0
    return bare


def _rules(ink: Picture, bare: Picture, height: float, kind: _RuleKind) -> Picture:
    """Ink that belongs to level rules, drawn, or dotted where no letters are."""
    ink, bare = np.ascontiguousarray(ink), np.ascontiguousarray(bare)
    # a pixel thicker: a rule a little aslant is no row of short ones
    drawn = cv2.morphologyEx(
        cv2.dilate(ink, np.ones((3, 1), np.uint8)), cv2.MORPH_OPEN, _row(max(kind.drawn * height, 20))
    )
    thin = cv2.subtract(bare, cv2.morphologyEx(bare, cv2.MORPH_OPEN, _row(THIN * height).T))
    joined = cv2.morphologyEx(thin, cv2.MORPH_CLOSE, _row(kind.gap * height))
    dotted = cv2.morphologyEx(joined, cv2.MORPH_OPEN, _row(kind.dotted * height))
    return np.ascontiguousarray(cv2.bitwise_or(drawn, dotted))


def _unstreaked(down: Picture, across: Picture, height: float) -> Picture:
    """Upright rules without streaks of a dirty scanner and folds of the paper: they run on above and below the table.

    Level ones likewise, page and rules on their side.
    """
    down = np.ascontiguousarray(down)
    long = cv2.morphologyEx(across, cv2.MORPH_OPEN, _row(2 * LONG * height))
    rows = np.flatnonzero(long.any(axis=1))
    if not len(rows):
        return down
    _, labels, rules, _ = cv2.connectedComponentsWithStats(down, connectivity=8)
    top, tall = rules[:, cv2.CC_STAT_TOP], rules[:, cv2.CC_STAT_HEIGHT]
    streak = (top < rows[0] - 2 * height) & (top + tall > rows[-1] + 2 * height)
    streak[0] = False
    if 2 * streak.sum() < len(rules) - 1:  # else the table lacks its outer rules across
        down[streak[labels]] = 0
    return down


def _row(length: float) -> Picture:
    return np.ones((1, max(int(length), 3)), np.uint8)


def _left_out(across: Picture, down: Picture, height: float) -> Iterator[Bounds]:
    """The upright outer rules that a table with inner ones lacks: there its level rules end together."""
    _, _, rules, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(cv2.dilate(across, _row(height))))
    rules = rules[1:][rules[1:, cv2.CC_STAT_WIDTH] > 2 * LONG * height]
    if len(rules) < FLUSH_RULES:
        return
    left, top = rules[:, cv2.CC_STAT_LEFT] + int(height / 2), rules[:, cv2.CC_STAT_TOP]
    right = rules[:, cv2.CC_STAT_LEFT] + rules[:, cv2.CC_STAT_WIDTH] - int(height / 2)
    for flush in _flush(left, right, FLUSH * height):
        high, low = int(top[flush].min()), int(top[flush].max())
        if low - high < LONG * height:
            continue
        begin, end = int(np.median(left[flush])), int(np.median(right[flush]))
        if not _covers(down[high:low, begin + int(height) : end - int(height)]):
            continue
        for edge in (begin, end):
            if not _covers(down[high:low, max(edge - int(height), 0) : edge + int(height)]):
                yield min(max(edge, 1), down.shape[1] - 2), high, edge, low


def _flush(left: Picture, right: Picture, near: float) -> Iterator[Picture]:
    """Which rules begin and end together, in groups, the largest first."""
    free = np.ones(len(left), bool)
    together = (np.abs(left[:, None] - left[None, :]) < near) & (np.abs(right[:, None] - right[None, :]) < near)
    while free.sum() >= FLUSH_RULES:
        beside = together & free
        most = beside[beside.sum(axis=1).argmax()]
        if most.sum() < FLUSH_RULES:
            return
        yield most
        free &= ~most


def _covers(down: Picture) -> bool:
    """Whether upright rules run over most of a strip's height."""
    return down.size > 0 and bool((down.max(axis=1) > 0).mean() > 0.6)  # one may be broken


def _holes(lines: Picture) -> Iterator[Bounds]:
    contours, hierarchy = cv2.findContours(lines, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour, place in zip(contours, hierarchy[0] if hierarchy is not None else (), strict=True):
        x, y, width, tall = cv2.boundingRect(contour)
        if place[3] >= 0 and cv2.contourArea(contour) > 0.75 * width * tall:
            yield x, y, x + width, y + tall


def _around(cell: Bounds, other: Bounds) -> bool:
    """Whether the other's middle lies within a cell, itself included."""
    return cell[0] <= (other[0] + other[2]) / 2 <= cell[2] and cell[1] <= (other[1] + other[3]) / 2 <= cell[3]
