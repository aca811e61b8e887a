"""One video file read whole: boxes, probe, facts, packets, pictures. A hostile file ends as findings."""

from pathlib import Path

from mailbot.extract.video import boxes, integrity
from mailbot.extract.video.facts import CONTAINER, picture_stream, video_facts
from mailbot.extract.video.probe import DEMUXERS, ISO_MEDIA, Packet, Probe, packets, probe
from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code, Finding
from mailbot.model.limits import Limits
from mailbot.model.tools import Tools
from mailbot.model.video import Unreadable, VideoFacts, VideoReading
from mailbot.store import Store


def read_video(
    path: Path,
    file_type: FileType,
    store: Store,
    limits: Limits,
    tools: Tools,
    *,
    full_decode: bool = False,  # noqa: ARG001
) -> VideoReading:
    """Read a video file: what its viewer sees, and what is wrong with the file itself.

    Args:
        path: the file; best the stored copy, named by its hash.
        file_type: by its content (`extract/kind.py`), never by its name.
        store: where the contact sheet is put.
        limits: time for probing and decoding, seconds.
        tools: ffprobe and ffmpeg.
        full_decode: decode every frame instead of a handful of places.

    Raises:
        TemporaryError: our own trouble (the file cannot be opened, a tool is missing); says nothing about the file.
    """
    try:
        size = path.stat().st_size
        walked = boxes.walk(path) if file_type in ISO_MEDIA else None
    except OSError as error:
        raise TemporaryError(f"{path} cannot be read: {error}") from error
    if file_type not in DEMUXERS:
        return _unreadable(Unreadable.NOT_MEDIA)
    if walked is not None and not walked.has_index:
        return _unreadable(Unreadable.NO_INDEX)
    try:
        probed = probe(path, file_type, limits.probe_seconds, tools.ffprobe)
    except ReadingFailed as error:
        return _unreadable(_reason(error))
    return _look(path, file_type, size, walked, probed, limits, tools)


def _look(
    path: Path,
    file_type: FileType,
    size: int,
    walked: boxes.Boxes | None,
    probed: Probe,
    limits: Limits,
    tools: Tools,
) -> VideoReading:
    facts = video_facts(CONTAINER[file_type], probed.streams, probed.film)
    picture = picture_stream(probed.streams)
    if picture is None:
        return VideoReading(facts, (Finding(Code.VIDEO_NO_PICTURE, {"has_audio": facts.has_audio}),))
    try:
        table = packets(path, file_type, int(picture.index), limits.probe_seconds, tools.ffprobe)
    except ReadingFailed as error:
        return _unreadable(_reason(error))
    found = _whole(walked, table, facts, size)
    return VideoReading(facts, found)


def _whole(walked: boxes.Boxes | None, table: tuple[Packet, ...], facts: VideoFacts, size: int) -> tuple[Finding, ...]:
    by_boxes = integrity.whole_by_boxes(walked, facts.duration) if walked else None
    found = integrity.whole_by_packets(table, facts.duration, size) or by_boxes
    return (found,) if found else ()


def _unreadable(reason: Unreadable) -> VideoReading:
    return VideoReading(None, (Finding(Code.VIDEO_UNREADABLE, {"reason": reason}),))


def _reason(error: ReadingFailed) -> Unreadable:
    return (
        Unreadable.BROKEN if error.trouble in (ReadingTrouble.BROKEN, ReadingTrouble.CRASH) else Unreadable.TOO_COSTLY
    )
