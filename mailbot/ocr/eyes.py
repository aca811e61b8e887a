"""Looks at a picture or a scanned PDF: a program of its own, as OCR needs more memory than other readers.

`python -m mailbot.ocr.eyes FILE TYPE THEMES NUMBERS` prints one JSON object: `{"pages": [{"cells": [...],
"letters": [...], "unclear": [...]}]}` in pixels of the straightened page, or `{"why": …}`. Needs the extra `ocr`.
"""

import json
import math
import sys
import time
from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
from PIL import Image, UnidentifiedImageError
from rapidocr import RapidOCR

from mailbot.layout.glyphs import Glyph, Rectangle, completed, tables_of
from mailbot.model.filetype import FileType
from mailbot.ocr.bearing import lines_at, size_of, upright
from mailbot.ocr.boxes import choices, with_boxes
from mailbot.ocr.clarity import unread, unspeckled
from mailbot.ocr.codes import addresses_in
from mailbot.ocr.frame import is_cut, is_ruled, straightened
from mailbot.ocr.glance import is_running_text
from mailbot.ocr.ink import ReadLetter, ReadLine, unpaled, written
from mailbot.ocr.pictures import LONG_SIDE, by_day, pictures, with_text
from mailbot.ocr.ruled import cells_of
from mailbot.ocr.seals import Ring, of_a_seal, rings, wiped
from mailbot.ocr.shapes import Bounds, Picture, Quad

ENOUGH_SECONDS: Final = 12
"""No further page is begun after so much processor time."""

SNAP: Final = 0.5
"""Letter heights within which edges of cells are one."""
READ_WELL: Final = 0.9
"""Mean score of a page's lines below which they may stand on their heads, or be mirrored."""
CLEAR: Final = 0.9
"""Score of a letter below which it may be another."""
PALE_LETTERS: Final = 3
"""Letters much paler than the others from which on the page is read again without such ink: a watermark's."""
ASKEW: Final = 10.0
"""Degrees off the page's lines from which a line belongs to none of its fields."""

Engine = Any
"""A RapidOCR: what it gives has a type for each way of calling it."""


NOTHING: Final[dict[str, Any]] = {"cells": [], "letters": [], "unclear": [], "score": 0}
"""A page on which there is nothing to read."""


def main(arguments: Sequence[str]) -> int:
    """Look, and print what was seen."""
    path, kind, themes = arguments[0], FileType(arguments[1]), arguments[2].split("\n")
    wanted = [int(number) for number in arguments[3].split(",") if number]
    try:
        pages = _look(path, kind, themes, wanted)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, pypdfium2.PdfiumError) as error:
        print(json.dumps({"why": type(error).__name__}))  # noqa: T201 - its output is how it answers
        return 0
    print(json.dumps({"pages": pages}, ensure_ascii=False))  # noqa: T201 - its output is how it answers
    return 0


def _look(path: str, kind: FileType, themes: Sequence[str], wanted: Sequence[int]) -> list[dict[str, Any]]:
    engine: Engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": 2 * LONG_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
            "Rec.rec_batch_num": 2,
        }
    )
    begun = time.process_time()
    pages = []
    for picture in pictures(path, kind, wanted):
        pages.append(_page(engine, picture, themes))
        if time.process_time() - begun > ENOUGH_SECONDS:
            break
    return pages


def _page(engine: Engine, page: Picture, themes: Sequence[str]) -> dict[str, Any]:
    lines, factor = lines_at(engine, page)
    if is_running_text(engine, page, lines, factor, themes):
        return NOTHING
    page = by_day(page, lines, factor)
    lost = {**NOTHING, "lost": is_ruled(page)}
    grey, framed = straightened(with_text(page, lines, factor))
    grey = upright(engine, grey)
    seen = _read(engine, grey)
    if seen and np.mean([score for _, score, _ in seen]) < READ_WELL:
        over = upright(engine, grey, doubtful=True)
        grey, seen = (grey, seen) if over is grey else (over, _read(engine, over))
    if not seen:
        return lost
    if _letters(dark := written(grey, seen)) + PALE_LETTERS <= _letters(seen):
        grey = unpaled(grey, dark)
        seen = _read(engine, grey)
    seals = rings(grey)
    seen = written(grey, _without(seals, seen))
    seen, askew = _level(seen)
    turn = _turn([] if framed else seen, grey.shape)
    clean = wiped(grey, seals)
    straight = clean if framed else cv2.warpAffine(clean, turn, (grey.shape[1], grey.shape[0]), borderValue=255)
    words = [word for _, _, line in seen for word in line]
    letters = [(text, *_turned(quad, turn)) for text, quad, _ in words]
    height = float(np.median([bottom - top for _, _, top, _, bottom in letters])) if letters else 20.0
    straight = unspeckled(straight, height)
    cells = _whole(
        cells_of(straight, height, letters), [Glyph(text, Rectangle(*box)) for text, *box in letters], height * SNAP
    )
    letters = with_boxes(straight, cells or choices(letters, themes), letters, themes)
    codes = [(text, box.left, box.top, box.right, box.bottom) for text, box in addresses_in(straight)]
    dim = [quad for text, quad, score in words if text.isalnum() and score < CLEAR]
    dim += [quad for _, _, line in askew for _, quad, _ in line]
    return {
        "cells": cells,
        "letters": [*letters, *codes],
        "unclear": [*(_turned(quad, turn) for quad in dim), *unread(straight, cells, [*letters, *codes], height)],
        "height": height,
        "score": min(score for _, score, _ in seen),
        "cut": is_cut(page),
        "lost": lost["lost"] and bool(askew or np.mean([score for _, score, _ in seen]) < READ_WELL),
    }


def _whole(cells: Sequence[Bounds], letters: Sequence[Glyph], snap: float) -> list[Bounds]:
    """The cells, with those whose rules a stroke broke."""
    tables = tables_of([Rectangle(*cell) for cell in cells], letters, snap)
    whole = [cell for table in tables for cell in completed(table, snap)]
    return [(int(cell.left), int(cell.top), int(cell.right), int(cell.bottom)) for cell in whole]


Seen = list[ReadLine]


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
        (box.tolist(), float(score), [_letter(*word) for word in words])
        for box, score, words in zip(found.boxes, found.scores, found.word_results, strict=False)
    ]


def _letter(text: Any, score: Any, corners: Any) -> ReadLetter:  # noqa: ANN401 - RapidOCR has no types
    return str(text), [list(map(float, point)) for point in corners], float(score)


def _without(seals: Sequence[Ring], seen: Seen) -> Seen:
    slant = _slant(seen)
    return [one for one in seen if not of_a_seal(one[0], "".join(text for text, _, _ in one[2]), slant, seals)]


def _slant(seen: Seen) -> float:
    """Degrees by which long lines of text are aslant."""
    angles = [_angle(quad) for quad, _, _ in seen if size_of(quad)[0] > 4 * size_of(quad)[1]]
    return float(np.median(angles)) if angles else 0.0


def _angle(quad: Quad) -> float:
    (left, top), (right, low) = quad[:2]
    return math.degrees(math.atan2(low - top, right - left))


def _level(seen: Seen) -> tuple[Seen, Seen]:
    """The page's lines, and those that a watermark writes across them."""
    slant = _slant(seen)
    askew = [
        one
        for one in seen
        if size_of(one[0])[0] > 2 * size_of(one[0])[1] and abs(_angle(one[0]) - slant) > ASKEW and len(one[2]) > 1
    ]
    return [one for one in seen if one not in askew], askew


def _letters(seen: Seen) -> int:
    return sum(len(line) for _, _, line in seen)


def _turn(seen: Seen, shape: tuple[int, ...]) -> Picture:
    """The rotation that makes long lines of text level."""
    angle = _slant(seen)
    level = angle if abs(angle) < 30 else 0
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
