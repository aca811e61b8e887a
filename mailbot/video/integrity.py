"""Whether a file is whole, from its boxes and its packet table: nothing is decoded, so this costs next to nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from mailbot.model.finding import Code, Finding
from mailbot.model.video import Unreadable
from mailbot.video.boxes import Boxes
from mailbot.video.probe import Packet

SLACK_SECONDS: Final = 0.5
"""By how much the last packet may end before the stream's stated end: sound and pictures never end together."""

SOUND_SECONDS: Final = 5.0
"""By how much the sound may outlast the pictures: music that fades out over a last picture is no fault."""
UNKNOWN: Final = frozenset({"", "none", "unknown"})
"""What ffprobe calls a coding that it has never heard of."""
SAMPLES: Final = 200
"""Packets of the picture stream whose first bytes are looked at."""
HEAD: Final = 64
"""Bytes: no compressed picture begins with so many nulls (its first ones tell a length or a start code)."""


def whole(boxes: Boxes | None, packets: Sequence[Packet], duration: float, size: int) -> Finding | None:
    """What is missing from a file: None where it is whole. Arguments as below; `boxes` is None for other containers."""
    if boxes and (boxes.protected or boxes.external):
        reason = Unreadable.PROTECTED if boxes.protected else Unreadable.EXTERNAL
        return Finding(Code.VIDEO_UNREADABLE, {"reason": reason})
    by_boxes = whole_by_boxes(boxes, duration) if boxes else None
    return whole_by_packets(packets, duration, size) or by_boxes


def whole_by_boxes(boxes: Boxes, duration: float) -> Finding | None:
    """What the boxes say against the file: they state more than is there.

    A fragmented film that states its length (`mehd`) and holds less was cut between two fragments.
    """
    if boxes.missing:
        return Finding(Code.VIDEO_TRUNCATED, {"missing_bytes": boxes.missing, "duration": duration})
    if boxes.fragmented and not boxes.packets_tell and boxes.stated_seconds > duration + max(1.0, 0.02 * duration):
        return Finding(Code.VIDEO_TRUNCATED, {"duration": boxes.stated_seconds, "available": duration})
    return None


def whole_by_packets(packets: Sequence[Packet], duration: float, size: int) -> Finding | None:
    """What the packet table says: pictures that the index names and the file lacks.

    Args:
        packets: of the picture stream.
        duration: the stream's stated duration, seconds.
        size: the file's, bytes.
    """
    if not packets:
        return Finding(Code.VIDEO_UNREADABLE, {"reason": Unreadable.EMPTY_TRACK})
    there = [packet for packet in packets if packet.position is None or packet.position + packet.size <= size]
    shown = [packet for packet in there if packet.time is not None and not packet.dropped]
    beyond = len(packets) - len(there)
    if not shown:
        return Finding(Code.VIDEO_UNREADABLE, {"reason": Unreadable.EMPTY_TRACK}) if beyond else None
    first = max(min(packet.time or 0.0 for packet in shown), 0.0)
    available = max((packet.time or 0.0) + packet.duration for packet in shown) - first
    longest = max(packet.duration for packet in shown)
    if beyond or available < duration - max(SLACK_SECONDS, 1.5 * longest):
        return Finding(Code.VIDEO_TRUNCATED, {"duration": duration, "available": round(min(available, duration), 2)})
    return None


def outlasted(pictures: float, sound: float) -> Finding | None:
    """Whether the sound goes on long after the pictures: a track too long was left on the time line. Seconds."""
    if sound <= pictures + SOUND_SECONDS:
        return None
    return Finding(Code.VIDEO_SOUND_LONGER, {"duration": round(pictures, 2), "sound": round(sound, 2)})


def filled(path: Path, packets: Sequence[Packet], duration: float) -> Finding | None:
    """Whether a download that reserved its room was ever finished: picture packets that are nothing but nulls.

    Size, boxes and packet table of such a file are perfect. Nulls up to the end are a film cut short; elsewhere a
    damaged one. One bad packet is let pass: players do too.

    Raises:
        OSError: the file cannot be read.
    """
    placed = [packet for packet in packets if packet.position is not None and packet.size >= HEAD]
    sampled = placed[:: max(len(placed) // SAMPLES, 1)]
    with path.open("rb") as file:
        null = [packet for packet in sampled if not _head(file, packet).strip(b"\0")]
    if len(null) <= 1 or len(null) * 50 < len(sampled):
        return None
    if sampled[-1] is not null[-1]:
        return Finding(
            Code.VIDEO_UNREADABLE, {"reason": Unreadable.DAMAGED, "looked_at": len(sampled), "failed": len(null)}
        )
    available = min(packet.time or 0.0 for packet in null)
    return Finding(Code.VIDEO_TRUNCATED, {"duration": duration, "available": round(max(available, 0.0), 2)})


def _head(file: IO[bytes], packet: Packet) -> bytes:
    file.seek(packet.position or 0)
    return file.read(HEAD)
