"""Looks at a picture or a scanned PDF: a program of its own, as OCR needs more memory than other readers.

`python -m mailbot.extract.form.eyes FILE TYPE THEMES` prints one JSON object: `{"pages": [{"cells": [...], "letters":
[...]}]}` in pixels of the straightened page, or `{"why": …}`. Needs the extra `ocr`.
"""

import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError
from rapidocr import RapidOCR

from mailbot.extract.form.bearing import upright
from mailbot.extract.form.boxes import ink_of, with_boxes
from mailbot.extract.form.frame import straightened
from mailbot.model.filetype import FileType

LONG_SIDE: Final = 2200
"""Pixels that a page is brought to: an A4 page at 190 dpi."""
SHORT_PAGE: Final = 1200
MAX_PIXELS: Final = 120_000_000
MAX_PAGES: Final = 4
ENOUGH_SECONDS: Final = 12
"""No further page is begun after this long."""

READ_WELL: Final = 0.9
"""Mean score of a page's lines below which they may stand on their heads."""

Picture = np.ndarray[Any, Any]
Engine = Any
"""A RapidOCR: what it gives has a type for each way of calling it."""
Quad = Sequence[Sequence[float]]


def main(arguments: Sequence[str]) -> int:
    """Look, and print what was seen."""
    path, kind, themes = arguments[0], FileType(arguments[1]), arguments[2].split("\n")
    try:
        pages = _look(path, kind, themes)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, pypdfium2.PdfiumError) as error:
        print(json.dumps({"why": type(error).__name__}))  # noqa: T201 - its output is how it answers
        return 0
    print(json.dumps({"pages": pages}, ensure_ascii=False))  # noqa: T201 - its output is how it answers
    return 0


def _look(path: str, kind: FileType, themes: Sequence[str]) -> list[dict[str, Any]]:
    engine: Engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
            "Rec.rec_batch_num": 2,
        }
    )
    begun = time.monotonic()
    pages = []
    for picture in _pictures(path, kind):
        pages.append(_page(engine, picture, themes))
        if time.monotonic() - begun > ENOUGH_SECONDS:
            break
    return pages


def _pictures(path: str, kind: FileType) -> Iterator[Picture]:
    if kind is FileType.PDF:
        document = pypdfium2.PdfDocument(path)
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            scale = min(LONG_SIDE / max(page.get_width(), page.get_height(), 1), 10)
            yield _unstamped(np.asarray(page.render(scale=scale).to_pil().convert("RGB")))
        return
    if kind is FileType.HEIC:
        import pillow_heif  # noqa: PLC0415 - only where it is needed

        pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # checked right below, with our own limit
    with Image.open(path) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        picture = ImageOps.exif_transpose(image).convert("RGB")
    longest = max(picture.size)
    factor = LONG_SIDE / longest if longest > LONG_SIDE else min(SHORT_PAGE / longest, 3) if longest < SHORT_PAGE else 1
    size = (max(round(picture.width * factor), 1), max(round(picture.height * factor), 1))
    yield _unstamped(np.asarray(picture.resize(size) if factor != 1 else picture))


def _unstamped(picture: Picture) -> Picture:
    """Grey as red light shows it: a red stamp pales, black and blue ink stay."""
    red, green, blue = (picture[:, :, channel].astype(np.int16) for channel in range(3))
    reddish = (red - np.maximum(green, blue)) > 40  # noqa: PLR2004 - clearly red, not brownish paper
    grey = np.where(reddish, np.maximum(red, 200), (red * 3 + green * 6 + blue) // 10)
    return grey.astype(np.uint8)


def _page(engine: Engine, grey: Picture, themes: Sequence[str]) -> dict[str, Any]:
    grey, framed = straightened(grey)
    grey = upright(engine, grey)
    seen = _read(engine, grey)
    if seen and np.mean([score for _, score, _ in seen]) < READ_WELL:
        over = upright(engine, grey, doubtful=True)
        grey, seen = (grey, seen) if over is grey else (over, _read(engine, over))
    if not seen:
        return {"cells": [], "letters": [], "score": 0}
    turn = _turn([] if framed else seen, grey.shape)
    straight = grey if framed else cv2.warpAffine(grey, turn, (grey.shape[1], grey.shape[0]), borderValue=255)
    letters = [(text, *_turned(quad, turn)) for _, _, words in seen for text, quad in words]
    height = float(np.median([bottom - top for _, _, top, _, bottom in letters])) if letters else 20.0
    cells = _cells(straight, height)
    letters = with_boxes(straight, cells, letters, themes)
    scores = [score for _, score, _ in seen]
    return {"cells": cells, "letters": letters, "height": height, "score": min(scores)}


Seen = list[tuple[Quad, float, list[tuple[str, Quad]]]]


def _size(quad: Quad) -> tuple[float, float]:
    return math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2])


def _read(engine: Engine, grey: Picture) -> Seen:
    # the engine remembers how it was last called: all steps are named
    found = engine(
        cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR),
        use_det=True,
        use_cls=False,
        use_rec=True,
        return_word_box=True,
        return_single_char_box=True,
    )
    if found.boxes is None or found.word_results is None:
        return []
    return [
        (box.tolist(), float(score), [(str(word[0]), [list(map(float, point)) for point in word[2]]) for word in words])
        for box, score, words in zip(found.boxes, found.scores, found.word_results, strict=False)
    ]


def _turn(seen: Seen, shape: tuple[int, ...]) -> Picture:
    """The rotation that makes long lines of text level."""
    angles = [
        math.degrees(math.atan2(quad[1][1] - quad[0][1], quad[1][0] - quad[0][0]))
        for quad, _, _ in seen
        if _size(quad)[0] > 4 * _size(quad)[1]
    ]
    angle = float(np.median(angles)) if angles else 0.0
    level = angle if abs(angle) < 30 else 0  # noqa: PLR2004
    return np.asarray(cv2.getRotationMatrix2D((shape[1] / 2, shape[0] / 2), level, 1.0))


def _turned(quad: Quad, turn: Picture) -> tuple[float, float, float, float]:
    points = np.asarray(quad) @ turn[:, :2].T + turn[:, 2]
    middle, across = points.mean(axis=0), (math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2]))
    return (
        round(float(middle[0] - across[0] / 2), 1),
        round(float(middle[1] - across[1] / 2), 1),
        round(float(middle[0] + across[0] / 2), 1),
        round(float(middle[1] + across[1] / 2), 1),
    )


# --- ruled lines ---


def _cells(grey: Picture, height: float) -> list[tuple[int, int, int, int]]:
    """The cells between ruled lines: left, top, right, bottom."""
    ink = ink_of(grey, int(height))
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(int(3 * height), 30)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(int(1.3 * height), 20), 1), np.uint8))
    lines = cv2.dilate(cv2.bitwise_or(across, down), np.ones((5, 5), np.uint8))
    contours, hierarchy = cv2.findContours(lines, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if hierarchy is None:
        return []
    cells = []
    for contour, place in zip(contours, hierarchy[0], strict=True):
        x, y, width, tall = cv2.boundingRect(contour)
        hole = place[3] >= 0
        if hole and width > height and tall > 0.7 * height and cv2.contourArea(contour) > 0.75 * width * tall:
            cells.append((x, y, x + width, y + tall))
    cells = [cell for cell in cells if sum(_around(cell, other) for other in cells) < 3]  # noqa: PLR2004 - no sheet of paper
    return cells if len(cells) > 3 else []  # noqa: PLR2004 - a frame is no table


def _around(cell: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Whether the other's middle lies within a cell, itself included."""
    return cell[0] <= (other[0] + other[2]) / 2 <= cell[2] and cell[1] <= (other[1] + other[3]) / 2 <= cell[3]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
