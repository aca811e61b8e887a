"""Servers that failed or refused us, and how long each is left alone."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

FIRST_REST: Final = 30.0
LONGEST_REST: Final = 900.0
"""Seconds for which a server that is away is left alone: the first time, and at most."""


@dataclass(slots=True)
class Breaker:
    """Servers that refused our account, and until when they are left alone: a refusal is never hammered.

    Attributes:
        resting: by name, on the monotonic clock, in seconds.
        failures: in a row, by name.
    """

    resting: dict[str, float] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    def open(self, name: str) -> bool:
        """Whether this server is to be left alone now."""
        return self.resting.get(name, 0) > time.monotonic()

    def trip(self, name: str, seconds: float) -> None:
        """Leave a server alone for so long."""
        self.resting[name] = time.monotonic() + seconds

    def longer(self, name: str) -> float:
        """Seconds to leave a server alone that failed once more: longer each time."""
        self.failures[name] += 1
        return min(FIRST_REST * 2.0 ** (self.failures[name] - 1), LONGEST_REST)

    def mend(self, name: str) -> None:
        """A server works again."""
        self.failures.pop(name, None)
