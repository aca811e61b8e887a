"""An .odt or .ods as paragraphs and tables, from its content.xml (OpenDocument 1.3 part 3)."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from lxml import etree

from mailbot.form.formats.locks import Locked
from mailbot.form.formats.package import Package, PackageBroken, attribute, child, local, parse
from mailbot.form.formats.sheets import without
from mailbot.form.formats.stuck import address_in
from mailbot.form.values import number_text
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, Block, Document, Grid, Placed, Unsaid, laid_out
from mailbot.text.phones import phones
from mailbot.text.symbols import joined_runs, standing_out, styled

MAX_DEPTH: Final = 40
_UNSHOWN: Final = re.compile(r"^#+$|\dE[+-]\d")
_DROPPED: Final = frozenset({"annotation", "tracked-changes", "note", "sequence-decls", "forms", "shapes"})
_BOLD: Final = frozenset({"bold", "600", "700", "800", "900"})
_FLOW: Final = frozenset({"section", "list", "list-item", "list-header", "frame", "text-box", "table-header-rows",
                          "index-body", "g", "custom-shape"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Style:
    """What a text style adds."""

    struck: bool = False
    font: str = ""
    loud: bool = False


@dataclass(frozen=True, slots=True)
class _Looks:
    """What is known of the document: text styles, styles of sheets not shown, what to show, its package's parts."""

    styles: dict[str, _Style]
    unseen: frozenset[str] = frozenset()
    everything: bool = False
    part: Callable[[str], bytes | None] = lambda _: None


@dataclass(slots=True)
class _Run:
    """A text as it is gathered."""

    styles: dict[str, _Style]
    parts: list[str] = field(default_factory=list)
    weighed: list[tuple[str, bool]] = field(default_factory=list)
    link: str = ""


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
        if (properties := child(style, "table-properties")) is not None and attribute(properties, "display") == "false"
    )
    looks = _Looks(_styles(root), unseen, part=part)
    body = child(root, "body")
    areas = [*heads, *(body if body is not None else ())]
    hides = any(_hidden(one) for one in root.iter("{*}table-row", "{*}table-column"))
    hides = hides or any(attribute(one, "style-name") in unseen for one in root.iter("{*}table"))
    whole = tuple(_all_blocks(areas, replace(looks, everything=True))) if hides else ()
    remarks = tuple("".join(map(str, note.itertext())) for area in areas for note in area.iter("{*}annotation"))
    return Document(tuple(_all_blocks(areas, looks)), damaged=damaged, everything=whole, remarks=remarks)


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
    rows, columns = (
        {at for at, one in enumerate(_spread(table, name, f"number-{name}s-repeated", most)) if _hidden(one)}
        for name, most in (("row", MAX_ROWS), ("column", MAX_COLUMNS))
    )
    return laid_out(without(placed, rows, columns) if rows or columns else placed)


def _spread(table: etree._Element, name: str, repeated: str, most: int) -> Iterator[etree._Element]:
    """A table's rows or columns, each as often as it is repeated."""
    return itertools.islice(
        (one for element in _parts(table, name) for one in [element] * _repeat(element, repeated, most)), most
    )


def _parts(table: etree._Element, name: str) -> Iterator[etree._Element]:
    """A table's rows or columns, out of their groups and headers."""
    for element in table:
        if local(element) == f"table-{name}":
            yield element
        elif local(element) in {f"table-{name}s", f"table-header-{name}s", f"table-{name}-group"}:
            yield from _parts(element, name)


def _styles(root: etree._Element) -> dict[str, _Style]:
    found = {}
    for style in root.iter("{*}style"):
        properties = child(style, "text-properties")
        if properties is not None:
            line = (
                attribute(properties, "text-line-through-style")
                or attribute(properties, "text-line-through-type")
                or "none"
            )
            font = attribute(properties, "font-name") or attribute(properties, "font-family") or ""
            found[attribute(style, "name") or ""] = _Style(line != "none", font, _is_loud(properties))
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
            text = joined_runs(_paragraph(element, looks).parts)
            if text.strip():
                yield text
            for box in element.iter("{*}text-box"):
                yield from _blocks(box, looks, depth + 1)
        elif name == "table":
            yield _table(element, looks)
        elif name in _FLOW:
            yield from _blocks(element, looks, depth + 1)


def _repeat(element: etree._Element, name: str, limit: int) -> int:
    text = attribute(element, name) or "1"
    return min(int(text), limit) if text.isdigit() and len(text) < 9 else limit  # a number, not a joke


def _cells(table: etree._Element, looks: _Looks) -> Iterator[Placed]:
    row = 0
    for line in _parts(table, "row"):
        found = list(_line(line, looks))
        times = _repeat(line, "number-rows-repeated", MAX_ROWS)
        for number in range(times if found else 0):
            for placed in found:
                yield replace(placed, row=row + number)
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
            if shown.text or shown.link or shown.unsaid or rows > 1 or columns > 1:
                for number in range(times):
                    yield replace(shown, column=column + number, rows=rows, columns=columns)
            elif times < MAX_COLUMNS // 2:
                yield Placed(0, column + times - 1, "")
        column += times
        if column >= MAX_COLUMNS:
            return


def _cell(cell: etree._Element, looks: _Looks) -> Placed:
    if attribute(cell, "value-type") == "boolean":
        return Placed(0, 0, "☑" if attribute(cell, "boolean-value") == "true" else "□")
    style = looks.styles.get(attribute(cell, "style-name") or "", _Style())
    found = [_paragraph(one, looks, style) for one in cell.iter("{*}p", "{*}h")]
    text = "\n".join(joined_runs(run.parts) for run in found)
    stored = number_text(attribute(cell, "value") or "")
    if phones(stored) or not text or _UNSHOWN.search(text):
        text = stored or text  # a narrow column shows 1.38E+10
    loud = standing_out(one for run in found for one in run.weighed)
    pictures = [looks.part(attribute(one, "href") or "") for one in cell.iter("{*}image")]
    links = [run.link for run in found] + [address_in(data) for data in pictures if data]
    link, shown = next(filter(None, links), ""), text.strip("\n")
    bare = bool(pictures) and not link and not shown.strip()
    return Placed(0, 0, shown, link, loud=loud, unsaid=Unsaid.PICTURE if bare else None)


def _paragraph(element: etree._Element, looks: _Looks, outer: _Style | None = None) -> _Run:
    run = _Run(looks.styles)
    style = looks.styles.get(attribute(element, "style-name") or "", outer or _Style())
    _walk(element, run, style)
    return run


def _add(run: _Run, text: str | None, style: _Style) -> None:
    if text:
        run.parts.append(styled(" ".join(text.split("\n")), style.font, struck=style.struck))
        run.weighed.append((text, style.loud))


def _walk(element: etree._Element, run: _Run, style: _Style, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        return
    _add(run, element.text, style)
    for inner in element:
        name = local(inner)
        if name == "s":
            count = attribute(inner, "c") or "1"
            run.parts.append(" " * (min(int(count), 200) if count.isdigit() else 1))
        elif name == "tab":
            run.parts.append("\t")
        elif name == "line-break":
            run.parts.append("\n")
        elif name not in _DROPPED and name not in {"frame", "text-box"}:
            if name == "a":
                run.link = run.link or attribute(inner, "href") or ""
            own = styles_of(inner, run, style)
            _walk(inner, run, own, depth + 1)
        _add(run, inner.tail, style)


def styles_of(element: etree._Element, run: _Run, outer: _Style) -> _Style:
    """The style of a span: its own, else the one around it."""
    name = attribute(element, "style-name")
    return run.styles.get(name, outer) if name is not None else outer
