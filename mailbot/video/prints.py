"""A film's print: PDQ hashes of its frames, bars cut off, plain frames left out.

Measured: with the bars left on, letterboxed copies are found in 0 %; without the plain frames (quality below 50: fades,
black) the least share of true copies rises from 0.76 to 0.92. `pdqhash` is the extra `prints`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mailbot.model.errors import ToolMissing
from mailbot.model.filetype import FileType
from mailbot.model.limits import Limits
from mailbot.model.prints import FEWEST, Print, PrintKind
from mailbot.model.tools import Tools
from mailbot.model.video import VideoFacts
from mailbot.video.facts import picture_stream
from mailbot.video.probe import probe
from mailbot.video.stills import Film, Still, dense

try:
    import pdqhash
except ModuleNotFoundError:
    pdqhash = None

RATE: Final = 2.0
"""Frames a second of a dense print."""
QUALITY: Final = 50
"""PDQ's own measure of how much there is to see in a frame, 0 to 100."""
DARK: Final = 24
"""Brightest grey of a bar."""
LEAST_LEFT: Final = 0.2
"""Share of the picture that must remain when its bars are cut off; else it is a night film."""
SAMPLE: Final = 60
"""Frames by which the bars are found."""


def can_print() -> bool:
    """Whether the extra `prints` is installed."""
    return pdqhash is not None


def key_print(stills: Sequence[Still]) -> Print | None:
    """The print of what the checks decoded anyway; None with too few usable frames, or without `pdqhash`."""
    return make_print(PrintKind.KEYS, stills) if can_print() else None


def dense_print(path: Path, file_type: FileType, facts: VideoFacts, limits: Limits, tools: Tools) -> Print | None:
    """The print of two frames a second. None with too few usable frames.

    Args:
        path: the stored file.
        file_type: by its content.
        facts: as `read_video` told them.
        limits: time for probing and decoding; a film may take its own length on top, a large one more, seconds.
        tools: ffprobe and ffmpeg.

    Raises:
        ReadingFailed: nothing could be decoded within the bounds.
        ToolMissing: ffmpeg or `pdqhash` is not there.
    """
    if not can_print():
        raise ToolMissing("pdqhash is not installed: pip install 'mailbot[prints]'")
    picture = picture_stream(probe(path, file_type, limits.probe_seconds, tools.ffprobe).streams)
    if picture is None:
        return None
    film = Film(path, file_type, int(picture.index), facts.width, facts.height, facts.duration)
    with dense(film, RATE, facts.fps, limits.decode_seconds, tools.ffmpeg) as stills:
        return make_print(PrintKind.DENSE, stills)


def make_print(kind: PrintKind, stills: Sequence[Still]) -> Print | None:
    """Hash what is worth it; None with fewer than five usable frames."""
    if not stills:
        return None
    rows, columns = without_bars([still.pixels for still in stills[:: max(len(stills) // SAMPLE, 1)]])
    times: list[float] = []
    hashes: list[bytes] = []
    for still in stills:
        bits, quality = pdqhash.compute(np.ascontiguousarray(_colour(still.pixels)[rows, columns]))
        if quality >= QUALITY:
            times.append(round(still.time, 3))
            hashes.append(np.packbits(np.asarray(bits, dtype=np.uint8)).tobytes())
    return Print(kind, tuple(times), b"".join(hashes)) if len(times) >= FEWEST else None


def without_bars(pictures: Sequence[NDArray[np.uint8]]) -> tuple[slice, slice]:
    """The rows and columns between the dark bars of pictures of a film; all of them where too little would remain."""
    sample = np.stack([_grey(picture) for picture in pictures])
    brightest = np.percentile(sample, 98, axis=0)
    rows = _between(np.percentile(brightest, 90, axis=1))
    columns = _between(np.percentile(brightest, 90, axis=0))
    height, width = brightest.shape
    left = (rows.stop - rows.start) * (columns.stop - columns.start)
    return (rows, columns) if left >= LEAST_LEFT * height * width else (slice(0, height), slice(0, width))


def _between(light: NDArray[np.floating]) -> slice:
    bright = np.flatnonzero(light > DARK)
    return slice(int(bright[0]), int(bright[-1]) + 1) if len(bright) else slice(0, 0)


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if picture.ndim == 2:  # grey already
        return picture
    weighed: NDArray[np.floating] = picture @ np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as PDQ weighs
    return weighed.astype(np.uint8)


def _colour(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)
