"""Every reader of strangers' files, taken over: it tries all ways out, and none leads anywhere."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from mailbot.model.filetype import FileType
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import Readers, isolation, python_argv, python_reads, run
from mailbot.sandbox.interpreter import PACKAGES
from mailbot.video.probe import probe
from mailbot.video.stills import Film, look
from tests.make.readers import WarmReaders
from tests.sandbox import breakout

SOURCE: Final = Path(breakout.__file__).read_text(encoding="utf-8")
WITH_TESTS: Final = {**PACKAGES, "tests": Path(__file__).parents[1]}
WRITTEN: Final = 1024 * MIB
"""What `warm` lets its readers write."""
SECRETS: Final = ("mailbot.password", "config.toml", "var/ledger.sqlite", "var/orders.key", "var/files/other")
Told = dict[str, Any]

held = pytest.mark.skipif(
    not (isolation().landlock and isolation().calls), reason="no Landlock or no seccomp here: there are limits alone"
)


@pytest.fixture(name="told")
def _told(tmp_path: Path) -> Iterator[Told]:
    """Files and sockets that no reader may reach."""
    for name in SECRETS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"secret")
    with ExitStack() as stack:
        short = stack.enter_context(tempfile.TemporaryDirectory())  # the path of a socket is short
        abstract = f"mailbot-{os.getpid()}"
        for address in (f"{short}/socket", f"\0{abstract}"):
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(address)
            server.listen()
        port = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
        yield {
            "secrets": {name: str(tmp_path / name) for name in SECRETS},
            "outside": str(tmp_path),
            "evidence": str(tmp_path / SECRETS[-1]),
            "port": port,
            "socket": f"{short}/socket",
            "abstract": abstract,
            "written_bytes": WRITTEN,
        }


def taken_over(folder: Path, told: Told, ending: str) -> str:
    """A program that does not what its name says; `ending` prints what `escaped(told)` found."""
    program = folder / "tool" / "bin" / "tool"
    program.parent.mkdir(parents=True)
    (folder / "tool" / "lib").symlink_to(sys.base_prefix)  # what lies beside a program, it may read
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    body = SOURCE.partition("if __name__")[0]
    program.write_text(
        f"#!{python} -ISB\n{body}\ntold = json.loads({json.dumps(told)!r})\n{ending}\n", encoding="utf-8"
    )
    program.chmod(0o755)
    return str(program)


def by_reader(readers: Readers, told: Told) -> dict[str, str]:
    scope: dict[str, object] = {"__name__": "breakout", "told": told, "source": SOURCE}
    found: dict[str, str] = readers.call(eval, "exec(source) or escaped(told)", scope)
    return found


@held
def test_the_reader_of_mails_and_their_html_does_not_break_out(warm: WarmReaders, told: Told) -> None:
    assert by_reader(warm.mails, told) == {}


@held
def test_the_reader_of_office_files_pdfs_pictures_and_archives_does_not_break_out(
    warm: WarmReaders, told: Told
) -> None:
    assert by_reader(warm.files, told) == {}


@held
def test_the_reader_of_scans_does_not_break_out(told: Told, tmp_path: Path) -> None:
    (tmp_path / "scan").write_bytes(b"a picture")
    finished = run(
        [*python_argv(WITH_TESTS, module="tests.sandbox.breakout"), json.dumps(told)],
        Bounds(20, 20, 1024 * MIB),
        reads=(*python_reads(WITH_TESTS), tmp_path / "scan"),
    )
    assert json.loads(finished.stdout) == {}


@held
def test_ffprobe_does_not_break_out(told: Told, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"a film")
    tool = taken_over(tmp_path, told, 'print(json.dumps({"format": {"escaped": escaped(told)}}))')
    assert probe(tmp_path / "film", FileType.MP4, 20, tool).film == {"escaped": {}}


@held
def test_ffmpeg_does_not_break_out(told: Told, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"a film")
    film = Film(tmp_path / "film", FileType.MP4, 0, 320, 180, 60.0)
    width, height = film.still_size
    ending = f"sys.stdout.write(json.dumps(escaped(told)).ljust({width * height * 3}))"
    (still,) = look(film, (), 20, taken_over(tmp_path, told, ending)).stills
    assert json.loads(still.pixels.tobytes()) == {}


def test_unheld_each_way_out_is_one(told: Told, tmp_path: Path) -> None:
    """The control of the tests above; what this machine forbids everybody is left out."""
    told["written_bytes"] = MIB
    (tmp_path / "temporary").mkdir()
    done = subprocess.run(
        [sys.executable, "-I", breakout.__file__, json.dumps(told)],
        env={"TMPDIR": str(tmp_path / "temporary")},
        capture_output=True,
        check=True,
    )
    forbidden = {"trace the parent", "hold the parent", "io_uring", "read /proc/1/environ", "/proc/1/environ"}
    assert set(json.loads(done.stdout)) >= set(breakout.attempts(told)) - forbidden
