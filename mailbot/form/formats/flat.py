"""A workbook in one XML file (XML Spreadsheet 2003), which office systems export as .xls, as one grid a sheet."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from lxml import etree

from mailbot.form.formats.numbers import shown_number, shown_text
from mailbot.form.formats.package import PackageBroken, attribute, child, is_damaged, local
from mailbot.form.formats.sheets import Sheet, workbook
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, Document
from mailbot.text.symbols import joined_runs, styled, tidy

NAMESPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
MAX_DEPTH: Final = 20
Formats = Mapping[str, str]
"""Number formats by their styles' ids."""


def of_sheet_xml(data: bytes) -> Document:
    """What the workbook shows. Raises PackageBroken."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    root = etree.fromstring(data, parser)
    if root is None:
        raise PackageBroken("no workbook")
    styles = child(root, "Styles")
    formats = {
        attribute(style, "ID") or "": attribute(code, "Format") or ""
        for style in (styles if styles is not None else ())
        if (code := child(style, "NumberFormat")) is not None
    }
    sheets = (_sheet(element, formats) for element in root if local(element) == "Worksheet")
    return workbook(sheets, damaged=is_damaged(parser.error_log))


def _sheet(element: etree._Element, formats: Formats) -> Sheet:
    visible = child(element, "WorksheetOptions", "Visible")
    hidden = visible is not None and (visible.text or "").strip() != "SheetVisible"
    sheet = Sheet(attribute(element, "Name") or "", hidden)
    table = child(element, "Table")
    row = column = -1
    for one in table if table is not None else ():
        if local(one) == "Column":
            column = _number(one, "Index", column + 2) - 1
            until = min(column + _number(one, "Span", 0), MAX_COLUMNS)
            if attribute(one, "Hidden") == "1":
                sheet.hidden_columns.update(range(column, until + 1))
            column = until
        elif local(one) == "Row":
            row = _number(one, "Index", row + 2) - 1
            if row >= MAX_ROWS:
                break
            until = min(row + _number(one, "Span", 0), MAX_ROWS)
            if attribute(one, "Hidden") == "1":
                sheet.hidden_rows.update(range(row, until + 1))
            _cells(one, row, sheet, formats)
            row = until
    return sheet


def _cells(line: etree._Element, row: int, sheet: Sheet, formats: Formats) -> None:
    column = -1
    for cell in (element for element in line if local(element) == "Cell"):
        column = _number(cell, "Index", column + 2) - 1
        if column >= MAX_COLUMNS:
            return
        down, across = _number(cell, "MergeDown", 0), _number(cell, "MergeAcross", 0)
        sheet.cells[row, column] = _text(cell, formats)
        if link := attribute(cell, "HRef"):
            sheet.links[row, column] = link
        if down or across:
            sheet.merged.append((row, column, row + down, column + across))
        column += across


def _number(element: etree._Element, name: str, otherwise: int) -> int:
    text = attribute(element, name) or ""
    return int(text) if text.isdigit() and len(text) < 8 else otherwise  # a number, not a joke


def _text(cell: etree._Element, formats: Formats) -> str:
    data = child(cell, "Data")
    if data is None:
        return ""
    text = joined_runs(_runs(data, font="", struck=False))
    kind, code = attribute(data, "Type"), formats.get(attribute(cell, "StyleID") or "", "")
    if kind == "Boolean":
        return "☑" if text.strip() in {"1", "true", "TRUE"} else "□"
    try:
        if kind == "Number":
            return shown_number(float(text), code)
        if kind == "DateTime":
            return shown_number(datetime.fromisoformat(text.strip()), code)
    except ValueError:
        pass  # not what it says it is: as it is written
    return tidy(shown_text(text, code)).strip("\n")


def _runs(element: etree._Element, *, font: str, struck: bool, depth: int = 0) -> Iterator[str]:
    """A cell's rich text: HTML 3.2 within the XML."""
    if depth > MAX_DEPTH:
        return
    yield styled(element.text or "", font, struck=struck)
    for inner in element:
        own = (attribute(inner, "Face") or font) if local(inner) == "Font" else font
        yield from _runs(inner, font=own, struck=struck or local(inner) == "S", depth=depth + 1)
        yield styled(inner.tail or "", font, struck=struck)
