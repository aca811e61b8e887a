"""A workbook in one XML file (XML Spreadsheet 2003), which office systems export as .xls, as one grid a sheet."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mailbot.form.formats.package import PackageBroken, attribute, local
from mailbot.form.values import number_text
from mailbot.model.document import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    STRUCK_CLOSE,
    STRUCK_OPEN,
    Block,
    Document,
    Grid,
    Placed,
    laid_out,
)
from mailbot.text.symbols import marked

NAMESPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
MAX_DEPTH: Final = 20


def of_sheet_xml(data: bytes) -> Document:
    """What the workbook shows. Raises PackageBroken."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    root = etree.fromstring(data, parser)
    if root is None:
        raise PackageBroken("no workbook")
    sheets = [element for element in root if local(element) == "Worksheet"][:MAX_SHEETS]
    blocks: list[Block] = [grid for sheet in sheets for grid in _grids(sheet)]
    return Document(tuple(blocks), damaged=len(parser.error_log) > 0)


def _grids(sheet: etree._Element) -> Iterator[Grid]:
    for table in sheet:
        if local(table) == "Table":
            grid = laid_out(_cells(table))
            if grid.rows:
                yield grid


def _cells(table: etree._Element) -> Iterator[Placed]:
    row = -1
    for line in (element for element in table if local(element) == "Row"):
        row = _number(line, "Index", row + 2) - 1
        if row >= MAX_ROWS:
            return
        column = -1
        for cell in (element for element in line if local(element) == "Cell"):
            column = _number(cell, "Index", column + 2) - 1
            if column >= MAX_COLUMNS:
                break
            down, across = _number(cell, "MergeDown", 0), _number(cell, "MergeAcross", 0)
            yield Placed(row, column, _text(cell), attribute(cell, "HRef") or "", down + 1, across + 1)
            column += across


def _number(element: etree._Element, name: str, otherwise: int) -> int:
    text = attribute(element, name) or ""
    return int(text) if text.isdigit() and len(text) < 8 else otherwise  # a number, not a joke


def _text(cell: etree._Element) -> str:
    data = next((element for element in cell if local(element) == "Data"), None)
    if data is None:
        return ""
    kind = attribute(data, "Type")
    text = "".join(_runs(data, font="", struck=False))
    if kind == "Boolean":
        return "☑" if text.strip() in {"1", "true", "TRUE"} else "□"
    return number_text(text) if kind == "Number" else text.replace("\r\n", "\n").strip("\n")


def _runs(element: etree._Element, *, font: str, struck: bool, depth: int = 0) -> Iterator[str]:
    """A cell's rich text: HTML 3.2 within the XML."""
    if depth > MAX_DEPTH:
        return
    yield _shown(element.text, font, struck=struck)
    for inner in element:
        own = (attribute(inner, "Face") or font) if local(inner) == "Font" else font
        yield from _runs(inner, font=own, struck=struck or local(inner) == "S", depth=depth + 1)
        yield _shown(inner.tail, font, struck=struck)


def _shown(text: str | None, font: str, *, struck: bool) -> str:
    shown = marked(text or "", font)
    return f"{STRUCK_OPEN}{shown}{STRUCK_CLOSE}" if struck and shown.strip() else shown
