"""Which video belongs to which row, as a careful clerk would say it.

A pair is made where the names say so: the same title first; then the title within the name, its first half, the
folder that the video lies in, the unit: whatever is clearly the best choice of its row and of its video. Else where
nothing else is possible (one row, one video), else by order where the names are only numbers. What stays open between
several rows and several videos is uncertain: a person's, never a guess.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from mailbot.check.titles import core, heads, is_generic, leading_number, ordinal, quoted_title, stem
from mailbot.text.folding import bare
from mailbot.text.units import short_unit

Scores = NDArray[np.float32]
"""0 to 100, a row a wanted one, a column a video."""
Mask = NDArray[np.bool_]

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


class Wanting(Protocol):
    """A row, or an entry, that wants a video."""

    @property
    def title(self) -> str:
        """As written."""

    @property
    def unit(self) -> str:
        """单位名称; may be empty."""


class Named(Protocol):
    """A video on offer, by its names."""

    @property
    def filename(self) -> str:
        """Without folders; may be empty."""

    @property
    def around(self) -> tuple[str, ...]:
        """The names of the folders and archives that it lies in, innermost first."""


W = TypeVar("W", bound=Wanting)
V = TypeVar("V", bound=Named)


@dataclass(frozen=True, slots=True)
class Pairing(Generic[W, V]):
    """Who belongs to whom.

    Attributes:
        pairs: each wanting one and each video at most once, in the order of the wanting.
        uncertain: those that one of the `contested` videos may belong to, a person must say which.
        contested: videos that one of the `uncertain` may claim.
    """

    pairs: tuple[tuple[W, V], ...] = ()
    uncertain: tuple[W, ...] = ()
    contested: tuple[V, ...] = ()


def match(
    wanting: Sequence[W], videos: Sequence[V], *, by_name_only: bool = False, heed_names: bool = False
) -> Pairing[W, V]:
    """Pair rows with videos.

    Args:
        wanting: in the form's order.
        videos: in the mail's order.
        by_name_only: make only pairs that the names say.
        heed_names: not even one row and one video belong together where the name speaks against it.
    """
    if not wanting or not videos:
        return Pairing()
    units = tuple({one.unit for one in wanting if one.unit})
    names = [telling_name(video, units) for video in videos]
    generic = np.array([is_generic(name) for name in names])
    found = scores(wanting, videos)
    pairs = _exact_pairs(found)
    pairs |= _clear_pairs(_without(found, pairs))
    if not by_name_only:
        rows, columns = _left(pairs, found.shape)
        alone = found.shape == (1, 1) and not heed_names
        pairs |= _only_choice(found, generic, rows, columns, alone=alone) or _by_order(names, rows, columns)
    made = tuple((wanting[row], videos[column]) for row, column in sorted(pairs.items()))
    if by_name_only:
        return Pairing(made)
    rows, columns = _left(pairs, found.shape)
    foreign = _foreign([one.title for one in wanting], list(map(stem, names)))
    possible: Mask = (generic[None, :] | foreign | (found >= STRANGERS))[np.ix_(rows, columns)]
    open_rows, open_columns = np.nonzero(possible.any(axis=1))[0], np.nonzero(possible.any(axis=0))[0]
    return Pairing(
        made, tuple(wanting[rows[row]] for row in open_rows), tuple(videos[columns[column]] for column in open_columns)
    )


# --- what the names say ---


def telling_name(video: Named, units: tuple[str, ...] = ()) -> str:
    """The innermost name that tells something about the work: 绿动云岭/成片.mp4 is called by its folder."""
    return next((name for name in (video.filename, *video.around) if not is_generic(name, units)), video.filename)


def _foreign(titles: Sequence[str], names: Sequence[str]) -> Mask:
    """Where a title and a name share no script, as one in Chinese and one in pinyin: neither speaks of the other."""
    of_titles, of_names = (
        [(letters := frozenset(filter(str.isalpha, bare(text))), all(map(str.isascii, letters))) for text in texts]
        for texts in (titles, names)
    )
    return np.array([
        [bool(one and other) and latin is not its and one.isdisjoint(other) for other, its in of_names]
        for one, latin in of_titles
    ])  # fmt: skip


def scores(wanting: Sequence[Wanting], videos: Sequence[Named]) -> Scores:
    """How well each video's names speak of each row; less where they speak of another row's unit only.

    Bounded: what is known of a row or of a video is worked out once, and all pairs are compared by rapidfuzz in C.
    """
    units = tuple({one.unit for one in wanting if one.unit})
    short = {unit: short_unit(unit) for unit in units}
    titles = [bare(one.title) for one in wanting]
    names = [telling_name(video, units) for video in videos]
    words = [core(name, units) for name in names]
    found: Scores = process.cdist(titles, words, scorer=fuzz.ratio)
    np.minimum(found, CONTAINED - LEAD, out=found)
    found[[row for row, title in enumerate(titles) if not title], :] = 0
    raise_by_title = _by_title(wanting, titles)
    of_unit = np.array([short.get(one.unit, "") for one in wanting])
    for column, (video, name) in enumerate(zip(videos, names, strict=True)):
        raise_by_title(found[:, column], name, words[column])
        spoken_of = _units_in(video, set(short.values()) - {""})
        mine = np.isin(of_unit, list(spoken_of))
        if is_generic(name, units):
            found[mine, column] = np.maximum(found[mine, column], BY_UNIT)
        if spoken_of:
            anothers = ~mine & (of_unit != "")
            found[anothers, column] = np.maximum(found[anothers, column] - LEAD, 0)
    return found


def _by_title(wanting: Sequence[Wanting], titles: Sequence[str]) -> Callable[[Scores, str, str], None]:
    """Raises the scores of the rows whose title a name holds: whole, without numbering, within it, its first half."""
    by_title, by_core, by_head = (_rows_by(keys) for keys in (
        [{title} for title in titles],
        [{core(one.title)} for one in wanting],
        [heads(one.title) for one in wanting],
    ))  # fmt: skip
    numbers = [leading_number(one.title) for one in wanting]

    def raise_by_title(column: Scores, name: str, words: str) -> None:
        told = bare(stem(name))
        held = (rows for title, rows in by_title.items() if len(title) >= SHORT_TITLE and title in told)
        column[[*chain.from_iterable(held), *by_head.get(words, [])]] = CONTAINED
        number = leading_number(name)
        same = [row for row in by_core.get(words, []) if number is None or numbers[row] in {None, number}]
        column[[*by_title.get(words, []), *same]] = NORMALISED
        column[[row for title in {told, quoted_title(name)} for row in by_title.get(title, [])]] = EXACT

    return raise_by_title


def _rows_by(keys: Sequence[set[str] | frozenset[str]]) -> Mapping[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row, of_row in enumerate(keys):
        for key in of_row - {""}:
            found[key].append(row)
    return found


def _units_in(video: Named, short: set[str]) -> frozenset[str]:
    """The units that a video's name or what it lies in speaks of, the longer name where one holds another."""
    names = [bare(stem(name)) for name in (video.filename, *video.around)]
    named = {unit for unit in short if any(unit in name for name in names)}
    return frozenset(unit for unit in named if not any(unit in other for other in named - {unit}))


# --- pairs, by row and column ---


def _exact_pairs(found: Scores) -> dict[int, int]:
    """A row and a video of the very same name, where there is one of each: whatever else looks like them.

    A second video that differs by a word such as 修改版 alone, and is no other row's, may be the better one: no guess.
    """
    exact: Mask = found >= EXACT
    anothers = np.any(exact, axis=0)
    rivals: Mask = np.asarray(np.any((found >= NORMALISED) & ~anothers, axis=1))
    single = exact & (exact.sum(axis=1) == 1)[:, None] & (exact.sum(axis=0) == 1)[None, :] & ~rivals[:, None]
    return _places(single)


def _without(found: Scores, pairs: Mapping[int, int]) -> Scores:
    """The scores of what is not paired yet."""
    rest = found.copy()
    rest[list(pairs), :] = 0
    rest[:, list(pairs.values())] = 0
    return rest


def _clear_pairs(found: Scores) -> dict[int, int]:
    """Pairs that are better by `LEAD` than every other choice of their row and of their video."""
    rivals = np.maximum(_second(found)[:, None], _second(found.T)[None, :])
    return _places((found >= CLEAR) & (found - rivals >= LEAD))


def _places(pairs: Mask) -> dict[int, int]:
    """Row -> column, of each pair in a mask."""
    return {int(row): int(column) for row, column in np.argwhere(pairs)}


def _second(found: Scores) -> Scores:
    """The second-best score of each row; 0 where there is only one."""
    if found.shape[1] == 1:
        return np.zeros_like(found[:, 0])
    second: Scores = np.partition(found, -2)[:, -2]
    return second


def _left(pairs: Mapping[int, int], shape: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Rows and columns that are in no pair."""
    taken = set(pairs.values())
    return [row for row in range(shape[0]) if row not in pairs], [one for one in range(shape[1]) if one not in taken]


def _only_choice(found: Scores, generic: Mask, rows: list[int], columns: list[int], *, alone: bool) -> dict[int, int]:
    """One row and one video need no name; the last two of several only where their names don't speak against it."""
    if len(rows) != 1 or len(columns) != 1:
        return {}
    row, column = rows[0], columns[0]
    return {row: column} if alone or generic[column] or found[row, column] >= STRANGERS else {}


def _by_order(names: Sequence[str], rows: list[int], columns: list[int]) -> dict[int, int]:
    """Rows and videos in order, where as many are left and every name is but its own number."""
    numbers = {column: number for column in columns if (number := ordinal(names[column])) is not None}
    plain = all(is_generic(names[column]) for column in columns)
    if len(rows) != len(columns) or not plain or len(set(numbers.values())) < len(columns):
        return {}
    return dict(zip(rows, sorted(numbers, key=numbers.__getitem__), strict=True))
