"""Films without a picture worth the name: black or frozen from the first frame to the last."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mailbot.video.stills import Still

GRID: Final = (64, 36)
BLACK: Final = 14
"""Largest grey value of a black picture, full range: 28 where black is 16 and white 235."""
FROZEN: Final = 10
"""Largest difference of 255 between two pictures of a frozen film. The largest, not the mean: a small thing that moves
before a still background has a mean near nothing."""

FROZEN_COLOUR: Final = 30
"""Likewise of one colour: coarse coding shifts colours more than brightness."""


class Blank(StrEnum):
    """`details.kind` of `video-blank`."""

    BLACK = "black"
    FROZEN = "frozen"


def blank(stills: Sequence[Still]) -> Blank | None:
    """Whether a film shows nothing, or one picture only. None too where there is no still to judge by."""
    if not stills:
        return None
    grey = np.stack([_small(still, "L") for still in stills])
    if int(grey.max()) < BLACK:
        return Blank.BLACK
    if _moved(grey) >= FROZEN:
        return None
    return Blank.FROZEN if _moved(np.stack([_small(still, "RGB") for still in stills])) < FROZEN_COLOUR else None


def _moved(pictures: NDArray[np.uint8]) -> int:
    """The largest difference between any two of them at any place."""
    return int((pictures.max(axis=0).astype(int) - pictures.min(axis=0)).max())


def _small(still: Still, mode: str) -> NDArray[np.uint8]:
    picture = Image.fromarray(still.pixels).convert(mode).resize(GRID, Image.Resampling.BOX)
    return np.asarray(picture, dtype=np.uint8)
