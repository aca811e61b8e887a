"""Whether a page is worth reading whole: a letter or a declaration (版权承诺书) is told by a few of its lines.

Needs the extra `ocr`.
"""

from collections.abc import Sequence
from typing import Any, Final

import cv2

from mailbot.ocr.bearing import crop, size_of
from mailbot.ocr.shapes import Picture, Quad
from mailbot.text.folding import key
from mailbot.text.labels import FORM_HEADING

LONG: Final = 0.55
"""Share of a page's width that a line of running text takes at least; a table's cells are narrower."""
RUNNING: Final = 8
"""Long lines from which on a page is running text."""
SHARE: Final = 0.4
"""Share of all lines that they are then at least."""
TOP: Final = 4
SPREAD: Final = 4
"""Lines read at the top, and over the rest of the page."""
SURE: Final = 0.85
"""Mean score from which on the lines were read well enough to tell."""
HEADING: Final = 30


def is_running_text(engine: Any, grey: Picture, lines: Sequence[Quad], factor: float, themes: Sequence[str]) -> bool:  # noqa: ANN401 - RapidOCR has no types
    """Whether a page is surely running text that neither has the form's heading nor names a theme.

    Args:
        engine: a RapidOCR.
        grey: the page.
        lines: where its lines are, on the page scaled by `factor`.
        factor: likewise.
        themes: the campaign's.
    """
    wide = [quad for quad in lines if size_of(quad)[0] > LONG * grey.shape[1] * factor]
    if len(wide) < max(RUNNING, SHARE * len(lines)):
        return False
    ordered = sorted(lines, key=lambda quad: quad[0][1])
    rest = ordered[TOP:]
    some = [*ordered[:TOP], *rest[:: max(len(rest) // SPREAD, 1)]]
    read = [_read(engine, part) for quad in some if (part := crop(grey, quad, factor)) is not None]
    if not read or sum(score for _, score in read) < SURE * len(read):
        return False
    texts = [text for text, _ in read]
    heading = any(len(text) < HEADING and FORM_HEADING.search(key(text)) for text in texts)
    return not heading and not any(theme in text for text in texts for theme in themes)


def _read(engine: Any, part: Picture) -> tuple[str, float]:  # noqa: ANN401 - RapidOCR has no types
    found = engine(cv2.cvtColor(part, cv2.COLOR_GRAY2BGR), use_det=False, use_cls=False, use_rec=True)
    return "".join(found.txts or ()), max(found.scores or (0.0,))
