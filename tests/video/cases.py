"""One film a behaviour: its name is the sentence."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mailbot.model.finding import Code
from tests.make.films import (
    X264,
    box,
    branded,
    cut,
    edited,
    faststart,
    ffmpeg,
    film,
    find,
    patched,
    put,
    referring,
    remux,
    stated,
    turned,
)

SMALL: Final = "192x108"
SLOW: Final = "1/2"
"""Frames a second of a film that is dear to make."""
LOW: Final = Code.VIDEO_LOW_RESOLUTION
UNREADABLE: Final = Code.VIDEO_UNREADABLE
SHORT: Final = Code.VIDEO_TOO_SHORT
TRUNCATED: Final = Code.VIDEO_TRUNCATED


@dataclass(frozen=True)
class Case:
    """A film, what it shows, and every code that reading and the campaign's rules give it."""

    name: str
    make: Callable[[], Path]
    facts: Mapping[str, object] | None = field(default_factory=dict)
    codes: frozenset[Code] = frozenset()


def case(name: str, make: Callable[[], Path], *codes: Code, **facts: object) -> Case:
    return Case(name, make, facts, frozenset(codes))


def closed(name: str, make: Callable[[], Path], *codes: Code) -> Case:
    return Case(name, make, None, frozenset(codes))


def good() -> Path:
    return film(sound=True)


def small(seconds: float, rate: str) -> Path:
    return film(SMALL, seconds, rate)


def fragmented(path: Path) -> Path:
    return remux(path, "-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-frag_duration", "10000000")


def of_hours(path: Path) -> Path:
    """What a recorder of live pictures leaves: headers that count from its own start."""
    return stated(stated(path, b"mvhd", 24, 39 * 3600 * 1000), b"mdhd", 24, 39 * 3600 * 12_800)


def huge(kind: bytes) -> bytes:
    """The header of a box of 2^64 - 64 bytes."""
    return (1).to_bytes(4) + kind + (2**64 - 64).to_bytes(8)


def in_a_fragments_index(path: Path) -> Path:
    """Cut a few bytes behind the start of its last fragment; libavformat gives the whole film up there."""
    return patched(path, "cut moof", lambda data: data[: data.rindex(b"moof") + 40])


def frequent() -> Path:
    return film(more=("-g", "5"))


def filled(start: float, end: float, name: str, fill: Callable[[int], bytes]) -> Path:
    """A film with its index in front, a stretch of its pictures overwritten."""

    def change(data: bytes) -> bytes:
        first, last = int(len(data) * start), int(len(data) * end)
        return put(data, first, fill(last - first))

    return patched(faststart(frequent()), name, change)


def noise(count: int) -> bytes:
    return random.Random(6).randbytes(count)  # noqa: S311 - the same noise each time


def covered() -> Path:
    """A film whose first stream is its cover."""
    picture = ffmpeg("png", "-f", "lavfi", "-i", "testsrc=s=640x640:d=1", "-frames:v", "1")
    order = ("-map", "1", "-map", "0", "-c", "copy", "-disposition:v:0", "attached_pic")
    return ffmpeg("mp4", "-i", str(good()), "-i", str(picture), *order)


def song() -> Path:
    picture = ffmpeg("png", "-f", "lavfi", "-i", "testsrc=s=1920x1080:d=1", "-frames:v", "1")
    sound = ("-f", "lavfi", "-i", "sine=r=8000:d=61", "-i", str(picture), "-map", "0", "-map", "1")
    return ffmpeg("mp4", *sound, "-c:a", "aac", "-b:a", "16k", "-c:v", "copy", "-disposition:v", "attached_pic")


def thumbed() -> Path:
    """A track of one small picture before the film, as drones write it: nothing marks it as a cover."""
    small = ("-f", "lavfi", "-i", "testsrc=s=640x360:r=1:d=1", "-i", str(film()), "-map", "0", "-map", "1")
    return ffmpeg("mp4", *small, "-c:v:0", "mjpeg", "-pix_fmt:v:0", "yuvj420p", "-c:v:1", "copy", "-disposition:v", "0")


def sounding(seconds: int) -> Path:
    """An ordinary film under a sound of another length."""
    sound = ("-f", "lavfi", "-i", f"sine=r=8000:d={seconds}", "-i", str(film()), "-map", "1", "-map", "0")
    return ffmpeg("mp4", *sound, "-c:v", "copy", "-c:a", "aac", "-b:a", "16k")


def looped() -> Path:
    """Eight minutes of one second again and again, a key frame at each turn."""
    second = ffmpeg("mp4", "-f", "lavfi", "-i", f"testsrc2=s={SMALL}:r=10:d=1", *X264, "-bf", "0")
    return ffmpeg("mp4", "-stream_loop", "479", "-i", str(second), "-c", "copy")


def two_films() -> Path:
    """A small film first, the one that players show behind it."""
    both = ("-i", str(small(70, "1")), "-i", str(film()), "-map", "0", "-map", "1", "-c", "copy")
    return ffmpeg("mp4", *both, "-disposition:v:0", "0", "-disposition:v:1", "default")


def delayed() -> Path:
    """Pictures that begin three seconds behind the sound: an empty edit."""
    return ffmpeg(
        "mp4", "-itsoffset", "3", "-i", str(film()), "-i", str(good()), "-map", "0:v", "-map", "1:a", "-c", "copy"
    )


def locked() -> Path:
    """Sample entries renamed as an encrypting packager does."""
    return patched(good(), "encv", lambda data: data.replace(b"avc1\0\0\0\0", b"encv\0\0\0\0"))


def forged(name: str, tag: bytes) -> Path:
    """A title that lies."""
    marker = b"TITLETITLETITLE" + b"x" * (len(tag) - 15)
    tagged = remux(good(), "-metadata", f"title={marker.decode()}")
    return patched(tagged, name, lambda data: data.replace(marker, tag.ljust(len(marker), b" ")))


def bomb() -> Path:
    """An index of twenty million samples in a few kB (stsz of one size, stts of one run)."""

    def change(data: bytes) -> bytes:
        data = put(data, find(data, b"moov", b"trak", b"stts") + 12, (1).to_bytes(4) + (20_000_000).to_bytes(4))
        return put(data, find(data, b"moov", b"trak", b"stsz") + 12, (1).to_bytes(4) + (20_000_000).to_bytes(4))

    return patched(film(), "bomb", change)


def offsets_beyond() -> Path:
    """Chunk offsets behind the end of the file."""

    def change(data: bytes) -> bytes:
        at = find(data, b"moov", b"trak", b"stco")
        count = int.from_bytes(data[at + 12 : at + 16])
        return put(data, at + 16, (0x7F000000).to_bytes(4) * count)

    return patched(film(), "offsets beyond", change)


def mdat_to_the_end() -> Path:
    return patched(faststart(good()), "mdat 0", lambda data: put(data, data.rindex(b"mdat") - 4, bytes(4)))


def raw(name: str, data: bytes) -> Path:
    return patched(film(), f"raw {name}", lambda _: data)


def vp9() -> tuple[str, ...]:
    return ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "200k")


FULL: Final = (*X264[:-4], "-pix_fmt", "yuv444p")
HEVC: Final = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:pools=2", "-tag:v", "hvc1")
AV1: Final = ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-b:v", "100k", "-row-mt", "1")
BLACK: Final = Code.VIDEO_BLANK

CASES: Final = (
    case("an ordinary film", good, container="mp4", codec="h264", width=1920, height=1080, duration=61.0,
         fps=1.0, has_audio=True, rotation=0),
    case("a silent film", film, has_audio=False, duration=61.0),
    case("an upright film", lambda: film("1080x1920"), width=1080, height=1920),
    # durations, to the frame
    case("a minute at 25 frames a second", lambda: small(60, "25"), LOW, duration=60.0, fps=25.0),
    case("a frame less than the tolerance allows", lambda: small(59.44, "25"), LOW, SHORT, duration=59.44),
    case("just what the tolerance allows", lambda: small(59.5, "10"), LOW, duration=59.5),
    case("thirty seconds", lambda: small(30, "1"), LOW, SHORT, duration=30.0),
    case("eight minutes", lambda: small(480, "1"), LOW, duration=480.0),
    case("eight minutes and the tolerance", lambda: small(480.5, "2"), LOW, duration=480.5),
    case("a frame more than the tolerance allows", lambda: small(480.6, "5"), LOW, Code.VIDEO_TOO_LONG, duration=480.6),
    case("a broadcast frame rate", lambda: small(61, "30000/1001"), LOW, fps=29.97),
    # sizes and shapes
    case("720p", lambda: film("1280x720"), LOW, width=1280, height=720),
    case("one line too few", lambda: film("1920x1078"), LOW, width=1920, height=1078),
    case("4K", lambda: film("3840x2160", 60, SLOW), width=3840, height=2160),
    case("cinema's wide shape", lambda: film("2560x1080"), Code.VIDEO_WRONG_ASPECT, width=2560, height=1080),
    case("an old television's shape", lambda: film("1440x1080"), LOW, Code.VIDEO_WRONG_ASPECT, width=1440),
    case("a square", lambda: film("1920x1920", 60, SLOW), Code.VIDEO_WRONG_ASPECT, width=1920, height=1920),
    case("1088 coded lines", lambda: film("1920x1088"), width=1920, height=1088),
    case("odd sizes", lambda: film("1921x1081", 60, SLOW, source="testsrc", codec=FULL), width=1921, height=1081),
    case("stretched pixels", lambda: film("1440x1080", more=("-vf", "setsar=4/3")), width=1920, height=1080,
         coded_width=1440),
    case("pixels squeezed below the rule", lambda: film("1920x1080", more=("-vf", "setsar=3/4")), LOW,
         Code.VIDEO_WRONG_ASPECT, width=1440, height=1080),
    # turned by the player
    case("held upright", lambda: turned(film(), 90), width=1080, height=1920, rotation=90, coded_width=1920),
    case("upside down", lambda: turned(film(), 180), width=1920, height=1080, rotation=180),
    case("held the other way", lambda: turned(film(), 270), width=1080, height=1920, rotation=270),
    case("stretched, then turned", lambda: turned(film("1440x1080", more=("-vf", "setsar=4/3")), 90), width=1080,
         height=1920),
    # codecs
    case("HEVC", lambda: film(seconds=60, rate=SLOW, codec=HEVC), codec="hevc", width=1920),
    case("AV1", lambda: film(SMALL, 60, "1", codec=AV1), LOW, codec="av1", duration=60.0),
    case("MPEG-4 part 2", lambda: film(codec=("-c:v", "mpeg4", "-q:v", "20")), codec="mpeg4"),
    case("VP9 in mp4", lambda: film(SMALL, codec=vp9()), LOW, codec="vp9", container="mp4"),
    # containers, by content
    case("QuickTime by its brand", lambda: remux(good(), suffix="mov"), Code.VIDEO_NOT_MP4, container="mov"),
    case("QuickTime named mp4", lambda: patched(branded(good(), b"qt  ", b"qt  "), "same", bytes), Code.VIDEO_NOT_MP4,
         container="mov"),
    case("Apple's M4V brand", lambda: branded(good(), b"M4V ", b"M4V ", b"mp42", b"isom"), container="mp4"),
    case("3GPP's brand", lambda: branded(good(), b"3gp6", b"3gp6", b"isom"), Code.VIDEO_NOT_MP4, container="3gp"),
    case("Matroska", lambda: remux(film(), suffix="mkv"), Code.VIDEO_NOT_MP4, container="mkv", duration=61.0),
    case("WebM", lambda: film(SMALL, codec=vp9(), suffix="webm"), Code.VIDEO_NOT_MP4, LOW, container="webm"),
    case("AVI", lambda: film(suffix="avi"), Code.VIDEO_NOT_MP4, container="avi", width=1920, duration=61.0),
    case("Flash", lambda: film(suffix="flv"), Code.VIDEO_NOT_MP4, container="flv", width=1920),
    case("Windows Media", lambda: film(SMALL, codec=("-c:v", "wmv2"), suffix="wmv"), Code.VIDEO_NOT_MP4, LOW,
         container="asf"),
    case("Ogg", lambda: film(SMALL, codec=("-c:v", "libtheora"), suffix="ogv"), Code.VIDEO_NOT_MP4, LOW,
         container="ogg", codec="theora", duration=61.0),
    case("a broadcaster's MXF", lambda: film(SMALL, rate="25", codec=("-c:v", "mpeg2video"), suffix="mxf"),
         Code.VIDEO_NOT_MP4, LOW, container="mxf", duration=61.0),
    case("a transport stream", lambda: film(suffix="ts"), Code.VIDEO_NOT_MP4, container="mpegts", width=1920),
    case("bare H.264 pictures", lambda: film(suffix="h264"), Code.VIDEO_NOT_MP4, container="h264", codec="h264",
         width=1920, duration=0.0, fps=0.0),
    case("bare HEVC pictures below the rule", lambda: film(SMALL, codec=HEVC[:-2], suffix="hevc"), Code.VIDEO_NOT_MP4,
         LOW, container="hevc", codec="hevc"),
    case("bare MPEG-2 pictures", lambda: film(SMALL, 2, "25", codec=("-c:v", "mpeg2video"), suffix="m2v"),
         Code.VIDEO_NOT_MP4, LOW, container="mpegvideo", codec="mpeg2video", duration=0.0),
    # streams
    case("a cover before the film", covered, width=1920, height=1080, duration=61.0),
    case("a song with a large cover", song, Code.VIDEO_NO_PICTURE, width=0, has_audio=True),
    case("sound only", lambda: ffmpeg("mp4", "-f", "lavfi", "-i", "sine=r=8000:d=61", "-c:a", "aac", "-b:a", "16k"),
         Code.VIDEO_NO_PICTURE, width=0),
    case("a thumbnail's track before the film", thumbed, width=1920, duration=61.0),
    case("sound that goes on behind the last picture", lambda: sounding(90), Code.VIDEO_SOUND_LONGER, duration=61.0),
    case("sound that fades out behind the last picture", lambda: sounding(65), duration=61.0),
    case("sound that ends early", lambda: sounding(20), duration=61.0, has_audio=True),
    case("two films in one file", two_films, width=1920, duration=61.0),
    # edit lists and lying headers
    case("cut by an edit list", lambda: stated(film(seconds=70), b"elst", 16, 61_000), duration=61.0),
    case("pictures that begin late", delayed, duration=61.0),
    case("pictures that begin late and are cut", lambda: edited(film(seconds=70), (3000, -1), (62_000, 4000)),
         duration=62.0),
    case("too few pictures that begin late", lambda: edited(film(seconds=70), (3000, -1), (58_000, 4000)), SHORT,
         duration=58.0),
    case("two parts of a longer take", lambda: edited(film(seconds=70), (31_000, 0), (33_000, 36_000)), duration=64.0),
    case("a recorder that states no duration", lambda: stated(stated(edited(film()), b"mvhd", 24, 0), b"mdhd", 24, 0),
         duration=61.0),
    case("a movie header that lies", lambda: stated(film(), b"mvhd", 24, 700_000), duration=61.0),
    case("a sample entry that lies about its size", lambda: patched(film("640x360"), "1080 in avc1",
         lambda data: put(data, data.rindex(b"avc1") + 28, bytes.fromhex("07800438"))), LOW, width=640, height=360),
    # legal oddities
    case("index in front", lambda: faststart(good()), duration=61.0),
    case("in fragments", lambda: fragmented(good()), width=1920),
    case("in fragments, with headers that state 39 hours", lambda: of_hours(fragmented(good())), width=1920),
    case("bytes behind the last box", lambda: patched(good(), "junk", lambda data: data + noise(5000)), duration=61.0),
    case("padding behind the film that is cut short", lambda: patched(good(), "cut padding",
         lambda data: data + (5000).to_bytes(4) + b"free" + bytes(99)), duration=61.0),
    case("pictures to the end of the file", mdat_to_the_end, duration=61.0),
    # hostile words
    case("a title that forges a stream", lambda: forged("forged", b"a\n[/STREAM]\n[STREAM]\nwidth=10\nheight=10\n"),
         width=1920, height=1080),
    case("a title that is not UTF-8", lambda: forged("latin", b"\xff\xfe\xc3(\xa0\xa1, b = c, ="), width=1920),
    case("a title of 240 kB", lambda: forged("long", b"t" * 100_000 + b"=" * 20_000), width=1920),
    # cut and broken
    case("cut with its index in front", lambda: cut(faststart(frequent()), 0.6), TRUNCATED, duration=61.0),
    case("cut by its last few bytes", lambda: cut(faststart(frequent()), 0.9999), TRUNCATED),
    case("cut inside a fragment", lambda: cut(fragmented(frequent()), 0.6), TRUNCATED, SHORT),
    closed("cut inside a fragment's index", lambda: in_a_fragments_index(fragmented(frequent())), TRUNCATED),
    closed("cut before its index", lambda: cut(good(), 0.6), UNREADABLE),
    case("a download never finished", lambda: filled(0.5, 1, "nulls", bytes), TRUNCATED, duration=61.0),
    case("noise in its pictures", lambda: filled(0.3, 0.9, "noise", noise), UNREADABLE, duration=61.0),
    case("four wrong bytes", lambda: filled(0.5, 0.50001, "four", lambda _: b"\xff\0\xff\x13"), duration=61.0),
    case("chunk offsets beyond the file", offsets_beyond, UNREADABLE),
    case("encrypted", locked, UNREADABLE),
    case("a coding that nobody knows", lambda: patched(good(), "zzzz", lambda data: data.replace(b"avc1\0\0\0\0",
         b"zzzz\0\0\0\0")), UNREADABLE),
    case("an index of twenty million samples", bomb, UNREADABLE),
    closed("random bytes", lambda: raw("random", noise(100_000)), UNREADABLE),
    closed("a name and nothing else", lambda: raw("ftyp", box(b"ftyp", b"isom\0\0\0\0isom")), UNREADABLE),
    closed("an index of nothing", lambda: raw("no tracks", box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", b"")),
           UNREADABLE),
    closed("a box whose end no file has", lambda: raw("huge box", box(b"ftyp", b"isom\0\0\0\0isom") + huge(b"moov")),
           UNREADABLE),
    closed("a box that ends before the file begins", lambda: patched(good(), "free behind ftyp",
         lambda data: data[:32] + huge(b"free") + data[32:]), UNREADABLE),
    closed("no bytes at all", lambda: raw("empty", b""), UNREADABLE),
    # blank
    case("black throughout", lambda: film(source="color=black"), BLACK),
    case("one picture throughout", lambda: film(source="color=teal"), BLACK),
    case("a loop as long as the spacing of what is looked at", looped, LOW, duration=480.0),
    case("a colour that changes, as bright as before", lambda: film(SMALL, source="color=teal", more=("-vf",
         "hue=h=6*t")), LOW),
    case("one picture under faint noise", lambda: film(SMALL, source="color=teal", more=("-vf",
         "noise=alls=6:allf=t")), LOW, BLACK),
    case("a small thing that moves", lambda: film(source="color=teal", more=("-vf",
         "drawbox=enable='lt(mod(n,4),2)':x=100:y=100:w=60:h=60:color=white:t=fill"))),
    # data that lies elsewhere
    case("data in another file", lambda: referring(film(), b"url ", b"file:///etc/passwd"), UNREADABLE, width=1920),
    case("data behind an address", lambda: referring(film(), b"url ", b"http://127.0.0.1:9/a.mp4"), UNREADABLE),
)  # fmt: skip
