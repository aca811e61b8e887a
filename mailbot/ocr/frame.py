"""A photographed table seen from above and lying flat, by the rules drawn on it. Needs the extra `ocr`.

All rules of a table are level or upright on its sheet. Seen from aside each of the two kinds runs towards a vanishing
point: the two points give the view from above (metric rectification as in Hartley and Zisserman, "Multiple View
Geometry", 2.7). What slope the rules keep then is the sheet's own bend, ironed by a smooth shift that levels them.
Rules tell more than the outline of the sheet or the table, which a shadow, a desk or a stamp hides.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

from mailbot.ocr.shapes import Picture

Points = np.ndarray[Any, Any]
"""Segments as rows of x, y, x, y, or points as rows of x, y."""

OUT: Final = 0.006
"""Share of a picture's long side from its edge at which a rule runs out of it."""
RUN_OUT: Final = 3
"""Rules that run out of a picture where a table does."""
PAPER: Final = 100
"""Pixels of each side at which a picture is looked at for bare paper."""
BARE: Final = 0.75
"""Times the light around it that bare paper sends back at least; more than half of a sheet is bare."""
LOOK: Final = 1600
"""Pixels of the long side at which rules are looked for."""
SHORTEST: Final = 0.022
"""Share of the long side that a piece of a rule is long at least: no stroke of a letter is."""
BLUR: Final = 1.5
"""Pixels by which the page is blurred for that."""
ASIDE: Final = 16.0
"""Degrees by which rules of one kind may differ from the page's own slant: a view from further aside is not read."""
ENOUGH: Final = 0.8
"""Times the page's width (its height) that level (upright) rules are long in all, where they tell anything."""
STRAY: Final = 0.02
"""Slope by which a piece may miss its kind's direction before it counts less."""
LEVEL: Final = 0.0015
"""Mean slope of rules that need no new picture."""
STEEPEST: Final = 0.45
"""How fast the scale may change over half the page, for a view that can be."""
GROWTH: Final = 1.5
"""Times its size that a straightened picture may have."""
EXPECTED: Final = 0.15
"""Half the length, in half pages, of the rules that a page seen straight from above would have."""
WIDE: Final = 0.8
"""Half pages over which rules are spread where they tell more than one bend."""
BEYOND: Final = 0.02
"""Slope at most that goes on beyond the rules."""
RIDGE: Final = 0.002
"""How much a bend must be worth to be believed."""


def straightened(grey: Picture) -> tuple[Picture, bool]:
    """A page seen from aside, aslant or bent as seen from above; whether rules told so."""
    view = _View.of(grey)
    rules = _rules(grey)
    if rules is None:
        return grey, False
    level, upright = (view.normal(kind) for kind in rules)
    turn = _from_above(level, upright)
    level, upright = _moved(level, turn), _moved(upright, turn)
    bends = _Bend.of(level, across=False), _Bend.of(upright, across=True)
    if np.allclose(turn, np.eye(3), atol=LEVEL) and all(bend.is_flat for bend in bends):
        return grey, True
    return _seen(grey, view, turn, bends), True


def is_ruled(grey: Picture) -> bool:
    """Whether a picture is a sheet of paper with a table's rules, read or not."""
    if _rules(grey) is None:
        return False
    light = cv2.resize(grey, (PAPER, PAPER), interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(light, np.ones((9, 9), np.uint8))
    return bool((light > BARE * paper.astype(np.float32)).mean() > 0.6)


def is_cut(grey: Picture) -> bool:
    """Whether a table's rules run out of a picture: a part of it was not taken."""
    rules = _rules(grey)
    if rules is None:
        return False
    high, wide = grey.shape
    ends = [(kind.reshape(-1, 2)[:, axis], side) for kind, axis, side in zip(rules, (0, 1), (wide, high), strict=True)]
    near = OUT * max(grey.shape)
    return any((at < near).sum() >= RUN_OUT or (at > side - near).sum() >= RUN_OUT for at, side in ends)


def level_rules(grey: Picture) -> Points:
    """The pieces of a table's level rules, from left to right or back; none where a picture has no table."""
    rules = _rules(grey)
    return np.empty((0, 4)) if rules is None else rules[0]


# --- the rules ---


def _rules(grey: Picture) -> tuple[Points, Points] | None:
    """The pieces of level and of upright rules; None where there are too few."""
    factor = min(LOOK / max(grey.shape), 1)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # blurred: the steps of a line that was turned without smoothing are no rules of their own
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(cv2.GaussianBlur(small, (0, 0), BLUR))[0]
    if found is None:
        return None
    pieces = found.reshape(-1, 4).astype(np.float64) / factor
    pieces = pieces[_lengths(pieces) > SHORTEST * max(grey.shape)]
    if not len(pieces):
        return None
    angles, lengths = _angles(pieces), _lengths(pieces)
    slant = _slant(angles, lengths)
    off = (angles - slant + 45) % 180 - 45
    level, upright = pieces[np.abs(off) < ASIDE], pieces[np.abs(off - 90) < ASIDE]
    high, wide = grey.shape
    if _lengths(level).sum() < ENOUGH * wide or _lengths(upright).sum() < ENOUGH * high / 4:
        return None
    return level, upright


def _lengths(pieces: Points) -> Points:
    return np.asarray(np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]))


def _angles(pieces: Points) -> Points:
    """Degrees, -45 to 135."""
    return np.asarray(
        (np.degrees(np.arctan2(pieces[:, 3] - pieces[:, 1], pieces[:, 2] - pieces[:, 0])) + 45) % 180 - 45
    )


def _slant(angles: Points, lengths: Points) -> float:
    """By how much the page is turned, degrees, -45 to 45: where most of the rules run, either kind."""
    folded = np.round((angles + 45) % 90).astype(int) % 90
    votes = np.bincount(folded, lengths, 90)
    near = sum(np.roll(votes, shift) * (6 - abs(shift)) for shift in range(-5, 6))
    return float(np.argmax(near)) - 45


# --- seen from above ---


@dataclass(frozen=True, slots=True)
class _View:
    """Pixels and normal coordinates: the middle is 0, half the long side is 1."""

    x: float
    y: float
    half: float

    @classmethod
    def of(cls, grey: Picture) -> "_View":
        high, wide = grey.shape
        return cls(wide / 2, high / 2, max(high, wide) / 2)

    def normal(self, pieces: Points) -> Points:
        return np.asarray((pieces - [self.x, self.y, self.x, self.y]) / self.half)

    def matrix(self) -> Points:
        return np.array([[1 / self.half, 0, -self.x / self.half], [0, 1 / self.half, -self.y / self.half], [0, 0, 1]])


def _from_above(level: Points, upright: Points) -> Points:
    """The view that makes both kinds of rules run along the axes, in normal coordinates."""
    angles, lengths = np.radians(_angles(level)), _lengths(level)
    order = np.argsort(angles)
    along = angles[order][np.searchsorted(lengths[order].cumsum(), lengths.sum() / 2)]
    along, across = np.array([np.cos(along), np.sin(along)]), np.array([-np.sin(along), np.cos(along)])
    right, down = (
        _vanishing(np.vstack([level, _expected(along)])),
        _vanishing(np.vstack([upright, _expected(across)])),
    )
    horizon = np.cross(right, down)
    if np.hypot(*horizon[:2]) > STEEPEST * abs(horizon[2]):
        right, down, horizon = np.array([*along, 0]), np.array([*across, 0]), np.array([0, 0, 1.0])
    far = np.array([[1, 0, 0], [0, 1, 0], horizon / horizon[2]])
    axes = [(far @ point)[:2] for point in (right, down)]
    axes = [axis / np.linalg.norm(axis) for axis in axes]
    axes = [axes[0] * np.sign(axes[0][0] or 1), axes[1] * np.sign(axes[1][1] or 1)]
    affine = np.eye(3)
    affine[:2, :2] = np.linalg.inv(np.column_stack(axes))
    return np.asarray(affine @ far)


def _expected(along: Points) -> Points:
    """Two pieces as they are on a page that is only turned: few or short rules must not outweigh them."""
    side = 0.7 * np.array([-along[1], along[0]])
    return np.array([[*(sign * side - EXPECTED * along), *(sign * side + EXPECTED * along)] for sign in (-1, 1)])


def _vanishing(pieces: Points) -> Points:
    """The point where lines meet, homogeneous; strays count little."""
    begin, end = (np.column_stack([pieces[:, at : at + 2], np.ones(len(pieces))]) for at in (0, 2))
    lines = np.cross(begin, end)
    lines /= np.hypot(lines[:, 0], lines[:, 1])[:, None]
    lengths = _lengths(pieces)
    along = (pieces[:, 2:] - pieces[:, :2]) / lengths[:, None]
    middles = (pieces[:, 2:] + pieces[:, :2]) / 2
    weights = lengths**2
    point = np.zeros(3)
    for _ in range(12):
        point = np.linalg.svd(lines * np.sqrt(weights)[:, None], full_matrices=False)[2][-1]
        toward = point[:2] - point[2] * middles
        toward /= np.maximum(np.linalg.norm(toward, axis=1), 1e-9)[:, None]
        missed = np.abs(along[:, 0] * toward[:, 1] - along[:, 1] * toward[:, 0])
        weights = lengths**2 / (1 + (missed / STRAY) ** 2)
    return np.asarray(point)


def _moved(pieces: Points, turn: Points) -> Points:
    return cv2.perspectiveTransform(pieces.reshape(-1, 1, 2), turn).reshape(-1, 4)


# --- ironed ---


@dataclass(frozen=True, slots=True)
class _Bend:
    """How far a point lies off its place on the flat sheet, normal coordinates.

    Attributes:
        across: of upright rules, whose points lie off sideways; else of level ones.
        weights: of each term of `_terms`.
        reach: where rules are: beyond it the bend goes on as at its edge.
    """

    across: bool
    weights: Points
    reach: tuple[float, float, float, float]

    @classmethod
    def of(cls, pieces: Points, *, across: bool) -> "_Bend":
        pieces = pieces[:, [1, 0, 3, 2]] if across else pieces
        run = pieces[:, 2] - pieces[:, 0]
        kept = np.abs(run) > np.abs(pieces[:, 3] - pieces[:, 1]) * 4
        pieces, run = pieces[kept], run[kept]
        if not len(pieces):
            return cls(across, np.zeros(9), (0, 0, 0, 0))
        slopes = (pieces[:, 3] - pieces[:, 1]) / run
        middles = (pieces[:, :2] + pieces[:, 2:]) / 2
        terms = _slopes(middles[:, 0], middles[:, 1])
        if np.ptp(middles[:, 0]) < WIDE:
            terms[:, _CURVED] = 0
        weights, found = np.abs(run), np.zeros(terms.shape[1])
        for _ in range(8):
            weighed = terms * weights[:, None]
            found = np.linalg.solve(
                terms.T @ weighed + (RIDGE * weights.sum() + 1e-9) * np.eye(len(found)), weighed.T @ slopes
            )
            weights = np.abs(run) / (1 + ((slopes - terms @ found) / STRAY) ** 2)
        left, right = np.quantile(middles[:, 0], (0.01, 0.99))
        top, low = np.quantile(middles[:, 1], (0.01, 0.99))
        return cls(across, found, (float(left), float(right), float(top), float(low)))

    @property
    def is_flat(self) -> bool:
        left, right, top, low = self.reach
        x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(left, right, 9), np.linspace(top, low, 9)))
        return bool(np.abs(_slopes(x, y) @ self.weights).mean() < LEVEL)

    def at(self, x: Points, y: Points) -> Points:
        along, aside = (y, x) if self.across else (x, y)
        left, right, top, low = self.reach
        inside, level = np.clip(along, left, right), np.clip(aside, top, low)
        edge = (along - inside) * np.clip(_slopes(inside, level) @ self.weights, -BEYOND, BEYOND)
        return np.asarray(_terms(inside, level) @ self.weights + edge)


_CURVED: Final = (2, 3, 4, 7)
"""The terms of `_terms` that bend more than once."""


def _terms(x: Points, y: Points) -> Points:
    return np.stack([x, x**2, x**3, x**4, x**5, x * y, x**2 * y, x**3 * y, x * y**2], axis=-1)


def _slopes(x: Points, y: Points) -> Points:
    """`_terms`, derived by x."""
    one = np.ones_like(x)
    return np.stack([one, 2 * x, 3 * x**2, 4 * x**3, 5 * x**4, y, 2 * x * y, 3 * x**2 * y, y**2], axis=-1)


def _seen(grey: Picture, view: _View, turn: Points, bends: tuple[_Bend, _Bend]) -> Picture:
    high, wide = grey.shape
    corners = np.array([[[0, 0], [wide, 0], [wide, high], [0, high]]], np.float64)
    whole = np.linalg.inv(view.matrix()) @ turn @ view.matrix()
    reach = cv2.perspectiveTransform(corners, whole)[0]
    low = np.maximum(reach.min(axis=0), [-wide * 0.2, -high * 0.2])
    top = np.minimum(reach.max(axis=0), [wide * GROWTH, high * GROWTH])
    columns, rows = max(int(top[0] - low[0]), 1), max(int(top[1] - low[1]), 1)
    step = 16  # the shift is smooth: worked out on a coarse net, drawn fine between
    x, y = np.meshgrid(np.arange(0, columns + step, step) + low[0], np.arange(0, rows + step, step) + low[1])
    x, y = (x - view.x) / view.half, (y - view.y) / view.half
    down, right = bends[0].at(x, y), bends[1].at(x, y)
    x, y = x + bends[1].at(x + right, y + down), y + bends[0].at(x + right, y + down)
    places = np.stack([x, y], axis=-1)
    back = cv2.perspectiveTransform(places.reshape(-1, 1, 2), np.linalg.inv(turn)).reshape(places.shape)
    net = (back * view.half + [view.x, view.y]).astype(np.float32)
    scale = np.array([[step, 0, 0], [0, step, 0]], np.float32)
    fine: Any = cv2.warpAffine(net, scale, (columns, rows), flags=cv2.INTER_LINEAR)
    nothing: Any = None
    return np.asarray(cv2.remap(grey, fine, nothing, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
