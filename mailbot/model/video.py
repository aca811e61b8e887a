"""A video as its viewer sees it."""

from dataclasses import dataclass
from enum import StrEnum
from math import gcd

from mailbot.model.finding import Finding
from mailbot.model.prints import Print


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What was measured. Sizes are as shown: display rotation and sample aspect applied.

    Attributes:
        container: `mp4`, `mov`, `mkv`, `webm`, `avi`, `flv`, `asf`, `mpegts`, `mpeg`, `3gp`, …: by content and brand;
            a bare stream's coding.
        codec: the picture stream's codec, as ffprobe names it; empty where there is none.
        width: pixels as shown.
        height: pixels as shown.
        duration: seconds that play; 0 where unknown.
        fps: frames a second, average; 0 where unknown.
        has_audio: a sound stream is in it.
        bit_rate: bits a second over the whole file; 0 where unknown.
        rotation: degrees clockwise that a player turns the picture by: 0, 90, 180 or 270.
        coded_width: pixels as stored.
        coded_height: pixels as stored.
    """

    container: str
    codec: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0.0
    fps: float = 0.0
    has_audio: bool = False
    bit_rate: int = 0
    rotation: int = 0
    coded_width: int = 0
    coded_height: int = 0


class Unreadable(StrEnum):
    """`details.reason` of `video-unreadable`: why a file cannot be opened or does not play."""

    NOT_MEDIA = "not-media"
    """Its bytes are no video's."""
    NO_INDEX = "no-index"
    """An mp4 without its moov: cut before the index was written, or never finished."""
    BROKEN = "broken"
    """It calls itself a video and cannot be opened."""
    UNKNOWN_CODEC = "unknown-codec"
    """Its pictures are in a coding that nobody knows."""
    DAMAGED = "damaged"
    """It opens, and its pictures cannot be decoded."""
    EMPTY_TRACK = "empty-track"
    """Its index names pictures that the file does not hold."""
    PROTECTED = "protected"
    """Encrypted (DRM)."""
    EXTERNAL = "external"
    """Its data lies in another file, which was not sent."""
    TOO_COSTLY = "too-costly"
    """Reading it took more time, memory or output than any honest film needs."""


@dataclass(frozen=True, slots=True)
class VideoReading:
    """What looking into one video file gave, the campaign's rules not yet applied.

    Attributes:
        facts: None where it cannot be opened.
        findings: what is wrong with the file itself: unreadable, truncated, no picture, blank.
        contact_sheet: sha-256 of a small JPEG in the store; empty where none could be made.
        key_print: of the frames that were decoded anyway; None where too few are usable, or `pdqhash` is not installed.
    """

    facts: VideoFacts | None
    findings: tuple[Finding, ...] = ()
    contact_sheet: str = ""
    key_print: Print | None = None


def aspect_label(width: int, height: int, allowed: tuple[str, ...] = (), tolerance: float = 0.0) -> str:
    """A picture's shape as `W:H`: the nearest allowed one within `tolerance` (a ratio), else reduced.

    Args:
        width: pixels as shown, more than 0.
        height: likewise.
        allowed: labels such as `16:9`.
        tolerance: 0.01 lets the ratio be one hundredth off.
    """
    for label in allowed:
        across, down = map(int, label.split(":"))
        if abs(width * down / (height * across) - 1) <= tolerance + 1e-9:
            return label
    divisor = gcd(width, height) or 1
    return f"{width // divisor}:{height // divisor}"
