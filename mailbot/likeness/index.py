"""The one index over all works' prints: a few candidates in milliseconds, then compared exactly. Pure.

Up to some hundreds of works every hash is looked at; above that a few cells are (`likeness/cells.py`). What comes later
is looked at one by one until there is enough of it to be placed; nothing is built anew before the works have
quadrupled.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mailbot.likeness.cells import Cells, Pairs, has_faiss, make_cells
from mailbot.likeness.compare import Words, compare, distances, words
from mailbot.model.prints import HASH_BYTES, LikenessRules, Print, PrintMatch

FOLD_BITS: Final = 16
"""Frames no further from the last one kept are left out: a shot that stands still."""
ALL: Final[Mapping[bool, int]] = {True: 20_000, False: 100_000}
"""Hashes up to which all are looked at, by whether faiss is there; its cells cost less than looking at more."""
TAIL: Final = 5_000
"""Hashes that may wait to be placed."""
GROWN: Final = 4
"""By how much the works outgrow their cells before those are made anew."""
BATCH: Final = 2000
"""Works whose frames are folded in one go."""
BLOCK: Final = 1024
"""Hashes looked at in one go: their distances should stay in the processor's cache."""
MOST: Final = 20
"""Candidates that are compared exactly."""


class Index:
    """Which works share frames with a film. Grows, never shrinks.

    Args:
        all_up_to: hashes up to which all are looked at, and nothing is approximate; as a rule `ALL`.
        fast: by faiss above that; as a rule where it is installed.
    """

    def __init__(self, *, all_up_to: int | None = None, fast: bool | None = None) -> None:
        self._fast = has_faiss() if fast is None else fast
        self._all_up_to = ALL[self._fast] if all_up_to is None else all_up_to
        self._names: list[str] = []
        self._hashes: Words = np.zeros((0, HASH_BYTES // 8), np.uint64)
        self._owners = np.zeros(0, np.int64)
        self._cells: Cells | None = None
        self._placed = self._built = 0

    def __len__(self) -> int:
        return len(self._names)

    def add(self, prints: Iterable[tuple[str, Print]]) -> None:
        """Take in more works.

        Args:
            prints: each with its work's name (its file's hash, its number).
        """
        hashes, owners = [self._hashes], [self._owners]
        waiting = iter(prints)
        while batch := list(islice(waiting, BATCH)):
            rows = [words(made) for _, made in batch]
            kept, counts = fold(np.concatenate(rows), np.array([len(row) for row in rows]))
            hashes.append(kept)
            owners.append(np.repeat(np.arange(len(self._names), len(self._names) + len(batch)), counts))
            self._names += [name for name, _ in batch]
        self._hashes, self._owners = np.concatenate(hashes), np.concatenate(owners)
        self._place()

    def candidates(self, asked: Print, bits: int, most: int = MOST) -> tuple[str, ...]:
        """The works that share the most frames with a film, best first."""
        if not self._names:
            return ()
        rows = words(asked)
        frames, _ = fold(rows, np.array([len(rows)]))
        at_frame, at_hash = self._near(frames, bits)
        shared = np.unique(self._owners[at_hash] * len(frames) + at_frame)
        votes = np.bincount(shared // len(frames), minlength=len(self._names))
        best = np.argsort(-votes, kind="stable")[:most]
        return tuple(self._names[place] for place in best if votes[place])

    def _place(self) -> None:
        total = len(self._hashes)
        if total <= self._all_up_to:
            return
        if self._cells is None or total > GROWN * self._built:
            self._cells = make_cells(self._hashes, fast=self._fast)
            self._placed = self._built = total
        elif total - self._placed > TAIL:
            self._cells.add(self._hashes[self._placed :])
            self._placed = total

    def _near(self, frames: Words, bits: int) -> Pairs:
        found = [self._cells.near(frames, bits)] if self._cells is not None else []
        for first in range(self._placed, len(self._hashes), BLOCK):
            at_frame, at_hash = np.nonzero(distances(frames, self._hashes[first : first + BLOCK]) <= bits)
            found.append((at_frame, at_hash + first))
        return np.concatenate([frame for frame, _ in found]), np.concatenate([row for _, row in found])


def fold(hashes: Words, lengths: NDArray[np.int64]) -> tuple[Words, NDArray[np.int64]]:
    """Runs of frames that hardly differ as their first one, in many films at once.

    Args:
        hashes: of all films, one film behind the other.
        lengths: frames of each film.

    Returns:
        The hashes that are kept, and how many of each film.
    """
    order = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[order]
    ends = np.searchsorted(-lengths[order], -np.arange(lengths.max(initial=0)), side="left")
    kept = np.zeros(len(hashes), bool)
    last = np.zeros((len(lengths), hashes.shape[1]), np.uint64)
    for step, still_running in enumerate(ends):
        rows = starts[:still_running] + step
        frames = hashes[rows]
        differs = np.bitwise_count(frames ^ last[:still_running]).sum(axis=1, dtype=np.uint16) > FOLD_BITS
        fresh = differs if step else np.ones(still_running, bool)
        kept[rows[fresh]] = True
        last[:still_running][fresh] = frames[fresh]
    owners = np.repeat(np.arange(len(lengths)), lengths)
    return hashes[kept], np.bincount(owners[kept], minlength=len(lengths))


def among(prints: Mapping[str, Print], rules: LikenessRules) -> dict[str, tuple[tuple[str, float], ...]]:
    """Which of some films look like one another.

    Args:
        prints: by name.
        rules: the thresholds.

    Returns:
        For each name the others that its film looks like, with their scores, most alike first.
    """
    index = Index()
    index.add(prints.items())
    found = {name: search(index, prints.get, asked, rules, (name,)) for name, asked in prints.items()}
    return {name: tuple((other, match.score) for other, match in matches) for name, matches in found.items()}


def search(
    index: Index,
    kept: Callable[[str], Print | None],
    asked: Print,
    rules: LikenessRules,
    without: Sequence[str] = (),
) -> tuple[tuple[str, PrintMatch], ...]:
    """Every work that looks like this film, most alike first.

    Args:
        index: of all works.
        kept: a work's print by its name, to compare exactly.
        asked: the new film's.
        rules: the thresholds.
        without: works that are not looked at: the film itself.
    """
    names = [name for name in index.candidates(asked, rules.bits, MOST + len(without)) if name not in without]
    found = [(name, compare(asked, stored, rules)) for name in names if (stored := kept(name)) is not None]
    likenesses = [(name, match) for name, match in found if match.is_likeness(rules)]
    return tuple(sorted(likenesses, key=lambda pair: -pair[1].score))
