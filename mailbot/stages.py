"""How often each step was done and how long it took, counted in this process for whoever watches from outside."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """A step of a mail's way."""

    FETCH = "fetch"
    """One mail from the server into the spool."""
    PARSE = "parse"
    EXTRACT = "extract"
    """The files of one mail, read side by side."""
    DECIDE = "decide"
    """From what the ledger knows to its transaction, letter and all."""
    SEND = "send"
    """One letter, to the server's answer."""
    PRINT = "print"
    """One film's dense print."""


@dataclass(frozen=True, slots=True)
class Total:
    """What a step came to: how often it was done, and seconds of real time in all."""

    times: int = 0
    seconds: float = 0.0


_LOCK: Final = threading.Lock()
_TOTALS: Final[dict[Stage, Total]] = {}


@contextmanager
def timed(stage: Stage) -> Iterator[None]:
    """Count the block, or the function that it decorates, however it ends."""
    begun = time.monotonic()
    try:
        yield
    finally:
        took = time.monotonic() - begun
        with _LOCK:
            known = _TOTALS.get(stage, Total())
            _TOTALS[stage] = Total(known.times + 1, known.seconds + took)


def totals() -> Mapping[Stage, Total]:
    """Every step, those that were never done among them."""
    with _LOCK:
        return {stage: _TOTALS.get(stage, Total()) for stage in Stage}
