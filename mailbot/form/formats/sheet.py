"""An .xlsx as one grid a sheet: openpyxl reads its cells; what it drops is read from the XML (ECMA-376 part 1, §18).

That is: form controls and check boxes that lie on cells, links in formulas, and whole sheets of workbooks that
openpyxl refuses (WPS leaves out parts), or that are too large for it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from mailbot.form.formats.cells import Sheet, open_workbook, read_cells, styled, tidy
from mailbot.form.formats.controls import controls_of, with_boxes
from mailbot.form.formats.legacy import read_xls
from mailbot.form.formats.package import Package, PackageBroken, attribute, child, local
from mailbot.form.values import number_text
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, STRUCK_OPEN, Block, Document, Placed, laid_out

MAX_ELEMENTS: Final = 1_200_000
"""Rows, merged areas and links of one sheet: Excel's last row is 1,048,576, and may be styled."""
MAX_READ: Final = 50_000
"""Rows looked into, the same one stated over and over among them."""
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_LINK: Final = re.compile(r"HYPERLINK\(\s*\"([^\"]+)\"", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets share: the strings; each cell style's font name and strike."""

    strings: list[str]
    fonts: list[tuple[str, bool]]


def read_xlsx(path: Path) -> Document:
    """What an .xlsx shows. Raises PackageBroken."""
    with Package(path) as package:
        if package.data("xl/workbook.xml") is None:
            return read_xls(path)
        root = package.xml("xl/workbook.xml")
        sheets = child(root, "sheets") if root is not None else None
        if sheets is None:
            raise PackageBroken("no workbook")
        workbook = open_workbook(path, package)
        book = _Book(_strings(package), _fonts(package))
        targets = package.relations("xl/workbook.xml")
        blocks: list[Block] = []
        shown = _shown(sheets)[:MAX_SHEETS]
        for sheet in shown:
            kind, target = targets.get(attribute(sheet, "id") or "", ("", ""))
            if kind == "worksheet":
                # where there are several their names may tell them apart: 高端升级, 数智赋能
                blocks += [attribute(sheet, "name") or ""] if len(shown) > 1 else []
                blocks += _blocks(package, target, _cells(workbook, attribute(sheet, "name") or ""), book)
        active = bool(package.names("xl/activeX/"))  # boxes whose state is a program's own memory: a person must look
    return Document(tuple(blocks), unsure=active, damaged=package.damaged)


def _shown(sheets: etree._Element) -> list[etree._Element]:
    shown = [sheet for sheet in sheets if (attribute(sheet, "state") or "visible") == "visible"]
    return shown or list(sheets)


def _strings(package: Package) -> list[str]:
    root = package.xml("xl/sharedStrings.xml")
    return [] if root is None else [_rich(one, "", struck=False) for one in root if local(one) == "si"]


def _rich(element: etree._Element, font: str, *, struck: bool) -> str:
    """A string with runs (`si`, `is`): struck ones and symbols rendered."""
    parts = []
    for one in element:
        if local(one) == "t":
            parts.append(styled(one.text or "", font, struck=struck))
        elif local(one) == "r":
            text, properties = child(one, "t"), child(one, "rPr")
            name = child(properties, "rFont") if properties is not None else None
            crossed = child(properties, "strike") if properties is not None else None
            own = (attribute(name, "val") or "") if name is not None else font
            on = (
                struck
                if properties is None
                else crossed is not None and attribute(crossed, "val") not in {"0", "false"}
            )
            parts.append(styled((text.text or "") if text is not None else "", own, struck=on))
    return tidy("".join(parts))


def _fonts(package: Package) -> list[tuple[str, bool]]:
    root = package.xml("xl/styles.xml")
    fonts, formats = (child(root, "fonts"), child(root, "cellXfs")) if root is not None else (None, None)
    if fonts is None or formats is None:
        return []
    known = []
    for font in fonts:
        name, strike = child(font, "name"), child(font, "strike")
        struck = strike is not None and attribute(strike, "val") not in {"0", "false"}
        known.append(((attribute(name, "val") or "") if name is not None else "", struck))
    ids = [attribute(one, "fontId") or "0" for one in formats]
    return [known[int(one)] if one.isdigit() and int(one) < len(known) else ("", False) for one in ids]


# --- a sheet ---


def _cells(workbook: Workbook | None, title: str) -> Sheet | None:
    """A sheet's cells by openpyxl; None where openpyxl did not open the workbook or does not know the sheet."""
    found = workbook[title] if workbook is not None and title in workbook.sheetnames else None
    return read_cells(found) if isinstance(found, Worksheet) else None


def _blocks(package: Package, name: str, cells: Sheet | None, book: _Book) -> Iterator[Block]:
    """A sheet's grid: openpyxl's cells where it read them, with the links and check boxes that it drops."""
    sheet = _read(package, name, book)
    if cells is not None:
        bare = {place: link for place, link in sheet.links.items() if link[:1] != "#" and place not in cells.cells}
        sheet.cells = cells.cells | bare
        sheet.merged = cells.merged
        sheet.links |= {place: link for place, link in cells.links.items() if link}
    relations = package.relations(name)
    for number, drawn in controls_of(package, relations, sheet.controls, sheet.heights, sheet.widths).items():
        sheet.cells[number] = with_boxes(sheet.cells.get(number, ""), drawn)
    grid = laid_out(_placed(sheet, relations))
    if grid.rows:
        yield grid


def _read(package: Package, name: str, book: _Book) -> Sheet:
    sheet = Sheet()
    stream = package.stream(name)
    wanted = ("{*}row", "{*}mergeCell", "{*}hyperlink", "{*}control", "{*}col")
    events = etree.iterparse(
        stream, events=("end",), tag=wanted, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        recover=True,
    )  # fmt: skip
    row, seen = -1, 0
    for _, element in events:
        seen += 1
        if seen > MAX_ELEMENTS:
            raise PackageBroken("a sheet without end")
        name = local(element)
        if "spreadsheetDrawing" in str(element.tag):
            continue  # an anchor within a control has rows and columns too
        if name == "row":
            row = _row(element, row, sheet, book) if seen < MAX_READ else row
            element.clear()
            while element.getprevious() is not None:
                parent = element.getparent()
                if parent is None:
                    break
                del parent[0]
        elif name == "control":
            sheet.controls.append(element)
        else:
            _extra(element, name, sheet)
    package.damaged = package.damaged or any(one.level >= etree.ErrorLevels.ERROR for one in events.error_log)
    return sheet


def _row(element: etree._Element, previous: int, sheet: Sheet, book: _Book) -> int:
    stated = attribute(element, "r") or ""
    row = int(stated) - 1 if stated.isdigit() else previous + 1
    if not 0 <= row < MAX_ROWS:
        return previous
    height = attribute(element, "ht")
    if height is not None:
        sheet.heights[row] = _float(height)
    column = -1
    for cell in element:
        found = _REFERENCE.fullmatch(attribute(cell, "r") or "")
        column = _column(found[1]) if found else column + 1
        if local(cell) == "c" and column < MAX_COLUMNS:
            _take(cell, (row, column), sheet, book)
    return row


def _take(cell: etree._Element, place: tuple[int, int], sheet: Sheet, book: _Book) -> None:
    style = attribute(cell, "s") or ""
    font, struck = book.fonts[int(style)] if style.isdigit() and int(style) < len(book.fonts) else ("", False)
    text = _value(cell, font, book, struck=struck)
    formula = child(cell, "f")
    if formula is not None and (found := _LINK.search(formula.text or "")):
        sheet.links[place] = found[1]
        text = text or found[1]
    if text:
        sheet.cells[place] = text


def _value(cell: etree._Element, font: str, book: _Book, *, struck: bool) -> str:
    kind = attribute(cell, "t") or "n"
    if kind == "inlineStr":
        inside = child(cell, "is")
        return _rich(inside, font, struck=struck) if inside is not None else ""
    value = child(cell, "v")
    text = (value.text or "") if value is not None else ""
    if kind == "s":
        plain = book.strings[int(text)] if text.isdigit() and int(text) < len(book.strings) else ""
        return styled(plain, font, struck=struck and STRUCK_OPEN not in plain)
    if kind == "b":
        return "☑" if text == "1" else "□"
    if kind == "e":
        return ""
    return styled(number_text(text) if kind == "n" else text, font, struck=struck)


def _extra(element: etree._Element, name: str, sheet: Sheet) -> None:
    if name == "mergeCell":
        area = _area(attribute(element, "ref") or "")
        if area is not None and len(sheet.merged) < MAX_ROWS:
            sheet.merged.append(area)
    elif name == "hyperlink":
        area = _area(attribute(element, "ref") or "")
        target = attribute(element, "id") or ""
        if area is not None:
            sheet.links.setdefault(area[:2], f"#{target}" if target else attribute(element, "location") or "")
    else:
        first, last, width = (attribute(element, one) or "" for one in ("min", "max", "width"))
        if first.isdigit() and last.isdigit():
            for column in range(int(first) - 1, min(int(last), MAX_COLUMNS)):
                sheet.widths[column] = _float(width)


def _area(reference: str) -> tuple[int, int, int, int] | None:
    ends = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
    if not 1 <= len(ends) <= 2 or None in ends:  # one cell or two corners
        return None
    corners = [(int(end[2]) - 1, _column(end[1])) for end in ends if end]
    return (*corners[0], *corners[-1])


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _placed(sheet: Sheet, relations: Mapping[str, tuple[str, str]]) -> Iterator[Placed]:
    for top, left, bottom, right in sheet.merged:
        text = sheet.cells.get((top, left), "")
        yield Placed(top, left, text, _target(sheet, (top, left), relations), bottom - top + 1, right - left + 1)
    for place, text in sheet.cells.items():
        yield Placed(*place, text, _target(sheet, place, relations))


def _target(sheet: Sheet, place: tuple[int, int], relations: Mapping[str, tuple[str, str]]) -> str:
    link = sheet.links.get(place, "")
    return relations.get(link[1:], ("", ""))[1] if link.startswith("#") else link
