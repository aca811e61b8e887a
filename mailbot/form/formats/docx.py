"""A .docx as paragraphs and tables. python-docx opens it; what its `cell.text` skips, where ticks hide, is read here.

Content controls, form fields, symbols, struck runs, drop-downs, text boxes, tracked changes and list bullets are
rendered as a reader of the page sees them (ECMA-376 part 1, §17).
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from lxml import etree

from mailbot.form.formats.package import Package, attribute, child, local, parse, remarks_of
from mailbot.form.formats.stuck import address_in
from mailbot.form.formats.tables import Stack
from mailbot.form.formats.word import NUMBERING, OFF, STYLES, bullets, is_loud, is_unseen, on, stories, struck_styles
from mailbot.model.document import BOX, CROSS, TICK, TICKED_BOX, Block, Document, Placed, Unsaid, laid_out
from mailbot.text.symbols import drawn_by_field, is_symbol_font, joined_runs, marked, standing_out, styled, symbol

_DROPPED: Final = frozenset({"del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "Fallback", "rt",
                             "annotationRef", "footnoteReference", "endnoteReference"})  # fmt: skip
_MARKS: Final = frozenset(BOX + TICKED_BOX + TICK + CROSS)
MAX_DEPTH: Final = 40
MAX_INSIDE: Final = 5
"""Documents within a document that are read."""


@dataclass(slots=True)
class _Styles:
    """What the whole document knows: struck style ids; list bullets by (list, level); what a story refers to.

    `part`: the bytes of a part; `floating`: a mark floats over a text that it may belong to; `inside`: parts that are
    documents of their own.
    """

    struck: frozenset[str] = frozenset()
    bullets: dict[tuple[str, str], str] = field(default_factory=dict)
    relations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    part: Callable[[str], bytes | None] = field(default=lambda _: None)
    floating: bool = False
    inside: list[str] = field(default_factory=list)


def read_docx(path: Path) -> Document:
    """What a .docx shows. Raises PackageBroken."""
    with Package(path) as package:
        # styles are many and large: they are read where one of them strikes words
        struck = b"strike" in (package.data(STYLES) or b"")
        styles = _Styles(struck_styles(package.xml(STYLES) if struck else None), bullets(package.xml(NUMBERING)))
        styles.part = package.data
        blocks: list[Block] = []
        active = False
        for story in stories(package):
            styles.relations = story.relations
            body = child(story.root, "body") if local(story.root) == "document" else story.root
            blocks += _blocks(body, styles)
            # ActiveX boxes, whose state is a program's own memory: a person must look
            active = active or next(iter(story.root.iter("{*}control")), None) is not None
        inside = tuple(data for name in styles.inside[:MAX_INSIDE] if (data := package.data(name)))
        return Document(
            tuple(blocks), unsure=active or styles.floating, damaged=package.damaged, inside=inside,
            remarks=remarks_of(package, "word/comments"),
        )  # fmt: skip


def of_word_xml(data: bytes) -> Document:
    """What a document in one XML file shows: Word 2003 XML, or a flat package. Raises PackageBroken."""
    root, damaged = parse(data)
    styles = _Styles(struck_styles(next(iter(root.iter("{*}styles")), None)))
    blocks = [block for area in root.iter("{*}hdr", "{*}body") for block in _blocks(area, styles)]
    return Document(tuple(blocks), unsure=styles.floating, damaged=damaged)


# --- blocks ---


def _blocks(parent: etree._Element | None, styles: _Styles, depth: int = 0) -> Iterator[Block]:
    if parent is None or depth > MAX_DEPTH:
        return
    for element in parent:
        name = local(element)
        if name == "p":
            text = _paragraph(element, styles).shown
            if text.strip():
                yield text
            for box in _boxes(element):
                yield from _blocks(box, styles, depth + 1)
        elif name == "tbl":
            yield laid_out(_cells(element, styles, depth + 1))
            for nested in _nested(element):
                yield laid_out(_cells(nested, styles, depth + 1))
        elif name == "altChunk":
            _inside(element, styles)
        elif name in {"sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo", "AlternateContent", "Choice",
                      "sect", "sub-section"}:  # fmt: skip
            yield from _blocks(element, styles, depth + 1)


def _boxes(paragraph: etree._Element) -> list[etree._Element]:
    """Text boxes on a paragraph; the older drawing of the same box is left out."""
    found = []
    for element in paragraph.iter("{*}txbxContent"):
        names = [local(above) for above in element.iterancestors()]
        if "Fallback" not in names and names.count("txbxContent") == 0:
            found.append(element)
    return found


def _nested(table: etree._Element) -> list[etree._Element]:
    return [one for one in table.iter("{*}tbl") if one is not table and len(list(one.iterancestors("{*}tbl"))) < 8]


def _cells(table: etree._Element, styles: _Styles, depth: int) -> Iterator[Placed]:
    """A table's cells; vertically merged ones as one (`w:vMerge`)."""
    stack = Stack()
    for row, line in enumerate(line for line in _children(table, "tr") if _is_shown(line, styles)):
        column = _skipped(line)
        for cell in _children(line, "tc"):
            properties = child(cell, "tcPr")
            merge, span = _merge(properties), _span(properties)
            goes_on = merge is not None and attribute(merge, "val") != "restart"
            if not goes_on or not stack.grow(row, column):
                stack.put(replace(_cell(cell, styles, depth), row=row, column=column, columns=span))
            column += span
    yield from stack.placed


def _is_shown(line: etree._Element, styles: _Styles) -> bool:
    """Whether a row is neither hidden, which is a doubt where it holds something, nor struck by a tracked change."""
    properties = child(line, "trPr")
    hidden = properties is not None and on(child(properties, "hidden"))
    styles.floating = styles.floating or (hidden and any((text.text or "").strip() for text in line.iter("{*}t")))
    return not hidden and (properties is None or child(properties, "del") is None)


def _merge(properties: etree._Element | None) -> etree._Element | None:
    """What joins a cell with the one above; Word 2003 writes `vmerge`."""
    if properties is None:
        return None
    return next((one for one in properties if local(one).lower() == "vmerge"), None)


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) in {"sdt", "sdtContent", "customXml", "ins", "smartTag"}:
            yield from _children(element, name)


def _number(element: etree._Element | None) -> int:
    text = attribute(element, "val") if element is not None else None
    return min(int(text), 63) if text and text.isdigit() else 0


def _span(properties: etree._Element | None) -> int:
    return max(_number(child(properties, "gridSpan")) if properties is not None else 1, 1)


def _skipped(line: etree._Element) -> int:
    return _number(child(line, "trPr", "gridBefore"))


def _cell(cell: etree._Element, styles: _Styles, depth: int) -> Placed:
    found = [_paragraph(one, styles) for one in _paragraphs(cell, depth)]
    own = "\n".join(text.shown for text in found).strip("\n")
    floating = [text for box in _boxes(cell) for one in _paragraphs(box, depth) if (text := _paragraph(one, styles))]
    over = "\n".join(text.shown for text in floating).strip("\n")
    if own.strip() and over.strip() and set(over.strip()) <= _MARKS:
        styles.floating = True  # a mark over words: which one it is at shows only on the page
        over = ""
    link = next((text.link for text in (*found, *floating) if text.link), "")
    loud = standing_out(run for text in found for run in text.runs)
    said = "\n".join(filter(None, (own, over)))
    pictures = list(_pictures(cell, styles))
    link = link or next((address for data in pictures if (address := address_in(data))), "")
    bare = Unsaid.PICTURE if pictures and not said.strip() and not link else None
    return Placed(0, 0, said, link, loud=loud, unsaid=bare or (Unsaid.SHAPE if _has_shape(cell) else None))


def _has_shape(cell: etree._Element) -> bool:
    """Whether a frame, an ellipse or a stroke without words is drawn in a cell."""
    return any(
        next(shape.iter("{*}txbxContent", "{*}blip", "{*}imagedata"), None) is None
        for shape in cell.iter("{*}wsp", "{*}rect", "{*}oval", "{*}roundrect", "{*}line", "{*}shape")
    )


def _pictures(cell: etree._Element, styles: _Styles) -> Iterator[bytes]:
    """The pictures stuck into a cell, of today's drawings and of Word 97's."""
    for element in cell.iter("{*}blip", "{*}imagedata"):
        identity = attribute(element, "embed") or attribute(element, "id") or ""
        kind, target = styles.relations.get(identity, ("", ""))
        if kind == "image" and (data := styles.part(target)):
            yield data


def _inside(element: etree._Element, styles: _Styles) -> None:
    """Note a part that is a document of its own: a chunk that Word shows in its place, a sheet that is an object."""
    kind, target = styles.relations.get(attribute(element, "id") or "", ("", ""))
    if kind in {"aFChunk", "package", "oleObject"}:
        styles.inside.append(target)


def _is_frame(element: etree._Element) -> bool:
    """Whether a table is one cell, a frame around words of the cell that it stands in."""
    return local(element) == "tbl" and len(list(itertools.islice(element.iter("{*}tc"), 2))) == 1


def _paragraphs(parent: etree._Element, depth: int) -> Iterator[etree._Element]:
    for element in parent:
        if local(element) == "p":
            yield element
        elif (local(element) not in {"tbl", "tcPr"} or _is_frame(element)) and depth < MAX_DEPTH:
            yield from _paragraphs(element, depth + 1)


# --- text ---


@dataclass(slots=True)
class _Text:
    """A paragraph's text as it is gathered; `link` is the first hyperlink's address, `code` an open field's.

    `runs`: each run's text, and whether it is set off from plain text.
    """

    styles: _Styles
    parts: list[str] = field(default_factory=list)
    runs: list[tuple[str, bool]] = field(default_factory=list)
    code: str = ""
    link: str = ""
    struck: bool = False

    @property
    def shown(self) -> str:
        return joined_runs(self.parts)


def _paragraph(paragraph: etree._Element, styles: _Styles) -> _Text:
    text = _Text(styles)
    properties = child(paragraph, "pPr")
    if properties is not None:
        style = child(properties, "pStyle")
        text.struck = style is not None and (attribute(style, "val") or "") in styles.struck
        text.parts.append(_bullet(properties, styles))
    _walk(paragraph, text)
    return text


def _bullet(properties: etree._Element, styles: _Styles) -> str:
    identity, level = child(properties, "numPr", "numId"), child(properties, "numPr", "ilvl")
    if identity is None:
        return ""
    at = (attribute(level, "val") or "0") if level is not None else "0"
    return styles.bullets.get((attribute(identity, "val") or "", at), "")


def _walk(parent: etree._Element, text: _Text, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        return
    for element in parent:
        name = local(element)
        if name in _DROPPED or name == "txbxContent":
            _instruction(element, text)
        elif name == "r":
            _run(element, text, depth)
        elif name == "sdt":
            _control(element, text, depth)
        elif name == "fldSimple":
            text.parts.append(drawn_by_field(attribute(element, "instr") or ""))
            _walk(element, text, depth + 1)
        elif name in {"hyperlink", "hlink"}:
            _, target = text.styles.relations.get(attribute(element, "id") or "", ("", ""))
            text.link = text.link or target or attribute(element, "dest") or ""
            _walk(element, text, depth + 1)
        else:
            _walk(element, text, depth + 1)


def _instruction(element: etree._Element, text: _Text) -> None:
    """A field's code, which Word may part over runs."""
    if local(element) != "instrText":
        return
    text.code += element.text or ""
    words = text.code.split('"')
    if len(words) > 1 and words[0].strip().upper() == "HYPERLINK":
        text.link = text.link or words[1]


def _control(control: etree._Element, text: _Text, depth: int) -> None:
    """A content control: a check box by its state, an unfilled one (its placeholder shown) as nothing."""
    properties = child(control, "sdtPr")
    box = child(properties, "checkbox") if properties is not None else None
    if box is not None:
        checked = child(box, "checked")
        ticked = checked is not None and (attribute(checked, "val") or "1").lower() not in OFF
        text.parts.append("☑" if ticked else "□")
    elif properties is None or not on(child(properties, "showingPlcHdr")):
        _walk(control, text, depth + 1)


def _run(run: etree._Element, text: _Text, depth: int) -> None:
    properties = child(run, "rPr")
    if properties is not None and on(child(properties, "vanish")):
        return
    if properties is not None and is_unseen(run, properties):
        said = any((one.text or "").strip() for one in run.iter("{*}t"))
        text.styles.floating = text.styles.floating or said
        return
    font = _font(properties)
    shown = "".join(_pieces(run, font, text, depth))
    text.parts.append(styled(shown, struck=_run_struck(properties, text)))
    text.runs.append((shown, is_loud(properties)))


def _run_struck(properties: etree._Element | None, text: _Text) -> bool:
    if properties is None:
        return text.struck
    own = [one for one in (child(properties, "strike"), child(properties, "dstrike")) if one is not None]
    style = child(properties, "rStyle")
    styled = style is not None and (attribute(style, "val") or "") in text.styles.struck
    return any(on(one) for one in own) or (not own and (styled or text.struck))


def _font(properties: etree._Element | None) -> str:
    fonts = child(properties, "rFonts") if properties is not None else None
    if fonts is None:
        return ""
    names = [attribute(fonts, name) or "" for name in ("ascii", "hAnsi", "cs", "eastAsia")]
    return next((name for name in names[:2] if is_symbol_font(name)), names[0])


def _pieces(run: etree._Element, font: str, text: _Text, depth: int) -> Iterable[str]:
    for element in run:
        name = local(element)
        if name == "t":
            yield marked(element.text or "", font)
        elif name in {"br", "cr"}:
            yield "\n"
        elif name in {"tab", "ptab"}:
            yield "\t"
        elif name == "noBreakHyphen":
            yield "-"
        elif name == "sym":
            code = attribute(element, "char") or ""
            yield symbol(int(code, 16), attribute(element, "font") or "") if _is_hex(code) else ""
        elif name == "fldChar":
            yield _field(element) or drawn_by_field(text.code)
            text.code = ""
        elif name == "instrText":
            _instruction(element, text)
        elif name == "object":
            for one in element.iter("{*}OLEObject"):
                _inside(one, text.styles)
        elif name == "ruby":
            inner = _Text(text.styles)
            _walk(element, inner, depth + 1)
            yield "".join(inner.parts)


def _is_hex(code: str) -> bool:
    return 0 < len(code) <= 5 and all(letter in "0123456789abcdefABCDEF" for letter in code)


def _field(element: etree._Element) -> str:
    """A legacy form field: a check box by its state, a drop-down by its chosen entry."""
    box = child(element, "ffData", "checkBox")
    if box is not None:
        checked, default = child(box, "checked"), child(box, "default")
        return "☑" if on(checked if checked is not None else default) else "□"
    choices = child(element, "ffData", "ddList")
    if choices is None:
        return ""
    entries = [attribute(one, "val") or "" for one in choices if local(one) == "listEntry"]
    chosen = child(choices, "result")
    index = _number(chosen if chosen is not None else child(choices, "default"))
    return entries[index] if index < len(entries) else ""
