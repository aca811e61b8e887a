"""Films made on the spot with ffmpeg: a minute of a picture every four seconds, each with pictures of its own.

Conway's game of life, magnified: every seed gives another film, nothing stands still, and no font is needed.
"""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailbot.model.errors import TemporaryError
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import find_tool, run

WORKERS: Final = 2
CELLS: Final = 27
BOUNDS: Final = Bounds(wall_seconds=120, cpu_seconds=120, memory_bytes=2048 * MIB)


@dataclass(frozen=True, slots=True)
class FilmRecipe:
    """What a film shall be.

    Attributes:
        seed: of its pictures; another seed is another film.
        seconds: duration.
        height: pixels; a landscape film's width is 16/9 of it.
        upright: 9:16 instead of 16:9; `height` is then the width.
        container: ffmpeg's name of the muxer, whatever the file is called.
    """

    seed: int
    seconds: int = 65
    height: int = 1080
    upright: bool = False
    container: str = "mp4"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        long, short = self.height * 16 // 9, self.height
        return (short, long) if self.upright else (long, short)


def make_films(films: Iterable[FilmRecipe], folder: Path, made: Callable[[], None]) -> dict[FilmRecipe, Path]:
    """Make films, those that are there already excepted.

    Args:
        films: what they shall be.
        folder: where they are kept from one demo to the next.
        made: called as each is there.

    Raises:
        ToolMissing: ffmpeg is not installed.
        TemporaryError: ffmpeg could not make one.
    """
    wanted = list(dict.fromkeys(films))
    ffmpeg = find_tool("ffmpeg")
    folder.mkdir(parents=True, exist_ok=True)

    def make(film: FilmRecipe) -> Path:
        path = _make(film, ffmpeg, folder)
        made()
        return path

    with ThreadPoolExecutor(WORKERS) as workers:
        return dict(zip(wanted, workers.map(make, wanted), strict=True))


def _make(film: FilmRecipe, ffmpeg: str, folder: Path) -> Path:
    arguments = _arguments(film)
    recipe = hashlib.sha256(" ".join(arguments).encode()).hexdigest()[:12]
    path = folder / f"{film.seed:02d}-{recipe}.{film.container}"
    if path.exists():
        return path
    unfinished = path.with_suffix(".part")
    finished = run([ffmpeg, *arguments, str(unfinished)], BOUNDS, writes=folder)
    if finished.code != 0:
        told = finished.stderr.decode(errors="replace").strip()
        raise TemporaryError(f"ffmpeg could not make a film: {told}")
    unfinished.replace(path)
    return path


def _arguments(film: FilmRecipe) -> list[str]:
    width, height = film.size
    across, down = (CELLS, CELLS * 16 // 9) if film.upright else (CELLS * 16 // 9, CELLS)
    life, mold, death = (f"#{_colour(film.seed, part)}" for part in ("life", "mold", "death"))
    game = (
        f"life=size={across}x{down}:rate=1/4:mold=12:ratio=0.35:seed={film.seed}"
        f":life_color={life}:mold_color={mold}:death_color={death}"
    )
    return [
        *("-v", "error", "-y", "-f", "lavfi", "-i", game, "-t", str(film.seconds)),
        *("-vf", f"scale={width}:{height}:flags=neighbor,setsar=1", "-pix_fmt", "yuv420p", "-threads", "1"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "48", "-coder", "1", "-f", film.container),
    ]


def _colour(seed: int, part: str) -> str:
    return hashlib.sha256(f"{seed}-{part}".encode()).hexdigest()[:6]
