"""A form through the warm pool, against its library opening the same file and walking its cells."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import docx
import openpyxl
import pdfplumber
import xlrd

from bench.table import Goal, Row, apart, in_turns
from mailbot.extract.kind import file_type
from mailbot.form.read import PRELOAD, read_form
from mailbot.model.campaign_form import CampaignForm, FormRules
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import Readers

SAMPLES: Final = Path(__file__).parents[2] / "tests" / "samples" / "forms"
RULES: Final = FormRules(CampaignForm(), ("高端升级", "数智赋能", "绿色低碳"))
ROUNDS: Final = 20
TURNS: Final = 3
RATIO: Final = (Goal("ratio", "≤", 1.5),)
FILES: Final[dict[str, tuple[str, tuple[Goal, ...]]]] = {
    "word-box.docx": ("python-docx", RATIO),
    "sheet-box.xlsx": ("openpyxl", RATIO),
    "legacy.xls": ("xlrd", (Goal("figure", "≤", 4),)),
    "rich.rtf": ("", ()),
    "text.pdf": ("pdfplumber", RATIO),
}


def rows() -> Iterator[Row]:
    for name, (library, goals) in FILES.items():
        ways = {"ours": lambda: apart(pooled, name)}  # noqa: B023
        if library:
            ways["library"] = lambda: apart(alone, name)  # noqa: B023
        found = in_turns(TURNS, ways)
        limit = found["library"].value if library else None
        yield Row(f"form {name}, warm pool", found["ours"], "ms", limit, library, goals)


def _median(call: Callable[[], object]) -> float:
    call()
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        spent.append(time.perf_counter() - begun)
    return 1000 * statistics.median(spent)


def pooled(name: str) -> float:
    """Milliseconds a form."""
    path = SAMPLES / name
    with Readers(Bounds(20, 20, 1024 * MIB), workers=1, preload=PRELOAD) as readers:
        return _median(lambda: read_form(path, file_type(path), RULES, readers))


def alone(name: str) -> float:
    """Milliseconds of the library alone."""
    return _median(lambda: LIBRARIES[name](SAMPLES / name))


def by_docx(path: Path) -> Any:  # noqa: ANN401 - whatever it reads
    paper = docx.Document(str(path))
    texts = [paragraph.text for paragraph in paper.paragraphs]
    return texts, [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]


def by_openpyxl(path: Path) -> Any:  # noqa: ANN401
    return [list(sheet.values) for sheet in openpyxl.load_workbook(path).worksheets]


def by_xlrd(path: Path) -> Any:  # noqa: ANN401
    return [[sheet.row_values(row) for row in range(sheet.nrows)] for sheet in xlrd.open_workbook(path).sheets()]


def by_pdfplumber(path: Path) -> Any:  # noqa: ANN401
    with pdfplumber.open(path) as pages:
        return [page.extract_tables() for page in pages.pages]


LIBRARIES: Final[dict[str, Callable[[Path], Any]]] = {
    "word-box.docx": by_docx, "sheet-box.xlsx": by_openpyxl, "legacy.xls": by_xlrd, "text.pdf": by_pdfplumber,
}  # fmt: skip
