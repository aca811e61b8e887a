"""ffprobe on a stranger's file: one bounded child, one forced demuxer, JSON out.

Without `-f` the content chooses the demuxer, and a playlist, concat script, SDP, MPD or `%03d` name dressed as .mp4
opens other files and connections; the whitelists are the second lock, the sandbox the third.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mailbot.model.errors import ReadingFailed, ReadingTrouble
from mailbot.model.filetype import FileType
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import find_tool, run
from mailbot.video.facts import CONTAINER
from mailbot.video.stream import FFStream, build_stream

ISO_MEDIA: Final = frozenset({FileType.MP4, FileType.MOV, FileType.THREE_GP})
DEMUXERS: Final[Mapping[FileType, str]] = {
    **CONTAINER,
    **dict.fromkeys(ISO_MEDIA, "mov,mp4,m4a,3gp,3g2,mj2"),
    **dict.fromkeys((FileType.MATROSKA, FileType.WEBM), "matroska,webm"),
}
"""libavformat's demuxer for each container: its full name is the whitelist, the first word of it the forced format."""
MEMORY: Final = 300_000_000
"""Address space for one probe, bytes: 4K films and 6 MB of tags were read in it."""
LARGEST_BLOCK: Final = 100_000_000
"""One allocation inside libavformat, bytes: an index of 20 million samples ends here after 0.1 s."""
NO_MEMORY: Final = b"Cannot allocate memory"
"""How libavformat says that a bound on memory was met (strerror of ENOMEM)."""
OUTPUT: Final = 4 * MIB
TABLE_OUTPUT: Final = 32 * MIB
"""Bytes: eight minutes at 60 frames a second take 5 MB, their sound 3 MB."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What ffprobe says.

    Attributes:
        streams: in file order.
        film: the `format` section.
        packets: of all streams, as they lie in the file; none where they were not asked for.
    """

    streams: tuple[FFStream, ...]
    film: Mapping[str, Any]
    packets: tuple["Packet", ...] = ()

    def packets_of(self, index: int) -> tuple["Packet", ...]:
        """The packets of one stream."""
        return tuple(packet for packet in self.packets if packet.stream == index)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet.

    Attributes:
        time: presentation time, seconds; None where the container has none.
        duration: seconds; 0 where unknown.
        position: byte in the file; None where the demuxer does not tell.
        size: bytes.
        key: decoding can start here.
        dropped: outside of the edit list, decoded but not shown.
        stream: index of its stream.
    """

    time: float | None
    duration: float
    position: int | None
    size: int
    key: bool
    dropped: bool
    stream: int = 0


def safe_input(path: Path, file_type: FileType) -> list[str]:
    """The options, for ffprobe and ffmpeg alike, that open this one file with its own demuxer and nothing else."""
    demuxer = DEMUXERS[file_type]
    iso = ["-enable_drefs", "0", "-use_absolute_path", "0"] if file_type in ISO_MEDIA else []
    return [
        *("-max_alloc", str(LARGEST_BLOCK)),
        *("-protocol_whitelist", "file", "-format_whitelist", demuxer, "-f", demuxer.split(",")[0]),
        *iso,
        *("-max_streams", "100", "-probesize", "10000000", "-analyzeduration", "10000000"),
        *("-i", f"file:{path.absolute()}"),
    ]


def probe(path: Path, file_type: FileType, seconds: float, ffprobe: str, *, table: bool = False) -> Probe:
    """Read streams and format of a file; nothing is decoded.

    Args:
        path: the file.
        file_type: by content; one of `DEMUXERS`.
        seconds: real time it may take.
        ffprobe: name or path of the program.
        table: read every packet's time and place too, in the same run.

    Raises:
        ReadingFailed: it is not what its type says, or met a bound.
        ToolMissing: there is no ffprobe.
    """
    wanted = ["-show_format", "-show_streams"]
    if table:
        wanted += ["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,pos,size,flags"]
    bounds = Bounds(seconds, max(int(seconds), 1), MEMORY, TABLE_OUTPUT if table else OUTPUT)
    told = _ask(path, file_type, wanted, bounds, ffprobe)
    streams = tuple(map(build_stream, told.get("streams", ())))
    return Probe(streams, told.get("format", {}), tuple(map(_packet, told.get("packets", ()))))


def _ask(path: Path, file_type: FileType, wanted: Sequence[str], bounds: Bounds, ffprobe: str) -> dict[str, Any]:
    argv = [
        find_tool(ffprobe),
        "-v",
        "error",
        "-hide_banner",
        "-threads",
        "1",
        "-of",
        "json=c=1",
        *wanted,
        *safe_input(path, file_type),
    ]
    finished = run(argv, bounds, reads=(path,))
    try:
        told = json.loads(finished.stdout.decode(errors="replace"))
    except ValueError:
        told = {}
    if NO_MEMORY in finished.stderr:
        raise ReadingFailed(ReadingTrouble.MEMORY, "ffprobe")
    if finished.code != 0 or not isinstance(told, dict) or not told:
        raise ReadingFailed(ReadingTrouble.BROKEN, "ffprobe")
    return told


def _packet(told: Mapping[str, Any]) -> Packet:
    position = told.get("pos")
    flags = told.get("flags", "")
    return Packet(
        time=_time(told.get("pts_time", told.get("dts_time"))),
        duration=_time(told.get("duration_time")) or 0.0,
        position=int(position) if position is not None else None,
        size=int(told.get("size", 0)),
        key=flags.startswith("K"),
        dropped="D" in flags,
        stream=int(told.get("stream_index", 0)),
    )


def _time(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
