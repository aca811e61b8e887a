from collections.abc import Callable, Iterator

import numpy as np
import pytest

from mailbot.likeness.cells import has_faiss
from mailbot.likeness.compare import words
from mailbot.likeness.index import GROWN, TAIL, Index, fold, search
from mailbot.model.prints import LikenessRules, Print, PrintKind
from tests.likeness.test_compare import flipped, made

RULES = LikenessRules()
Maker = Callable[[], Index]

KINDS = [
    pytest.param(Index, id="all are looked at"),
    pytest.param(lambda: Index(all_up_to=10, fast=False), id="cells by numpy"),
    pytest.param(
        lambda: Index(all_up_to=10, fast=True),
        id="cells by faiss",
        marks=pytest.mark.skipif(not has_faiss(), reason="faiss is not installed (extra: faiss)"),
    ),
]


def still(*values: int) -> Print:
    """Frames of one byte, thirty-two times."""
    times = tuple(number / 2 for number in range(len(values)))
    return Print(PrintKind.DENSE, times, b"".join(bytes([value]) * 32 for value in values))


def folded(*films: Print) -> tuple[list[int], list[int]]:
    rows = [words(film) for film in films]
    kept, counts = fold(np.concatenate(rows), np.array([len(row) for row in rows]))
    return [int(row[0]) & 255 for row in kept], counts.tolist()


def test_runs_of_one_picture_are_folded() -> None:
    assert folded(still(0, 0, 0)) == ([0], [1])


def test_films_of_different_lengths_are_folded_each_on_its_own() -> None:
    assert folded(still(0, 0, 255), still(255), still(255, 255, 0, 0, 255), Print(PrintKind.DENSE, (), b"")) == (
        [0, 255, 255, 255, 0, 255],
        [2, 1, 3, 0],
    )


def test_a_picture_that_drifts_slowly_is_kept_again_and_again() -> None:
    rows = np.zeros((60, 256), np.uint8)
    for number, row in enumerate(rows):
        row[: number * 4] = 1
    drifting = Print(PrintKind.DENSE, tuple(map(float, range(60))), np.packbits(rows, axis=1).tobytes())
    assert len(folded(drifting)[0]) == 12


@pytest.mark.parametrize("make", KINDS)
def test_the_index_finds_a_copy_among_many(make: Maker) -> None:
    prints = {str(seed): made(seed, frames=40) for seed in range(150)}
    index = make()
    index.add(prints.items())
    assert len(index) == 150
    for seed in (0, 75, 149):
        asked = flipped(prints[str(seed)], 40)
        assert index.candidates(asked, RULES.bits)[0] == str(seed)
        assert [name for name, _ in search(index, prints.get, asked, RULES)] == [str(seed)]
        assert search(index, prints.get, asked, RULES, without=(str(seed),)) == ()


@pytest.mark.parametrize("make", KINDS)
def test_a_work_that_comes_later_is_found_whether_it_was_placed_yet_or_not(make: Maker) -> None:
    index = make()
    prints = {str(seed): made(seed, frames=100) for seed in range(10)}
    index.add(prints.items())
    for name in ("late", "much later", "after the cells were made anew"):
        one = made(len(name) + 1000, frames=100)
        index.add([(name, one)])
        assert index.candidates(flipped(one, 40), RULES.bits)[0] == name
        more = max(TAIL, GROWN * 100 * len(index)) // 100 + 1
        index.add((f"{name} {number}", made(10_000 + len(index) + number, frames=100)) for number in range(more))
    assert index.candidates(flipped(prints["3"], 40), RULES.bits)[0] == "3"


def test_an_empty_index_finds_nothing() -> None:
    index = Index()
    index.add({}.items())
    assert index.candidates(made(1), RULES.bits) == ()


def test_a_work_whose_print_is_gone_is_no_find() -> None:
    index = Index()
    index.add([("gone", made(1))])
    assert search(index, lambda _: None, made(1), RULES) == ()


def test_works_are_read_one_by_one_as_they_are_taken_in() -> None:
    def few() -> Iterator[tuple[str, Print]]:
        yield "a", made(1)
        yield "b", made(2)

    index = Index()
    index.add(few())
    assert index.candidates(made(2), RULES.bits) == ("b",)
