"""Drawn lines of a page: the level ones part rows, the upright ones part columns. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.layout.glyphs import Rectangle

NEAR: Final = 2.5
"""Points within which two lines are one."""
THIN: Final = 4.0
"""A segment that is thicker is no line."""
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across a page: where it stands, and from where to where it is drawn."""

    at: float
    spans: tuple[Span, ...]

    def covers(self, left: float, right: float) -> float:
        """How much of a stretch it covers, 0 to 1."""
        drawn = sum(max(0.0, min(end, right) - max(start, left)) for start, end in self.spans)
        return drawn / (right - left) if right > left else 0.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """A page's lines, each kind in its order."""

    level: tuple[Rule, ...] = ()
    upright: tuple[Rule, ...] = ()
    edges: tuple[Rectangle, ...] = field(default=(), repr=False)


NO_RULES: Final = Ruling()


def rules_of(edges: Iterable[Rectangle]) -> Ruling:
    """The lines that segments, and the edges of boxes and coloured bands, make."""
    boxes = tuple(edges)
    level = [(box.top, (box.left, box.right)) for box in boxes if box.bottom - box.top < THIN < box.right - box.left]
    upright = [(box.left, (box.top, box.bottom)) for box in boxes if box.right - box.left < THIN < box.bottom - box.top]
    return Ruling(tuple(_joined(level)), tuple(_joined(upright)), boxes)


def _joined(segments: Sequence[tuple[float, Span]]) -> Iterable[Rule]:
    same: list[tuple[float, Span]] = []
    for segment in sorted(segments):
        if same and segment[0] - same[-1][0] > NEAR:
            yield Rule(same[0][0], _merged(span for _, span in same))
            same = []
        same.append(segment)
    if same:
        yield Rule(same[0][0], _merged(span for _, span in same))


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + NEAR:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)
