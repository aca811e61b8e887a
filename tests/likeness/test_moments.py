"""Works of one camera that never moves: near at every offset, alike only moment by moment."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mailbot.likeness.compare import compare
from mailbot.model.prints import LikenessRules, Print, PrintKind

RULES = LikenessRules()
Frames = NDArray[np.uint8]
"""A bit a column, a frame a row."""

seeds = st.integers(0, 10_000)


def take(place: int, seed: int, frames: int = 120, moving: int = 40) -> Frames:
    """What a camera that stands at a place sees: the place, with something that moves before it, slowly."""
    random = np.random.default_rng(seed)
    picture = np.random.default_rng(place).integers(0, 2, 256, np.uint8)
    moved = random.normal(0, 1, (frames + 4, 256))
    smooth = sum(moved[late : late + frames] for late in range(4))
    seen: Frames = picture ^ (np.abs(smooth) > np.quantile(np.abs(smooth), 1 - moving / 256)).astype(np.uint8)
    return seen


def coded_anew(film: Frames, bits: int, seed: int = 0) -> Frames:
    """Another encoder's: some bits of each frame are others."""
    wrong = np.random.default_rng(seed).random(film.shape) < bits / 256
    return film ^ wrong.astype(np.uint8)


def printed(film: Frames, kind: PrintKind = PrintKind.DENSE, every: int = 1) -> Print:
    kept = film[::every]
    times = tuple(number * every / 2 for number in range(len(kept)))
    return Print(kind, times, np.packbits(kept, axis=1).tobytes())


def cut_together(*pieces: Frames) -> Frames:
    return np.concatenate(pieces)


@settings(max_examples=30)
@given(seeds, seeds, st.integers(0, 20), st.integers(0, 12))
def test_a_copy_is_found_at_its_offset(place: int, seed: int, bits: int, later: int) -> None:
    film = take(place, seed)
    likeness = compare(printed(coded_anew(film[later:], bits)), printed(film), RULES)
    assert likeness.is_likeness(RULES)
    assert likeness.offset == pytest.approx(later / 2)


@settings(max_examples=30)
@given(seeds, seeds, st.integers(20_000, 30_000), st.integers(0, 20))
def test_another_take_of_the_same_place_is_another_work(place: int, seed: int, other: int, bits: int) -> None:
    asked = printed(coded_anew(take(place, other), bits))
    assert not compare(asked, printed(take(place, seed)), RULES).is_likeness(RULES)


def test_a_logo_on_every_frame_hides_no_copy() -> None:
    film, logo = take(1, 2), np.zeros(256, np.uint8)
    logo[:30] = 1
    assert compare(printed(coded_anew(film ^ logo, 8)), printed(film), RULES).is_likeness(RULES)


@pytest.mark.parametrize("every", [1, 4])
def test_key_frames_tell_a_copy_from_another_take(every: int) -> None:
    film = take(3, 4)
    copy, other = coded_anew(film, 10), take(3, 5)
    assert compare(printed(copy, PrintKind.KEYS, every), printed(film), RULES).is_likeness(RULES)
    assert not compare(printed(other, PrintKind.KEYS, every), printed(film), RULES).is_likeness(RULES)


def test_works_cut_together_from_takes_of_the_same_places_are_different() -> None:
    def work(seeds: Sequence[int]) -> Frames:
        return cut_together(*(take(7 + number % 2, seed, frames=20) for number, seed in enumerate(seeds)))

    film = work([1, 2, 3, 4, 5, 6])
    assert compare(printed(coded_anew(film, 10)), printed(film), RULES).is_likeness(RULES)
    assert not compare(printed(work([11, 12, 13, 14, 15, 16])), printed(film), RULES).is_likeness(RULES)


def test_a_picture_in_which_nothing_moves_is_left_to_a_person() -> None:
    still = take(9, 1, moving=0)
    assert compare(printed(coded_anew(still, 3, 1)), printed(coded_anew(still, 3, 2)), RULES).is_likeness(RULES)


def test_a_shared_place_is_no_copy_where_the_rest_differs() -> None:
    asked = cut_together(take(21, 1, frames=80), take(22, 2, frames=40))
    stored = cut_together(take(21, 3, frames=80), take(23, 4, frames=40))
    assert not compare(printed(asked), printed(stored), RULES).is_likeness(RULES)
