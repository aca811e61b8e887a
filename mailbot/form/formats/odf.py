"""An .odt or .ods as paragraphs and tables, from its content.xml (OpenDocument 1.3 part 3)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lxml import etree

from mailbot.form.formats.locks import Locked
from mailbot.form.formats.numbers import number_text
from mailbot.form.formats.package import Package, PackageBroken, attribute, child, local, number, parse, said
from mailbot.form.formats.runs import PLAIN, RunLook, StyledText, facts_of_runs
from mailbot.form.formats.sheets import without
from mailbot.form.formats.stuck import stuck_on
from mailbot.model.document import (
    MAX_COLUMNS,
    MAX_ROWS,
    Block,
    Document,
    Fact,
    FactKind,
    Grid,
    Placed,
    facts_of,
    laid_out,
)
from mailbot.text.phones import phones

MAX_DEPTH: Final = 40
_UNSHOWN: Final = re.compile(r"^#+$|\dE[+-]\d")
_DROPPED: Final = frozenset({"annotation", "tracked-changes", "note", "sequence-decls", "forms", "shapes",
                             "frame", "text-box"})  # fmt: skip
_BLANKS: Final = {"tab": "\t", "line-break": "\n"}
_BOLD: Final = frozenset({"bold", "600", "700", "800", "900"})
_FLOW: Final = frozenset({"section", "list", "list-item", "list-header", "frame", "text-box", "table-header-rows",
                          "index-body", "g", "custom-shape"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Looks:
    """What is known of the document: text styles, styles of sheets not shown, what to show, its package's parts."""

    styles: dict[str, RunLook]
    unseen: frozenset[str] = frozenset()
    everything: bool = False
    part: Callable[[str], bytes | None] = lambda _: None

    def of(self, element: etree._Element, around: RunLook = PLAIN) -> RunLook:
        """An element's style: its own, else the one around it."""
        return self.styles.get(attribute(element, "style-name") or "", around)


def read_odf(path: Path) -> Document:
    """What an OpenDocument text or sheet shows.

    Raises:
        PackageBroken: it is none.
        Locked: it needs a password.
    """
    with Package(path) as package:
        manifest = package.xml("META-INF/manifest.xml")
        if manifest is not None and next(iter(manifest.iter("{*}encryption-data")), None) is not None:
            raise Locked
        root = package.xml("content.xml")
        if root is None:
            raise PackageBroken("no content")
        extra = package.xml("styles.xml")
        heads = list(extra.iter("{*}header", "{*}footer")) if extra is not None else []
        return _document(root, heads, package.data, damaged=package.damaged)


def of_odf_xml(data: bytes) -> Document:
    """What an OpenDocument in one XML file (.fodt, .fods) shows. Raises PackageBroken."""
    root, damaged = parse(data)
    return _document(root, list(root.iter("{*}header", "{*}footer")), lambda _: None, damaged=damaged)


def _document(
    root: etree._Element, heads: Sequence[etree._Element], part: Callable[[str], bytes | None], *, damaged: bool
) -> Document:
    unseen = frozenset(
        attribute(style, "name") or ""
        for style in root.iter("{*}style")
        if said(style, "table-properties", of="display") == "false"
    )
    looks = _Looks(_styles(root), unseen, part=part)
    body = child(root, "body")
    areas = [*heads, *(body if body is not None else ())]
    hides = any(_hidden(one) for one in root.iter("{*}table-row", "{*}table-column"))
    hides = hides or any(attribute(one, "style-name") in unseen for one in root.iter("{*}table"))
    hides = hides or any(look.unseen for look in looks.styles.values())
    seen = {name: replace(look, unseen=False) for name, look in looks.styles.items()} if hides else {}
    whole = tuple(_all_blocks(areas, replace(looks, everything=True, styles=seen))) if hides else ()
    notes = ("".join(map(str, note.itertext())) for area in areas for note in area.iter("{*}annotation"))
    facts = (*facts_of({FactKind.DAMAGED: damaged}), *(Fact(FactKind.COMMENT, note) for note in notes))
    links = tuple(attribute(one, "href") or "" for one in root.iter("{*}a"))
    return Document(tuple(_all_blocks(areas, looks)), facts=facts, everything=whole, links=links)


def _all_blocks(areas: Sequence[etree._Element], looks: _Looks) -> Iterator[Block]:
    for area in areas:
        yield from _sheets(area, looks) if local(area) == "spreadsheet" else _blocks(area, looks)


def _sheets(area: etree._Element, looks: _Looks) -> Iterator[Block]:
    tables = [one for one in area if local(one) == "table"]
    shown = [one for one in tables if looks.everything or attribute(one, "style-name") not in looks.unseen] or tables
    for table in shown:
        if len(shown) > 1:
            # where there are several their names may tell them apart: 高端升级, 数智赋能
            yield attribute(table, "name") or ""
        yield _table(table, looks)


def _hidden(element: etree._Element) -> bool:
    """Whether a row or column is hidden by the user or a filter."""
    return attribute(element, "visibility") in {"collapse", "filter"}


def _table(table: etree._Element, looks: _Looks) -> Grid:
    placed = _cells(table, looks)
    if looks.everything:
        return laid_out(placed)
    rows, columns = (set(_hidden_at(table, name, most)) for name, most in (("row", MAX_ROWS), ("column", MAX_COLUMNS)))
    return laid_out(without(placed, rows, columns) if rows or columns else placed)


def _hidden_at(table: etree._Element, name: str, most: int) -> Iterator[int]:
    """Which of a table's rows or columns are hidden, repeated ones counted."""
    at = 0
    for element in _parts(table, name):
        if at >= most:
            return
        times = _repeat(element, f"number-{name}s-repeated", most - at)
        yield from range(at, at + times) if _hidden(element) else ()
        at += times


def _parts(table: etree._Element, name: str) -> Iterator[etree._Element]:
    """A table's rows or columns, out of their groups and headers."""
    for element in table:
        if local(element) == f"table-{name}":
            yield element
        elif local(element) in {f"table-{name}s", f"table-header-{name}s", f"table-{name}-group"}:
            yield from _parts(element, name)


def _styles(root: etree._Element) -> dict[str, RunLook]:
    found = {}
    behind = {attribute(one, "background-color") for style in root.iter("{*}style") for one in style}
    white = "#ffffff" if behind <= {None, "transparent", "#ffffff"} else "none"
    for style in root.iter("{*}style"):
        if (properties := child(style, "text-properties")) is not None and (name := attribute(style, "name")):
            lines = (said(properties, of=f"text-line-through-{way}") for way in ("style", "type"))
            struck = next(filter(None, lines), "none") != "none"
            font = said(properties, of="font-name") or said(properties, of="font-family")
            unseen = said(properties, of="color").lower() == white
            found[name] = RunLook(font, struck, _is_loud(properties), unseen)
    return found


def _is_loud(properties: etree._Element) -> bool:
    """Whether a text is bold, underlined, coloured or has a colour behind it."""
    weight = attribute(properties, "font-weight") or "normal"
    line = attribute(properties, "text-underline-style") or "none"
    behind = (attribute(properties, "background-color") or "transparent").lower()
    color = (attribute(properties, "color") or "#000000").lower()
    return (
        weight in _BOLD
        or line != "none"
        or color not in {"#000000", "#ffffff"}
        or behind not in {"transparent", "#ffffff"}
    )


def _blocks(parent: etree._Element, looks: _Looks, depth: int = 0) -> Iterator[Block]:
    if depth > MAX_DEPTH:
        return
    for element in parent:
        name = local(element)
        if name in {"p", "h"}:
            if (text := _paragraph(element, looks).text).strip():
                yield text
            for box in element.iter("{*}text-box"):
                yield from _blocks(box, looks, depth + 1)
        elif name == "table":
            yield _table(element, looks)
        elif name in _FLOW:
            yield from _blocks(element, looks, depth + 1)


def _repeat(element: etree._Element, name: str, limit: int) -> int:
    return number(attribute(element, name) or "1", limit, limit)


def _cells(table: etree._Element, looks: _Looks) -> Iterator[Placed]:
    row = 0
    for line in _parts(table, "row"):
        found = list(_line(line, looks))
        times = _repeat(line, "number-rows-repeated", MAX_ROWS)
        for again in range(times if found else 0):
            for placed in found:
                yield replace(placed, row=row + again)
        row += times
        if row >= MAX_ROWS:
            return


def _line(line: etree._Element, looks: _Looks) -> Iterator[Placed]:
    column = 0
    for cell in line:
        if local(cell) not in {"table-cell", "covered-table-cell"}:
            continue
        times = _repeat(cell, "number-columns-repeated", MAX_COLUMNS)
        if local(cell) == "table-cell":
            shown = _cell(cell, looks)
            rows, columns = _repeat(cell, "number-rows-spanned", 1000), _repeat(cell, "number-columns-spanned", 1000)
            if shown.text or shown.link or shown.facts or rows > 1 or columns > 1:
                for again in range(times):
                    yield replace(shown, column=column + again, rows=rows, columns=columns)
            elif times < MAX_COLUMNS // 2:
                yield Placed(0, column + times - 1, "")
        column += times
        if column >= MAX_COLUMNS:
            return


def _cell(cell: etree._Element, looks: _Looks) -> Placed:
    if attribute(cell, "value-type") == "boolean":
        return Placed(0, 0, "☑" if attribute(cell, "boolean-value") == "true" else "□")
    found = [_paragraph(one, looks, looks.of(cell)) for one in cell.iter("{*}p", "{*}h")]
    text = "\n".join(words.text for words in found)
    stored = number_text(attribute(cell, "value") or "")
    if phones(stored) or not text or _UNSHOWN.search(text):
        text = stored or text  # a narrow column shows 1.38E+10
    pictures = (looks.part(attribute(one, "href") or "") or b"" for one in cell.iter("{*}image"))
    link, stuck = stuck_on(text, next((words.link for words in found if words.link), ""), pictures)
    return Placed(0, 0, text.strip("\n"), link, facts=(*facts_of_runs(found), *stuck))


def _paragraph(element: etree._Element, looks: _Looks, around: RunLook = PLAIN) -> StyledText:
    words = StyledText()
    _walk(element, words, looks, looks.of(element, around))
    return words


def _walk(element: etree._Element, words: StyledText, looks: _Looks, look: RunLook, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        return
    words.add((element.text or "").replace("\n", " "), look)
    for inner in element:
        name = local(inner)
        if name == "s":
            words.parts.append(" " * number(attribute(inner, "c"), 1, 200))
        elif name in _BLANKS:
            words.parts.append(_BLANKS[name])
        elif name not in _DROPPED:
            if name == "a":
                words.link = words.link or attribute(inner, "href") or ""
            _walk(inner, words, looks, looks.of(inner, look), depth + 1)
        words.add((inner.tail or "").replace("\n", " "), look)
