"""The cells of a table whose rules are not all as they should be."""

from collections.abc import Callable

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: pip install mailbot[ocr]")
import cv2
import numpy as np

from mailbot.ocr.ruled import cells_of
from mailbot.ocr.shapes import Picture

COLUMNS, ROWS = (100, 400, 700, 1000), (200, 300, 400, 500)
HEIGHT = 30


def drawn(columns: tuple[int, ...] = COLUMNS, dash: int = 0) -> Picture:
    page = np.full((900, 1200), 255, np.uint8)
    for y in ROWS:
        cv2.line(page, (COLUMNS[0], y), (COLUMNS[-1], y), (0,), 2)
    for x in columns:
        cv2.line(page, (x, ROWS[0]), (x, ROWS[-1]), (0,), 2)
    if dash:
        page[:, np.arange(1200) // dash % 2 == 1] = 255
        for x in columns:
            page[ROWS[0] : ROWS[-1], x - 1 : x + 1] = np.where(np.arange(300) // dash % 2 == 1, 255, 0)[:, None]
    return page


def dotted() -> Picture:
    return drawn(dash=5)


def open_at_the_sides() -> Picture:
    return drawn(COLUMNS[1:-1])


def broken() -> Picture:
    page = drawn()
    page[245:257] = 255
    page[:, 200:211] = 255
    return page


def under_a_streak() -> Picture:
    page = drawn()
    cv2.line(page, (550, 0), (550, 899), (0,), 2)
    return page


def folded() -> Picture:
    page = drawn()
    cv2.line(page, (0, 450), (1199, 450), (0,), 2)
    return page


@pytest.mark.parametrize("page", [drawn, dotted, open_at_the_sides, broken, under_a_streak, folded])
def test_a_table_has_nine_cells_however_its_rules_are(page: Callable[[], Picture]) -> None:
    cells = sorted(cells_of(page(), HEIGHT), key=lambda cell: (round(cell[1], -2), cell[0]))
    wanted = [(x, y) for y in ROWS[:-1] for x in COLUMNS[:-1]]
    assert [(round(cell[0], -2), round(cell[1], -2)) for cell in cells] == wanted


def test_lines_of_boxes_are_no_rules() -> None:
    page = np.full((900, 1200), 255, np.uint8)
    for row in range(12):
        for column in range(12):
            cv2.rectangle(page, (100 + 80 * column, 100 + 40 * row), (124 + 80 * column, 124 + 40 * row), (0,), 2)
    assert cells_of(page, HEIGHT) == []
