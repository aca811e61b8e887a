"""Rows that want a video and videos on offer, by their names alone, and a pairing told by places."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.check.match import Pairing, match


@dataclass(frozen=True, eq=False)
class Wanted:
    """A row."""

    title: str
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Offered:
    """A video."""

    filename: str
    around: tuple[str, ...] = ()


@dataclass(frozen=True)
class Places:
    """A pairing, by places in what was matched."""

    pairs: tuple[tuple[int, int], ...] = ()
    uncertain: tuple[int, ...] = ()
    contested: tuple[int, ...] = ()


def matched(rows: Sequence[Wanted], videos: Sequence[Offered], **how: bool) -> Places:
    """What `match` makes of these."""
    fresh = [Wanted(row.title, row.unit) for row in rows]  # a row that stands twice is two rows
    found: Pairing[Wanted, Offered] = match(fresh, videos, **how)
    return Places(
        tuple((fresh.index(row), videos.index(video)) for row, video in found.pairs),
        tuple(fresh.index(row) for row in found.uncertain),
        tuple(videos.index(video) for video in found.contested),
    )
