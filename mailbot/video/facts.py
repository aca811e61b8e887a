"""What ffprobe's streams mean to a viewer. Pure: stream objects in, facts out.

Source of each rule: the pitfalls of mp4 as measured, and libavformat's own player (`ffplay`), which turns the picture
by the display matrix and stretches it by the sample aspect before the turn.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mailbot.model.filetype import FileType
from mailbot.model.video import VideoFacts
from mailbot.video.stream import FFProbeError, FFStream

CONTAINER: Final[Mapping[FileType, str]] = {
    FileType.MP4: "mp4",
    FileType.MOV: "mov",
    FileType.THREE_GP: "3gp",
    FileType.MATROSKA: "mkv",
    FileType.WEBM: "webm",
    FileType.AVI: "avi",
    FileType.FLV: "flv",
    FileType.ASF: "asf",
    FileType.MPEG_TS: "mpegts",
    FileType.MPEG_PS: "mpeg",
    FileType.REALMEDIA: "rm",
    FileType.OGG: "ogg",
    FileType.MXF: "mxf",
    FileType.H264: "h264",
    FileType.HEVC: "hevc",
    FileType.MPEG_VIDEO: "mpegvideo",
}
"""Container names as `VideoFacts.container` gives them."""


def picture_stream(streams: Sequence[FFStream]) -> FFStream | None:
    """The stream that a player shows: never cover art; the default one, else the first. None where there is none.

    A track of a single picture beside a film is its thumbnail, as cameras and drones write it without saying so.
    """
    unflagged = [stream for stream in streams if stream.is_video() and not _is_still(stream)]
    moving = [stream for stream in unflagged if _text(stream, "nb_frames") != "1"]
    pictures = moving or unflagged
    return next((stream for stream in pictures if _flag(stream, "default")), pictures[0] if pictures else None)


def video_facts(container: str, streams: Sequence[FFStream], film: Mapping[str, Any]) -> VideoFacts:
    """The facts of a file.

    Args:
        container: by content and brand.
        streams: ffprobe-python's objects, in ffprobe's order.
        film: ffprobe's `format` section.
    """
    has_audio = any(stream.is_audio() for stream in streams)
    picture = picture_stream(streams)
    if picture is None:
        return VideoFacts(container, duration=_positive(film.get("duration")), has_audio=has_audio)
    coded_width, coded_height = coded_size(picture)
    rotation = turn(picture)
    width, height = shown_size(coded_width, coded_height, _text(picture, "sample_aspect_ratio"), rotation)
    return VideoFacts(
        container=container,
        codec=picture.codec() or "",
        width=width,
        height=height,
        duration=duration(picture, film),
        fps=frame_rate(picture),
        has_audio=has_audio,
        bit_rate=int(_positive(film.get("bit_rate"))),
        rotation=rotation,
        coded_width=coded_width,
        coded_height=coded_height,
    )


def coded_size(picture: FFStream) -> tuple[int, int]:
    """Pixels as stored, as the codec says; (0, 0) where it never did."""
    try:
        size: tuple[int, int] | None = picture.frame_size()
    except (FFProbeError, KeyError):
        return 0, 0
    return size or (0, 0)


def turn(picture: FFStream) -> int:
    """Degrees clockwise that a player turns the picture by; ffprobe tells them counter-clockwise."""
    return round(-_number(_text(picture, "rotation")) / 90) % 4 * 90


def shown_size(width: int, height: int, sample_aspect: str, rotation: int) -> tuple[int, int]:
    """Pixels as shown: stretched by the sample aspect (`W:H`; absent or `0:1` means square), then turned."""
    over, _, under = sample_aspect.partition(":")
    ratio = _number(over) / (_number(under) or 1)
    shown = max(round(width * ratio), 1) if ratio > 0 and width else width
    return (height, shown) if rotation % 180 else (shown, height)


def duration(stream: FFStream, film: Mapping[str, Any]) -> float:
    """Seconds that a stream plays.

    The stream's own duration honours edit lists and the sample table and is right where the header lies;
    Matroska keeps it in a tag; other containers know the whole film's only.
    """
    try:
        seconds = float(stream.duration_seconds())
    except FFProbeError:
        seconds = _clock(_text(stream, "TAG:DURATION"))
    if not math.isfinite(seconds) or seconds <= 0:
        seconds = _positive(film.get("duration"))
    return round(seconds, 3)


def sound_seconds(streams: Sequence[FFStream]) -> float:
    """Length of the longest sound, seconds; 0 where there is none, or where its length is not told."""
    lengths = [duration(stream, {}) for stream in streams if stream.is_audio()]
    return max(lengths, default=0.0)


def frame_rate(picture: FFStream) -> float:
    """Average frames a second; 0 where unknown. `FFStream.framerate` is rounded to an integer: 29.97 would be 30."""
    for name in ("avg_frame_rate", "r_frame_rate"):
        over, _, under = _text(picture, name).partition("/")
        if _number(over) > 0 and _number(under or "1") > 0:
            return round(_number(over) / _number(under or "1"), 3)
    return 0.0


def _is_still(stream: FFStream) -> bool:
    return any(_flag(stream, name) for name in ("attached_pic", "timed_thumbnails", "still_image"))


def _flag(stream: FFStream, name: str) -> bool:
    return _text(stream, f"DISPOSITION:{name}") == "1"


def _text(stream: FFStream, name: str) -> str:
    return str(getattr(stream, name, ""))


def _number(text: object) -> float:
    try:
        value = float(str(text))
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def _positive(text: object) -> float:
    return max(_number(text), 0.0)


def _clock(text: str) -> float:
    """`HH:MM:SS.fraction` in seconds."""
    hours, _, rest = text.partition(":")
    minutes, _, seconds = rest.partition(":")
    return _number(hours) * 3600 + _number(minutes) * 60 + _number(seconds)
