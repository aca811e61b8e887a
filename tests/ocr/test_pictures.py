"""A page before it is read: its stamps paled, cut to where text is."""

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: pip install mailbot[ocr]")
import cv2
import numpy as np

from mailbot.ocr.pictures import LETTER, SLIM, unstamped, with_text
from mailbot.ocr.seals import of_a_seal, rings

RED = (200, 30, 50)


def test_a_red_stamp_pales_and_a_red_tick_and_black_letters_stay() -> None:
    page = np.full((1400, 1000, 3), 240, np.uint8)
    cv2.circle(page, (600, 700), 120, RED, 8)
    cv2.line(page, (450, 700), (750, 700), (20, 20, 20), 6)
    cv2.line(page, (100, 100), (130, 80), RED, 4)
    grey = unstamped(page)
    assert grey[580, 600] > 200
    assert grey[700, 480] < 60
    assert grey[700, 600] < 60
    assert grey[90, 115] < 140


def test_a_column_of_red_ticks_is_no_stamp() -> None:
    page = np.full((1400, 1000, 3), 240, np.uint8)
    for top in range(300, 500, 40):
        cv2.line(page, (600, top), (624, top + 20), RED, 4)
    assert unstamped(page)[310, 612] < 140


def test_small_text_on_a_large_page_is_cut_out_and_enlarged() -> None:
    page = np.full((3000, 2400), 255, np.uint8)
    line = [[100.0, 100.0], [400.0, 100.0], [400.0, 109.0], [100.0, 109.0]]
    part = with_text(page, [line], 0.5)
    assert LETTER * 20 < part.shape[1] < LETTER * 60
    assert min(part.shape) >= SLIM


def test_letters_along_a_ring_are_a_seal_s_and_lines_across_it_are_not() -> None:
    page = np.full((1400, 1000), 250, np.uint8)
    cv2.circle(page, (600, 700), 120, (90,), 6)
    found = rings(page)
    assert len(found) == 1
    single = [[500.0, 690.0], [530.0, 690.0], [530.0, 720.0], [500.0, 720.0]]
    line = [[480.0, 690.0], [720.0, 690.0], [720.0, 720.0], [480.0, 720.0]]
    aside = [[100.0, 100.0], [130.0, 100.0], [130.0, 130.0], [100.0, 130.0]]
    told = [
        of_a_seal(*one, 0.0, found) for one in ((single, "局"), (single, "5"), (line, "青石县工业局"), (aside, "局"))
    ]
    assert told == [True, False, False, False]
