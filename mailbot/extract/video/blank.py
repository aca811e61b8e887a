"""Films without a picture worth the name: black or frozen from the first frame to the last."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import numpy as np
from PIL import Image

from mailbot.extract.video.stills import Still

GRID: Final = (64, 36)
BLACK: Final = 14
"""Largest grey value of a black picture, full range: 28 where black is 16 and white 235."""
FROZEN: Final = 10
"""Largest difference of 255 between two pictures of a frozen film. The largest, not the mean: a small thing that moves
before a still background has a mean near nothing."""


class Blank(StrEnum):
    """`details.kind` of `video-blank`."""

    BLACK = "black"
    FROZEN = "frozen"


def blank(stills: Sequence[Still]) -> Blank | None:
    """Whether a film shows nothing, or one picture only. None too where there is no still to judge by."""
    if not stills:
        return None
    grey = np.stack([_grey(still) for still in stills])
    if int(grey.max()) < BLACK:
        return Blank.BLACK
    moved = int((grey.max(axis=0).astype(int) - grey.min(axis=0)).max())
    return Blank.FROZEN if moved < FROZEN else None


def _grey(still: Still) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    small = Image.fromarray(still.pixels).convert("L").resize(GRID, Image.Resampling.BOX)
    return np.asarray(small, dtype=np.uint8)
