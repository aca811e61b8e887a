"""Foreign programs (ffprobe, ffmpeg, LibreOffice) in a bounded child. The only file that imports subprocess."""

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError, ToolMissing
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import confine

STDERR_BYTES: Final = 64 * 1024
WRITTEN_BYTES: Final = 512 * MIB
"""Largest file of a program that may write at all."""
LINGER_SECONDS: Final = 5.0
"""How long a pipe may stay open behind a program's end."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended within its bounds.

    Attributes:
        code: exit code; negative for a signal.
        stdout: bytes, whole.
        stderr: the first 64 KiB.
    """

    code: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True, slots=True)
class Isolation:
    """What this machine's kernel lets an ordinary user take away from a program, besides resource limits.

    Attributes:
        network: a network namespace: nothing is reachable.
        landlock: version of Landlock; 0 is none. From 1 on no file is open but those allowed, from 4 on no TCP either.
    """

    network: bool
    landlock: int


def find_tool(name: str) -> str:
    """The absolute path of a program.

    Raises:
        ToolMissing: it is neither on the PATH nor at the path given.
    """
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed: install Debian's ffmpeg package, or name its path in [tools]")
    return str(Path(found).absolute())


@functools.cache
def isolation() -> Isolation:
    """Try what the kernel allows, in a child. For `doctor`, and cached."""
    spec = _spec(Bounds(10, 10, 256 * MIB), (), None)
    told = json.loads(subprocess.run([*_launcher(), spec], capture_output=True, check=True, timeout=20).stdout)  # noqa: S603
    return Isolation(told["network"], told["landlock"] if told["files"] else 0)


def network_isolation() -> bool:
    """Whether programs run without a network."""
    return isolation().network


def run(
    argv: Sequence[str],
    bounds: Bounds,
    *,
    environment: Mapping[str, str] | None = None,
    cwd: str = "/",
    reads: Sequence[Path] | None = None,
    writes: Path | None = None,
) -> Finished:
    """Run a program on a stranger's file: no stdin, no network, a scrubbed environment, bounded in everything.

    Args:
        argv: the program's absolute path and its arguments.
        bounds: what it may use.
        environment: besides `PATH` and `LC_ALL`.
        cwd: its working folder.
        reads: the only files it may open, besides the system's programs and libraries; None for all that the user may.
        writes: the folder it may write to; None for none at all.

    Raises:
        ReadingFailed: it met a bound. A non-zero exit is no error here: see `Finished.code`.
        ToolMissing: the program is not there.
        TemporaryError: the child could not be started or confined.
    """
    allowed = None if reads is None else (*_home_of(argv[0]), *(str(path.resolve()) for path in reads))
    command = [*_launcher(), _spec(bounds, allowed, writes), *argv]
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell; the arguments are ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **(environment or {})},
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise TemporaryError(f"{argv[0]} cannot be started: {error}") from error
    with process:
        finished = _collect(process, argv[0], bounds)
    _own_trouble(finished)
    return finished


def _launcher() -> tuple[str, ...]:
    return sys.executable, "-I", "-S", confine.__file__


def _spec(bounds: Bounds, reads: Sequence[str] | None, writes: Path | None) -> str:
    return json.dumps(
        {
            "memory_bytes": bounds.memory_bytes,
            "cpu_seconds": bounds.cpu_seconds,
            "niceness": bounds.niceness,
            "file_bytes": 0 if writes is None else WRITTEN_BYTES,
            "files": 64 if writes is None else 512,
            "reads": None if reads is None else list(reads),
            "writes": [] if writes is None else [str(writes.resolve())],
        }
    )


def _home_of(program: str) -> tuple[str, ...]:
    """A program outside of the system's folders, and the libraries beside it."""
    real = Path(program).resolve()
    return str(real), str(real.parent.parent / "lib")


def _own_trouble(finished: Finished) -> None:
    mark = confine.MARK.encode()
    if finished.code not in (confine.FAILED, confine.MISSING) or not finished.stderr.startswith(mark):
        return
    told = finished.stderr.removeprefix(mark).decode(errors="replace").strip()
    if finished.code == confine.MISSING:
        raise ToolMissing(f"a program cannot be started: {told}")
    raise TemporaryError(f"the sandbox cannot be set up: {told}")


def _collect(process: "subprocess.Popen[bytes]", what: str, bounds: Bounds) -> Finished:
    if process.stdout is None or process.stderr is None:
        raise TemporaryError(f"{what} was started without pipes")
    kill = functools.partial(_kill_group, process)
    out = _Drain(process.stdout, bounds.output_bytes, kill)
    err = _Drain(process.stderr, STDERR_BYTES, None)
    try:
        code = process.wait(bounds.wall_seconds)
    except subprocess.TimeoutExpired:
        kill()
        raise ReadingFailed(ReadingTrouble.TIMEOUT, what) from None
    finally:
        _kill_group(process)
        stdout, stderr = out.finish(), err.finish()
    if out.over:
        raise ReadingFailed(ReadingTrouble.OUTPUT, what)
    if code < 0:
        raise ReadingFailed(_KILLED_BY.get(-code, ReadingTrouble.CRASH), what)
    return Finished(code, stdout, stderr)


_KILLED_BY: Final[Mapping[int, ReadingTrouble]] = {
    signal.SIGXCPU: ReadingTrouble.TIMEOUT,
    signal.SIGKILL: ReadingTrouble.MEMORY,  # the kernel's out-of-memory killer: nobody else sends it here
    signal.SIGXFSZ: ReadingTrouble.OUTPUT,
}


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class _Drain:
    """Reads a pipe to its end in a thread, keeping the first `limit` bytes; calls `overrun` on more."""

    def __init__(self, pipe: IO[bytes], limit: int, overrun: Callable[[], None] | None) -> None:
        self._pipe = pipe
        self._limit = limit
        self._overrun = overrun
        self._kept = bytearray()
        self.over = False
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        while block := os.read(self._pipe.fileno(), 65536):
            room = self._limit - len(self._kept)
            self._kept += block[: max(room, 0)]
            if len(block) > room and self._overrun is not None:
                self.over = True
                self._overrun()

    def finish(self) -> bytes:
        self._thread.join(LINGER_SECONDS)
        return bytes(self._kept)
