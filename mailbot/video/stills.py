"""Frames of a film, decoded small by ffmpeg in a bounded child: what the checks, the contact sheet and the prints see.

Measured for a minute of 1080p25 on one core: key frames 0.9 s of CPU, twelve places 5.1 s, every frame 15.5 s. So key
frames where there are enough of them; twelve places where one picture group is longer than that; every frame where the
film has few or the config asks for it.
"""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, overload

import numpy as np
from numpy.typing import NDArray

from mailbot.model.errors import ReadingFailed, ReadingTrouble
from mailbot.model.filetype import FileType
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import Finished, find_tool, run
from mailbot.video.probe import Packet, safe_input

LONG_SIDE: Final = 320
"""Pixels of a still's longer side."""
MOST: Final = 240
"""Stills of one film at most: 41 MB."""
PLACES: Final = 12
ENOUGH_KEYS: Final = 8
MANY_KEYS: Final = 600
"""More key frames than this are decoded as dearly as the whole film."""
MANY_PIXELS: Final = MANY_KEYS * 2 * 1920 * 1080
"""Pixels of key frames in all: measured, a key frame of 4K HEVC takes 0.17 s, and one a second of them too long."""
ORDINARY: Final = 1920 * 1080 * 30
"""Pixels a second of a film that is decoded faster than it plays, on one core."""
FEW_FRAMES: Final = 400
"""A film of no more frames is decoded whole at once: slide shows at one frame a second."""
MEMORY: Final = 2048 * MIB
"""Address space of a decoder, bytes: 8K pictures with their references."""
BEHIND: Final = 10
"""Niceness of a dense print: nobody waits for it."""
GOLDEN: Final = 0.618034
"""Multiples of it, wrapped, fall on no grid: a looped film shows a different picture at each."""
DAMAGED_EXIT: Final = 69
"""ffmpeg's exit code where more than `-max_error_rate` of the frames could not be decoded."""
_NO_DECODER: Final = re.compile(rb"(?i)no decoder found|decoder [^\n]{0,80}not found")
_TIME: Final = re.compile(rb"pts_time:(-?[0-9.]+)")


class NoDecoder(Exception):
    """This ffmpeg was built without a decoder for the film's coding: our lack, not the film's."""


class FrameChoice(StrEnum):
    """Which frames are looked at."""

    KEYS = "keys"
    PLACES = "places"
    ALL = "all"


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """One frame as shown: turned, stretched, `LONG_SIDE` pixels long.

    Attributes:
        time: seconds from the film's start.
        pixels: height x width x RGB, full range; height x width where grey.
    """

    time: float
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Film:
    """What decoding needs to know of a file.

    Attributes:
        path: the file.
        file_type: by its content.
        index: of the picture stream.
        width: pixels as shown.
        height: likewise.
        duration: seconds.
    """

    path: Path
    file_type: FileType
    index: int
    width: int
    height: int
    duration: float

    @property
    def still_size(self) -> tuple[int, int]:
        """Width and height of its stills, pixels."""
        factor = LONG_SIDE / max(self.width, self.height, 1)
        return max(round(self.width * factor), 8), max(round(self.height * factor), 8)


@dataclass(frozen=True, slots=True)
class Sight:
    """What decoding gave.

    Attributes:
        stills: in the film's order.
        asked: frames that should have come; never less than came.
        damaged: the decoder gave up on more than it may.
    """

    stills: tuple[Still, ...]
    asked: int
    damaged: bool = False


def way_to_look(packets: Sequence[Packet], duration: float, pixels: int, *, full: bool) -> FrameChoice:
    """The cheapest way that sees enough of a film whose frames have so many pixels.

    A place is decoded from the key frame before it: in a film of one long picture group all places together cost
    several times the film, so it is decoded once, whole.
    """
    keys = [packet.time for packet in packets if packet.key and packet.time is not None]
    if full or len(packets) <= FEW_FRAMES:
        return FrameChoice.ALL
    if ENOUGH_KEYS <= len(keys) <= MANY_KEYS and len(keys) * pixels <= MANY_PIXELS:
        return FrameChoice.KEYS
    if not keys or duration <= 0:
        return FrameChoice.ALL
    waste = sum(place - max((key for key in keys if key <= place), default=0.0) for place in places(duration))
    return FrameChoice.PLACES if waste < duration else FrameChoice.ALL


def look(film: Film, packets: Sequence[Packet], seconds: float, ffmpeg: str, *, full: bool = False) -> Sight:
    """Decode what is enough to judge a film by.

    Args:
        film: the file.
        packets: of its picture stream.
        seconds: real time it may take; a full decode may take four times the film's length on top.
        ffmpeg: name or path of the program.
        full: every frame is decoded.

    Raises:
        ReadingFailed: nothing at all was decoded within the bounds.
        NoDecoder: this ffmpeg cannot decode such films.
        ToolMissing: there is no ffmpeg.
    """
    way = way_to_look(packets, film.duration, film.width * film.height, full=full)
    if way is FrameChoice.PLACES:
        return look_at_places(film, seconds, ffmpeg)
    gap = film.duration / MOST
    if way is FrameChoice.ALL:
        allowed = seconds + 4 * film.duration if full else seconds
        shown = [packet.time for packet in packets if packet.time is not None and not packet.dropped]
        finished = _decode(film, [], _thin(gap), allowed, ffmpeg)
    else:
        shown = [packet.time for packet in packets if packet.time is not None and packet.key]
        # what the loop filter smooths is lost in so small a still
        skip = ["-skip_frame", "nokey", "-discard", "nokey", "-skip_loop_filter", "all"]
        finished = _decode(film, skip, _thin(gap), seconds, ffmpeg)
    stills = _stills(film, finished)
    return Sight(stills, max(_thinned(shown, gap), len(stills)), damaged=finished.code == DAMAGED_EXIT)


@contextmanager
def dense(film: Film, rate: float, fps: float, seconds: float, ffmpeg: str) -> Iterator[Sequence[Still]]:
    """Grey stills at `rate` a second over the whole film, for the dense print; frames that no other needs are skipped.

    They lie in a temporary file and are read one by one: all of a film's stills are 55 MB.

    Args and errors as `look`; the film may take its own length on top of `seconds`, a larger or faster one (`fps`
    frames a second) as many times that as it has more pixels than an ordinary one: 4K at 60 takes half as long again.
    """
    heavier = max(film.width * film.height * fps / ORDINARY, 1.0)
    skip = ["-skip_frame", "noref", "-skip_loop_filter", "all"]
    most = int(film.duration * rate) + 2
    with TemporaryFile() as file:
        allowed = seconds + heavier * film.duration
        finished = _decode(film, skip, _thin(1 / rate), allowed, ffmpeg, frames=most, grey=True, into=file)
        yield Reel(film, file, finished)


class Reel(Sequence[Still]):
    """A film's grey stills in a file, each read when it is asked for.

    Args:
        film: whose.
        file: the frames, one behind the other.
        finished: the decoder's words, which tell their times.
    """

    def __init__(self, film: Film, file: IO[bytes], finished: Finished) -> None:
        self._file = file
        self._width, self._height = film.still_size
        self._count = file.seek(0, io.SEEK_END) // (self._width * self._height)
        self._times = _times(film, finished, self._count)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Still: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Still]: ...
    def __getitem__(self, place: int | slice) -> Still | Sequence[Still]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(self._count))]
        if not 0 <= place < self._count:
            raise IndexError(place)
        size = self._width * self._height
        self._file.seek(place * size)
        pixels = np.frombuffer(self._file.read(size), np.uint8).reshape(self._height, self._width)
        return Still(self._times[place], pixels)


def places(duration: float) -> list[float]:
    """Twelve oddly spaced times of a film, seconds, none in its last tenth of a second."""
    last = max(duration - 0.1, 0.0)
    return sorted(round(last * ((number * GOLDEN) % 1), 3) for number in range(1, PLACES + 1))


def look_at_places(film: Film, seconds: float, ffmpeg: str) -> Sight:
    """Decode twelve places. Arguments and errors as `look`."""
    found: list[Still] = []
    trouble: ReadingFailed | None = None
    for time in places(film.duration):
        try:
            finished = _decode(film, ["-ss", str(time)], "", seconds / PLACES * 2, ffmpeg, frames=1)
        except ReadingFailed as error:
            trouble = error
            continue
        found += [Still(time, still.pixels) for still in _stills(film, finished)]
    if trouble is not None and not found:
        raise trouble
    return Sight(tuple(found), PLACES)


def _thin(gap: float) -> str:
    return f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{gap:.4f}-0.001)',"


def _thinned(times: Sequence[float], gap: float) -> int:
    """How many frames `_thin` lets pass."""
    count, last = 0, float("-inf")
    for time in sorted(times):
        if time - last >= gap - 0.001:
            count, last = count + 1, time
    return count


def _decode(
    film: Film,
    before: list[str],
    chosen: str,
    seconds: float,
    ffmpeg: str,
    *,
    frames: int = 2 * MOST,
    grey: bool = False,
    into: IO[bytes] | None = None,
) -> Finished:
    width, height = film.still_size
    colour = "gray" if grey else "rgb24"
    # a frame's time is printed only where the frame has something to tell: it is given a word of its own
    times = "metadata=add:key=k:value=1,metadata=print:file=pipe\\\\:2"
    picture = f"scale={width}:{height}:flags=area,format={colour},setsar=1,{times}"
    argv = [
        *(find_tool(ffmpeg), "-v", "error", "-nostats", "-nostdin", "-hide_banner", "-threads", "1"),
        *("-filter_threads", "1", "-err_detect", "explode", *before, *safe_input(film.path, film.file_type)),
        *("-map", f"0:{film.index}", "-frames:v", str(frames), "-vf", chosen + picture, "-fps_mode", "passthrough"),
        *("-max_error_rate", "0.2", "-an", "-sn", "-dn", "-f", "rawvideo", "pipe:1"),
    ]
    output = width * height * (1 if grey else 3) * (frames + 1)
    bounds = Bounds(seconds, max(int(seconds), 1), MEMORY, output, niceness=BEHIND if grey else 0)
    finished = run(argv, bounds, reads=(film.path,), into=into)
    nothing = not (finished.stdout if into is None else into.tell())
    if nothing and _NO_DECODER.search(finished.stderr):
        raise NoDecoder
    if finished.code not in (0, DAMAGED_EXIT) and nothing:
        raise ReadingFailed(ReadingTrouble.BROKEN, "ffmpeg")
    return finished


def _stills(film: Film, finished: Finished) -> tuple[Still, ...]:
    width, height = film.still_size
    size = width * height * 3
    count = len(finished.stdout) // size
    pixels = np.frombuffer(finished.stdout, np.uint8, count * size).reshape(count, height, width, 3)
    return tuple(Still(time, frame) for time, frame in zip(_times(film, finished, count), pixels, strict=True))


def _times(film: Film, finished: Finished, count: int) -> list[float]:
    """When each of so many frames is shown, seconds; evenly spread where the decoder did not tell."""
    times = [float(found) for found in _TIME.findall(finished.stderr)][:count]
    return times + [film.duration * number / max(count, 1) for number in range(len(times), count)]
