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

from mailbot.model.filetype import FileType

LONG_SIDE: Final = 2200
"""Pixels that a page is brought to: an A4 page at 190 dpi."""
SHORT_PAGE: Final = 1200
MAX_PIXELS: Final = 120_000_000
MAX_PAGES: Final = 4
ENOUGH_SECONDS: Final = 12
"""No further page is begun after this long."""
EMPTY_INK: Final = 0.06
TICKED_INK: Final = 0.11
"""Share of ink within a box: below the first it is empty, above the second ticked."""
_MARKS: Final = "□☐■☑☒√✓✔口日回囗曰四国口VvOo0○●D区凶"

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
        upright = ImageOps.exif_transpose(image).convert("RGB")
    longest = max(upright.size)
    factor = LONG_SIDE / longest if longest > LONG_SIDE else min(SHORT_PAGE / longest, 3) if longest < SHORT_PAGE else 1
    size = (max(round(upright.width * factor), 1), max(round(upright.height * factor), 1))
    yield _unstamped(np.asarray(upright.resize(size) if factor != 1 else upright))


def _unstamped(picture: Picture) -> Picture:
    """Grey as red light shows it: a red stamp pales, black and blue ink stay."""
    red, green, blue = (picture[:, :, channel].astype(np.int16) for channel in range(3))
    reddish = (red - np.maximum(green, blue)) > 40  # noqa: PLR2004 - clearly red, not brownish paper
    grey = np.where(reddish, np.maximum(red, 200), (red * 3 + green * 6 + blue) // 10)
    return grey.astype(np.uint8)


def _page(engine: Engine, grey: Picture, themes: Sequence[str]) -> dict[str, Any]:
    grey, seen = _upright(engine, grey)
    if not seen:
        return {"cells": [], "letters": [], "score": 0}
    turn = _turn(seen, grey.shape)
    straight = cv2.warpAffine(grey, turn, (grey.shape[1], grey.shape[0]), borderValue=255)
    letters = [(text, *_turned(quad, turn)) for _, _, words in seen for text, quad in words]
    height = float(np.median([bottom - top for _, _, top, _, bottom in letters])) if letters else 20.0
    cells = _cells(straight, height)
    letters = _with_boxes(straight, cells, letters, themes)
    scores = [score for _, score, _ in seen]
    return {"cells": cells, "letters": letters, "height": height, "score": min(scores)}


Seen = list[tuple[Quad, float, list[tuple[str, Quad]]]]


def _upright(engine: Engine, grey: Picture) -> tuple[Picture, Seen]:
    """The page the right way up: text that mostly runs downwards lies on its side."""
    seen = _read(engine, grey)
    tall = [quad for quad, _, _ in seen if _size(quad)[1] > 1.5 * _size(quad)[0]]
    if len(tall) * 2 > len(seen) and len(seen) > 3:  # noqa: PLR2004 - a few tall boxes are no page
        grey = np.ascontiguousarray(np.rot90(grey))
        seen = _read(engine, grey)
    if seen and np.mean([score for _, score, _ in seen]) < 0.75:  # noqa: PLR2004 - upside down, perhaps
        over = np.ascontiguousarray(np.rot90(grey, 2))
        again = _read(engine, over)
        if _weight(again) > _weight(seen):
            return over, again
    return grey, seen


def _weight(seen: Seen) -> float:
    return sum(score * len(words) for _, score, words in seen)


def _size(quad: Quad) -> tuple[float, float]:
    return math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2])


def _read(engine: Engine, grey: Picture) -> Seen:
    found = engine(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), return_word_box=True, return_single_char_box=True)
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


def _ink(grey: Picture, block: int) -> Picture:
    span = max(block // 2 * 2 + 1, 15)
    return np.asarray(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, span, 12))


def _cells(grey: Picture, height: float) -> list[tuple[int, int, int, int]]:
    """The cells between ruled lines: left, top, right, bottom."""
    ink = _ink(grey, int(height))
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
    return cells if len(cells) > 3 else []  # noqa: PLR2004 - a frame is no table


# --- boxes to tick ---

Seat = tuple[str, float, float, float, float]
"""A letter: text, left, top, right, bottom."""


def _with_boxes(
    grey: Picture, cells: Sequence[tuple[int, int, int, int]], letters: Sequence[Seat], themes: Sequence[str]
) -> list[Seat]:
    """The letters with the boxes beside theme names as their pixels show them."""
    found: list[Seat] = []
    taken: set[int] = set()
    names = set("".join(themes))
    for cell in cells:
        inside = [number for number, one in enumerate(letters) if number not in taken and _in(cell, one)]
        taken |= set(inside)
        own = [letters[number] for number in inside]
        text = "".join(one[0] for one in own)
        if sum(text.count(name) for name in names) >= 3:  # noqa: PLR2004 - most of a name
            own = _boxed(grey, cell, own, names)
        found += own
    return found + [one for number, one in enumerate(letters) if number not in taken]


def _in(cell: tuple[int, int, int, int], letter: Seat) -> bool:
    x, y = (letter[1] + letter[3]) / 2, (letter[2] + letter[4]) / 2
    return cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]


def _boxed(grey: Picture, cell: tuple[int, int, int, int], letters: Sequence[Seat], names: set[str]) -> list[Seat]:
    height = float(np.median([one[4] - one[2] for one in letters if one[0] in names] or [20]))
    kept = list(letters)
    for x, y, side, share in _squares(grey, cell, height):
        square = (x - side * 0.2, y - side * 0.2, x + side * 1.2, y + side * 1.2)
        over = [
            one
            for one in kept
            if square[0] <= (one[1] + one[3]) / 2 <= square[2] and square[1] <= (one[2] + one[4]) / 2 <= square[3]
        ]
        if any(one[0] in names for one in over):
            continue
        said = "".join(one[0] for one in over)
        mark = "☑" if share > TICKED_INK else "□"
        if EMPTY_INK < share <= TICKED_INK:
            mark = "☑" if any(letter in "☑√✓✔■" for letter in said) else "□"
        kept = [one for one in kept if one not in over or (one[0] not in _MARKS)]
        kept.append((mark, x, y, x + side, y + side))
    return kept


def _squares(grey: Picture, cell: tuple[int, int, int, int], height: float) -> list[tuple[float, float, float, float]]:
    """Squares about as high as a letter: left, top, side, share of ink within."""
    left, top, right, bottom = cell
    crop = cv2.resize(grey[top:bottom, left:right], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    ink = _ink(crop, int(height * 2))
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[tuple[float, float, float, float]] = []
    for contour in sorted(contours, key=cv2.contourArea, reverse=True):
        x, y, width, tall = cv2.boundingRect(contour)
        side = (width + tall) / 2
        if not 0.4 * height < side / 2 < 1.05 * height or not 0.75 < width / tall < 1.35:  # noqa: PLR2004
            continue
        if cv2.contourArea(contour) < 0.7 * width * tall:
            continue
        if any(abs(x / 2 + left - one[0]) < height and abs(y / 2 + top - one[1]) < height * 0.6 for one in found):
            continue
        margin = max(int(side * 0.22), 2)
        inner = ink[y + margin : y + tall - margin, x + margin : x + width - margin]
        found.append((x / 2 + left, y / 2 + top, side / 2, float(inner.mean()) / 255 if inner.size else 0.0))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
