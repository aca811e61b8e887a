"""A page seen from aside, straightened by the frame of its table."""

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: pip install mailbot[ocr]")
import cv2
import numpy as np

from mailbot.ocr.frame import straightened
from mailbot.ocr.shapes import Picture

CORNERS = np.array([[200, 200], [1000, 200], [1000, 800], [200, 800]], np.float32)


def table() -> Picture:
    page = np.full((1400, 1200), 255, np.uint8)
    for x in range(200, 1001, 200):
        cv2.line(page, (x, 200), (x, 800), (0,), 3)
    for y in range(200, 801, 100):
        cv2.line(page, (200, y), (1000, y), (0,), 3)
    return page


def seen(page: Picture, corners: list[list[int]]) -> Picture:
    turn = cv2.getPerspectiveTransform(CORNERS, np.array(corners, np.float32))
    return np.asarray(cv2.warpPerspective(page, turn, (1200, 1400), borderValue=(255,)))


def level(page: Picture) -> bool:
    """Whether the table's upper and left rules are straight rows and columns of ink."""
    rows, columns = (page < 128).sum(axis=1), (page < 128).sum(axis=0)
    return bool(rows.max() > 700 and columns.max() > 500)


@pytest.mark.parametrize(
    "corners",
    [
        [[260, 240], [940, 200], [1020, 820], [180, 780]],
        [[200, 260], [990, 180], [1010, 790], [210, 860]],
    ],
)
def test_a_table_from_aside_is_made_level(corners: list[list[int]]) -> None:
    aslant = seen(table(), corners)
    assert not level(aslant)
    straight, framed = straightened(aslant)
    assert framed
    assert level(straight)


def test_a_table_on_a_bent_sheet_is_made_level() -> None:
    across, down = np.meshgrid(np.arange(1200, dtype=np.float32), np.arange(1400, dtype=np.float32))
    bent = cv2.remap(table(), across, down + 12 * np.sin(across / 160), cv2.INTER_LINEAR, borderValue=(255,))
    assert not level(bent)
    straight, framed = straightened(bent)
    assert framed
    assert level(straight)


def test_a_scanner_s_streak_does_not_stretch_the_page() -> None:
    page = np.full((1400, 1200), 255, np.uint8)
    for y in range(200, 801, 100):
        cv2.line(page, (200, y), (1000, y), (0,), 3)
    cv2.line(page, (700, 0), (690, 300), (0,), 2)
    straight, _ = straightened(page)
    assert np.abs(np.subtract(straight.shape, page.shape)).max() < 60


def test_a_level_page_stays_as_it_is() -> None:
    page = table()
    straight, framed = straightened(page)
    assert framed
    assert straight is page


def test_a_page_without_a_frame_stays_as_it_is() -> None:
    page = np.full((1400, 1200), 255, np.uint8)
    cv2.putText(page, "no table", (100, 100), cv2.FONT_HERSHEY_SIMPLEX, 2, (0,), 3)
    assert straightened(page)[1] is False
