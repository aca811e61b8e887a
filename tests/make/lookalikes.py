"""Films of made-up shots, and the copies that people send of one work."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.make.films import QUIET, X264, ffmpeg, kept

SIZE: Final = (640, 360)
RATE: Final = 3
SHOT_SECONDS: Final = 4
SECONDS: Final = 40


def scenes(seed: int, *, shared: int = 0) -> Path:
    """A film of ten shots, each a camera that pans over a made-up place. `shared` opens with that other film's shot."""

    def write(path: Path) -> None:
        width, height = SIZE
        argv = [*QUIET, "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(RATE), "-i", "-"]
        encoder = [*argv, *X264, "-crf", "28", "-g", "20", str(path)]
        frames = b"".join(frame.tobytes() for frame in _frames(seed, shared))
        subprocess.run(encoder, input=frames, check=True, timeout=120)

    return kept("mp4", ("scenes", seed, shared, 1), write)


def _frames(seed: int, shared: int) -> list[NDArray[np.uint8]]:
    frames: list[NDArray[np.uint8]] = []
    for shot in range(SECONDS // SHOT_SECONDS):
        owner = shared if shared and shot == 0 else seed
        place = _place(np.random.default_rng(owner * 1000 + shot))
        views = [place[step:, 3 * step :][: SIZE[1], : SIZE[0]] for step in range(SHOT_SECONDS * RATE)]
        frames += [np.ascontiguousarray(view) for view in views]
    return frames


def _place(random: np.random.Generator) -> NDArray[np.uint8]:
    """A larger picture of soft light and hard edges."""
    height, width = SIZE[1] + 40, SIZE[0] + 80
    rows, columns = np.mgrid[0:height, 0:width]
    picture = np.zeros((height, width, 3))
    picture += np.kron(random.uniform(0, 120, (5, 9, 3)), np.ones((80, 80, 1)))[:height, :width]
    for _ in range(14):
        x, y, half = random.integers(0, width), random.integers(0, height), random.integers(15, 130)
        inside = (abs(columns - x) < half) & (abs(rows - y) < half * random.uniform(0.3, 1.2))
        picture[inside] = random.uniform(0, 255, 3)
    return np.clip(picture + random.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


EDITS: Final[Mapping[str, tuple[str, ...]]] = {
    "re-encoded": ("-vf", "null", "-crf", "36"),
    "scaled": ("-vf", "scale=1280:720"),
    "with a logo": (
        "-vf",
        "drawbox=x=20:y=20:w=90:h=50:color=white:t=fill,drawbox=x=30:y=30:w=40:h=20:color=red:t=fill",
    ),
    "with subtitles": ("-vf", "drawbox=enable='lt(mod(t,4),3)':x=120:y=310:w=400:h=30:color=white:t=fill"),
    "trimmed by 3 s": ("-ss", "3"),
    "with an intro of 5 s": ("-vf", "tpad=start_duration=5:color=navy"),
    "cropped by 5 %": ("-vf", "crop=iw*0.95:ih*0.95,scale=640:360"),
    "letterboxed": ("-vf", "pad=640:480:0:60:black"),
}


def copy(seed: int, edit: str) -> Path:
    """A film of `scenes`, edited as one of `EDITS` says."""
    return ffmpeg("mp4", "-i", str(scenes(seed)), *X264, "-g", "33", *EDITS[edit])
