"""A workbook in one XML file (XML Spreadsheet 2003), which office systems export as .xls, as one grid a sheet."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from lxml import etree

from mailbot.form.formats.numbers import shown_number, shown_text
from mailbot.form.formats.package import attribute, child, content, local, number, parse, said
from mailbot.form.formats.runs import PLAIN, RunLook, StyledText
from mailbot.form.formats.sheets import Sheet, workbook
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, Document, FactKind, facts_of
from mailbot.text.symbols import tidy

NAMESPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
MAX_DEPTH: Final = 20
Formats = Mapping[str, str]
"""Number formats by their styles' ids."""


def of_sheet_xml(data: bytes) -> Document:
    """What the workbook shows. Raises PackageBroken."""
    root, damaged = parse(data)
    formats = {said(style, of="ID"): said(style, "NumberFormat", of="Format") for style in root.iter("{*}Style")}
    return workbook(
        (_sheet(element, formats) for element in root.iterchildren("{*}Worksheet")),
        facts_of({FactKind.DAMAGED: damaged}),
    )


def _sheet(element: etree._Element, formats: Formats) -> Sheet:
    visible = content(child(element, "WorksheetOptions", "Visible"))
    sheet = Sheet(attribute(element, "Name") or "", visible not in {"", "SheetVisible"})
    table = child(element, "Table")
    for name, most, hidden in (("Column", MAX_COLUMNS, sheet.hidden_columns), ("Row", MAX_ROWS, sheet.hidden_rows)):
        at = -1
        for one in table.iterchildren(f"{{*}}{name}") if table is not None else ():
            at = number(attribute(one, "Index"), at + 2) - 1
            if at >= most:
                break
            until = min(at + number(attribute(one, "Span")), most)
            hidden.update(range(at, until + 1) if attribute(one, "Hidden") == "1" else ())
            _cells(one, at, sheet, formats)
            at = until
    return sheet


def _cells(line: etree._Element, row: int, sheet: Sheet, formats: Formats) -> None:
    column = -1
    for cell in line.iterchildren("{*}Cell"):
        column = number(attribute(cell, "Index"), column + 2) - 1
        if column >= MAX_COLUMNS:
            return
        down, across = number(attribute(cell, "MergeDown")), number(attribute(cell, "MergeAcross"))
        sheet.cells[row, column] = _text(cell, formats)
        if link := attribute(cell, "HRef"):
            sheet.links[row, column] = link
        if down or across:
            sheet.merged.append((row, column, row + down, column + across))
        column += across


def _text(cell: etree._Element, formats: Formats) -> str:
    data = child(cell, "Data")
    if data is None:
        return ""
    words = StyledText()
    _add(words, data, PLAIN)
    text = words.text
    kind, code = attribute(data, "Type"), formats.get(attribute(cell, "StyleID") or "", "")
    if kind == "Boolean":
        return "☑" if text.strip() in {"1", "true", "TRUE"} else "□"
    with contextlib.suppress(ValueError):  # not what it says it is: as it is written
        if kind == "Number":
            return shown_number(float(text), code)
        if kind == "DateTime":
            return shown_number(datetime.fromisoformat(text.strip()), code)
    return tidy(shown_text(text, code)).strip("\n")


def _add(words: StyledText, element: etree._Element, look: RunLook, depth: int = 0) -> None:
    """A cell's rich text: HTML 3.2 within the XML."""
    words.add(element.text or "", look)
    for inner in element if depth < MAX_DEPTH else ():
        font = said(inner, of="Face") if local(inner) == "Font" else ""
        _add(words, inner, RunLook(font or look.font, look.struck or local(inner) == "S"), depth + 1)
        words.add(inner.tail or "", look)
