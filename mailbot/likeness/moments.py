"""Whether two films of one unmoving camera show the same moments, or only the same place. Pure.

Before a fixed camera frames are near at every time offset, so votes for one offset tell nothing. What is left of their
distances does, once each frame's own mean is taken away (double centring, as of distance covariance: Székely, Rizzo and
Bakirov 2007): in a copy the frames of one moment remain the nearest, in another take of the same place no offset stands
out. `python -m bench.lookalikes` makes such works and tells what is found and what raises an alarm.
"""

from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint16]
Near = NDArray[np.bool_]
Steps = NDArray[np.intp]
Residuals = NDArray[np.float32]

ONE_PLACE: Final = 0.1
"""Share of all pairs of the matched frames that are near: films of many shots have less, of one place more."""
STANDS_OUT: Final = 1.2
"""Standard deviations by which frames of one moment are nearer than other frames of their place."""
SURE: Final = 7.0
"""The same times the root of the frames: few frames stand out by chance."""
MOVES: Final = 12
"""Bits by which frames of one place differ in the mean, where something moves: less is the encoder's noise."""
ENOUGH: Final = 0.3
"""Share of the shorter film's frames that an offset must hold: one step is counted, not its neighbours."""


class Untold(Enum):
    """Where no offset stands out."""

    OTHER_MOMENTS = "other moments"
    """The same place, not the same film."""
    NOTHING_MOVES = "nothing moves"
    """A still picture has no moments: only a person can tell."""


def is_one_place(near: Near, asked: Steps, stored: Steps) -> bool:
    """Whether the matched frames are near whatever the offset.

    Args:
        near: for each frame asked and each one stored.
        asked: rows that matched at the best offset.
        stored: columns that did.
    """
    return bool(near[np.ix_(asked, stored)].mean() > ONE_PLACE)


def same_moments(apart: Bits, offsets: Steps, within: Bits, bits: int) -> int | Untold:
    """The offset at which two films of one place show the same moments.

    Args:
        apart: bits between each frame asked (rows) and each one stored (columns).
        offsets: of the same pairs, whole steps.
        within: bits between the frames of the stored film.
        bits: up to which two frames show one place.
    """
    near = apart <= bits
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    block, itself = np.ix_(rows, columns), np.ix_(columns, columns)
    place = within[itself] <= bits
    if within[itself][place].mean() < MOVES:
        return Untold.NOTHING_MOVES
    # a harder encoder pushes some pairs of a place beyond `bits`; the stored film itself tells which belong together
    together = (near[block].astype(np.float32) @ place.astype(np.float32)) > 0
    left = _centred(apart[block].astype(np.float32), together)
    step = offsets[block] - offsets.min()
    pairs, total = np.bincount(step[together]), np.bincount(step[together], left[together])
    votes = np.bincount(step[near[block]], minlength=len(pairs))[: len(pairs)]
    looked_at = votes >= ENOUGH * min(apart.shape)
    if not looked_at.any():
        return Untold.OTHER_MOMENTS
    deep = np.where(looked_at, -total / np.maximum(pairs, 1) / left[together].std(), 0.0)
    sure = deep * np.sqrt(pairs)
    best = int(sure.argmax())
    told = deep[best] >= STANDS_OUT and sure[best] >= SURE
    return best + int(offsets.min()) if told else Untold.OTHER_MOMENTS


def _centred(apart: Residuals, together: Near) -> Residuals:
    """Distances without their rows' and columns' means, of the pairs that belong together."""
    left = np.where(together, apart, 0)
    for axis in (1, 0, 1, 0):
        means = left.sum(axis=axis, keepdims=True) / together.sum(axis=axis, keepdims=True)
        left = np.where(together, left - means, 0)
    return left
