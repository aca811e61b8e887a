"""Whether two films are one work: frames that look alike vote for one time offset. Pure.

Sets of frames cannot tell films of one factory with a fixed camera apart; one offset can. The index finds a few
candidates among many works by the cells of a coarse quantizer, and they are then compared exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mailbot.model.fingerprint import HASH_BYTES, Fingerprint, Likeness, PrintKind, SimilarRules

Words = NDArray[np.uint64]

STEP: Final = 0.5
"""Seconds: offsets this far apart count as one; the rate of a dense print."""
FOLD_BITS: Final = 16
"""Neighbouring frames no further apart are one in the index: a shot that stands still."""
FEWEST_KEYS: Final = 4
"""Matched frames by which a key print can speak at all."""
ONE_CELL: Final = 50_000
"""Hashes up to which all are looked at: about a thousand works."""
CELLS: Final = 2048
PROBED: Final = 4
"""Cells that a frame is looked for in."""
MOST: Final = 20
"""Candidates that are compared exactly."""
BLOCK: Final = 4096


def compare(asked: Fingerprint, stored: Fingerprint, rules: SimilarRules) -> Likeness:
    """How much of the shorter film is found in the other.

    The score of two dense prints is the frames of `stored` found over the usable frames of the shorter film; that of a
    key print is its own frames found over its usable ones.
    """
    near = distances(words(asked), words(stored)) <= rules.bits
    at_asked, at_stored = np.nonzero(near)
    if not len(at_asked):
        return Likeness(0.0, 0.0, 0.0)
    offsets = np.asarray(stored.times)[at_stored] - np.asarray(asked.times)[at_asked]
    best = max(_busiest(offsets), key=lambda step: _found(at_asked, at_stored, offsets, step))
    chosen = np.abs(offsets - best * STEP) <= STEP
    of_asked, of_stored = np.unique(at_asked[chosen]), np.unique(at_stored[chosen])
    if asked.kind is PrintKind.DENSE and stored.kind is PrintKind.DENSE:
        score = len(of_stored) / min(len(asked.times), len(stored.times))
        return Likeness(min(round(score, 3), 1.0), len(of_stored) * STEP, best * STEP)
    sparse, matched = (asked, of_asked) if asked.kind is PrintKind.KEYS else (stored, of_stored)
    if len(matched) < FEWEST_KEYS:
        return Likeness(0.0, 0.0, best * STEP)
    seconds = sparse.times[int(matched[-1])] - sparse.times[int(matched[0])]
    return Likeness(round(len(matched) / len(sparse.times), 3), round(seconds, 2), best * STEP)


def words(fingerprint: Fingerprint) -> Words:
    """Its hashes as rows of four 64-bit words."""
    return np.frombuffer(fingerprint.hashes, np.uint64).reshape(-1, HASH_BYTES // 8)


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


def _found(
    at_asked: NDArray[np.intp], at_stored: NDArray[np.intp], offsets: NDArray[np.float64], step: int
) -> tuple[int, int]:
    chosen = np.abs(offsets - step * STEP) <= STEP
    return len(np.unique(at_stored[chosen])), len(np.unique(at_asked[chosen]))


# --- the index ---


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Many films' hashes by cell.

    Attributes:
        names: of the works.
        hashes: of all works, sorted by cell.
        owners: which work each hash belongs to, as a place in `names`.
        centres: of the cells; a single one means that every hash is looked at.
        starts: where each cell begins in `hashes`, and where the last ends.
    """

    names: tuple[str, ...]
    hashes: Words
    owners: NDArray[np.int32]
    centres: Words
    starts: NDArray[np.int64]


def build_index(prints: Mapping[str, Fingerprint], *, one_cell: int = ONE_CELL, cells: int = CELLS) -> Index:
    """An index of these works: from the ledger, at start.

    Args:
        prints: by the work's name (its file's hash, its number).
        one_cell: hashes up to which there is one cell only and nothing is approximate.
        cells: how many above that.
    """
    names = tuple(prints)
    folded = [fold(words(prints[name])) for name in names]
    hashes = np.concatenate(folded) if folded else np.zeros((0, HASH_BYTES // 8), np.uint64)
    owners = np.repeat(np.arange(len(names), dtype=np.int32), [len(rows) for rows in folded])
    if len(hashes) <= one_cell:
        return Index(names, hashes, owners, hashes[:1], np.array([0, len(hashes)]))
    chosen = np.random.default_rng(len(hashes)).choice(len(hashes), cells, replace=False)
    centres = hashes[np.sort(chosen)]
    cell = nearest(hashes, centres, 1)[:, 0]
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(cells + 1))
    return Index(names, hashes[order], owners[order], centres, starts)


def fold(hashes: Words) -> Words:
    """Runs of frames that hardly differ as their first one."""
    kept: list[int] = []
    last = 0
    for row, frame in enumerate(hashes):
        number = int.from_bytes(frame.tobytes())
        if not kept or (last ^ number).bit_count() > FOLD_BITS:
            kept.append(row)
            last = number
    return hashes[kept]


def nearest(hashes: Words, centres: Words, count: int) -> NDArray[np.intp]:
    """The `count` nearest centres of each hash. As a product of signs, which is four times a bit count's speed."""
    count = min(count, len(centres))
    right = _signs(centres).T
    found = []
    for at in range(0, len(hashes), BLOCK):
        likeness = _signs(hashes[at : at + BLOCK]) @ right
        if count == 1:
            found.append(likeness.argmax(axis=1)[:, None])
        else:
            found.append(np.argpartition(-likeness, count - 1, axis=1)[:, :count])
    return np.concatenate(found) if found else np.zeros((0, count), np.intp)


def _signs(hashes: Words) -> NDArray[np.float32]:
    bits = np.unpackbits(np.ascontiguousarray(hashes).view(np.uint8), axis=1)
    return bits.astype(np.float32) * 2 - 1


def candidates(index: Index, asked: Fingerprint, bits: int, most: int = MOST) -> tuple[str, ...]:
    """The works that share the most frames with a film, best first."""
    if not index.names:
        return ()
    frames = fold(words(asked))
    votes = np.zeros(len(index.names), np.int64)
    cells = nearest(frames, index.centres, PROBED)
    for frame, near in zip(frames, cells, strict=True):
        owners: set[int] = set()
        for cell in near:
            first, last = index.starts[cell], index.starts[cell + 1]
            close = distances(frame[None, :], index.hashes[first:last])[0] <= bits
            owners.update(index.owners[first:last][close].tolist())
        votes[list(owners)] += 1
    best = np.argsort(-votes, kind="stable")[:most]
    return tuple(index.names[place] for place in best if votes[place])


def search(
    index: Index,
    prints: Mapping[str, Fingerprint],
    asked: Fingerprint,
    rules: SimilarRules,
    without: Sequence[str] = (),
) -> tuple[tuple[str, Likeness], ...]:
    """Every work that looks like this film, most alike first.

    Args:
        index: of all works.
        prints: to compare exactly; may be read from the ledger as they are asked for.
        asked: the new film's.
        rules: the thresholds.
        without: works that are not looked at: the film itself.
    """
    found = [
        (name, compare(asked, prints[name], rules))
        for name in candidates(index, asked, rules.bits, MOST + len(without))
        if name not in without
    ]
    alike = [(name, likeness) for name, likeness in found if likeness.alike(rules)]
    return tuple(sorted(alike, key=lambda pair: -pair[1].score))
