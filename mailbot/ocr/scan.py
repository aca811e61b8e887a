"""Scans and photos of a form: `eyes` looks, in a process with bounds of its own; what it saw becomes a document.

A form read so is never taken unseen: `form-scanned` sends a person to confirm it.
"""

import importlib.util
import itertools
import json
from bisect import bisect
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

from mailbot.layout.glyphs import (
    Glyph,
    Rectangle,
    cells_grid,
    completed,
    hull,
    in_order,
    line_text,
    lines_of,
    tables_of,
)
from mailbot.layout.leaves import UprightPage, blocks_of
from mailbot.model.document import Block, Document, FactKind, facts_of
from mailbot.model.errors import ReadingFailed, ReadingTrouble
from mailbot.model.filetype import FileType
from mailbot.model.limits import MIB, Bounds, Limits
from mailbot.sandbox import python_argv, python_reads, run
from mailbot.text.labels import Vocabulary

BLANK: Final = 0.7
"""Gap in letter heights that is a blank: OCR places letters only roughly."""
SURE: Final = 0.6
SNAP: Final = 0.5
"""Letter heights within which edges of cells are one."""
POINTS: Final = 12.0
"""That a letter is high on a page of paper."""


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
    pages = [_page(page, vocabulary) for page in told["pages"]]
    facts = {
        FactKind.FAINT: any(unsure for _, unsure in pages)
        or any(page["letters"] and page["score"] < SURE for page in told["pages"]),
        FactKind.DAMAGED: any(page.get("lost") or page.get("cut") for page in told["pages"]),
    }
    return Document(tuple(block for blocks, _ in pages for block in blocks), scanned=True, facts=facts_of(facts))


def _page(page: dict[str, Any], vocabulary: Vocabulary) -> tuple[list[Block], bool]:
    """A picture's blocks, and whether a line of the form outside its tables was not read surely."""
    letters = [Glyph(str(text), Rectangle(*edges)) for text, *edges in page["letters"]]
    unclear = [Rectangle(*edges) for edges in page.get("unclear", ())]
    snap = page.get("height", 20) * SNAP
    cells = [Rectangle(*edges) for edges in page["cells"]]
    blocks: list[Block] = []
    unsure = False
    for tables, own in _side_by_side(tables_of(cells, letters, snap), letters):
        outside = [one for one in own if not any(cell.holds(one.box) for table in tables for cell in table)]
        lines = lines_of(outside)
        texts = [(line[0].box.top, line_text(line, BLANK)) for line in lines]
        dim = (any(one.box.holds(place) for one in line for place in unclear) for line in lines)
        unsure |= any(is_dim and vocabulary.inline(text) for is_dim, (_, text) in zip(dim, texts, strict=True))
        grids = [(hull(table).top, cells_grid(completed(table, snap), own, snap, BLANK, unclear)) for table in tables]
        blocks += in_order(grids, texts, vocabulary) if grids else _unruled(own, snap, vocabulary)
    return blocks, unsure


def _unruled(letters: Sequence[Glyph], snap: float, vocabulary: Vocabulary) -> list[Block]:
    """A page without drawn tables, as a PDF's: its columns are told by their gutters."""
    scale = POINTS / max(snap / SNAP, 1)
    boxes = [Rectangle(*(scale * edge for edge in astuple(one.box))) for one in letters]
    width = max((box.right for box in boxes), default=0) + min((box.left for box in boxes), default=0)
    page = UprightPage(width, tuple(map(Glyph, (one.text for one in letters), boxes)))
    return blocks_of([page], vocabulary)


Tables = list[list[Rectangle]]


def _side_by_side(tables: Tables, letters: Sequence[Glyph]) -> list[tuple[Tables, list[Glyph]]]:
    """The pages that lie beside one another in a picture, from the left: the tables of each and its letters."""
    pages: list[tuple[Rectangle, Tables]] = []
    for table in sorted(tables, key=lambda one: hull(one).left):
        box = hull(table)
        if pages and box.left < pages[-1][0].right:
            pages[-1] = hull([pages[-1][0], box]), [*pages[-1][1], table]
        else:
            pages.append((box, [table]))
    edges = [(left.right + right.left) / 2 for (left, _), (right, _) in itertools.pairwise(pages)]
    own: list[list[Glyph]] = [[] for _ in (*edges, None)]
    for one in letters:
        own[bisect(edges, (one.box.left + one.box.right) / 2)].append(one)
    return list(zip([tables for _, tables in pages] or [[]], own, strict=True))
