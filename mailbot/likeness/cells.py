"""Hashes by cell: who lies near a frame is sought among a few neighbours instead of all. Pure, and approximate.

Centres are hashes of the collection itself, taken at random: measured, they find what trained ones find and cost no
training. `faiss` (the extra of that name) looks at a cell five times as fast as numpy does; both give the same answer.
"""

from functools import cache
from importlib.util import find_spec
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mailbot.likeness.compare import Words
from mailbot.model.prints import HASH_BYTES

PROBED: Final = 4
"""Cells that a frame is looked for in."""
MEMBERS: Final = 5000
"""Hashes that a cell should hold."""
FEWEST_CELLS: Final = 16
MOST_CELLS: Final = 512
"""Placing a hash costs as much as there are cells: at a hundred thousand works more of them would delay the start."""
BLOCK: Final = 4096
BITS: Final = HASH_BYTES * 8

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Frames asked for and hashes near them, as row numbers of each, pair by pair."""


class Cells(Protocol):
    """A collection of hashes, numbered in the order in which they came."""

    def add(self, hashes: Words) -> None:
        """Place more hashes."""

    def near(self, frames: Words, bits: int) -> Pairs:
        """The hashes at most `bits` from each frame, as far as its nearest cells hold them."""


def make_cells(hashes: Words, *, fast: bool) -> Cells:
    """Cells with these hashes in them, at least one; `fast` by faiss, which must be there."""
    count = min(max(len(hashes) // MEMBERS, FEWEST_CELLS), MOST_CELLS, len(hashes))
    chosen = np.random.default_rng(len(hashes)).choice(len(hashes), count, replace=False)
    centres = hashes[np.sort(chosen)]
    cells: Cells = FaissCells(centres) if fast else NumpyCells(centres)
    cells.add(hashes)
    return cells


@cache
def has_faiss() -> bool:
    """Whether the extra `faiss` is installed."""
    return find_spec("faiss") is not None


class FaissCells:
    """Cells kept by faiss: an inverted file over a flat quantizer."""

    def __init__(self, centres: Words) -> None:
        import faiss  # noqa: PLC0415 - a quarter of a second that only large campaigns need to spend

        faiss.omp_set_num_threads(1)  # idle threads of OpenMP spin: on a busy machine they cost more than they bring
        self._quantizer = faiss.IndexBinaryFlat(BITS)  # the index below only borrows it
        self._quantizer.add(_bytes(centres))
        self._index = faiss.IndexBinaryIVF(self._quantizer, BITS, len(centres))
        self._index.nprobe = PROBED
        self._index.is_trained = True

    def add(self, hashes: Words) -> None:
        """As `Cells.add`."""
        self._index.add(_bytes(hashes))

    def near(self, frames: Words, bits: int) -> Pairs:
        """As `Cells.near`."""
        ends, _, rows = self._index.range_search(_bytes(frames), bits + 1)  # its radius is exclusive
        return np.repeat(np.arange(len(frames)), np.diff(ends.astype(np.int64))), rows


class NumpyCells:
    """Cells kept by numpy: hashes sorted by cell, a word a row, so that a cell is a slice of each."""

    def __init__(self, centres: Words) -> None:
        self._centres = centres
        self._cell = np.zeros(0, np.int32)
        self._row = np.zeros(0, np.int64)
        self._columns = np.zeros((centres.shape[1], 0), np.uint64)
        self._starts = np.zeros(len(centres) + 1, np.int64)

    def add(self, hashes: Words) -> None:
        """As `Cells.add`."""
        cell = np.concatenate([self._cell, nearest(hashes, self._centres, 1)[:, 0].astype(np.int32)])
        row = np.concatenate([self._row, np.arange(len(self._row), len(self._row) + len(hashes))])
        order = np.argsort(cell, kind="stable")
        self._columns = np.concatenate([self._columns, hashes.T], axis=1)[:, order]
        self._cell, self._row = cell[order], row[order]
        self._starts = np.searchsorted(self._cell, np.arange(len(self._centres) + 1))

    def near(self, frames: Words, bits: int) -> Pairs:
        """As `Cells.near`."""
        asked: list[NDArray[np.int64]] = []
        found: list[NDArray[np.int64]] = []
        for frame, cells in enumerate(nearest(frames, self._centres, PROBED)):
            for cell in cells:
                first, last = self._starts[cell], self._starts[cell + 1]
                rows = self._row[first:last][self._bits_off(frames[frame], first, last) <= bits]
                asked.append(np.full(len(rows), frame))
                found.append(rows)
        return np.concatenate(asked), np.concatenate(found)

    def _bits_off(self, frame: NDArray[np.uint64], first: np.int64, last: np.int64) -> NDArray[np.uint16]:
        total = np.zeros(last - first, np.uint16)
        for word, column in zip(frame, self._columns, strict=True):
            total += np.bitwise_count(column[first:last] ^ word)
        return total


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
    return np.unpackbits(_bytes(hashes), axis=1).astype(np.float32) * 2 - 1


def _bytes(hashes: Words) -> NDArray[np.uint8]:
    return np.ascontiguousarray(hashes).view(np.uint8)
