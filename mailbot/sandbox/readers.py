"""Our own readers (openpyxl, python-docx, …) in warm bounded children."""

import multiprocessing
import os
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from mailbot.model.errors import ReadingFailed, ReadingTrouble
from mailbot.model.limits import Bounds
from mailbot.sandbox import confine

P = ParamSpec("P")
T = TypeVar("T")

WARM_TASKS: Final = 200
"""After so many files a warm child is replaced, so that a reader's leaks stay small."""


@dataclass(frozen=True, slots=True)
class _Raised:
    """A reader's exception, as text: the exception itself may not survive the way out of the child."""

    text: str
    memory: bool


def _confine(bounds: Bounds, writes: tuple[str, ...] | None) -> None:
    """Take away from this child what a reader of strangers' files does not need."""
    for name in [name for name in os.environ if name.startswith("MAILBOT_")]:
        del os.environ[name]
    os.setpgrp()
    _hush()
    confine.limit(resource.RLIMIT_AS, bounds.memory_bytes)
    confine.limit(resource.RLIMIT_CORE, 0)
    confine.limit(resource.RLIMIT_NOFILE, 256)
    confine.leave_network()
    if writes is not None:
        confine.lock_files(None, writes)


def _hush() -> None:
    """What a reader's library prints reaches no output of ours, where a command's JSON or a log stands."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.close(nothing)


def _guarded(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T | _Raised:
    try:
        return function(*args, **kwargs)
    except MemoryError:
        return _Raised("out of memory", memory=True)
    except Exception as error:  # noqa: BLE001 - a reader may raise anything on a hostile file; the child reports it
        return _Raised(f"{type(error).__name__}: {error}"[:500], memory=False)


class Readers:
    """A small pool of warm bounded children for our own readers.

    Use as a context manager. Functions and arguments must be importable and picklable. `bounds.cpu_seconds` and
    `bounds.output_bytes` do not apply: a warm child reads many files, and `wall_seconds` bounds each.

    Args:
        bounds: what reading one file may use.
        workers: children.
        preload: modules that the children share from their start.
        writes: the only folders they may write to, where the kernel has Landlock; None for all that the user may.
    """

    def __init__(
        self, bounds: Bounds, workers: int = 2, preload: Sequence[str] = (), writes: Sequence[Path] | None = None
    ) -> None:
        self._bounds = bounds
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["mailbot.sandbox.readers", *preload])
        allowed = None if writes is None else tuple(str(path.resolve()) for path in writes)
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=WARM_TASKS,
            initializer=_confine,
            initargs=(bounds, allowed),
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
        self._pool.stop()  # type: ignore[no-untyped-call,unused-ignore]
        self._pool.join()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T | _Raised]":
        """Start reading; the future raises what `call` raises only through `call`."""
        return self._pool.schedule(_guarded, args=(function, *args), kwargs=kwargs, timeout=self._bounds.wall_seconds)

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
