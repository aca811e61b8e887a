"""Readers of strangers' files, each in a bounded child. The only file that starts processes.

Two ways in:

* `run` starts a foreign program (ffprobe, ffmpeg, LibreOffice) with no stdin, a scrubbed environment, its own
  process group, limits on memory, CPU, wall time and output, and no network where the kernel lets an ordinary
  user have a network namespace (`unshare -rn`).
* `Readers` keeps a few warm Python children that run our own readers (openpyxl, python-docx, …) under the same
  kind of limits; a child that oversteps is killed and replaced.

Both are functions of a file: `Readers.submit` gives a `concurrent.futures.Future`, so that another Executor can
take its place.
"""

import ctypes
import functools
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Final, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from mailbot.model.errors import ReadingFailed, ReadingTrouble, ToolMissing
from mailbot.model.limits import Bounds

P = ParamSpec("P")
T = TypeVar("T")

CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000
STDERR_BYTES: Final = 64 * 1024
WARM_TASKS: Final = 200
"""After so many files a warm child is replaced, so that a reader's leaks stay small."""


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


def find_tool(name: str) -> str:
    """The absolute path of a program.

    Raises:
        ToolMissing: it is neither on the PATH nor at the path given.
    """
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(
            f"{name} is not installed: install Debian's ffmpeg package, or name its path in [tools]"
        )
    return found


@functools.cache
def network_isolation() -> tuple[str, ...]:
    """The prefix that takes the network away from a program; empty where the kernel forbids it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    prefix = (unshare, "--user", "--map-root-user", "--net")
    probe = subprocess.run([*prefix, "true"], capture_output=True, check=False, timeout=10)
    return prefix if probe.returncode == 0 else ()


def _limited(argv: Sequence[str], bounds: Bounds) -> list[str]:
    limits = (
        f"--as={bounds.memory_bytes}",
        f"--cpu={bounds.cpu_seconds}",
        "--fsize=0",
        "--nofile=64",
        "--core=0",
    )
    return [*network_isolation(), find_tool("prlimit"), *limits, "--", *argv]


def run(
    argv: Sequence[str], bounds: Bounds, *, environment: Mapping[str, str] | None = None, cwd: str = "/"
) -> Finished:
    """Run a program on a stranger's file.

    Args:
        argv: the program's absolute path and its arguments.
        bounds: what it may use.
        environment: besides `PATH` and `LC_ALL`.
        cwd: its working folder.

    Raises:
        ReadingFailed: it met a bound. A non-zero exit is no error here: see `Finished.code`.
        ToolMissing: the program is not there.
    """
    scrubbed = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **(environment or {})}
    try:
        process = subprocess.Popen(
            _limited(argv, bounds),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=scrubbed,
            cwd=cwd,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise ToolMissing(f"{argv[0]} cannot be started: {error}") from error
    with process:
        return _collect(process, argv[0], bounds)


def _collect(process: "subprocess.Popen[bytes]", what: str, bounds: Bounds) -> Finished:
    assert process.stdout is not None
    assert process.stderr is not None
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
    if code in (-signal.SIGXCPU, 128 + signal.SIGXCPU, -signal.SIGKILL, 128 + signal.SIGKILL):
        raise ReadingFailed(ReadingTrouble.TIMEOUT, what)
    if code < 0:
        raise ReadingFailed(ReadingTrouble.CRASH, what)
    return Finished(code, stdout, stderr)


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
        self._thread.join()
        return bytes(self._kept)


@dataclass(frozen=True, slots=True)
class _Raised:
    """A reader's exception, as text: the exception itself may not survive the way out of the child."""

    text: str
    memory: bool


def _confine(bounds: Bounds) -> None:
    """Take away from this child what a reader of strangers' files does not need."""
    for name in [name for name in os.environ if name.startswith("MAILBOT_")]:
        del os.environ[name]
    os.setpgrp()
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWNET)


def _guarded(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T | _Raised:
    try:
        return function(*args, **kwargs)
    except MemoryError:
        return _Raised("out of memory", memory=True)
    except Exception as error:  # noqa: BLE001 - a reader may raise anything on a hostile file; the child reports it
        return _Raised(f"{type(error).__name__}: {error}"[:500], memory=False)


class Readers:
    """A small pool of warm bounded children for our own readers.

    Use as a context manager. Functions and arguments must be importable and picklable.
    """

    def __init__(self, bounds: Bounds, workers: int = 2, preload: Sequence[str] = ()) -> None:
        self._bounds = bounds
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["mailbot.sandbox", *preload])
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=WARM_TASKS,
            initializer=_confine,
            initargs=(bounds,),
            context=context,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children."""
        self._pool.stop()
        self._pool.join()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T | _Raised]":
        """Start reading; the future raises what `call` raises only through `call`."""
        return self._pool.schedule(
            _guarded, args=(function, *args), kwargs=kwargs, timeout=self._bounds.wall_seconds
        )

    def call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reader in a child and wait for it.

        Raises:
            ReadingFailed: it met a bound, vanished, or raised on the file.
        """
        what = function.__name__
        try:
            result = self.submit(function, *args, **kwargs).result()
        except TimeoutError:
            raise ReadingFailed(ReadingTrouble.TIMEOUT, what) from None
        except ProcessExpired as error:
            raise ReadingFailed(ReadingTrouble.CRASH, f"{what} (exit {error.exitcode})") from None
        if isinstance(result, _Raised):
            trouble = ReadingTrouble.MEMORY if result.memory else ReadingTrouble.BROKEN
            raise ReadingFailed(trouble, f"{what} ({result.text})")
        return result
