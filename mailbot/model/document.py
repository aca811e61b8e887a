"""A document as a reader saw it: paragraphs, and grids of cells, whatever the format.

Readers render what is hidden (content controls, symbol fonts, form fields, booleans) as the marks named here, and set
struck-through text between `STRUCK_OPEN` and `STRUCK_CLOSE`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
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


class FactKind(StrEnum):
    """What a reader may know of a cell, or of the whole document where it cannot tell the cell, beyond the words.

    `form/doubts.py` decides which of them put what in doubt.
    """

    SET_OFF = "emphasis"
    """A part of a cell's text, `words`, is bold, underlined, highlighted, shaded or coloured; the rest is not."""
    COMMENT = "comment"
    """Somebody commented upon it: `words`."""
    PICTURE = "picture"
    """A picture that says nothing to a reader, on a cell without words."""
    SHAPE = "shape"
    """A frame, an ellipse, a stroke: it may choose among what it is drawn around."""
    FORMULA = "formula"
    """A formula whose value was not stored."""
    UNCLEAR = "unclear"
    """Letters of a scan that were read unsurely, ink that was not read, words among others that nobody sees."""
    FLOATING = "floating"
    """A mark or a text box lies over words: at which ones shows only on the page."""
    DRAWN = "drawn"
    """A pen, a marker or another annotation went over the words, or annotations that cannot be read; words on their
    side, a line across words."""
    UNSEEN = "unseen"
    """Words that nobody sees: hidden, white on white, covered, beyond the page."""
    CONTROL = "control"
    """A control whose state is a program's own memory."""
    OVERPRINTED = "overprinted"
    """Letters lie across others."""
    COPIED = "copied"
    """Words on a page that is a picture: another program's OCR, or rubbish."""
    FAINT = "faint"
    """Our own OCR was not sure of a page."""
    REBUILT = "rebuilt"
    """The format knows no tables: cells were told by the lines that are drawn."""
    DAMAGED = "damaged"
    """The file is not whole; something may be missing."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a reader knows beyond the words.

    Attributes:
        kind: what.
        words: that it is about, or that it says; empty for most kinds.
    """

    kind: FactKind
    words: str = ""


def facts_of(known: Mapping[FactKind, object]) -> tuple[Fact, ...]:
    """A fact of each kind that holds."""
    return tuple(Fact(kind) for kind, holds in known.items() if holds)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: with line breaks, marks and struck pieces as this module names them.
        link: the address of a hyperlink on it; empty where there is none.
        row: of its upper left place; the same cell stands at every place that it covers.
        column: likewise.
        facts: what is known of it beyond its text.
    """

    text: str = ""
    link: str = ""
    row: int = -1
    column: int = -1
    facts: tuple[Fact, ...] = ()

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
        facts: what is known of it beyond its words, but for what the cells themselves tell.
        everything: the blocks with what the file hides shown (rows, columns, sheets); empty where it hides nothing.
        inside: files within that are documents of their own: a chunk that Word shows in its place, a sheet.
        pictures: numbers of the pictures (of a PDF its pages) that may be a page of a form and that only eyes can read.
        links: addresses of hyperlinks on its paragraphs, in some formats of those on its cells too.
    """

    blocks: tuple[Block, ...]
    scanned: bool = False
    facts: tuple[Fact, ...] = ()
    everything: tuple[Block, ...] = ()
    inside: tuple[bytes, ...] = ()
    pictures: tuple[int, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def grids(self) -> list[Grid]:
        """Its tables."""
        return [block for block in self.blocks if isinstance(block, Grid)]

    @property
    def paragraphs(self) -> list[str]:
        """Its paragraphs."""
        return [block for block in self.blocks if isinstance(block, str)]

    @property
    def is_damaged(self) -> bool:
        """Whether something may be missing."""
        return any(fact.kind is FactKind.DAMAGED for fact in self.facts)


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
        facts: as in `Cell`.
    """

    row: int
    column: int
    text: str
    link: str = ""
    rows: int = 1
    columns: int = 1
    facts: tuple[Fact, ...] = ()


def laid_out(cells: Iterable[Placed]) -> Grid:
    """A grid of placed cells; what lies beyond `MAX_ROWS` and `MAX_COLUMNS` is left out."""
    taken: dict[tuple[int, int], Cell] = {}
    covered = 0
    for placed in cells:
        covered += min(placed.rows, MAX_ROWS) * min(placed.columns, MAX_COLUMNS)
        if covered > MAX_COVERED:
            break
        cell = Cell(placed.text, placed.link, placed.row, placed.column, placed.facts)
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
