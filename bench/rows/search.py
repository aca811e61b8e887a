"""A film's print searched among the prints of many works, of 48 hashes each; a copy has 45 of 256 bits flipped."""

import os
import statistics
import time
from collections.abc import Iterator
from typing import Final

import numpy as np

from bench.table import Goal, Row, apart, in_turns, together
from mailbot.likeness.cells import has_faiss
from mailbot.likeness.index import Index
from mailbot.model.prints import LikenessRules, Print, PrintKind

WORKS: Final = (1_000, 10_000, 100_000)
SEARCHES: Final = 20


def rows() -> Iterator[Row]:
    by = "faiss" if has_faiss() else "numpy"
    for works in WORKS:
        found = in_turns(1, {"ours": lambda: apart(searched, works)})["ours"]  # noqa: B023
        yield Row(f"search among {works} works, {by}", found, "ms", goals=(Goal("figure", "≤", 5),))


def made(random: np.random.Generator, frames: int) -> Print:
    hashes = random.integers(0, 256, (frames, 32), dtype=np.uint8)
    return Print(PrintKind.DENSE, tuple(number / 2 for number in range(frames)), hashes.tobytes())


def searched(works: int) -> list[float]:
    """Milliseconds of a search, the median; and bytes that the index holds."""
    random, rules = np.random.default_rng(1), LikenessRules()
    prints = {str(number): made(random, 48) for number in range(works)}
    before = together(os.getpid())
    index = Index()
    index.add(prints.items())
    held = together(os.getpid()) - before
    spent = []
    for number in random.integers(0, works, SEARCHES):
        bits = np.unpackbits(np.frombuffer(prints[str(number)].hashes, np.uint8).reshape(-1, 32), axis=1)
        for frame in bits:
            frame[random.choice(256, 45, replace=False)] ^= 1
        asked = Print(PrintKind.DENSE, prints[str(number)].times, np.packbits(bits, axis=1).tobytes())
        begun = time.perf_counter()
        names = index.candidates(asked, rules.bits)
        spent.append(time.perf_counter() - begun)
        assert str(number) in names
    return [1000 * statistics.median(spent), held]
