"""One video file read whole: boxes, probe, facts, packets, pictures. A hostile file ends as findings."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Final

from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.filetype import BARE_STREAMS, FileType
from mailbot.model.finding import Code, Details, Finding
from mailbot.model.limits import Limits
from mailbot.model.tools import Tools
from mailbot.model.video import Unreadable, VideoFacts, VideoReading
from mailbot.store import Store
from mailbot.video import boxes, integrity
from mailbot.video.blank import Blank, blank
from mailbot.video.facts import CONTAINER, picture_stream, sound_seconds, video_facts
from mailbot.video.prints import key_print
from mailbot.video.probe import DEMUXERS, ISO_MEDIA, Packet, Probe, probe
from mailbot.video.sheet import contact_sheet
from mailbot.video.stills import Film, NoDecoder, Sight, look, look_at_places
from mailbot.video.timeline import played

BY_FAR: Final = 2
"""Times its packets' length that a whole film's header states where it is not believed."""


def read_video(
    path: Path,
    file_type: FileType,
    store: Store,
    limits: Limits,
    tools: Tools,
    *,
    full_decode: bool = False,
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
        probed = _probed(path, file_type, limits.probe_seconds, tools.ffprobe)
        if not probed.streams:
            return _unreadable(Unreadable.BROKEN)
        facts = video_facts(CONTAINER[file_type], probed.streams, probed.film)
        picture = picture_stream(probed.streams)
        if picture is None:
            return VideoReading(facts, (Finding(Code.VIDEO_NO_PICTURE, {"has_audio": facts.has_audio}),))
        if file_type in BARE_STREAMS:
            return VideoReading(replace(facts, duration=0.0, fps=0.0))  # ffprobe's 25 a second are a guess
        index = int(picture.index)
        table = probed.packets_of(index)
    except ReadingFailed as error:
        if walked is not None and walked.fragmented and walked.missing:
            return VideoReading(None, (Finding(Code.VIDEO_TRUNCATED, {"missing_bytes": walked.missing}),))
        return _unreadable(_reason(error))
    facts, credible = _believed(facts, walked, table)
    cut = integrity.whole(walked, table, facts.duration, size)
    if facts.codec in integrity.UNKNOWN:
        cut = Finding(Code.VIDEO_UNREADABLE, {"reason": Unreadable.UNKNOWN_CODEC})
    if cut is None and facts.codec != "rawvideo":
        cut = _filled(path, table, facts.duration)
    film = Film(path, file_type, index, facts.width, facts.height, facts.duration)
    reading = _watch(film, facts, table, cut, store, limits, tools, full=full_decode)
    sound = sound_seconds(probed.streams)
    longer = None if cut or sound > credible else integrity.outlasted(facts.duration, sound)
    return replace(reading, findings=(*reading.findings, longer)) if longer else reading


def _believed(facts: VideoFacts, walked: boxes.Boxes | None, table: tuple[Packet, ...]) -> tuple[VideoFacts, float]:
    """The facts with the length that plays, and the seconds from which on no track's header is believed.

    Of a whole film in fragments the packets tell, where a header is by far beyond them.
    """
    stated, there = played(facts.duration, table), played(0.0, table)
    credible = BY_FAR * there if walked is not None and walked.packets_tell else math.inf
    return replace(facts, duration=there if stated > credible else stated), credible


def _probed(path: Path, file_type: FileType, seconds: float, ffprobe: str) -> Probe:
    """Streams and packets; of hours of sound, whose packets are too many to list, the streams alone."""
    try:
        return probe(path, file_type, seconds, ffprobe, table=True)
    except ReadingFailed as error:
        if error.trouble is not ReadingTrouble.OUTPUT:
            raise
        alone = probe(path, file_type, seconds, ffprobe)
        if picture_stream(alone.streams) is not None:
            raise
        return alone


def _watch(
    film: Film,
    facts: VideoFacts,
    table: tuple[Packet, ...],
    cut: Finding | None,
    store: Store,
    limits: Limits,
    tools: Tools,
    *,
    full: bool,
) -> VideoReading:
    """Decode, unless the file is known to hold nothing; a cut film is shown as far as it goes."""
    if cut is not None and cut.code is Code.VIDEO_UNREADABLE:
        return VideoReading(facts, (cut,))
    try:
        sight = look(film, table, limits.decode_seconds, tools.ffmpeg, full=full)
    except NoDecoder:
        return VideoReading(facts, (cut,) if cut else ())
    except ReadingFailed as error:
        reason = Unreadable.DAMAGED if error.trouble is ReadingTrouble.BROKEN else _reason(error)
        return VideoReading(facts, (cut or Finding(Code.VIDEO_UNREADABLE, {"reason": reason}),))
    found = cut or _seen(sight) or _blank(film, sight, limits, tools)
    sheet = contact_sheet(sight.stills)
    try:
        kept = store.put([sheet]).sha256 if sheet else ""
    except OSError as error:
        raise TemporaryError(f"the contact sheet cannot be stored: {error}") from error
    return VideoReading(facts, (found,) if found else (), kept, key_print(sight.stills))


def _filled(path: Path, table: tuple[Packet, ...], duration: float) -> Finding | None:
    try:
        return integrity.filled(path, table, duration)
    except OSError as error:
        raise TemporaryError(f"{path} cannot be read: {error}") from error


def _seen(sight: Sight) -> Finding | None:
    missing = sight.asked - len(sight.stills)
    if sight.damaged or missing * 3 >= sight.asked:
        details: Details = {"reason": Unreadable.DAMAGED, "looked_at": sight.asked, "failed": missing}
        return Finding(Code.VIDEO_UNREADABLE, details)
    return None


def _blank(film: Film, sight: Sight, limits: Limits, tools: Tools) -> Finding | None:
    """A film that shows nothing, seen twice: key frames on a grid may all fall on one picture of a looped film."""
    kind = blank(sight.stills)
    if kind is Blank.FROZEN:
        try:
            kind = blank((*sight.stills, *look_at_places(film, limits.decode_seconds, tools.ffmpeg).stills))
        except ReadingFailed:
            return None  # what cannot be seen again is not held against it
    return Finding(Code.VIDEO_BLANK, {"kind": kind}) if kind else None


def _unreadable(reason: Unreadable) -> VideoReading:
    return VideoReading(None, (Finding(Code.VIDEO_UNREADABLE, {"reason": reason}),))


def _reason(error: ReadingFailed) -> Unreadable:
    return Unreadable.BROKEN if error.trouble in _BREAKS else Unreadable.TOO_COSTLY


_BREAKS = frozenset({ReadingTrouble.BROKEN, ReadingTrouble.CRASH})
