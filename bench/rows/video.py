"""A verdict on a film against ffprobe and its key frames alone, and the dense print behind the answer."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.apart import processor
from bench.table import Goal, Row, apart, in_turns
from mailbot.model.filetype import FileType
from mailbot.model.limits import Limits
from mailbot.model.tools import Tools
from mailbot.model.video import VideoFacts
from mailbot.store import Store
from mailbot.video.prints import dense_print
from mailbot.video.read import read_video
from tests.make.films import ffmpeg

FILMS: Final = ((60, "8M"), (480, "8M"), (480, "600k"))
TURNS: Final = 3
LIMITS: Final = Limits(decode_seconds=600)
VERDICT: Final = (Goal("ratio", "≤", 1.15),)
WHOLE: Final = 480
PART: Final = 120
"""Seconds of the film of which the dense print is made here, and its processor time is told for the whole one."""
PRINT: Final = (Goal("figure", "≤", 25), Goal("peak", "≤", 60))


def rows() -> Iterator[Row]:
    for seconds, rate in FILMS:
        path = str(film(seconds, rate))
        found = in_turns(
            TURNS, {"ours": lambda: apart(verdict, path), "limit": lambda: apart(key_frames, path)}  # noqa: B023
        )  # fmt: skip
        limit = found["limit"].value
        yield Row(f"verdict on {seconds // 60} min, {rate}bit/s", found["ours"], "s", limit, "ffprobe + keys", VERDICT)
    path = str(film(PART, "8M"))
    found = in_turns(1, {"ours": lambda: apart(dense, path, PART), "limit": lambda: apart(every_frame, path)})
    note = f"{PART // 60} min measured, times {WHOLE // PART}"
    yield Row("dense print of 8 min", found["ours"], "s CPU", found["limit"].value, "every frame", PRINT, note)


def film(seconds: int, rate: str) -> Path:
    """A busy film of moving patterns and noise, with a key frame every ten seconds at most; made once."""
    still = ("-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25:d=20,noise=alls=12:allf=t")
    one = ffmpeg("mp4", *still, "-c:v", "libx264", "-preset", "veryfast", "-b:v", rate, "-g", "250", "-threads", "2")
    return ffmpeg("mp4", "-stream_loop", str(seconds // 20 - 1), "-i", str(one), "-c", "copy", "-t", str(seconds))


def verdict(path: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        read_video(Path(path), FileType.MP4, Store(Path(folder)), LIMITS, Tools())
        return time.perf_counter() - begun


def key_frames(path: str) -> float:
    begun = time.perf_counter()
    told = ["-v", "error", "-show_format", "-show_streams", "-show_packets", "-of", "json", path]
    subprocess.run(["ffprobe", *told], check=True, capture_output=True)  # noqa: S607
    shown = ["-v", "error", "-threads", "1", "-skip_frame", "nokey", "-i", path, "-vf", "scale=320:180:flags=area"]
    shown += ["-fps_mode", "passthrough", "-an"]
    subprocess.run(["ffmpeg", *shown, "-f", "rawvideo", "pipe:1"], check=True, capture_output=True)  # noqa: S607
    return time.perf_counter() - begun


def dense(path: str, seconds: int) -> float:
    facts = VideoFacts("mp4", "h264", 1920, 1080, float(seconds), 25.0)
    before = processor()
    assert dense_print(Path(path), FileType.MP4, facts, LIMITS, Tools()) is not None
    return (processor() - before) * WHOLE / seconds


def every_frame(path: str) -> float:
    before = processor()
    decode = ["-v", "error", "-threads", "1", "-i", path, "-f", "null", "-"]
    subprocess.run(["ffmpeg", *decode], check=True, capture_output=True)  # noqa: S607
    return (processor() - before) * WHOLE / PART
