"""An .odt or .ods as paragraphs and tables, from its content.xml (OpenDocument 1.3 part 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lxml import etree

from mailbot.form.formats.locks import Locked
from mailbot.form.formats.package import Package, PackageBroken, attribute, child, local, parse
from mailbot.form.values import number_text
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, STRUCK_CLOSE, STRUCK_OPEN, Block, Document, Placed, laid_out
from mailbot.text.symbols import marked

MAX_DEPTH: Final = 40
_DROPPED: Final = frozenset({"annotation", "tracked-changes", "note", "sequence-decls", "forms", "shapes"})
_FLOW: Final = frozenset({"section", "list", "list-item", "list-header", "frame", "text-box", "table-header-rows",
                          "index-body", "g", "custom-shape"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Style:
    """What a text style adds."""

    struck: bool = False
    font: str = ""


@dataclass(slots=True)
class _Run:
    """A text as it is gathered."""

    styles: dict[str, _Style]
    parts: list[str] = field(default_factory=list)
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
        styles = _styles(root)
        blocks: list[Block] = []
        extra = package.xml("styles.xml")
        for area in extra.iter("{*}header", "{*}footer") if extra is not None else ():
            blocks += _blocks(area, styles)
        blocks += _body(root, styles)
    return Document(tuple(blocks), damaged=package.damaged)


def of_odf_xml(data: bytes) -> Document:
    """What an OpenDocument in one XML file (.fodt, .fods) shows. Raises PackageBroken."""
    root, damaged = parse(data)
    styles = _styles(root)
    heads = [block for area in root.iter("{*}header", "{*}footer") for block in _blocks(area, styles)]
    return Document((*heads, *_body(root, styles)), damaged=damaged)


def _body(root: etree._Element, styles: dict[str, _Style]) -> Iterator[Block]:
    body = child(root, "body")
    for area in body if body is not None else ():
        yield from _blocks(area, styles)


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
            found[attribute(style, "name") or ""] = _Style(line != "none", font)
    return found


def _blocks(parent: etree._Element, styles: dict[str, _Style], depth: int = 0) -> Iterator[Block]:
    if depth > MAX_DEPTH:
        return
    for element in parent:
        name = local(element)
        if name in {"p", "h"}:
            text, _ = _paragraph(element, styles)
            if text.strip():
                yield text
            for box in element.iter("{*}text-box"):
                yield from _blocks(box, styles, depth + 1)
        elif name == "table":
            yield laid_out(_cells(element, styles))
        elif name in _FLOW:
            yield from _blocks(element, styles, depth + 1)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        if local(element) == "table-row":
            yield element
        elif local(element) in {"table-rows", "table-header-rows", "table-row-group"}:
            yield from _rows(element)


def _repeat(element: etree._Element, name: str, limit: int) -> int:
    text = attribute(element, name) or "1"
    return min(int(text), limit) if text.isdigit() and len(text) < 9 else limit  # a number, not a joke


def _cells(table: etree._Element, styles: dict[str, _Style]) -> Iterator[Placed]:
    row = 0
    for line in _rows(table):
        found = list(_line(line, styles))
        times = _repeat(line, "number-rows-repeated", MAX_ROWS)
        for number in range(times if found else 0):
            for placed in found:
                yield Placed(row + number, placed.column, placed.text, placed.link, placed.rows, placed.columns)
        row += times
        if row >= MAX_ROWS:
            return


def _line(line: etree._Element, styles: dict[str, _Style]) -> Iterator[Placed]:
    column = 0
    for cell in line:
        if local(cell) not in {"table-cell", "covered-table-cell"}:
            continue
        times = _repeat(cell, "number-columns-repeated", MAX_COLUMNS)
        if local(cell) == "table-cell":
            text, link = _cell(cell, styles)
            rows, columns = _repeat(cell, "number-rows-spanned", 1000), _repeat(cell, "number-columns-spanned", 1000)
            if text or rows > 1 or columns > 1:
                for number in range(times):
                    yield Placed(0, column + number, text, link, rows, columns)
            elif times < MAX_COLUMNS // 2:
                yield Placed(0, column + times - 1, "")
        column += times
        if column >= MAX_COLUMNS:
            return


def _cell(cell: etree._Element, styles: dict[str, _Style]) -> tuple[str, str]:
    if attribute(cell, "value-type") == "boolean":
        return ("☑" if attribute(cell, "boolean-value") == "true" else "□"), ""
    style = styles.get(attribute(cell, "style-name") or "", _Style())
    found = [_paragraph(one, styles, style) for one in cell.iter("{*}p", "{*}h")]
    text = "\n".join(part for part, _ in found)
    if attribute(cell, "value-type") == "float" and attribute(cell, "value"):
        text = number_text(attribute(cell, "value") or "")
    return text.strip("\n"), next((link for _, link in found if link), "")


def _paragraph(element: etree._Element, styles: dict[str, _Style], outer: _Style | None = None) -> tuple[str, str]:
    run = _Run(styles)
    style = styles.get(attribute(element, "style-name") or "", outer or _Style())
    _walk(element, run, style)
    return "".join(run.parts).replace(STRUCK_CLOSE + STRUCK_OPEN, ""), run.link


def _add(run: _Run, text: str | None, style: _Style) -> None:
    if text:
        shown = marked(" ".join(text.split("\n")), style.font)
        run.parts.append(f"{STRUCK_OPEN}{shown}{STRUCK_CLOSE}" if style.struck and shown.strip() else shown)


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
