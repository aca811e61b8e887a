"""Sheets of an .xlsx from their XML (ECMA-376 part 1, §18): what openpyxl drops, and workbooks that it refuses.

It drops form controls, check boxes that lie on cells, and links in formulas; it refuses workbooks of which WPS left
out parts, and is too slow for very large ones.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS

from mailbot.form.formats.controls import controls_of
from mailbot.form.formats.numbers import built_in, shown_number, shown_text
from mailbot.form.formats.package import Package, PackageBroken, attribute, child, is_damaged, local, number, said
from mailbot.form.formats.runs import PLAIN, RunLook, StyledText
from mailbot.form.formats.sheets import MAX_SHEETS, SEEN, Place, Sheet
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, STRUCK_OPEN, Fact, FactKind
from mailbot.text.symbols import styled, tidy

MAX_ELEMENTS: Final = 1_200_000
"""Rows, merged areas and links of one sheet: Excel's last row is 1,048,576, and may be styled."""
MAX_READ: Final = 50_000
"""Rows looked into, the same one stated over and over among them."""
BOOK: Final = "xl/workbook.xml"
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_LINK: Final = re.compile(r"HYPERLINK\(\s*\"([^\"]+)\"", re.IGNORECASE)
_VALUELESS: Final = re.compile(rb"(?:</f>|<f[^<>]{0,99}/>)\s{0,9}(?:<v\s?/>|<v></v>)?\s{0,9}</c>|t=\"e\"")
_OFF: Final = frozenset({None, "", "0", "false"})
Targets = Mapping[str, tuple[str, str]]
"""A part's relations, as `Package.relations` gives them."""


_CellStyle = tuple[RunLook, str]
"""A cell's font and its number format."""
_USUAL: Final = (PLAIN, "")


@dataclass(frozen=True, slots=True)
class _SharedParts:
    """What all sheets share: the strings, the cell styles, whether days count from 1904."""

    strings: list[str]
    styles: list[_CellStyle]
    epoch_1904: bool = False


def sheets_of(package: Package) -> Iterator[Sheet]:
    """All sheets of a workbook. Raises PackageBroken."""
    root = package.xml(BOOK)
    if root is None or child(root, "sheets") is None:
        raise PackageBroken("no workbook")
    epoch_1904 = said(root, "workbookPr", of="date1904") not in _OFF
    book = _SharedParts(_strings(package), _styles(package), epoch_1904)
    for name, state, part in _parts(package, root):
        sheet = Sheet(name, state != "visible", part)
        _read(package, sheet, book, ("row", "mergeCell", "hyperlink", "control", "col"))
        yield sheet


def add_dropped(package: Package, sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """Sheets that openpyxl read, with the form controls and the links in formulas that it drops."""
    parts = {name: part for name, _, part in _parts(package, package.xml(BOOK))}
    drawn = bool(package.names("xl/ctrlProps/") or package.names("xl/drawings/vmlDrawing"))
    for sheet in sheets:
        sheet.part = parts.get(sheet.name, "")
        data = package.data(sheet.part) or b""
        if drawn or b"HYPERLINK(" in data.upper() or _VALUELESS.search(data):
            more = Sheet(part=sheet.part, heights=sheet.heights, widths=sheet.widths)
            _read(package, more, _SharedParts([], []), ("row", "control"))
            sheet.drawn = more.drawn
            for place, facts in more.facts.items():
                sheet.note(place, *facts)
            for place, link in more.links.items():
                sheet.links[place] = link
                sheet.cells.setdefault(place, link)
        yield sheet


def _parts(package: Package, root: etree._Element | None) -> Iterator[tuple[str, str, str]]:
    """Name, state and part of each sheet with cells, in the order of the tabs."""
    targets = package.relations(BOOK)
    sheets = child(root, "sheets")
    for sheet in list(sheets if sheets is not None else ())[:MAX_SHEETS]:
        kind, target = targets.get(attribute(sheet, "id") or "", ("", ""))
        if kind == "worksheet":
            yield attribute(sheet, "name") or "", attribute(sheet, "state") or "visible", target


def _strings(package: Package) -> list[str]:
    root = package.xml("xl/sharedStrings.xml")
    return [] if root is None else [_rich(one, PLAIN) for one in root.iterchildren("{*}si")]


def _rich(element: etree._Element, look: RunLook) -> str:
    """A string with runs (`si`, `is`): struck ones and symbols rendered."""
    words = StyledText()
    for one in element.iterchildren("{*}t", "{*}r"):
        text, properties = one if local(one) == "t" else child(one, "t"), child(one, "rPr")
        own = _font(properties, "rFont") if properties is not None else look
        words.add((text.text or "") if text is not None else "", RunLook(own.font or look.font, own.struck))
    return tidy(words.text)


def _font(properties: etree._Element, name: str) -> RunLook:
    strike = child(properties, "strike")
    return RunLook(said(properties, name), strike is not None and (attribute(strike, "val") or "1") not in _OFF)


def _styles(package: Package) -> list[_CellStyle]:
    root = package.xml("xl/styles.xml")
    if root is None:
        return []
    groups = {local(one): one for one in root}
    fonts = [_font(font, "name") for font in groups.get("fonts", ())]
    codes = {attribute(one, "numFmtId"): attribute(one, "formatCode") or "" for one in groups.get("numFmts", ())}
    found = []
    for one in groups.get("cellXfs", ()):
        font, code = number(attribute(one, "fontId")), attribute(one, "numFmtId") or "0"
        usual = built_in(number(code)) or BUILTIN_FORMATS.get(number(code), "")
        found.append((fonts[font] if font < len(fonts) else PLAIN, codes.get(code, usual)))
    return found


# --- a sheet ---


def _read(package: Package, sheet: Sheet, book: _SharedParts, wanted: Sequence[str]) -> None:
    """Fill in a sheet from the elements of its part that are wanted."""
    relations = package.relations(sheet.part)
    events = etree.iterparse(
        package.stream(sheet.part), events=("end",), tag=[f"{{*}}{name}" for name in wanted], resolve_entities=False,
        no_network=True, load_dtd=False, huge_tree=False, recover=True,
    )  # fmt: skip
    row, controls = -1, []
    for seen, (_, element) in enumerate(events, 1):
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
            controls.append(element)
        else:
            _extra(element, name, sheet, relations)
    package.damaged = package.damaged or is_damaged(events.error_log)
    sheet.drawn = controls_of(package, relations, controls, sheet.heights, sheet.widths)


def _row(element: etree._Element, previous: int, sheet: Sheet, book: _SharedParts) -> int:
    row = number(attribute(element, "r"), previous + 2) - 1
    if not 0 <= row < MAX_ROWS:
        return previous
    height = attribute(element, "ht")
    if height is not None:
        sheet.heights[row] = _float(height)
    if attribute(element, "hidden") not in _OFF or sheet.heights.get(row, SEEN) < SEEN:
        sheet.hidden_rows.add(row)
    column = -1
    for cell in element:
        found = _REFERENCE.fullmatch(attribute(cell, "r") or "")
        column = _column(found[1]) if found else column + 1
        if local(cell) == "c" and column < MAX_COLUMNS:
            _take(cell, (row, column), sheet, book)
    return row


def _take(cell: etree._Element, place: Place, sheet: Sheet, book: _SharedParts) -> None:
    style = number(attribute(cell, "s"))
    text = _value(cell, book.styles[style] if style < len(book.styles) else _USUAL, book)
    formula = child(cell, "f")
    if formula is not None and (found := _LINK.search(formula.text or "")):
        sheet.links[place] = found[1]
        text = text or found[1]
    elif attribute(cell, "vm") and not text:
        sheet.note(place, Fact(FactKind.PICTURE))  # placed in the cell, which says #VALUE! to older programs
    elif formula is not None and not text and (attribute(cell, "t") != "str" or child(cell, "v") is None):
        sheet.note(place, Fact(FactKind.FORMULA))  # as programs write them that compute nothing; or an error is shown
    if text:
        sheet.cells[place] = text


def _value(cell: etree._Element, style: _CellStyle, book: _SharedParts) -> str:
    (look, code), kind = style, attribute(cell, "t") or "n"
    if kind == "inlineStr":
        inside = child(cell, "is")
        return _rich(inside, look) if inside is not None else ""
    value = child(cell, "v")
    text = (value.text or "") if value is not None else ""
    if kind == "b":
        return "☑" if text == "1" else "□"
    if kind == "e" or not text:
        return ""
    if kind == "n":
        with contextlib.suppress(ValueError):
            text = shown_number(float(text), code, epoch_1904=book.epoch_1904)
        return styled(text, look.font, struck=look.struck)
    if kind == "s":
        at = number(text, len(book.strings))
        text = book.strings[at] if at < len(book.strings) else ""
    return styled(shown_text(text, code), look.font, struck=look.struck and STRUCK_OPEN not in text)


def _extra(element: etree._Element, name: str, sheet: Sheet, relations: Targets) -> None:
    if name == "mergeCell":
        area = _area(attribute(element, "ref") or "")
        if area is not None and len(sheet.merged) < MAX_ROWS:
            sheet.merged.append(area)
    elif name == "hyperlink":
        area = _area(attribute(element, "ref") or "")
        target = relations.get(attribute(element, "id") or "", ("", ""))[1]
        if area is not None:
            sheet.links.setdefault(area[:2], target or attribute(element, "location") or "")
    else:
        width = _float(attribute(element, "width") or "")
        first, last = number(attribute(element, "min")), number(attribute(element, "max"))
        for column in range(first - 1, min(last, MAX_COLUMNS)):
            sheet.widths[column] = width
            if attribute(element, "hidden") not in _OFF:
                sheet.hidden_columns.add(column)


def _area(reference: str) -> tuple[int, int, int, int] | None:
    ends = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
    if not 1 <= len(ends) <= 2 or None in ends:
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
