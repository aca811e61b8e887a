"""A file's pages as grey pictures without red stamps, and the part that holds text. Needs the extra `ocr`."""

import io
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageOps

from mailbot.model.filetype import PICTURES, FileType
from mailbot.ocr.embedded import pictures_within
from mailbot.ocr.frame import level_rules
from mailbot.ocr.shapes import Picture, Quad

FULL_SIDE: Final = 3600
"""Pixels that a page keeps at first: the part with the text may be small."""
RULES_SIDE: Final = 1000
"""Pixels at which a table's rules are seen."""
LONG_SIDE: Final = 3000
"""Pixels of the long side that the part with the text is brought to at most."""
AREA: Final = 3_400_000
"""Pixels that it has at most: an A4 page at 190 dpi."""
SHORT_PAGE: Final = 1200
MAX_PIXELS: Final = 120_000_000
MAX_PAGES: Final = 4
SLIM_PAGE: Final = 3
"""Times its width that a page is long at most; what is longer is a screenshot of many screens."""
FAX: Final = (1.3, 4)
"""Between these is the ratio of a fax's dots across to those down (ITU-T T.4: 204 by 98 an inch)."""

LOOK: Final = 1100
"""Pixels of the long side at which text is looked for: where it lies needs no more."""
LETTER: Final = 36
"""Pixels that a line of text is high when it is read best."""
ENLARGED: Final = 2.5
AROUND: Final = 3.0
"""Lines' heights that are kept around the text: rules, and what was not found."""
MARGIN: Final = 0.04
"""The same as a share of the page's long side, where that is more."""
BESIDE: Final = 0.4
"""Times the text's width that rules beside it are kept at most."""
SLIM: Final = 800
"""Pixels that the short side has at least: OCR enlarges what is slimmer, the long side too."""

RED: Final = (0.08, 0.2)
"""Share of its red light that others lack where ink of a stamp begins, and surely is."""
DARK: Final = 40
"""Red light below which a share says nothing."""
PALED: Final = 1.25
"""Times the red light that paper without the stamp would send back."""
STAMPS: Final = 3
"""Stamps on a page at most."""
STAMP: Final = 0.06
"""Share of the page's long side that a stamp is wide at least: what is smaller was ticked with a red pen."""


def pictures(path: str, kind: FileType, wanted: Sequence[int]) -> Iterator[Picture]:
    """The pages of a PDF, the pictures within a document, or a picture itself, in grey.

    Args:
        path: the file.
        kind: its type.
        wanted: which of them, from 0; those `MAX_PAGES` on which most rules cross, these first.

    Raises:
        ValueError: one has more than `MAX_PIXELS`.
        OSError, PdfiumError: it cannot be read.
    """
    draw = _drawing(path, kind)
    if len(wanted) > MAX_PAGES:
        crossings = {number: _crossings(draw(number, RULES_SIDE)) for number in wanted}
        wanted = sorted(wanted, key=lambda number: -crossings[number])
    for number in wanted[:MAX_PAGES]:
        yield from _cut(draw(number, FULL_SIDE))


def _drawing(path: str, kind: FileType) -> Callable[[int, int], Picture]:
    """What draws a file's page or picture of a number, so many pixels long."""
    if kind is FileType.PDF:
        document = pypdfium2.PdfDocument(path)
        return lambda number, side: _drawn(document[number], side)
    if kind in PICTURES:
        return lambda number, side: _opened(path, kind, side, number)
    within = pictures_within(Path(path), kind)
    return lambda number, side: _opened(io.BytesIO(within[number]), kind, side)


def _drawn(page: pypdfium2.PdfPage, side: int) -> Picture:
    scale = min(side / max(page.get_width(), page.get_height(), 1), 10)
    return unstamped(np.asarray(page.render(scale=scale).to_pil().convert("RGB")))


def _crossings(page: Picture) -> int:
    """At how many places level and upright rules cross: a form is a table."""
    ink = cv2.threshold(page, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    long = max(max(page.shape) // 25, 1)
    level, upright = (cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(one, np.uint8)) for one in ((1, long), (long, 1)))
    return cv2.connectedComponents(cv2.min(level, upright).astype(np.uint8))[0]


def _opened(file: str | io.BytesIO, kind: FileType, side: int, frame: int = 0) -> Picture:
    if kind is FileType.HEIC:
        import pillow_heif  # noqa: PLC0415 - only where it is needed

        pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # checked right below, with our own limit
    with Image.open(file) as image:
        image.seek(frame)
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        image.draft("RGB", (side, side))
        whole = _on_paper(ImageOps.exif_transpose(image))
    whole.thumbnail((side, max(side, side * whole.height // (SLIM_PAGE * whole.width))))
    return unstamped(np.asarray(whole))


def _on_paper(image: Image.Image) -> Image.Image:
    """A picture in colours: what is clear in it is white, and pixels that a fax made slim are square."""
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow cuts off at 255
        image = image.point(lambda light: light / 256).convert("L")
    across, down = (float(number or 1) for number in image.info.get("dpi", (1, 1))[:2])
    if image.mode == "1" and FAX[0] < across / down < FAX[1]:
        image = image.resize((image.width, round(image.height * across / down)))
    return image.convert("RGB")


def _cut(page: Picture) -> Iterator[Picture]:
    """A long screenshot in pieces of a page's form, cut where nothing is written; another picture as it is."""
    high, wide = page.shape
    while high > SLIM_PAGE * wide:
        rows = page[wide : 2 * wide].std(axis=1)
        at = wide + int(np.flatnonzero(rows <= rows.min() + 1)[-1])  # the last of the plain ones
        yield page[:at]
        page, high = page[at:], high - at
    yield page


def unstamped(picture: Picture) -> Picture:
    """Grey as red light shows it where a red stamp lies: it pales, black and blue ink stay; small red ticks do too."""
    red, others = picture[:, :, 0], cv2.max(picture[:, :, 1], picture[:, :, 2])
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    lacking = cv2.subtract(red, others) / cv2.max(red, np.full_like(red, DARK)).astype(np.float32)
    share = np.clip((lacking - RED[0]) / (RED[1] - RED[0]), 0, 1)
    share *= _stamps(share > 0.5)  # rather red than not
    paled = np.minimum(red * np.float32(PALED), paper_of(red))
    return np.asarray((grey + share * (paled - grey)).clip(0, 255).astype(np.uint8))


def paper_of(light: Picture) -> Picture:
    """How light the paper is about each place."""
    high, wide = light.shape
    coarse = cv2.resize(light, (max(wide // 8, 1), max(high // 8, 1)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(cv2.dilate(coarse, np.ones((7, 7), np.uint8)), (wide, high)))


def _stamps(red: Picture) -> Picture:
    """Where red figures as large as a stamp are, letters within their rings included: 1, elsewhere 0."""
    high, wide = red.shape
    coarse = cv2.resize(red.astype(np.uint8), (max(wide // 4, 1), max(high // 4, 1)), interpolation=cv2.INTER_AREA)
    reach = max(max(coarse.shape) // 80, 1)
    joined = cv2.dilate(coarse, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sides = (stats[:, (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)] - 2 * reach) / max(coarse.shape)
    # a column of ticks is long, but as narrow as one of them
    large = ((sides.max(axis=1) > STAMP) & (sides.min(axis=1) > STAMP / 2)).astype(np.uint8)
    large[0] = 0
    if large.sum() > STAMPS:
        large[:] = 0  # words written in red
    return np.asarray(cv2.resize(large[labels], (wide, high), interpolation=cv2.INTER_NEAREST))


def by_day(grey: Picture, lines: Sequence[Quad], factor: float) -> Picture:
    """A page with dark letters on light, also where a program at night shows it the other way round.

    Args:
        grey: the page.
        lines: where text was found, on the page scaled by `factor`.
        factor: likewise.
    """
    boxes = [np.asarray(quad).clip(0) / factor for quad in lines]
    edges = [(*box.min(axis=0).astype(int), *box.max(axis=0).astype(int)) for box in boxes]
    parts = [grey[top : low + 1, left : right + 1] for left, top, right, low in edges]
    bright = sum(part.mean() > np.median(part) for part in parts if part.size)  # letters cover the lesser part
    return 255 - grey if bright > len(parts) / 2 else grey


def with_text(grey: Picture, lines: Sequence[Quad], factor: float) -> Picture:
    """The part of a page that holds text, as large as is read best.

    Args:
        grey: the page.
        lines: as in `by_day`.
        factor: likewise.
    """
    if not lines:
        return _scaled(grey, 1)
    points = np.asarray(lines, np.float64) / factor
    tall = float(np.median([min(math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2])) for quad in points]))
    around = max(AROUND * tall, MARGIN * max(grey.shape))
    low, top = points.min(axis=(0, 1)) - around, points.max(axis=(0, 1)) + around
    low, top = _with_rules(grey, low, top)
    low, top = np.maximum(low, 0).astype(int), top.astype(int)
    return _scaled(grey[low[1] : top[1], low[0] : top[0]], LETTER / max(tall, 1))


def _with_rules(grey: Picture, low: Picture, top: Picture) -> tuple[Picture, Picture]:
    """The text's part, widened to the ends of a table's level rules: its last column may be wide, its words few."""
    rules = level_rules(grey)
    rules = rules[(rules[:, 1] > low[1]) & (rules[:, 1] < top[1])] if len(rules) else rules
    left, right = (rules[:, (0, 2)].min(axis=1), rules[:, (0, 2)].max(axis=1)) if len(rules) else (low[:1], top[:1])
    reach = BESIDE * (top[0] - low[0])
    begins, ends = right > low[0] + reach / 2, left < top[0] - reach / 2
    wide = (left[begins & ends].min(initial=low[0]), right[begins & ends].max(initial=top[0]))
    edges = max(wide[0] - MARGIN * reach, low[0] - reach), min(wide[1] + MARGIN * reach, top[0] + reach)
    return np.array([min(edges[0], low[0]), low[1]]), np.array([max(edges[1], top[0]), top[1]])


def _scaled(grey: Picture, wanted: float) -> Picture:
    longest = max(grey.shape)
    factor = min(LONG_SIDE / longest, math.sqrt(AREA / grey.size), max(min(wanted, ENLARGED), SHORT_PAGE / longest))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=way)
    low, side = max(SLIM - grey.shape[0], 0), max(SLIM - grey.shape[1], 0)
    paper = float(np.median(grey))
    return np.asarray(cv2.copyMakeBorder(grey, 0, low, 0, side, cv2.BORDER_CONSTANT, value=(paper,)))
