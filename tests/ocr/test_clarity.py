"""Speckles are no rules, and ink that was not read is told."""

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: pip install mailbot[ocr]")
import cv2
import numpy as np

from mailbot.ocr.boxes import choices
from mailbot.ocr.clarity import unread, unspeckled
from mailbot.ocr.frame import is_cut, is_ruled
from mailbot.ocr.ruled import cells_of
from mailbot.ocr.shapes import Picture, Seat
from tests.ocr.test_ruled import HEIGHT, drawn

CELL = (200, 200, 500, 300)


def noise(strength: float) -> Picture:
    return np.random.default_rng(1).normal(0, strength, (900, 1200))


def grid_of_a_screen() -> Picture:
    y, x = np.mgrid[0:900, 0:1200]
    wave: Picture = 50 * np.sin((x + 0.4 * y) * 1.2) * np.sin((y - 0.35 * x) * 1.1)
    return wave


@pytest.mark.parametrize("dirt", [noise(60), noise(90), grid_of_a_screen()], ids=["noise", "more noise", "moiré"])
def test_cells_are_found_under_noise_and_moire(dirt: Picture) -> None:
    page = (drawn() * 0.85 + dirt).clip(0, 255).astype(np.uint8)
    wanted = len(cells_of(drawn(), HEIGHT))
    assert len(cells_of(page, HEIGHT)) != wanted
    assert len(cells_of(unspeckled(page, HEIGHT), HEIGHT)) == wanted


def test_a_clean_page_is_left_as_it_is() -> None:
    page = drawn()
    assert unspeckled(page, HEIGHT) is page


@pytest.mark.parametrize(
    ("right", "found"), [(240.0, [CELL]), (260.0, [CELL]), (330.0, [])], ids=["nothing", "one digit", "all digits"]
)
def test_ink_in_a_cell_that_no_letter_covers_was_not_read(right: float, found: list[object]) -> None:
    page = np.full((400, 600), 255, np.uint8)
    cv2.rectangle(page, CELL[:2], CELL[2:], (0,), 2)
    cv2.putText(page, "1380", (240, 270), cv2.FONT_HERSHEY_SIMPLEX, 1, (0,), 3)
    assert list(unread(page, [CELL], [("1", 240.0, 230.0, right, 275.0)], HEIGHT)) == found


@pytest.mark.parametrize("blur", [0, 5])
def test_a_sheet_with_a_table_is_known_though_nothing_on_it_can_be_read(blur: float) -> None:
    page = drawn()
    assert is_ruled(cv2.GaussianBlur(page, (0, 0), blur) if blur else page)


def test_a_picture_without_a_table_is_no_sheet() -> None:
    assert not is_ruled(np.full((900, 1200), 250, np.uint8))
    assert not is_ruled((128 + noise(60)).clip(0, 255).astype(np.uint8))


def test_where_a_page_without_rules_names_its_themes() -> None:
    letters: list[Seat] = [
        (letter, 300.0 + 20 * at, 100.0 + 30 * line, 320.0 + 20 * at, 120.0 + 30 * line)
        for line, theme in enumerate(("高端升级", "数智赋能"))
        for at, letter in enumerate(theme)
    ]
    ((left, top, right, bottom),) = choices([*letters, ("王", 600, 100, 620, 120)], ("高端升级", "数智赋能"))
    assert left < 280
    assert top <= 100
    assert 380 <= right < 600
    assert bottom >= 150
    assert choices([("王", 600, 100, 620, 120)], ("高端升级",)) == []


@pytest.mark.parametrize(("part", "cut"), [(np.s_[:, :], False), (np.s_[:, :900], True), (np.s_[240:, :], True)])
def test_a_table_may_run_out_of_its_picture(part: tuple[slice, slice], *, cut: bool) -> None:
    assert is_cut(np.ascontiguousarray(drawn()[part])) is cut
