"""A PDF's page as PDFium draws it: the QR codes on it, and which of its letters nobody sees."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2

from mailbot.layout.glyphs import Glyph, Rectangle
from mailbot.ocr.codes import addresses_in

SHARP: Final = 3.0
"""Pixels a point at which a page is drawn to look for QR codes."""
PLAIN: Final = 1.5
"""Pixels a point at which letters leave ink."""
WIDEST: Final = 1300
"""Points of the longer side of a page, A3, that is drawn."""
INK: Final = 24
"""Difference of light within a letter's box that is ink."""
TINY: Final = 1.5
"""Points of letters that nobody sees at most."""
UNSEEN: Final = 3
"""Letters without ink from which on words are hidden; one alone may be missing from a font of this machine."""

Page = np.ndarray[Any, Any]
"""A page in grey."""


def drawn(path: Path, number: int, scale: float) -> Page | None:
    """A page, so many pixels a point; None where PDFium cannot draw it, or it is too large."""
    with contextlib.suppress(pypdfium2.PdfiumError, MemoryError), path.open("rb") as file:
        page = pypdfium2.PdfDocument(file)[number]
        if max(page.get_size()) <= WIDEST:
            grey: Page = page.render(scale=scale, grayscale=True).to_numpy().squeeze()
            return grey
    return None


def codes(path: Path, number: int) -> list[Glyph]:
    """The addresses of a page's QR codes, each as one letter where its code is printed."""
    page = drawn(path, number, SHARP)
    return [
        Glyph(text, Rectangle(*(edge / SHARP for edge in (box.left, box.top, box.right, box.bottom))))
        for text, box in (addresses_in(page) if page is not None else ())
    ]


def hides(path: Path, number: int, fonts: Sequence[tuple[str, Glyph]], shown: Rectangle) -> bool:
    """Whether words of a page leave no ink: invisible, clear, clipped, covered, or on a layer that is off.

    Args:
        path: the PDF.
        number: of the page, from 0.
        fonts: each letter with the name of its font: one that this machine has not leaves no ink at all.
        shown: the part of the page that is drawn, points.
    """
    # a font that stands in for another may lack the characters of a script
    letters = [(f"{font} {one.text.isascii()}", one.box) for font, one in fonts if one.text.isalnum()]
    tiny = sum(box.bottom - box.top <= TINY for _, box in letters)
    if tiny >= UNSEEN:
        return True
    page = drawn(path, number, PLAIN) if letters else None
    return page is not None and sum(_unseen(page, letters, shown)) >= UNSEEN


def _unseen(page: Page, letters: Sequence[tuple[str, Rectangle]], shown: Rectangle) -> Iterator[int]:
    """How many letters of each font leave no ink, where most of it do."""
    across, down = page.shape[1] / (shown.right - shown.left), page.shape[0] / (shown.bottom - shown.top)
    inked: dict[str, list[bool]] = {}
    for font, box in letters:
        left, right = ((edge - shown.left) * across for edge in (box.left, box.right))
        top, bottom = ((edge - shown.top) * down for edge in (box.top, box.bottom))
        part = page[max(int(top), 0) : int(bottom) + 1, max(int(left), 0) : int(right) + 1]
        inked.setdefault(font, []).append(bool(part.size) and bool(np.ptp(part) > INK))
    return (seen.count(False) for seen in inked.values() if 2 * sum(seen) > len(seen))
