"""What a film looks like, in a few kB: a PDQ hash of 256 bits for each of many moments."""

import itertools
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Self

from annotated_types import Ge, Gt, Le

HASH_BYTES: Final = 32
FRAME: Final = struct.Struct(f"<f{HASH_BYTES}s")
"""One frame as the ledger keeps it: seconds, and its hash."""
FEWEST: Final = 5
"""Usable frames that a print needs; a film with fewer has none, and nobody calls it unique."""


class PrintKind(StrEnum):
    """How a film's moments were chosen."""

    KEYS = "keys"
    """What the checks decoded anyway, key frames mostly: before the first answer."""
    DENSE = "dense"
    """Two a second over the whole film: behind the first answer."""


class PrintState(StrEnum):
    """Where a film's dense print stands."""

    OWED = "owed"
    """To be made, and searched."""
    DONE = "done"
    """Made and searched."""
    NONE = "none"
    """There is none: the film has too few usable frames, or cannot be decoded."""


@dataclass(frozen=True, slots=True)
class Print:
    """One film's print.

    Attributes:
        kind: how its moments were chosen.
        times: of the usable frames, seconds, ascending.
        hashes: 32 bytes for each of them, in the same order.
    """

    kind: PrintKind
    times: tuple[float, ...]
    hashes: bytes

    def packed(self) -> bytes:
        """As the ledger keeps it: a `FRAME` for each."""
        hashes = (self.hashes[at : at + HASH_BYTES] for at in range(0, len(self.hashes), HASH_BYTES))
        return b"".join(itertools.starmap(FRAME.pack, zip(self.times, hashes, strict=True)))

    @classmethod
    def unpacked(cls, kind: PrintKind, data: bytes) -> Self:
        """What `packed` made."""
        frames = list(FRAME.iter_unpack(data))
        return cls(kind, tuple(time for time, _ in frames), b"".join(one for _, one in frames))


@dataclass(frozen=True)
class LikenessRules:
    """When two films count as one work. Measured on one set of synthetic edits: keep the scores, mend the thresholds.

    Attributes:
        bits: of 256, by which two frames of one picture may differ.
        share: of the shorter film that must be found in the other, at one time offset.
        seconds: that must be found at least.
    """

    bits: Annotated[int, Ge(0), Le(256)] = 72
    share: Annotated[float, Gt(0), Le(1)] = 0.45
    seconds: Annotated[float, Ge(0)] = 15


@dataclass(frozen=True, slots=True)
class PrintMatch:
    """How one film is found in another.

    Attributes:
        score: share of the shorter film found, 0 to 1.
        seconds: found.
        offset: by how much the stored film runs behind the asked one, seconds.
    """

    score: float
    seconds: float
    offset: float

    def is_likeness(self, rules: LikenessRules) -> bool:
        """Whether the two look like one work."""
        return self.score >= rules.share and self.seconds >= rules.seconds
