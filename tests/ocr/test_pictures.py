"""A page before it is read: its stamps paled, cut to where text is."""

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: pip install mailbot[ocr]")
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

from mailbot.model.filetype import FileType
from mailbot.ocr.embedded import page_sized
from mailbot.ocr.ink import ReadLetter, unpaled, written
from mailbot.ocr.pictures import LETTER, MAX_PAGES, SLIM, by_day, pictures, unstamped, with_text
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


def test_words_written_in_red_are_no_stamps() -> None:
    page = np.full((1400, 1000, 3), 240, np.uint8)
    for top in range(200, 1300, 200):
        for line in range(top, top + 120, 30):
            cv2.putText(page, "ABCDEFGHIJ", (300, line), cv2.FONT_HERSHEY_SIMPLEX, 1, RED, 3)
    assert unstamped(page)[170:1300, 300:480].min() < 140


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


def page(mode: str = "L", paper: int | tuple[int, ...] = 255, ink: int | tuple[int, ...] = 0) -> Image.Image:
    """A small page with a table of nine cells drawn on it."""
    drawn = Image.new(mode, (600, 840), paper)
    pen = ImageDraw.Draw(drawn)
    for at in range(4):
        pen.line((100, 200 + 100 * at, 400, 200 + 100 * at), fill=ink, width=4)
        pen.line((100 + 100 * at, 200, 100 + 100 * at, 500), fill=ink, width=4)
    return drawn


def seen(path: Path, kind: FileType) -> list[np.ndarray]:
    return list(pictures(str(path), kind, page_sized(path, kind)))


def test_what_is_clear_in_a_picture_is_white(tmp_path: Path) -> None:
    page("LA", (0, 0), (0, 255)).save(tmp_path / "f", "PNG")
    (found,) = seen(tmp_path / "f", FileType.PNG)
    assert (found[10, 10], found[200, 250]) == (255, 0)


def test_pixels_of_a_fax_become_square(tmp_path: Path) -> None:
    page("1", 1, 0).resize((600, 480)).save(tmp_path / "f", "TIFF", dpi=(204, 98), compression="group3")
    (found,) = seen(tmp_path / "f", FileType.IMAGE)
    assert found.shape == (999, 600)


def test_each_page_of_a_tiff_is_looked_at_and_one_frame_of_what_moves(tmp_path: Path) -> None:
    blank = Image.new("1", (600, 840), 1)
    blank.save(tmp_path / "t", "TIFF", save_all=True, append_images=[page("1", 1, 0)])
    assert [found.min() for found in seen(tmp_path / "t", FileType.IMAGE)] == [255, 0]
    blank.save(tmp_path / "g", "GIF", save_all=True, append_images=[page("1", 1, 0)])
    assert len(seen(tmp_path / "g", FileType.IMAGE)) == 1


def test_a_long_screenshot_is_cut_where_nothing_is_written(tmp_path: Path) -> None:
    long = Image.new("L", (600, 3000), 240)
    for top in (100, 1000, 2000):
        long.paste(page(), (0, top))
    long.save(tmp_path / "f", "PNG")
    parts = seen(tmp_path / "f", FileType.PNG)
    assert sum(part.shape[0] for part in parts) == 3000
    assert all(part[0].min() == part[0].max() for part in parts)


def test_letters_on_black_become_letters_on_white() -> None:
    night = np.full((200, 400), 20, np.uint8)
    night[90:96, 50:150] = 230
    line = [[40.0, 80.0], [160.0, 80.0], [160.0, 105.0], [40.0, 105.0]]
    assert by_day(night, [line], 1.0)[92, 60] == 25
    assert by_day(255 - night, [line], 1.0)[92, 60] == 25


def test_of_many_scanned_pages_those_with_a_table_are_looked_at(tmp_path: Path) -> None:
    blank = Image.new("L", (600, 840), 255)
    others = [blank] * 5 + [page()] + [blank] * 2
    blank.save(tmp_path / "f", "PDF", save_all=True, append_images=others)
    assert len(pypdfium2.PdfDocument(tmp_path / "f")) == 9
    found = list(pictures(str(tmp_path / "f"), FileType.PDF, range(9)))
    assert len(found) == MAX_PAGES
    assert found[0].min() < 50


def test_letters_much_paler_than_the_others_are_a_watermark_s() -> None:
    paper = np.full((100, 400), 250, np.uint8)
    letters: list[ReadLetter] = []
    for left, ink in ((10, 0), (60, 20), (110, 10), (160, 190)):
        paper[45:48, left : left + 30] = ink
        right = float(left + 30)
        letters.append(("一", [[float(left), 30.0], [right, 30.0], [right, 62.0], [float(left), 62.0]], 0.9))
    (line,) = dark = written(paper, [(letters[0][1], 0.9, letters)])
    assert len(line[2]) == 3
    clean = unpaled(paper, dark)
    assert clean[46, 170] == 250
    assert clean[46, 20] < 40


def test_a_last_column_that_is_wider_than_its_words_is_kept_whole() -> None:
    page = np.full((1600, 2400), 255, np.uint8)
    for y in range(300, 900, 100):
        cv2.line(page, (200, y), (1750, y), (0,), 3)
    for x in (200, 700, 1200, 1750):
        cv2.line(page, (x, 300), (x, 800), (0,), 3)
    words = [[[float(x), y + 30.0], [x + 150.0, y + 30.0], [x + 150.0, y + 60.0], [float(x), y + 60.0]]
             for x in (220, 720, 1220) for y in range(300, 800, 100)]  # fmt: skip
    part = with_text(page, words, 1)
    assert part[:, -1].min() > 128
