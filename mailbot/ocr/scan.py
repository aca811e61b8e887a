"""Scans and photos of a form: `eyes` looks, in a process with bounds of its own; what it saw becomes a document.

A form read so is never taken unseen: `form-scanned` sends a person to confirm it.
"""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from mailbot.layout.glyphs import Glyph, Rectangle, cells_grid, completed, in_order, line_text, lines_of
from mailbot.model.document import Block, Document, FactKind, facts_of
from mailbot.model.errors import ReadingFailed, ReadingTrouble
from mailbot.model.filetype import FileType
from mailbot.model.limits import MIB, Bounds, Limits
from mailbot.sandbox import python_argv, python_reads, run
from mailbot.text.labels import Vocabulary

BLANK: Final = 0.7
"""Gap in letter heights that is a blank: OCR places letters only roughly."""
SURE: Final = 0.6


class NotRead(ValueError):
    """A picture that could not be read here, though it may be a form.

    Attributes:
        why: in a word.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def can_see() -> bool:
    """Whether the extra `ocr` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2", "PIL"))


def look(path: Path, file_type: FileType, themes: tuple[str, ...], limits: Limits, pictures: Sequence[int]) -> bytes:
    """What `eyes` saw on a picture, a PDF's pages or the pictures within a document, as its JSON.

    Args:
        path: the file.
        file_type: by its content.
        themes: the campaign's.
        limits: bounds.
        pictures: which of its pages or pictures to look at, from 0.

    Raises:
        NotRead: no OCR here, or it failed or overstepped its bounds.
    """
    if not can_see():
        raise NotRead("ocr")
    argv = [*python_argv(module="mailbot.ocr.eyes"), str(path.resolve()), file_type.value]
    argv += ["\n".join(themes), ",".join(map(str, pictures))]
    try:
        finished = run(
            argv,
            _bounds(limits),
            environment={"OMP_NUM_THREADS": "1", "HOME": "/nonexistent"},
            reads=(*python_reads(), path),
        )
    except ReadingFailed as failed:
        raise NotRead(failed.trouble.value) from failed
    if finished.code:
        raise NotRead(ReadingTrouble.CRASH.value)
    return finished.stdout


def _bounds(limits: Limits) -> Bounds:
    return Bounds(limits.ocr_seconds, int(limits.ocr_seconds) + 1, limits.ocr_memory_mb * MIB, output_bytes=8 * MIB)


def seen(answer: bytes, vocabulary: Vocabulary) -> Document:
    """`eyes`' JSON as a document. Raises NotRead where it says why there is none."""
    told = json.loads(answer)
    if "why" in told:
        raise NotRead(str(told["why"]))
    blocks: list[Block] = []
    for page in told["pages"]:
        blocks += _page(page, vocabulary)
    faint = any(page["letters"] and page["score"] < SURE for page in told["pages"])
    return Document(tuple(blocks), scanned=True, facts=facts_of({FactKind.FAINT: faint}))


def _page(page: dict[str, Any], vocabulary: Vocabulary) -> list[Block]:
    letters = [Glyph(str(text), Rectangle(*edges)) for text, *edges in page["letters"]]
    snap = page.get("height", 20) * 0.5
    cells = completed([Rectangle(*edges) for edges in page["cells"]], snap)
    outside = [one for one in letters if not any(cell.holds(one.box) for cell in cells)]
    rest = [(line[0].box.top, line_text(line, BLANK)) for line in lines_of(outside)]
    if not cells:
        return list(in_order([], rest, vocabulary))
    grid = cells_grid(cells, letters, snap, BLANK)
    return list(in_order([(min(cell.top for cell in cells), grid)], rest, vocabulary))
