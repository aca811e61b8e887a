"""How long a child may work on one file: time in which it waits for a processor is not its own, and does not count.

An overloaded machine must not blame an honest file.
"""

import contextlib
import os
import time
from pathlib import Path
from typing import Final

from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError

PATIENCE: Final = 10
"""How many times its wall time a child may take in all on a machine that has no processor for it."""
GLANCE_SECONDS: Final = 0.1
"""How often it is looked whether a child runs, sleeps or waits for its turn."""


class Turn:
    """One file's time in a child.

    Args:
        pid: the child.
        what: named in errors.
        seconds: of its own.

    Attributes:
        what: as given.
        processor: seconds of processor time that the child had used before.
    """

    def __init__(self, pid: int, what: str, seconds: float) -> None:
        self._pid, self.what, self._seconds = pid, what, seconds
        self._begun = self._seen = time.monotonic()
        self.processor = self._used = _glance(pid)[1]
        self._own = 0.0

    def look(self) -> None:
        """Count what passed since the last look; at least one look in `GLANCE_SECONDS` keeps it exact.

        Raises:
            ReadingFailed: its time is over.
            TemporaryError: this machine had no processor for it.
        """
        now = time.monotonic()
        queued, processor = _glance(self._pid)
        passed = now - self._seen
        self._own += min(processor - self._used, passed) if queued else passed
        self._seen, self._used = now, processor
        if self._own >= self._seconds:
            raise ReadingFailed(ReadingTrouble.TIMEOUT, self.what)
        if now - self._begun >= PATIENCE * self._seconds:
            waited = round(now - self._begun)
            raise TemporaryError(f"this machine is overloaded: in {waited} s {self.what} had {self._own:.1f} s of it")


def _glance(pid: int) -> tuple[bool, float]:
    """Whether a thread of a child asks for a processor or the disk just now, and processor seconds used so far.

    From proc(5), `stat`: state (field 3), utime and stime (14, 15). Where there is no /proc it never asks.
    """
    queued, ticks = False, 0
    for path in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):  # a thread may end while it is looked at
            fields = path.read_text().rpartition(")")[2].split()
            queued = queued or fields[0] in "RD"
            ticks += int(fields[11]) + int(fields[12])
    return queued, ticks / os.sysconf("SC_CLK_TCK")
