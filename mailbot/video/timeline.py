"""How long the pictures play, where the stream's stated duration alone does not tell."""

from collections.abc import Sequence

from mailbot.video.probe import Packet


def played(stated: float, packets: Sequence[Packet]) -> float:
    """Seconds of pictures.

    libavformat counts an empty edit, a wait before the first picture, into the duration of a stream that an edit list
    cuts, up to its media's own length; and a recorder that never came back to its headers states no duration at all.

    Args:
        stated: the stream's duration as ffprobe tells it; 0 where nobody states one.
        packets: of the picture stream; of a file cut short only those that are there.
    """
    shown = [(packet.time, packet.duration) for packet in packets if packet.time is not None and not packet.dropped]
    if not shown:
        return stated
    first = min(time for time, _ in shown)
    span = max(time + duration for time, duration in shown) - first
    if stated <= 0:
        return round(span, 3)
    return round(min(stated, max(stated - first, span)), 3) if first > 0 else stated
