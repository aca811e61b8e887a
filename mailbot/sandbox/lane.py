"""One warm child with its folder: what is handed in lies there, what it writes too, and nothing else is open to it."""

import contextlib
import functools
import os
import pickle
import resource
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import child, frames, written
from mailbot.sandbox.answers import Untrusted, unpickled
from mailbot.sandbox.interpreter import python_argv, python_environment, python_reads
from mailbot.sandbox.programs import KILLED_BY, confinement, kill_group, spawn
from mailbot.sandbox.turn import GLANCE_SECONDS, Turn

WARM_TASKS: Final = 1000
"""After so many files a warm child is replaced, so that a reader's leaks stay small."""
START_SECONDS: Final = 120.0
ANSWER_BYTES: Final = 64 * MIB
"""Longest answer that is taken from a child."""
LAST_WORDS: Final = 500
DYING_SECONDS: Final = 2.0
"""How long the kernel may take to end a process whose channel is closed already."""


@dataclass(frozen=True, slots=True)
class ChildTerms:
    """What a child gets.

    Attributes:
        bounds: for one file; `output_bytes` does not apply.
        written_bytes: what it may write into its folder, in one file or many.
        packages: what it may import besides installed packages.
        preload: modules that it imports before its first file.
    """

    bounds: Bounds
    written_bytes: int
    packages: Mapping[str, Path]
    preload: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Warm:
    """A running child and our end of its channel."""

    process: "subprocess.Popen[bytes]"
    channel: socket.socket


class Lane:
    """One child at a time, for one caller at a time.

    Args:
        terms: what the child gets.
        desk: the folder under which it has its own; None for the one for temporary files.
        starter: starts children; they end with its thread.
    """

    def __init__(self, terms: ChildTerms, desk: Path | None, starter: ThreadPoolExecutor) -> None:
        self._terms = terms
        self._desk = desk
        self._starter = starter
        self._warm: _Warm | None = None
        self._asked = 0
        self._rests_since = 0.0

    @functools.cached_property
    def _folder(self) -> Path:
        if self._desk is not None:
            self._desk.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(tempfile.mkdtemp(prefix="mailbot-reader-", dir=self._desk)).resolve()
        for name in ("in", "out", "out/temporary"):
            (made / name).mkdir(mode=0o700)
        return made

    def _heal(self) -> None:
        """Begin anew where something that tidies disks cleared the folder away: the child saw only that one."""
        if "_folder" in self.__dict__ and not (self._folder / "in").is_dir():
            self.close()
            del self.__dict__["_folder"]

    @contextmanager
    def hand_in(self, path: Path) -> Iterator[Path]:
        """Lay a file before the child, by a link of its own where the disk allows, and take it away afterwards.

        Raises:
            TemporaryError: our own disk failed.
        """
        self._heal()
        seen = self._folder / "in" / "file"
        try:
            try:
                os.link(path.resolve(), seen)
            except OSError:  # another disk, or another user's file
                shutil.copyfile(path, seen)
        except OSError as error:
            seen.unlink(missing_ok=True)
            raise TemporaryError(f"{path} cannot be handed to its reader: {error}") from error
        try:
            yield seen
        finally:
            seen.unlink(missing_ok=True)

    @contextmanager
    def empty_folder(self) -> Iterator[Path]:
        """A folder for the child to write to; gone afterwards, with all that lies in it."""
        folder = self._folder / "out" / "files"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if folder.exists():  # the child made it so that it cannot be cleared
                self.end()
                shutil.rmtree(folder)

    def ask(self, function: Callable[..., Any], arguments: tuple[object, ...]) -> Any:  # noqa: ANN401 - the function's
        """What a function made of its arguments, in the child.

        Raises:
            ReadingFailed: it met a bound, vanished, or raised.
            TemporaryError: no child could be started, or this machine had no processor for it.
        """
        what = getattr(function, "func", function).__name__
        warm = self._ready()
        turn = Turn(warm.process.pid, what, self._terms.bounds.wall_seconds)
        self._bound_processor(warm.process.pid, turn.processor)
        try:
            kind, result = self._converse(warm.channel, pickle.dumps((function, arguments)), turn)
        except (frames.Closed, BrokenPipeError):
            code = self.end(DYING_SECONDS)
            raise ReadingFailed(KILLED_BY.get(-code, ReadingTrouble.CRASH), f"{what} (exit {code})") from None
        except frames.TooLong:
            self.end()
            raise ReadingFailed(ReadingTrouble.OUTPUT, what) from None
        except Untrusted as error:
            self.end()
            raise ReadingFailed(ReadingTrouble.BROKEN, f"{what} (answers {error})") from None
        except BaseException:
            self.end()
            raise
        self._rests_since = time.monotonic()
        self._asked += 1
        if self._asked >= WARM_TASKS:
            self.end()
        if kind == child.DONE:
            return result
        trouble = ReadingTrouble.MEMORY if kind == child.NO_MEMORY else ReadingTrouble.BROKEN
        raise ReadingFailed(trouble, f"{what} ({str(result)[: child.LONGEST_TEXT]})")

    def _converse(self, channel: socket.socket, question: bytes, turn: Turn) -> tuple[str, Any]:
        def wait() -> None:
            while not select.select([channel], [], [], GLANCE_SECONDS)[0]:
                turn.look()
                written.check(self._folder / "out", self._terms.written_bytes, turn.what)

        frames.send(channel.fileno(), question)
        match unpickled(frames.receive(channel.fileno(), ANSWER_BYTES, wait), self._terms.packages):
            case (str() as kind, result):
                return kind, result
        raise Untrusted("with something else")

    def _bound_processor(self, pid: int, used: float) -> None:
        """The kernel ends it with SIGXCPU, even where our own clock does not come to it."""
        seconds = int(used) + 1 + self._terms.bounds.cpu_seconds
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))

    def _ready(self) -> _Warm:
        if self._warm is not None and self._warm.process.poll() is not None:
            self.end()  # it died idle, perhaps by the kernel's choice on a machine without memory
        if self._warm is None:
            self._warm = self._starter.submit(self._start).result()
            self._asked = 0
        return self._warm

    def _start(self) -> _Warm:
        terms = self._terms
        reads = (*python_reads(terms.packages), self._folder / "in")
        told = confinement(terms.bounds, reads, self._folder / "out", terms.written_bytes, warm=True)
        ours, theirs = socket.socketpair()
        with theirs:
            argv = python_argv(terms.packages, channel=theirs.fileno(), preload=terms.preload)
            environment = {**python_environment(), "TMPDIR": str(self._folder / "out" / "temporary")}
            process = spawn([told, *argv], environment, keep=(theirs.fileno(),))
        over = time.monotonic() + START_SECONDS

        def wait() -> None:
            if not select.select([ours], [], [], max(over - time.monotonic(), 0))[0]:
                raise frames.Closed

        try:
            frames.receive(ours.fileno(), len(child.READY), wait)
        except (frames.Closed, frames.TooLong):
            ours.close()
            kill_group(process)
            said = process.communicate()[1].decode(errors="replace").strip()[-LAST_WORDS:]
            raise TemporaryError(f"a reader's child does not start: {said}") from None
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        return _Warm(process, ours)

    def end(self, patience: float = 0) -> int:
        """End the child, where there is one.

        Args:
            patience: seconds that it may still take to die of its own.

        Returns:
            Its exit code, negative for a signal.
        """
        if self._warm is None:
            return 0
        warm, self._warm = self._warm, None
        warm.channel.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            warm.process.wait(patience)
        code = warm.process.returncode
        kill_group(warm.process)
        return warm.process.wait() if code is None else code

    def end_if_idle(self, seconds: float) -> None:
        """End the child where its last file was that long ago; the next one starts another."""
        if time.monotonic() - self._rests_since >= seconds:
            self.end()

    def close(self) -> None:
        """End the child and remove its folder."""
        self.end()
        if "_folder" in self.__dict__:
            shutil.rmtree(self._folder, ignore_errors=True)
