from functools import cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pdqhash")

from mailbot.extract.kind import file_type
from mailbot.likeness.compare import compare
from mailbot.likeness.index import Index, search
from mailbot.model.limits import Limits
from mailbot.model.prints import LikenessRules, Print, PrintKind
from mailbot.model.tools import Tools
from mailbot.store import Store
from mailbot.video.prints import dense_print, without_bars
from mailbot.video.read import read_video
from tests.make.films import CACHE, film
from tests.make.lookalikes import EDITS, copy, scenes

RULES = LikenessRules()
SEEDS = range(1, 6)


@cache
def prints(path: Path) -> tuple[Print, Print]:
    """Key and dense print of a film."""
    reading = read_video(path, file_type(path), Store(CACHE / "store"), Limits(), Tools())
    assert reading.facts is not None
    dense = dense_print(path, file_type(path), reading.facts, Limits(), Tools())
    assert dense is not None
    assert reading.key_print is not None
    return reading.key_print, dense


@pytest.mark.parametrize("edit", EDITS)
def test_a_copy_is_found_by_its_dense_print(edit: str) -> None:
    for seed in (1, 2):
        likeness = compare(prints(copy(seed, edit))[1], prints(scenes(seed))[1], RULES)
        assert likeness.is_likeness(RULES), likeness


@pytest.mark.parametrize("edit", EDITS)
def test_a_copy_is_found_by_its_key_print(edit: str) -> None:
    likeness = compare(prints(copy(1, edit))[0], prints(scenes(1))[1], RULES)
    assert likeness.is_likeness(RULES), likeness


def test_different_films_are_not_alike() -> None:
    films = [scenes(seed) for seed in SEEDS] + [copy(1, "letterboxed"), scenes(7, shared=1)]
    for one in films[1:5]:
        for other in films:
            if one != other:
                assert not compare(prints(one)[1], prints(other)[1], RULES).is_likeness(RULES)
                assert not compare(prints(one)[0], prints(other)[1], RULES).is_likeness(RULES)


def test_a_shared_opening_is_no_copy() -> None:
    likeness = compare(prints(scenes(7, shared=1))[1], prints(scenes(1))[1], RULES)
    assert 0 < likeness.score < RULES.share


def test_the_search_finds_the_work_and_no_other() -> None:
    known = {str(seed): prints(scenes(seed))[1] for seed in SEEDS}
    index = Index()
    index.add(known.items())
    found = search(index, known.get, prints(copy(3, "with a logo"))[1], RULES)
    assert [name for name, _ in found] == ["3"]


def test_a_print_comes_back_from_the_ledger_as_it_went() -> None:
    dense = prints(scenes(1))[1]
    back = Print.unpacked(PrintKind.DENSE, dense.packed())
    assert back.hashes == dense.hashes
    assert back.times == pytest.approx(dense.times, abs=1e-4)


def test_a_film_without_usable_frames_has_no_print(tmp_path: Path) -> None:
    path = film(source="color=teal")
    assert read_video(path, file_type(path), Store(tmp_path), Limits(), Tools()).key_print is None


def test_bars_are_cut_and_night_films_kept_whole() -> None:
    barred = np.zeros((180, 320, 3), np.uint8)
    barred[40:140] = 200
    assert without_bars([barred]) == (slice(40, 140), slice(0, 320))
    night = np.zeros((180, 320, 3), np.uint8)
    night[90:95] = 200
    assert without_bars([night]) == (slice(0, 180), slice(0, 320))
