"""Foreign programs (ffprobe, ffmpeg, LibreOffice) in a bounded child. The only file that imports subprocess."""

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
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
PATIENCE: Final = 10
"""How many times its wall time a program may take in all on a machine that has no processor for it."""
GLANCE_SECONDS: Final = 0.1
"""How often it is looked whether a program runs, sleeps or waits for its turn."""
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
        ReadingFailed: it met a bound. A non-zero exit is no error here: see `Finished.code`. Time in which it waited
            for a processor is not its own, and does not count.
        ToolMissing: the program is not there.
        TemporaryError: the child could not be started or confined, or this machine had no processor for it.
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
        code = _wait(process, what, bounds.wall_seconds)
    finally:
        _kill_group(process)
        stdout, stderr = out.finish(), err.finish()
    if out.over:
        raise ReadingFailed(ReadingTrouble.OUTPUT, what)
    if code < 0:
        raise ReadingFailed(_KILLED_BY.get(-code, ReadingTrouble.CRASH), what)
    return Finished(code, stdout, stderr)


def _wait(process: "subprocess.Popen[bytes]", what: str, seconds: float) -> int:
    """Its exit code, after at most so many seconds of its own: an overloaded machine must not blame an honest file."""
    begun = seen = time.monotonic()
    own = used = 0.0
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(GLANCE_SECONDS)
        now = time.monotonic()
        queued, processor = _glance(process.pid)
        own += min(processor - used, now - seen) if queued else now - seen
        seen, used = now, processor
        if own >= seconds:
            raise ReadingFailed(ReadingTrouble.TIMEOUT, what)
        if now - begun >= PATIENCE * seconds:
            raise TemporaryError(f"this machine is overloaded: in {round(now - begun)} s {what} had {own:.1f} s of it")


def _glance(pid: int) -> tuple[bool, float]:
    """Whether a thread of a program asks for a processor or the disk just now, and processor seconds used so far.

    From proc(5), `stat`: state (field 3), utime and stime (14, 15). Where there is no /proc it never asks.
    """
    queued, ticks = False, 0
    for path in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):  # a thread may end while it is looked at
            fields = path.read_text().rpartition(")")[2].split()
            queued = queued or fields[0] in "RD"
            ticks += int(fields[11]) + int(fields[12])
    return queued, ticks / os.sysconf("SC_CLK_TCK")


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
