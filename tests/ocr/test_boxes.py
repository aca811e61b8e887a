"""Boxes and ticks on a picture, where the letters about them are known."""

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: pip install mailbot[ocr]")
import cv2
import numpy as np

from mailbot.form.choices import choose
from mailbot.ocr.boxes import with_boxes
from mailbot.ocr.shapes import Picture, Seat

THEMES = ("高端升级", "数智赋能", "绿色低碳")
CELL = (10, 10, 790, 90)


def page() -> Picture:
    return np.full((100, 800), 250, np.uint8)


def name(left: int, text: str) -> list[Seat]:
    return [(letter, left + 30 * at, 30, left + 30 * at + 28, 62) for at, letter in enumerate(text)]


def words(gap: int = 40) -> list[Seat]:
    return [seat for at, theme in enumerate(THEMES) for seat in name(20 + gap + at * (130 + gap), theme)]


def ink(sheet: Picture, letters: list[Seat]) -> None:
    """Something dark where each letter is."""
    for text, left, top, right, bottom in letters:
        if text not in "（）":
            cv2.line(sheet, (int(left) + 4, int(top) + 5), (int(right) - 4, int(bottom) - 5), (20,), 3)


def box(sheet: Picture, left: int) -> None:
    cv2.rectangle(sheet, (left, 34), (left + 24, 58), (20,), 2)


def tick(sheet: Picture, left: int) -> None:
    points = np.array([[left + 2, 44], [left + 10, 56], [left + 32, 24]], np.int32)
    cv2.polylines(sheet, [points], isClosed=False, color=(20,), thickness=4)


def bracketed(sheet: Picture, read: dict[int, str]) -> list[Seat]:
    """Brackets before each name, and what was read of them."""
    letters: list[Seat] = []
    for left, said in read.items():
        cv2.ellipse(sheet, (left + 26, 46), (10, 16), 0, 120, 240, (20,), 2)
        cv2.ellipse(sheet, (left + 42, 46), (10, 16), 0, -60, 60, (20,), 2)
        places = {
            "、": (left - 20, 30, left - 8, 62),
            "（": (left, 30, left + 30, 62),
            "）": (left + 35, 30, left + 65, 62),
        }
        letters += [(letter, *places[letter]) for letter in said]
    return letters


def chosen(sheet: Picture, letters: list[Seat]) -> tuple[str, ...]:
    found = sorted(with_boxes(sheet, [CELL], letters, THEMES), key=lambda seat: seat[1])
    choice = choose(["".join(seat[0] for seat in found)], [], THEMES)[0]
    return () if choice.doubtful else choice.themes


@pytest.mark.parametrize("boxed", [True, False])
def test_a_pen_s_tick_is_seen_through_a_box_and_without_one(boxed: bool) -> None:  # noqa: FBT001 - a parameter
    sheet, letters = page(), words()
    ink(sheet, letters)
    for left in (30, 200, 370):
        if left == 200:
            tick(sheet, left)
        if left != 200 or boxed:
            box(sheet, left)
    assert chosen(sheet, letters) == ("数智赋能",)


def test_a_tick_that_was_not_read_is_seen_beside_one_that_was() -> None:
    sheet, letters = page(), words()
    ink(sheet, letters)
    for left in (30, 370):
        tick(sheet, left)
    letters.append(("✔", 30, 24, 62, 58))
    assert chosen(sheet, letters) == ("高端升级", "绿色低碳")


def test_a_stamp_s_ring_beside_a_name_is_no_tick() -> None:
    sheet, letters = page(), words()
    ink(sheet, letters)
    box(sheet, 30)
    box(sheet, 370)
    cv2.circle(sheet, (215, 160), 120, (20,), 3)
    assert chosen(sheet, letters) == ()


def test_a_tick_in_brackets_that_were_read_as_empty_is_seen() -> None:
    sheet, letters = page(), words(gap=80)
    ink(sheet, letters)
    letters += bracketed(sheet, dict.fromkeys((30, 240, 450), "（）"))
    tick(sheet, 450 + 20)
    assert chosen(sheet, letters) == ("绿色低碳",)


def test_narrow_brackets_without_a_tick_are_empty() -> None:
    sheet, letters = page(), words(gap=50)
    ink(sheet, letters)
    for left in (30, 210, 390):
        letters += [("[", left, 30, left + 14, 62), ("]", left + 14, 30, left + 28, 62)]
        for bracket in (left + 9, left + 19):
            cv2.line(sheet, (bracket, 34), (bracket, 58), (20,), 4)
    assert chosen(sheet, letters) == ()


def test_brackets_beside_a_tick_that_was_read_stay_empty() -> None:
    sheet, letters = page(), words(gap=80)
    ink(sheet, letters)
    letters += bracketed(sheet, dict.fromkeys((30, 240, 450), "（）"))
    tick(sheet, 30 + 20)
    letters.append(("√", 52, 30, 66, 62))
    assert chosen(sheet, letters) == ("高端升级",)


def test_a_title_that_names_a_theme_keeps_its_letters() -> None:
    letters = name(40, "绿色低碳看大国")
    sheet = page()
    box(sheet, 40 + 30 * 6 + 2)
    assert with_boxes(sheet, [CELL], letters, THEMES) == letters


def test_a_tick_in_brackets_of_which_half_was_read_is_seen() -> None:
    sheet, letters = page(), words(gap=80)
    ink(sheet, letters)
    letters += bracketed(sheet, {30: "（）", 240: "（", 450: "（）"})
    thin = np.array([[240 + 22, 46], [240 + 30, 56], [240 + 44, 34]], np.int32)
    cv2.polylines(sheet, [thin], isClosed=False, color=(20,), thickness=2)
    assert chosen(sheet, letters) == ("数智赋能",)


def test_empty_brackets_behind_a_comma_or_read_by_half_are_no_choice() -> None:
    sheet, letters = page(), words(gap=80)
    ink(sheet, letters)
    letters += bracketed(sheet, {30: "（）", 240: "、（）", 450: "（"})
    cv2.line(sheet, (224, 54), (230, 62), (20,), 3)
    assert chosen(sheet, letters) == ()
