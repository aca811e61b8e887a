import numpy as np
import pytest

from mailbot.likeness.compare import compare, distances, words
from mailbot.model.prints import LikenessRules, Print, PrintKind

RULES = LikenessRules()


def made(seed: int, frames: int = 80, kind: PrintKind = PrintKind.DENSE) -> Print:
    hashes = np.random.default_rng(seed).integers(0, 256, (frames, 32), dtype=np.uint8)
    return Print(kind, tuple(number / 2 for number in range(frames)), hashes.tobytes())


def flipped(print_: Print, bits: int, shift: float = 0.0, drop: int = 0) -> Print:
    """A copy: so many bits of each frame wrong, later by `shift` seconds, its first frames gone."""
    rows = np.unpackbits(np.frombuffer(print_.hashes, np.uint8).reshape(-1, 32), axis=1)[drop:]
    random = np.random.default_rng(99)
    for row in rows:
        row[random.choice(256, bits, replace=False)] ^= 1
    times = tuple(time + shift for time in print_.times[drop:])
    return Print(print_.kind, times, np.packbits(rows, axis=1).tobytes())


def test_distances_count_bits() -> None:
    zero, ones = (
        words(Print(PrintKind.DENSE, (0.0,), bytes(32))),
        words(Print(PrintKind.DENSE, (0.0,), b"\xff" * 32)),
    )
    assert distances(zero, ones).tolist() == [[256]]


def test_a_shifted_copy_is_found_at_its_offset() -> None:
    likeness = compare(flipped(made(1), 50, shift=-3, drop=6), made(1), RULES)
    assert likeness.score == 1.0
    assert likeness.offset == pytest.approx(3)
    assert likeness.is_likeness(RULES)


def test_too_many_wrong_bits_are_another_film() -> None:
    assert not compare(flipped(made(1), 90), made(1), RULES).is_likeness(RULES)


def test_frames_shared_at_many_offsets_are_no_copy() -> None:
    random = np.random.default_rng(5)
    rows = np.frombuffer(made(1).hashes, np.uint8).reshape(-1, 32)[random.permutation(80)]
    shuffled = Print(PrintKind.DENSE, made(1).times, rows.tobytes())
    assert not compare(shuffled, made(1), RULES).is_likeness(RULES)


def test_a_few_seconds_in_common_are_no_copy() -> None:
    short = made(1, frames=20)
    assert compare(short, made(1), RULES).score == 1.0
    assert not compare(short, made(1), RULES).is_likeness(RULES)


def test_a_key_print_counts_its_own_frames() -> None:
    dense = made(1)
    rows = np.frombuffer(dense.hashes, np.uint8).reshape(-1, 32)[::10]
    keys = Print(PrintKind.KEYS, dense.times[::10], rows.tobytes())
    assert compare(keys, dense, RULES).is_likeness(RULES)
    few = Print(PrintKind.KEYS, keys.times[:3], keys.hashes[:96])
    assert not compare(few, dense, RULES).is_likeness(RULES)
