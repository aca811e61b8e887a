"""Looks at a picture or a scanned PDF: a program of its own, as OCR needs more memory than other readers.

`python -m mailbot.ocr.eyes FILE TYPE THEMES NUMBERS` prints one JSON object: `{"pages": [{"cells": [...],
"letters": [...]}]}` in pixels of the straightened page, or `{"why": …}`. Needs the extra `ocr`.
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

from mailbot.layout.glyphs import Rectangle, completed
from mailbot.model.filetype import FileType
from mailbot.ocr.bearing import lines_at, size_of, upright
from mailbot.ocr.boxes import with_boxes
from mailbot.ocr.codes import addresses_in
from mailbot.ocr.frame import straightened
from mailbot.ocr.glance import is_running_text
from mailbot.ocr.ink import ReadLine, written
from mailbot.ocr.pictures import LONG_SIDE, by_day, pictures, with_text
from mailbot.ocr.ruled import cells_of
from mailbot.ocr.seals import Ring, of_a_seal, rings, wiped
from mailbot.ocr.shapes import Bounds, Picture, Quad

ENOUGH_SECONDS: Final = 12
"""No further page is begun after so much processor time."""

SNAP: Final = 0.5
"""Letter heights within which edges of cells are one."""
READ_WELL: Final = 0.9
"""Mean score of a page's lines below which they may stand on their heads."""

Engine = Any
"""A RapidOCR: what it gives has a type for each way of calling it."""


NOTHING: Final[dict[str, Any]] = {"cells": [], "letters": [], "score": 0}
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
    grey, framed = straightened(with_text(by_day(page, lines, factor), lines, factor))
    grey = upright(engine, grey)
    seen = _read(engine, grey)
    if seen and np.mean([score for _, score, _ in seen]) < READ_WELL:
        over = upright(engine, grey, doubtful=True)
        grey, seen = (grey, seen) if over is grey else (over, _read(engine, over))
    if not seen:
        return NOTHING
    seals = rings(grey)
    seen = written(grey, _without(seals, seen))
    turn = _turn([] if framed else seen, grey.shape)
    clean = wiped(grey, seals)
    straight = clean if framed else cv2.warpAffine(clean, turn, (grey.shape[1], grey.shape[0]), borderValue=255)
    letters = [(text, *_turned(quad, turn)) for _, _, words in seen for text, quad in words]
    height = float(np.median([bottom - top for _, _, top, _, bottom in letters])) if letters else 20.0
    cells = _whole(cells_of(straight, height, letters), height * SNAP)
    letters = with_boxes(straight, cells, letters, themes)
    codes = ((text, box.left, box.top, box.right, box.bottom) for text, box in addresses_in(straight))
    scores = [score for _, score, _ in seen]
    return {"cells": cells, "letters": [*letters, *codes], "height": height, "score": min(scores)}


def _whole(cells: Sequence[Bounds], snap: float) -> list[Bounds]:
    """The cells, with those whose rules a stroke broke."""
    whole = completed([Rectangle(*cell) for cell in cells], snap)
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
        (box.tolist(), float(score), [(str(word[0]), [list(map(float, point)) for point in word[2]]) for word in words])
        for box, score, words in zip(found.boxes, found.scores, found.word_results, strict=False)
    ]


def _without(seals: Sequence[Ring], seen: Seen) -> Seen:
    slant = _slant(seen)
    return [one for one in seen if not of_a_seal(one[0], "".join(word for word, _ in one[2]), slant, seals)]


def _slant(seen: Seen) -> float:
    """Degrees by which long lines of text are aslant."""
    angles = [
        math.degrees(math.atan2(quad[1][1] - quad[0][1], quad[1][0] - quad[0][0]))
        for quad, _, _ in seen
        if size_of(quad)[0] > 4 * size_of(quad)[1]
    ]
    return float(np.median(angles)) if angles else 0.0


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
