"""Whether rounds go on: told to the heartbeat's address, and kept for whoever asks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mailbot.ops.heartbeat import Beat, Heart


@dataclass(slots=True)
class RoundVerdict:
    """What a round came to; not well until it is said."""

    well: bool = False


class Pulse:
    """When a round last ended, on the monotonic clock; the start counts as one.

    Args:
        heart: is told of each.

    Attributes:
        ended_at: when, on the monotonic clock, in seconds.
        failures: rounds that did not go well.
    """

    def __init__(self, heart: Heart) -> None:
        self._heart = heart
        self.ended_at = time.monotonic()
        self.failures = 0

    @contextmanager
    def round(self) -> Iterator[RoundVerdict]:
        """A round: the block says whether it went well; one that raises did not."""
        verdict = RoundVerdict()
        self._heart.tell(Beat.START)
        try:
            yield verdict
        finally:
            self.ended_at = time.monotonic()
            self.failures += not verdict.well
            self._heart.tell(Beat.WELL if verdict.well else Beat.FAILED)

    def seconds(self) -> float:
        """Since a round last ended."""
        return time.monotonic() - self.ended_at
