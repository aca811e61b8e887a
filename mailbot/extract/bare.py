"""Bare pictures without a container: H.264 and HEVC byte streams (Rec. ITU-T H.264 and H.265, annex B), MPEG-2 video.

Encoders write them as .264, .265 and .m2v; renamed to .mp4 they look like a film. Start codes alone prove nothing,
three bytes of many a file are the same: the headers that must come before the first picture are looked at.
"""

import re
from collections.abc import Iterator
from typing import Final

from mailbot.model.filetype import FileType

_START: Final = re.compile(b"\0\0\1")
_FRONT: Final = re.compile(b"\0{2,8}\1")
"""A stream begins with its first start code, a few nulls in front of it at most (§B.1.1)."""

_SPS: Final = 7
_PPS: Final = 8
_BEFORE_SPS: Final = frozenset({6, 9})
"""NAL unit types that may stand before the first parameter set: supplemental information, a delimiter (§7.4.1.2)."""
_BEFORE_PPS: Final = _BEFORE_SPS | {_SPS, 13, 15}
"""Likewise before the first picture parameter set: an extension or a subset of the one for sequences."""
_PROFILES: Final = frozenset({44, 66, 77, 83, 86, 88, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244})
_LEVELS: Final = frozenset({9, 10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61, 62})

_HEVC_BEFORE_VPS: Final = frozenset({35, 39})
_HEVC_SETS: Final = [32, 33, 34]
"""Video, sequence and picture parameter set, in the order in which each names the one before it."""


def bare_stream(head: bytes) -> FileType | None:
    """H264, HEVC or MPEG_VIDEO where a file's first bytes are such a stream; None where they are not, or not surely."""
    if _is_mpeg_video(head):
        return FileType.MPEG_VIDEO
    if not _FRONT.match(head):
        return None
    units = list(_units(head))
    if _is_h264(units):
        return FileType.H264
    return FileType.HEVC if _is_hevc(units) else None


def _is_mpeg_video(head: bytes) -> bool:
    """A sequence header: a size, an aspect and a frame rate of the tables', a marker bit (ISO/IEC 13818-2 §6.2.2.1)."""
    if not head.startswith(b"\0\0\1\xb3") or len(head) < 12:  # up to the marker
        return False
    width, height = int.from_bytes(head[4:7]) >> 12, int.from_bytes(head[4:7]) & 0xFFF
    return bool(width and height and 0 < head[7] >> 4 < 15 and 0 < head[7] & 15 < 9 and head[10] & 0x20)


def _units(head: bytes) -> Iterator[bytes]:
    starts = [found.end() for found in _START.finditer(head)]
    for start, end in zip(starts, [*(start - 3 for start in starts[1:]), len(head)], strict=True):
        yield head[start:end].rstrip(b"\0")


def _is_h264(units: list[bytes]) -> bool:
    """A sequence parameter set of a known profile and level, and a picture parameter set behind it."""
    kinds = [unit[0] & 0x1F if unit and unit[0] < 0x80 else None for unit in units]  # forbidden_zero_bit
    first = _first(kinds, _BEFORE_SPS)
    last = _first(kinds, _BEFORE_PPS)
    return kinds[first : first + 1] == [_SPS] and kinds[last : last + 1] == [_PPS] and _is_sps(units[first])


def _first(kinds: list[int | None], passed: frozenset[int]) -> int:
    return next((at for at, kind in enumerate(kinds) if kind not in passed), len(kinds))


def _is_sps(unit: bytes) -> bool:
    """Profile, constraints with two reserved bits of zero, level (§7.3.2.1.1)."""
    return len(unit) > 4 and unit[1] in _PROFILES and not unit[2] & 0b11 and unit[3] in _LEVELS


def _is_hevc(units: list[bytes]) -> bool:
    """The three parameter sets in their order; the first holds sixteen bits that are always set (§7.3.2.1)."""
    kinds = [unit[0] >> 1 if len(unit) > 2 and not unit[0] & 0x81 and unit[1] & 7 else None for unit in units]
    first = _first(kinds, _HEVC_BEFORE_VPS)
    return kinds[first : first + 3] == _HEVC_SETS and units[first][4:6] == b"\xff\xff"
