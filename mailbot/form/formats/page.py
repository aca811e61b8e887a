"""Text that was typed or pasted: an HTML page or body, a .txt, a .csv, as paragraphs and tables."""

import email
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import etree, html

from mailbot.form.formats.onefile import reader_of
from mailbot.form.formats.package import local, number
from mailbot.form.formats.runs import set_off
from mailbot.layout.typed import HEAD_LENGTH, of_text
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS, Block, Document, Grid, Placed, laid_out
from mailbot.text.charset import text_of_file
from mailbot.text.labels import Vocabulary
from mailbot.text.symbols import is_symbol_font, joined_runs, styled

TEXT_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 150
_BLOCK: Final = frozenset({"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "center",
                           "blockquote", "pre", "ul", "ol", "dl", "dt", "dd", "form", "body", "td", "th"})  # fmt: skip
_CELL: Final = frozenset({"td", "th"})
_SILENT: Final = frozenset({"script", "style", "head", "title", "del", "template", "noscript"})
_LOUD: Final = frozenset({"b", "strong", "u", "mark"})
_LOUD_STYLE: Final = re.compile(
    r"font-weight\s*:\s*(?:bold|[6-9]00)|underline|background(?:-color)?\s*:(?!\s*(?:white|#fff|none|transparent))",
    re.IGNORECASE,
)
_WHITE: Final = re.compile(
    r"(?<![\w-])color\s*:\s*(?:white\b|#fff(?:fff)?\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)", re.IGNORECASE
)
_BEHIND: Final = re.compile(r"background", re.IGNORECASE)
_TYPED_IN: Final = frozenset({"text", "tel", "url", "email", "number", "date", "search"})
"""Kinds of `input` whose value is shown."""
_STRIKE: Final = frozenset({"s", "strike"})


def read_text(path: Path, vocabulary: Vocabulary) -> Document:
    """A .txt or .csv; or a document in one XML file, which is text too."""
    with path.open("rb") as file:
        data = file.read(TEXT_BYTES)
    text = text_of_file(data)
    reader = reader_of(text[:HEAD_LENGTH])
    return reader(data) if reader is not None else of_text(text, vocabulary)


def read_html(path: Path, vocabulary: Vocabulary) -> Document:
    """An HTML file; its charset as it says, checked against its bytes."""
    with path.open("rb") as file:
        return of_html(text_of_file(_page(file.read(TEXT_BYTES))), vocabulary)


def _page(data: bytes) -> bytes:
    """A page's own bytes, also where it was saved with all that belongs to it in one file (MHTML, RFC 2557)."""
    if data.lstrip()[:1] in {b"<", b""} or b"multipart/related" not in data[:HEAD_LENGTH].lower():
        return data
    parts = email.message_from_bytes(data).walk()
    pages = (part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/html")
    return next((page for page in pages if isinstance(page, bytes)), data)


def of_html(text: str, vocabulary: Vocabulary) -> Document:
    """A page: its tables as grids, the text around them as paragraphs."""
    plain = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""))
    if not plain.strip():
        return Document(())
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(plain, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return Document(())
    unseen = [one for one in root.iter() if _is_white(one)]
    whole = _blocks(root, vocabulary) if unseen else ()
    for one in unseen:
        one.set("hidden", "")
    links = tuple(one.get("href") or "" for one in root.iter("a"))
    return Document(_blocks(root, vocabulary), everything=whole, links=links)


def _blocks(root: etree._Element, vocabulary: Vocabulary) -> tuple[Block, ...]:
    blocks: list[Block] = []
    line: list[str] = []
    _flow(root, blocks, line, struck=False)
    _flush(blocks, line)
    shown = (of_text(one, vocabulary).blocks if isinstance(one, _Typed) else (one,) for one in blocks)
    return tuple(itertools.chain.from_iterable(shown))


def _is_white(element: etree._Element) -> bool:
    """Whether an element's letters are white, with nothing behind them that says it is of another colour."""
    if not _WHITE.search(f"color:{element.get('color') or ''};{element.get('style') or ''}"):
        return False
    around = (element, *element.iterancestors())
    return not any(one.get("bgcolor") or _BEHIND.search(one.get("style") or "") for one in around)


class _Typed(str):
    """Text that was laid out by blanks and line breaks."""

    __slots__ = ()


def _flush(blocks: list[Block], line: list[str]) -> None:
    text = "".join(line).strip()
    line.clear()
    blocks.extend(one.strip() for one in text.split("\n") if one.strip())


def _flow(element: etree._Element, blocks: list[Block], line: list[str], *, struck: bool, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        return
    name = local(element).lower()
    if name in _SILENT or _hidden(element) or (name == "option" and element.get("selected") is None):
        return
    if name == "table" and _is_data(element):
        _flush(blocks, line)
        blocks.append(_grid(element))
        return
    if name == "pre":
        _flush(blocks, line)
        blocks.append(_Typed("".join(map(str, element.itertext()))))
        return
    before = element.getprevious()
    if name in _CELL and line and before is not None and local(before).lower() in _CELL:
        line.append("  ")  # a table of layout: its cells in one row read on
    elif name in _BLOCK:
        _flush(blocks, line)
    _say(element, line, struck=struck)
    for inner in element:
        _flow(inner, blocks, line, struck=struck or _is_struck(inner), depth=depth + 1)
        line.append(_text(inner.tail, struck=struck))
    if name in _BLOCK - _CELL:
        _flush(blocks, line)


def _hidden(element: etree._Element) -> bool:
    styled = re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", element.get("style") or "", re.IGNORECASE)
    return styled is not None or element.get("hidden") is not None


def _is_struck(element: etree._Element) -> bool:
    return local(element).lower() in _STRIKE or "line-through" in (element.get("style") or "")


def _say(element: etree._Element, line: list[str], *, struck: bool) -> None:
    name = local(element).lower()
    if name == "br":
        line.append("\n")
    elif name == "input" and (element.get("type") or "").lower() in {"checkbox", "radio"}:
        line.append("☑" if element.get("checked") is not None else "□")
    elif name == "input" and (element.get("type") or "text").lower() in _TYPED_IN:
        line.append(element.get("value") or "")
    elif name == "img" and (element.get("alt") or "").strip() in {"☑", "□", "√", "✔", "✅", "☐"}:
        line.append((element.get("alt") or "").strip())
    line.append(_text(element.text, _font(element), struck=struck))


def _font(element: etree._Element) -> str:
    found = re.search(r"font-family\s*:\s*['\"]?([^;'\",]+)", element.get("style") or "", re.IGNORECASE)
    name = found[1].strip() if found else (element.get("face") or "")
    return name if is_symbol_font(name) else ""


def _text(text: str | None, font: str = "", *, struck: bool) -> str:
    return styled(re.sub(r"[ \t\r\n]+", " ", text or ""), font, struck=struck)


def _is_data(table: etree._Element) -> bool:
    """A table of data, not one that only lays the page out around another."""
    return sum(1 for _ in table.iter("table")) == 1


def _grid(table: etree._Element) -> Grid:
    placed: list[Placed] = []
    taken: set[tuple[int, int]] = set()
    rows = [row for row in table.iter("tr") if not _hidden(row)][:MAX_ROWS]
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            if local(cell).lower() not in {"td", "th"}:
                continue
            while (at, column) in taken:
                column += 1
            if column >= MAX_COLUMNS:
                break  # what lies beyond is no form's, and a page may have a million cells
            down, right = (max(number((cell.get(way) or "").strip(), 1, 1000), 1) for way in ("rowspan", "colspan"))
            height, width = min(down, len(rows) - at), min(right, MAX_COLUMNS)
            taken |= {(at + down, column + right) for down in range(height) for right in range(width)}
            facts = set_off(_weighed(cell, loud=False)) if len(cell) else ()
            placed.append(Placed(at, column, _cell_text(cell), _cell_link(cell), height, width, facts))
            column += width
    return laid_out(placed)


def _cell_text(cell: etree._Element) -> str:
    blocks: list[Block] = []
    line: list[str] = []
    _flow(cell, blocks, line, struck=_is_struck(cell))
    _flush(blocks, line)
    return joined_runs(("\n".join(block for block in blocks if isinstance(block, str)),))


def _weighed(element: etree._Element, *, loud: bool, depth: int = 0) -> Iterator[tuple[str, bool]]:
    """The texts within, and whether each is bold, underlined or has a colour behind it."""
    yield element.text or "", loud
    for inner in element if depth < MAX_DEPTH else ():
        own = local(inner).lower() in _LOUD or _LOUD_STYLE.search(inner.get("style") or "") is not None
        yield from _weighed(inner, loud=loud or own, depth=depth + 1)
        yield inner.tail or "", loud


def _cell_link(cell: etree._Element) -> str:
    return next((one.get("href") or "" for one in cell.iter("a") if one.get("href")), "")
