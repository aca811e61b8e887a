"""Files that ask the prober to open others: nothing else is asked for, nothing is reached.

The trace shows attempts, so the flags alone are judged here, not what the kernel would have held back.
"""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from mailbot.model.errors import TemporaryError, ToolMissing
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.limits import Limits
from mailbot.model.tools import Tools
from mailbot.store import Store
from mailbot.video.read import read_video
from tests.make.films import box, film, referring

FTYP: Final = box(b"ftyp", b"isom\0\0\0\0isommp42")


def disguises(canary: Path, port: int) -> Mapping[str, bytes]:
    """Files dressed as mp4 that name `canary` and a server."""
    url = f"http://127.0.0.1:{port}/canary"
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{canary}\n#EXTINF:9,\n{url}\n#EXT-X-ENDLIST\n"
    told = {
        "m3u8.mp4": playlist,
        "concat.mp4": f"ffconcat version 1.0\nfile '{canary}'\nfile '{url}'\n",
        "far.mp4": f"ffconcat version 1.0\nfile '{url}'\n",
        "sdp.mp4": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
        "dash.mp4": f'<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>{url}</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>",
        "svg.mp4": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/><image href="file://{canary}"/></svg>',
        "asx.mp4": f'<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
        "picture-%03d.mp4": "one of many",
        "subfile,,start,0,end,9,,:x.mp4": "a name that is a protocol",
        "-i.mp4": "a name that is an option",
    }
    return {name: text.encode() for name, text in told.items()} | {
        "boxed.mp4": FTYP + playlist.encode(),
        "elsewhere.mp4": referring(film(), b"url ", f"file://{canary}".encode()).read_bytes(),
        "alias.mp4": referring(film(), b"alis", bytes(6) + str(canary).encode().ljust(200, b"\0")).read_bytes(),
    }


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    canary = film("192x108")
    folder = tmp_path / "hostile"
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, data in disguises(canary, port).items():
        (folder / name).write_bytes(data)
    return folder


def test_each_disguise_is_unreadable_even_where_it_was_taken_for_mp4(hostile: Path, tmp_path: Path) -> None:
    for path in sorted(hostile.iterdir()):
        reading = read_video(path, FileType.MP4, Store(tmp_path / "store"), Limits(), Tools())
        assert [finding.code for finding in reading.findings] == [Code.VIDEO_UNREADABLE], path.name


READ_ALL: Final = """
import sys
from pathlib import Path
from mailbot.video.probe import probe
from mailbot.video.stills import Film, look
from mailbot.model.errors import ReadingFailed
from mailbot.model.filetype import FileType
for path in sorted(Path(sys.argv[1]).iterdir()):
    for file_type in (FileType.MP4, FileType.MATROSKA):
        for reach in (
            lambda: probe(path, file_type, 10, "ffprobe"),
            lambda: look(Film(path, file_type, 0, 192, 108, 60.0), (), 10, "ffmpeg"),
        ):
            try:
                reach()
            except ReadingFailed:
                pass
"""


def traced(trace: Path, *argv: str) -> list[str]:
    """What a program and its children opened and called, line by line."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    calls = "trace=open,openat,openat2,connect,sendto,sendmsg,bind"
    watched = [strace, "-f", "-qq", "-s", "300", "-e", calls, "-o", str(trace), *argv]
    subprocess.run(watched, check=False, capture_output=True, timeout=300, cwd=Path(__file__).parents[2])
    return trace.read_text(errors="replace").splitlines()


def opened_the_canary(lines: list[str]) -> list[str]:
    return [line for line in lines if film("192x108").name in line]


def reached_out(lines: list[str]) -> list[str]:
    return [line for line in lines if re.search(r"(connect|sendto|sendmsg|bind)\(.*AF_INET", line)]


def test_nothing_else_is_opened_and_nothing_is_reached(hostile: Path, tmp_path: Path) -> None:
    lines = traced(tmp_path / "trace", sys.executable, "-c", READ_ALL, str(hostile))
    assert any("hostile/m3u8.mp4" in line for line in lines), "the trace saw nothing"
    assert not opened_the_canary(lines)
    assert not reached_out(lines)


def test_a_prober_without_the_locks_is_seen_to_open_and_to_reach(hostile: Path, tmp_path: Path) -> None:
    """The control of the test above: two of the same files, under the same trace."""
    unlocked = ("ffprobe", "-v", "error", "-protocol_whitelist", "file,http,tcp", "-f", "concat", "-safe", "0")
    assert opened_the_canary(traced(tmp_path / "files", *unlocked, str(hostile / "concat.mp4")))
    assert reached_out(traced(tmp_path / "network", *unlocked, str(hostile / "far.mp4")))


def test_an_ffprobe_that_is_not_there_says_nothing_about_the_file(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="ffmpeg"):
        read_video(film(), FileType.MP4, Store(tmp_path), Limits(), Tools(ffprobe="no-ffprobe"))


def test_a_file_that_is_gone_says_nothing_about_the_file(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError):
        read_video(tmp_path / "gone.mp4", FileType.MP4, Store(tmp_path), Limits(), Tools())


def test_a_prober_that_hangs_ends_in_time(tmp_path: Path) -> None:
    slow = tmp_path / "ffprobe"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    begun = time.monotonic()
    reading = read_video(film(), FileType.MP4, Store(tmp_path / "s"), Limits(probe_seconds=1), Tools(ffprobe=str(slow)))
    assert time.monotonic() - begun < 10
    assert reading.facts is None
    assert reading.findings[0].details == {"reason": "too-costly"}
