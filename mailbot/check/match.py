"""Which video belongs to which row, as a careful clerk would say it.

A pair is made where the names say so (the same title; the title within the name; the best assignment over all
pairs, with a clear lead over every other choice), else where nothing else is possible (one row, one video), else
by order where the names are only numbers. What stays open between several rows and several videos is uncertain: a
person's, never a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import lap
import numpy as np
from rapidfuzz import fuzz

from mailbot.check.names import bare, core, is_generic, ordinal, quoted_title, stem

EXACT: Final = 100.0
NORMALISED: Final = 96.0
CONTAINED: Final = 90.0
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


def score(wanted: Wanted, filename: str, units: tuple[str, ...] = ()) -> float:
    """How well a file name speaks of a row's title, 0 to 100; less where it names only another row's unit."""
    told = bare(stem(filename))
    named = {unit for unit in map(bare, units) if unit and unit in told}
    anothers = bool(named and wanted.unit) and bare(wanted.unit) not in named
    return max(_by_title(wanted, filename, units) - (LEAD if anothers else 0), 0.0)


def _by_title(wanted: Wanted, filename: str, units: tuple[str, ...]) -> float:
    title = bare(wanted.title)
    if not title:
        return 0.0
    if title in (bare(stem(filename)), quoted_title(filename)):
        return EXACT
    words = core(filename, (wanted.unit, *units))
    if words and words in (title, core(wanted.title)):
        return NORMALISED
    if len(title) >= SHORT_TITLE and title in bare(stem(filename)):
        return CONTAINED
    return min(fuzz.ratio(title, words), CONTAINED - LEAD)


def match(
    rows: Sequence[Wanted], filenames: Sequence[str], *, by_name_only: bool = False, heed_names: bool = False
) -> Pairing:
    """Pair rows with videos.

    Args:
        rows: in the form's order.
        filenames: of the videos, in the mail's order; may be empty strings.
        by_name_only: make only pairs that the names say.
        heed_names: not even one row and one video belong together where the name speaks against it.
    """
    if not rows or not filenames:
        return Pairing()
    scores = _scores(rows, filenames)
    pairs = _clear_pairs(scores)
    if by_name_only:
        return Pairing(tuple(pairs))
    left_rows = [row for row in range(len(rows)) if row not in {pair[0] for pair in pairs}]
    left_videos = [video for video in range(len(filenames)) if video not in {pair[1] for pair in pairs}]
    alone = len(rows) == 1 and len(filenames) == 1 and not heed_names
    pairs += _only_choice(rows, filenames, left_rows, left_videos, alone=alone) or _by_order(
        filenames, left_rows, left_videos
    )
    uncertain, contested = _open_questions(scores, filenames, pairs, left_rows, left_videos)
    return Pairing(tuple(sorted(pairs)), uncertain, contested)


def _scores(rows: Sequence[Wanted], filenames: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    units = tuple({row.unit for row in rows if row.unit})
    return np.array([[score(row, name, units) for name in filenames] for row in rows])


def _clear_pairs(scores: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> list[tuple[int, int]]:
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
    rows: Sequence[Wanted], filenames: Sequence[str], left_rows: list[int], left_videos: list[int], *, alone: bool
) -> list[tuple[int, int]]:
    """One row and one video need no name; the last two of several only where their names don't speak against it."""
    if len(left_rows) != 1 or len(left_videos) != 1:
        return []
    row, video = left_rows[0], left_videos[0]
    if alone or is_generic(filenames[video]) or score(rows[row], filenames[video]) >= STRANGERS:
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
    scores: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
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
