"""Which video belongs to which row, as a careful clerk would say it.

A pair is made where the names say so: the same title first; then the title within the name, its first half, the
folder that the video lies in, the unit: the best assignment over all pairs, with a clear lead over every other
choice. Else where nothing else is possible (one row, one video), else by order where the names are only numbers.
What stays open between several rows and several videos is uncertain: a person's, never a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import lap
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from mailbot.check.names import core, heads, is_generic, leading_number, ordinal, quoted_title, stem
from mailbot.text.folding import bare
from mailbot.text.units import short_unit

Scores = NDArray[np.float64]
"""A row a wanted one, a column a video."""

EXACT: Final = 100.0
NORMALISED: Final = 96.0
CONTAINED: Final = 90.0
BY_UNIT: Final = 80.0
"""A video that only its unit's name tells of."""
CLEAR: Final = 75.0
"""A pair at or above this score is made, given its lead."""
LEAD: Final = 6.0
"""By how much a pair must be better than every other choice of its row and of its video."""
STRANGERS: Final = 30.0
"""Below this score two meaningful names speak of different works."""
SHORT_TITLE: Final = 2
"""A title of fewer characters than this is not looked for inside a name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that wants a video: its title and its unit."""

    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who belongs to whom, by index.

    Attributes:
        pairs: (row, video), each index at most once.
        uncertain: rows that one of the `contested` videos may belong to, a person must say which.
        contested: videos that one of the `uncertain` rows may claim.
    """

    pairs: tuple[tuple[int, int], ...] = ()
    uncertain: tuple[int, ...] = ()
    contested: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A video on offer.

    Attributes:
        name: its file's name, without folders.
        around: the names of the folders and archives that it lies in, innermost first.
    """

    name: str
    around: tuple[str, ...] = ()

    def telling(self, units: tuple[str, ...]) -> str:
        """The innermost name that tells something about the work: 绿动云岭/成片.mp4 is called by its folder."""
        return next((name for name in (self.name, *self.around) if not is_generic(name, units)), self.name)

    def units(self, units: tuple[str, ...]) -> frozenset[str]:
        """The units that its name or what it lies in speaks of, the longer name where one holds another."""
        words = " ".join(bare(stem(name)) for name in (self.name, *self.around))
        named = {short_unit(unit) for unit in units if short_unit(unit) in words}
        return frozenset(unit for unit in named if not any(unit in other for other in named - {unit}))


def score(wanted: Wanted, offered: Offered, units: tuple[str, ...] = ()) -> float:
    """How well a video's names speak of a row, 0 to 100; less where they speak of another row's unit only."""
    named = offered.units(units)
    mine = bool(wanted.unit) and short_unit(wanted.unit) in named
    anothers = bool(named and wanted.unit) and not mine
    name = offered.telling(units)
    by_title = _by_title(wanted, name, units)
    if mine and is_generic(name, units):
        return max(by_title, BY_UNIT)
    return max(by_title - (LEAD if anothers else 0), 0.0)


def _by_title(wanted: Wanted, filename: str, units: tuple[str, ...]) -> float:
    title = bare(wanted.title)
    if not title:
        return 0.0
    told = bare(stem(filename))
    if title in (told, quoted_title(filename)):
        return EXACT
    words = core(filename, (wanted.unit, *units))
    numbers = {leading_number(filename), leading_number(wanted.title)}
    if words and (words == title or (words == core(wanted.title) and (None in numbers or len(numbers) == 1))):
        return NORMALISED
    if len(title) >= SHORT_TITLE and title in told:
        return CONTAINED
    if words and words in heads(wanted.title):
        return CONTAINED
    return min(fuzz.ratio(title, words), CONTAINED - LEAD)


def match(
    rows: Sequence[Wanted], videos: Sequence[Offered], *, by_name_only: bool = False, heed_names: bool = False
) -> Pairing:
    """Pair rows with videos.

    Args:
        rows: in the form's order.
        videos: in the mail's order; a name may be empty.
        by_name_only: make only pairs that the names say.
        heed_names: not even one row and one video belong together where the name speaks against it.
    """
    if not rows or not videos:
        return Pairing()
    units = tuple({row.unit for row in rows if row.unit})
    filenames = [video.telling(units) for video in videos]
    scores = np.array([[score(row, video, units) for video in videos] for row in rows])
    pairs = _exact_pairs(scores)
    pairs += _clear_pairs(_without(scores, pairs))
    if by_name_only:
        return Pairing(tuple(sorted(pairs)))
    left_rows = [row for row in range(len(rows)) if row not in {pair[0] for pair in pairs}]
    left_videos = [video for video in range(len(videos)) if video not in {pair[1] for pair in pairs}]
    alone = len(rows) == 1 and len(videos) == 1 and not heed_names
    pairs += _only_choice(scores, filenames, left_rows, left_videos, alone=alone) or _by_order(
        filenames, left_rows, left_videos
    )
    uncertain, contested = _open_questions(scores, filenames, pairs, left_rows, left_videos)
    return Pairing(tuple(sorted(pairs)), uncertain, contested)


def _exact_pairs(scores: Scores) -> list[tuple[int, int]]:
    """A row and a video of the very same name, where there is one of each: whatever else looks like them.

    A second video that differs by a word such as 修改版 alone, and is no other row's, may be the better one: no guess.
    """
    exact = scores >= EXACT
    anothers = exact.any(axis=0)
    return [
        (int(row), int(video))
        for row, video in zip(*np.nonzero(exact), strict=True)
        if exact[row].sum() == 1 and exact[:, video].sum() == 1 and not ((scores[row] >= NORMALISED) & ~anothers).any()
    ]


def _without(scores: Scores, pairs: Sequence[tuple[int, int]]) -> Scores:
    """The scores of what is not paired yet."""
    rest = scores.copy()
    for row, video in pairs:
        rest[row, :] = rest[:, video] = 0.0
    return rest


def _clear_pairs(scores: Scores) -> list[tuple[int, int]]:
    _, columns, _ = lap.lapjv(-scores, extend_cost=True)
    pairs = []
    for row, column in enumerate(map(int, columns)):
        if column < 0 or scores[row, column] < CLEAR:
            continue
        rivals = np.concatenate([np.delete(scores[row], column), np.delete(scores[:, column], row)])
        if rivals.size == 0 or scores[row, column] - rivals.max() >= LEAD:
            pairs.append((row, column))
    return pairs


def _only_choice(
    scores: Scores, filenames: Sequence[str], left_rows: list[int], left_videos: list[int], *, alone: bool
) -> list[tuple[int, int]]:
    """One row and one video need no name; the last two of several only where their names don't speak against it."""
    if len(left_rows) != 1 or len(left_videos) != 1:
        return []
    row, video = left_rows[0], left_videos[0]
    if alone or is_generic(filenames[video]) or scores[row, video] >= STRANGERS:
        return [(row, video)]
    return []


def _by_order(filenames: Sequence[str], left_rows: list[int], left_videos: list[int]) -> list[tuple[int, int]]:
    """Rows and videos in order, where as many are left and every name is but its own number."""
    names = [filenames[video] for video in left_videos]
    numbers = [ordinal(name) for name in names]
    plain = all(map(is_generic, names)) and None not in numbers and len(set(numbers)) == len(numbers)
    if len(left_rows) != len(left_videos) or not plain:
        return []
    ordered = sorted(left_videos, key=lambda video: ordinal(filenames[video]) or 0)
    return list(zip(left_rows, ordered, strict=True))


def _open_questions(
    scores: Scores,
    filenames: Sequence[str],
    pairs: list[tuple[int, int]],
    left_rows: list[int],
    left_videos: list[int],
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rows = [row for row in left_rows if row not in {pair[0] for pair in pairs}]
    videos = [video for video in left_videos if video not in {pair[1] for pair in pairs}]

    def possible(row: int, video: int) -> bool:
        return is_generic(filenames[video]) or bool(scores[row, video] >= STRANGERS)

    uncertain = tuple(row for row in rows if any(possible(row, video) for video in videos))
    contested = tuple(video for video in videos if any(possible(row, video) for row in rows))
    return uncertain, contested
