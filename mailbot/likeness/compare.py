"""Whether two films are one work: frames that look alike vote for one time offset. Pure.

Sets of frames cannot tell films of one factory apart; one offset can, and where the camera never moves the moments
(`moments.py`). Among many works an index
(`index.py`) finds a few candidates, which are then compared here.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mailbot.likeness.moments import Untold, is_one_place, same_moments
from mailbot.model.prints import HASH_BYTES, LikenessRules, Print, PrintKind, PrintMatch

Words = NDArray[np.uint64]

STEP: Final = 0.5
"""Seconds: offsets this far apart count as one; the rate of a dense print."""
FEWEST_KEYS: Final = 4
"""Matched frames by which a key print can speak at all."""


def compare(asked: Print, stored: Print, rules: LikenessRules) -> PrintMatch:
    """How much of the shorter film is found in the other.

    The score of two dense prints is the frames of `stored` found over the usable frames of the shorter film; that of a
    key print is its own frames found over its usable ones.
    """
    apart = distances(words(asked), words(stored))
    near = apart <= rules.bits
    at_asked, at_stored = np.nonzero(near)
    if not len(at_asked):
        return PrintMatch(0.0, 0.0, 0.0)
    offsets = np.asarray(stored.times)[at_stored] - np.asarray(asked.times)[at_asked]
    best = max(_busiest(offsets), key=lambda step: _found(at_asked, at_stored, offsets, step))
    found = _likeness(asked, stored, best, *_matched(at_asked, at_stored, offsets, best))
    if not found.is_likeness(rules) or not is_one_place(near, *_matched(at_asked, at_stored, offsets, best)):
        return found
    told = same_moments(apart, _steps(asked, stored), distances(words(stored), words(stored)), rules.bits)
    if isinstance(told, int):
        return _likeness(asked, stored, told, *_matched(at_asked, at_stored, offsets, told))
    return found if told is Untold.NOTHING_MOVES else PrintMatch(0.0, 0.0, found.offset)


def _likeness(
    asked: Print, stored: Print, step: int, of_asked: NDArray[np.intp], of_stored: NDArray[np.intp]
) -> PrintMatch:
    """What the frames that match at an offset come to."""
    if asked.kind is PrintKind.DENSE and stored.kind is PrintKind.DENSE:
        score = len(of_stored) / min(len(asked.times), len(stored.times))
        return PrintMatch(min(round(score, 3), 1.0), len(of_stored) * STEP, step * STEP)
    sparse, matched = (asked, of_asked) if asked.kind is PrintKind.KEYS else (stored, of_stored)
    if len(matched) < FEWEST_KEYS:
        return PrintMatch(0.0, 0.0, step * STEP)
    seconds = sparse.times[int(matched[-1])] - sparse.times[int(matched[0])]
    return PrintMatch(round(len(matched) / len(sparse.times), 3), round(seconds, 2), step * STEP)


def words(made: Print) -> Words:
    """Its hashes as rows of four 64-bit words."""
    return np.frombuffer(made.hashes, np.uint64).reshape(-1, HASH_BYTES // 8)


def distances(left: Words, right: Words) -> NDArray[np.uint16]:
    """Bits by which each hash on the left differs from each on the right."""
    total = np.zeros((len(left), len(right)), np.uint16)
    for word in range(left.shape[1]):
        total += np.bitwise_count(left[:, word, None] ^ np.ascontiguousarray(right[:, word]))
    return total


def _busiest(offsets: NDArray[np.float64], most: int = 8) -> list[int]:
    """The offsets, in steps, with the most votes."""
    steps, votes = np.unique(np.round(offsets / STEP).astype(int), return_counts=True)
    return [int(step) for step in steps[np.argsort(-votes, kind="stable")[:most]]]


def _steps(asked: Print, stored: Print) -> NDArray[np.intp]:
    """The offset of each frame asked to each one stored, in steps."""
    offsets = np.asarray(stored.times)[None, :] - np.asarray(asked.times)[:, None]
    steps: NDArray[np.intp] = np.round(offsets / STEP).astype(np.intp)
    return steps


def _matched(
    at_asked: NDArray[np.intp], at_stored: NDArray[np.intp], offsets: NDArray[np.float64], step: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The frames of either film that match at an offset."""
    chosen = np.abs(offsets - step * STEP) <= STEP
    return np.unique(at_asked[chosen]), np.unique(at_stored[chosen])


def _found(
    at_asked: NDArray[np.intp], at_stored: NDArray[np.intp], offsets: NDArray[np.float64], step: int
) -> tuple[int, int]:
    of_asked, of_stored = _matched(at_asked, at_stored, offsets, step)
    return len(of_stored), len(of_asked)
