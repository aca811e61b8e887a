"""Foreign programs (ffprobe, ffmpeg, LibreOffice) in a bounded child. The only file that imports subprocess."""

import base64
import contextlib
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
from mailbot.sandbox.calls import forbidden_calls
from mailbot.sandbox.turn import GLANCE_SECONDS, Turn

LAUNCHER: Final = (sys.executable, "-I", "-S", confine.__file__)
"""Confines itself as its first argument says, then becomes the program that follows."""
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
        landlock: version of Landlock; 0 is none. From 1 on no file is open but those allowed, from 4 on no TCP either,
            from 6 on no signal leaves and no abstract socket is reached.
        calls: seccomp: no process is started or looked into, no socket opened.
    """

    network: bool
    landlock: int
    calls: bool


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
    spec = confinement(Bounds(10, 10, 256 * MIB), ())
    told = json.loads(subprocess.run([*LAUNCHER, spec], capture_output=True, check=True, timeout=20).stdout)  # noqa: S603
    return Isolation(**told)


def run(
    argv: Sequence[str],
    bounds: Bounds,
    *,
    environment: Mapping[str, str] | None = None,
    cwd: str = "/",
    reads: Sequence[Path] = (),
    writes: Path | None = None,
    into: IO[bytes] | None = None,
) -> Finished:
    """Run a program on a stranger's file: no stdin, no network, a scrubbed environment, bounded in everything.

    Args:
        argv: the program's absolute path and its arguments.
        bounds: what it may use.
        environment: besides `PATH` and `LC_ALL`.
        cwd: its working folder.
        reads: the only files it may open, besides the system's programs and libraries.
        writes: the folder it may write to; None for none at all.
        into: takes its output, which is held in memory else.

    Raises:
        ReadingFailed: it met a bound. A non-zero exit is no error here: see `Finished.code`. Time in which it waited
            for a processor is not its own, and does not count.
        ToolMissing: the program is not there.
        TemporaryError: the child could not be started or confined, or this machine had no processor for it.
    """
    command = [confinement(bounds, (*_home_of(argv[0]), *reads), writes, WRITTEN_BYTES), *argv]
    process = spawn(command, {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **(environment or {})}, cwd=cwd)
    with process:
        finished = _collect(process, argv[0], bounds, into)
    _own_trouble(finished)
    return finished


def spawn(
    command: Sequence[str], environment: Mapping[str, str], *, cwd: str = "/", keep: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """Start a program confined, in a session of its own, with pipes for its output.

    Args:
        command: its `confinement`, then its absolute path and arguments.
        environment: all of it.
        cwd: its working folder.
        keep: descriptors that it inherits besides its output.

    Raises:
        TemporaryError: no process can be started.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - no shell; the arguments are ours
            [*LAUNCHER, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            cwd=cwd,
            pass_fds=keep,
            start_new_session=True,
        )
    except OSError as error:
        raise TemporaryError(f"{command[1]} cannot be started: {error}") from error


def confinement(
    bounds: Bounds, reads: Sequence[Path], writes: Path | None = None, written_bytes: int = 0, *, warm: bool = False
) -> str:
    """What `LAUNCHER` takes as its first argument.

    Args:
        bounds: what the child may use.
        reads: files and folders that it may read, besides the system's programs and libraries.
        writes: the folder that it may write to; None for none.
        written_bytes: largest file that it may write there.
        warm: it reads many files and may outlive the thread that started it; each file's processor time is bounded by
            whoever hands it in.
    """
    return json.dumps(
        {
            "memory_bytes": bounds.memory_bytes,
            "cpu_seconds": 0 if warm else bounds.cpu_seconds,
            "niceness": bounds.niceness,
            "file_bytes": 0 if writes is None else written_bytes,
            "files": 64 if writes is None else 512,
            "reads": [str(path.resolve()) for path in reads],
            "writes": [] if writes is None else [str(writes.resolve())],
            "forbidden": base64.b64encode(forbidden_calls()).decode(),
            "ends_with_parent": not warm,
        }
    )


def _home_of(program: str) -> tuple[Path, ...]:
    """A program outside of the system's folders, and the libraries beside it."""
    real = Path(program).resolve()
    return real, real.parent.parent / "lib"


def _own_trouble(finished: Finished) -> None:
    mark = confine.MARK.encode()
    if finished.code not in (confine.FAILED, confine.MISSING) or not finished.stderr.startswith(mark):
        return
    told = finished.stderr.removeprefix(mark).decode(errors="replace").strip()
    if finished.code == confine.MISSING:
        raise ToolMissing(f"a program cannot be started: {told}")
    raise TemporaryError(f"the sandbox cannot be set up: {told}")


def _collect(process: "subprocess.Popen[bytes]", what: str, bounds: Bounds, into: IO[bytes] | None) -> Finished:
    if process.stdout is None or process.stderr is None:
        raise TemporaryError(f"{what} was started without pipes")
    kill = functools.partial(kill_group, process)
    out = _Drain(process.stdout, bounds.output_bytes, kill, into)
    err = _Drain(process.stderr, STDERR_BYTES, None)
    try:
        code = _wait(process, what, bounds.wall_seconds)
    finally:
        kill_group(process)
        stdout, stderr = out.finish(), err.finish()
    if out.failed is not None:
        raise TemporaryError(f"what {what} says cannot be kept: {out.failed}") from out.failed
    if out.over:
        raise ReadingFailed(ReadingTrouble.OUTPUT, what)
    if code < 0:
        raise ReadingFailed(KILLED_BY.get(-code, ReadingTrouble.CRASH), what)
    return Finished(code, stdout, stderr)


def _wait(process: "subprocess.Popen[bytes]", what: str, seconds: float) -> int:
    turn = Turn(process.pid, what, seconds)
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(GLANCE_SECONDS)
        turn.look()


KILLED_BY: Final[Mapping[int, ReadingTrouble]] = {
    signal.SIGXCPU: ReadingTrouble.TIMEOUT,
    signal.SIGKILL: ReadingTrouble.MEMORY,  # the kernel's out-of-memory killer: nobody else sends it here
    signal.SIGXFSZ: ReadingTrouble.OUTPUT,
}


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """End a child and what is left of its session's first group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class _Drain:
    """Reads a pipe to its end in a thread, keeping the first `limit` bytes; calls `overrun` on more.

    They are kept in memory, or in the file `into`.
    """

    def __init__(
        self, pipe: IO[bytes], limit: int, overrun: Callable[[], None] | None, into: IO[bytes] | None = None
    ) -> None:
        self._pipe = pipe
        self._limit = limit
        self._overrun = overrun
        self._into = into
        self._kept = bytearray()
        self._taken = 0
        self.over = False
        self.failed: OSError | None = None
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        while block := os.read(self._pipe.fileno(), 65536):
            room = self._limit - self._taken
            self._keep(block[: max(room, 0)])
            if len(block) > room and self._overrun is not None:
                self.over = True
                self._overrun()

    def _keep(self, block: bytes) -> None:
        self._taken += len(block)
        if self._into is None:
            self._kept += block
            return
        try:
            self._into.write(block)
        except OSError as error:  # no room: the pipe is read on, so that the program ends
            self.failed, self._limit = error, self._taken

    def finish(self) -> bytes:
        self._thread.join(LINGER_SECONDS)
        return bytes(self._kept)
