"""Our own readers (openpyxl, python-docx, …) in warm bounded children."""

import contextlib
import functools
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Concatenate, Final, ParamSpec, Self, TypeVar

from mailbot.model.limits import Bounds
from mailbot.sandbox.interpreter import PACKAGES
from mailbot.sandbox.lane import ChildTerms, Lane

IDLE_SECONDS: Final = 300.0
"""How long a child waits for its next file before it is ended: what it has imported is more than the daemon itself."""

P = ParamSpec("P")
T = TypeVar("T")


class Readers:
    """A few warm bounded children for our own readers, started as they are needed, ended where nobody needs them.

    Use as a context manager. Functions and arguments must be importable and picklable; what they return is made of
    plain values, dataclasses and enums of mailbot. A child sees what `interpreter` names and one folder of its own, in
    which the file in hand lies, and may write only beside it.

    Args:
        bounds: what reading one file may use.
        workers: children at once.
        preload: modules that a child imports before its first file.
        desk: the folder under which children have theirs, best on the disk where files lie; None for a temporary one.
        written_bytes: what a reader may write for one file, in one or many.
        packages: what children may import besides installed packages: name and folder.
        idle_seconds: after which a child that waits is ended; about as long again may pass until it is seen.
    """

    def __init__(
        self,
        bounds: Bounds,
        workers: int = 2,
        preload: Sequence[str] = (),
        desk: Path | None = None,
        written_bytes: int = 0,
        packages: Mapping[str, Path] = PACKAGES,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        terms = ChildTerms(bounds, written_bytes, packages, tuple(preload))
        # children end with the thread that started them: this one lives as long as they may
        self._starter = ThreadPoolExecutor(1, "reader-start")
        self._lanes = [Lane(terms, desk, self._starter) for _ in range(workers)]
        self._free: queue.LifoQueue[Lane] = queue.LifoQueue()
        for lane in self._lanes:
            self._free.put(lane)
        self._idle_seconds = idle_seconds
        self._closed = threading.Event()
        self._sparing = threading.Thread(target=self._end_idle, name="reader-idle", daemon=True)

    def __enter__(self) -> Self:
        self._sparing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children."""
        self._closed.set()
        if self._sparing.ident is not None:
            self._sparing.join()
        for lane in self._lanes:
            lane.close()
        self._starter.shutdown()

    @contextmanager
    def _lane(self) -> Iterator[Lane]:
        lane = self._free.get()
        try:
            yield lane
        finally:
            self._free.put(lane)

    def _end_idle(self) -> None:
        """Look now and then which children have nothing to do, until the readers are closed."""
        while not self._closed.wait(self._idle_seconds):
            resting = []
            with contextlib.suppress(queue.Empty):
                while True:
                    resting.append(self._free.get_nowait())
            for lane in reversed(resting):
                lane.end_if_idle(self._idle_seconds)
                self._free.put(lane)

    def call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reader that needs no file, and wait for it.

        Raises:
            ReadingFailed: it met a bound, vanished, or raised on what it was given.
            TemporaryError: no child could be started.
        """
        with self._lane() as lane:
            answer: T = lane.ask(functools.partial(function, **kwargs), args)
            return answer

    def read(self, function: Callable[Concatenate[Path, P], T], path: Path, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reader on a file; it gets the path under which its child sees it.

        Raises: as `call`.
        """
        with self._lane() as lane, lane.hand_in(path) as seen:
            answer: T = lane.ask(functools.partial(function, **kwargs), (seen, *args))
            return answer

    @contextmanager
    def unpack(
        self, function: Callable[Concatenate[Path, Path, P], T], path: Path, /, *args: P.args, **kwargs: P.kwargs
    ) -> Iterator[tuple[T, Path]]:
        """Run a reader that writes files: it gets the path of its file, and an empty folder.

        Yields:
            What it returned, and the folder. What lies there is a stranger's, and gone when the block ends:
            `Store.adopt` takes it.

        Raises: as `call`.
        """
        with self._lane() as lane, lane.hand_in(path) as seen, lane.empty_folder() as folder:
            yield lane.ask(functools.partial(function, **kwargs), (seen, folder, *args)), folder
