"""A document as a reader saw it: paragraphs, and grids of cells, whatever the format.

Readers render what is hidden (content controls, symbol fonts, form fields, booleans) as the marks named here, and set
struck-through text between `STRUCK_OPEN` and `STRUCK_CLOSE`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

STRUCK_OPEN: Final = "\ue0f0"
"""Private-use mark that readers set before struck-through text."""
STRUCK_CLOSE: Final = "\ue0f1"
STRUCK: Final = re.compile(f"{STRUCK_OPEN}[^{STRUCK_CLOSE}]*{STRUCK_CLOSE}?")
BOX: Final = "□☐◻⬜▢▯▫◽❏❐❑❒○◯〇◇◌囗¨£☖"
"""An empty box, round or square; `¨` and `£` are Wingdings and Wingdings 2 boxes whose font was lost."""
TICKED_BOX: Final = "☑☒■●◉◼⬛▣✅🗹🗸◆⬤⊠⊙◈▪⦿🔘"
TICK: Final = "√✓✔∨"
CROSS: Final = "×✗✘✕✖╳"

MAX_ROWS: Final = 3000
MAX_COLUMNS: Final = 60
MAX_COVERED: Final = 1_000_000
"""Places that a grid's cells may cover, overlaps counted."""


class Unsaid(StrEnum):
    """What lies on a cell and only eyes can read."""

    PICTURE = "picture"
    """A picture that says nothing to a reader, on a cell without words."""
    SHAPE = "shape"
    """A frame, an ellipse, a stroke: it may choose among what it is drawn around."""
    FORMULA = "formula"
    """A formula whose value was not stored."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: with line breaks, marks and struck pieces as `fields` and `pieces` name them.
        link: the address of a hyperlink on it; empty where there is none.
        row: of its upper left place; the same cell stands at every place that it covers.
        column: likewise.
        loud: what of the text is set off from the rest of it, bold, underlined, highlighted or shaded; empty where
            nothing is, or all.
        unsaid: what lies on it that its text does not say; None where all is said.
    """

    text: str = ""
    link: str = ""
    row: int = -1
    column: int = -1
    loud: str = ""
    unsaid: Unsaid | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Its upper left place: what makes it one cell."""
        return (self.row, self.column)


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table or a sheet.

    Attributes:
        rows: of equal length.
    """

    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """How many columns."""
        return len(self.rows[0]) if self.rows else 0


Block = str | Grid
"""A paragraph or a table."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader saw in a file.

    Attributes:
        blocks: paragraphs and tables in reading order, page headers first.
        scanned: read by OCR.
        unsure: the reader itself lost something (letters without a code, text hard to see).
        damaged: the file is not whole; something may be missing.
        everything: the blocks with what the file hides shown (rows, columns, sheets); empty where it hides nothing.
        inside: files within that are documents of their own: a chunk that Word shows in its place, a sheet.
        remarks: comments upon it, each whole.
        pictures: numbers of the pictures (of a PDF its pages) that may be a page of a form and that only eyes can read.
    """

    blocks: tuple[Block, ...]
    scanned: bool = False
    unsure: bool = False
    damaged: bool = False
    everything: tuple[Block, ...] = ()
    inside: tuple[bytes, ...] = ()
    remarks: tuple[str, ...] = ()
    pictures: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell as a reader found it.

    Attributes:
        row: of its upper left place.
        column: likewise.
        text: with line breaks and marks.
        link: the address of a hyperlink on it.
        rows: how many it covers.
        columns: likewise.
        loud: as in `Cell`.
        unsaid: likewise.
    """

    row: int
    column: int
    text: str
    link: str = ""
    rows: int = 1
    columns: int = 1
    loud: str = ""
    unsaid: Unsaid | None = None


def laid_out(cells: Iterable[Placed]) -> Grid:
    """A grid of placed cells; what lies beyond `MAX_ROWS` and `MAX_COLUMNS` is left out."""
    taken: dict[tuple[int, int], Cell] = {}
    covered = 0
    for placed in cells:
        covered += min(placed.rows, MAX_ROWS) * min(placed.columns, MAX_COLUMNS)
        if covered > MAX_COVERED:
            break
        cell = Cell(placed.text, placed.link, placed.row, placed.column, placed.loud, placed.unsaid)
        for row in range(placed.row, min(placed.row + placed.rows, MAX_ROWS)):
            for column in range(placed.column, min(placed.column + placed.columns, MAX_COLUMNS)):
                taken.setdefault((row, column), cell)
    height = max((row for row, _ in taken), default=-1) + 1
    width = max((column for _, column in taken), default=-1) + 1
    return Grid(
        tuple(
            tuple(taken.get((row, column)) or Cell("", "", row, column) for column in range(width))
            for row in range(height)
        )
    )


def of_texts(rows: Sequence[Sequence[str]]) -> Grid:
    """A grid without merged cells."""
    return laid_out(Placed(number, column, text) for number, row in enumerate(rows) for column, text in enumerate(row))


def distinct(row: Iterable[Cell]) -> list[Cell]:
    """A row's cells, each once."""
    return list({cell.place: cell for cell in row}.values())
