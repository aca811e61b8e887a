"""A .docx as paragraphs and tables. python-docx opens it; what its `cell.text` skips, where ticks hide, is read here.

Content controls, form fields, symbols, struck runs, drop-downs, text boxes, tracked changes and list bullets are
rendered as a reader of the page sees them (ECMA-376 part 1, §17).
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from lxml import etree

from mailbot.form.formats.package import Package, attribute, child, comments_of, content, local, number, parse, said
from mailbot.form.formats.runs import RunLook, StyledText, facts_of_runs
from mailbot.form.formats.stuck import stuck_on
from mailbot.form.formats.tables import Stack
from mailbot.form.formats.word import (
    NUMBERING,
    STRIKES,
    STYLES,
    StyleLooks,
    bullets,
    is_loud,
    is_unseen,
    on,
    stories,
)
from mailbot.model.document import (
    BOX,
    CROSS,
    TICK,
    TICKED_BOX,
    Block,
    Document,
    Fact,
    FactKind,
    Placed,
    facts_of,
    laid_out,
)
from mailbot.text.symbols import drawn_by_field, is_symbol_font, marked, symbol

_DROPPED: Final = frozenset({"del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "Fallback", "rt",
                             "annotationRef", "footnoteReference", "endnoteReference"})  # fmt: skip
_MARKS: Final = frozenset(BOX + TICKED_BOX + TICK + CROSS)
_HEX: Final = re.compile("[0-9a-fA-F]{1,5}")
MERGES: Final = ("vMerge", "vmerge")
"""What joins a cell with the one above; Word 2003 writes the second."""
SPAN: Final = 63
"""Columns that a Word table has at most."""
MAX_DEPTH: Final = 40
MAX_INSIDE: Final = 5
"""Documents within a document that are read."""


@dataclass(slots=True)
class _Styles:
    """What the whole document knows: styles that strike or paint, bullets by (list, level), what a story refers to.

    `part`: the bytes of a part; `facts`: of the whole document; `inside`: parts that are documents of their own;
    `links`: addresses of all hyperlinks.
    """

    looks: StyleLooks = field(default_factory=StyleLooks)
    bullets: dict[tuple[str, str], str] = field(default_factory=dict)
    relations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    part: Callable[[str], bytes | None] = field(default=lambda _: None)
    facts: set[FactKind] = field(default_factory=set)
    inside: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def known(self, *, damaged: bool) -> tuple[Fact, ...]:
        """The document's facts."""
        return (*map(Fact, sorted(self.facts)), *facts_of({FactKind.DAMAGED: damaged}))


def read_docx(path: Path) -> Document:
    """What a .docx shows. Raises PackageBroken."""
    with Package(path) as package:
        styles = _Styles(
            StyleLooks(lambda: package.xml(STYLES), package.data(STYLES) or b""), bullets(package.xml(NUMBERING))
        )
        styles.part = package.data
        blocks: list[Block] = []
        for story in stories(package):
            styles.relations = story.relations
            body = child(story.root, "body") if local(story.root) == "document" else story.root
            blocks += _blocks(body, styles)
            # ActiveX boxes, whose state is a program's own memory: a person must look
            styles.facts |= {FactKind.CONTROL} if next(iter(story.root.iter("{*}control")), None) is not None else set()
        inside = tuple(data for name in styles.inside[:MAX_INSIDE] if (data := package.data(name)))
        facts = (*styles.known(damaged=package.damaged), *comments_of(package, "word/comments"))
        return Document(tuple(blocks), facts=facts, inside=inside, links=tuple(styles.links))


def of_word_xml(data: bytes) -> Document:
    """What a document in one XML file shows: Word 2003 XML, or a flat package. Raises PackageBroken."""
    root, damaged = parse(data)
    styles = _Styles(StyleLooks(lambda: next(iter(root.iter("{*}styles")), None)))
    blocks = [block for area in root.iter("{*}hdr", "{*}body") for block in _blocks(area, styles)]
    return Document(tuple(blocks), facts=styles.known(damaged=damaged), links=tuple(styles.links))


# --- blocks ---


def _blocks(parent: etree._Element | None, styles: _Styles, depth: int = 0) -> Iterator[Block]:
    if parent is None or depth > MAX_DEPTH:
        return
    for element in parent:
        name = local(element)
        if name == "p":
            if (text := _paragraph(element, styles).text).strip():
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
    """A table's cells; merged ones as one (`w:vMerge`, and `w:hMerge` of Word 97)."""
    stack = Stack()
    for row, line in enumerate(line for line in _children(table, "tr") if _is_shown(line, styles)):
        column = number(said(line, "trPr", "gridBefore"), most=SPAN)
        left: int | None = None
        for cell in _children(line, "tc"):
            properties = child(cell, "tcPr")
            span = max(number(said(properties, "gridSpan"), most=SPAN), 1)
            if left is not None and _goes_on(properties, "hMerge") and not _has_words(cell):
                stack.widen(left, column + span)
            else:
                left = column
                if not _goes_on(properties, *MERGES) or not stack.grow(row, column):
                    stack.put(replace(_cell(cell, styles, depth), row=row, column=column, columns=span))
            column += span
    yield from stack.placed


def _goes_on(properties: etree._Element | None, *merges: str) -> bool:
    """Whether a cell is a merged one's further part."""
    merge = next((one for name in merges if (one := child(properties, name)) is not None), None)
    return merge is not None and attribute(merge, "val") != "restart"


def _is_shown(line: etree._Element, styles: _Styles) -> bool:
    """Whether a row is neither hidden, which is a doubt where it holds something, nor struck by a tracked change."""
    cells = list(_children(line, "tc"))
    struck = bool(cells) and all(child(cell, "tcPr", "cellDel") is not None for cell in cells)
    hidden = on(child(line, "trPr", "hidden"))
    styles.facts |= {FactKind.UNSEEN} if hidden and _has_words(line) else set()
    return not hidden and not struck and child(line, "trPr", "del") is None


def _has_words(element: etree._Element) -> bool:
    return any(map(content, element.iter("{*}t")))


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) in {"sdt", "sdtContent", "customXml", "ins", "smartTag"}:
            yield from _children(element, name)


def _cell(cell: etree._Element, styles: _Styles, depth: int) -> Placed:
    found = [_paragraph(one, styles) for one in _paragraphs(cell, depth)]
    floating = [_paragraph(one, styles) for box in _boxes(cell) for one in _paragraphs(box, depth)]
    own, over = ("\n".join(one.text for one in texts).strip("\n") for texts in (found, floating))
    marked = own.strip() and over.strip() and set(over.strip()) <= _MARKS
    link = next((text.link for text in (*found, *floating) if text.link), "")
    whole = "\n".join(filter(None, (own, "" if marked else over)))
    link, stuck = stuck_on(whole, link, _pictures(cell, styles))
    drawn = facts_of({FactKind.SHAPE: _has_shape(cell) and not stuck, FactKind.FLOATING: marked})
    return Placed(0, 0, whole, link, facts=(*facts_of_runs(found), *stuck, *drawn))


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


@dataclass(slots=True, kw_only=True)
class _Text(StyledText):
    """A paragraph's text as it is gathered; `code`: an open field's; `style`: the paragraph's."""

    styles: _Styles
    code: str = ""
    style: str = ""

    def refer(self, address: str) -> None:
        """Take a hyperlink on it."""
        self.link = self.link or address
        self.styles.links.append(address)


def _paragraph(paragraph: etree._Element, styles: _Styles) -> _Text:
    text = _Text(styles=styles)
    properties = child(paragraph, "pPr")
    text.style = said(properties, "pStyle")
    bullet = (said(properties, "numPr", "numId"), said(properties, "numPr", "ilvl") or "0")
    text.parts.append(styles.bullets.get(bullet, ""))
    _walk(paragraph, text)
    return text


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
            text.refer(target or attribute(element, "dest") or "")
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
        text.refer(words[1])


def _control(control: etree._Element, text: _Text, depth: int) -> None:
    """A content control: a check box by its state, an unfilled one (its placeholder shown) as nothing."""
    box = child(control, "sdtPr", "checkbox")
    if box is not None:
        text.parts.append("☑" if on(child(box, "checked")) else "□")
    elif not on(child(control, "sdtPr", "showingPlcHdr")):
        _walk(control, text, depth + 1)


def _run(run: etree._Element, text: _Text, depth: int) -> None:
    properties = child(run, "rPr")
    looks = text.styles.looks
    named = {text.style, said(properties, "rStyle")}
    hides = child(properties, "vanish")
    if on(hides) if hides is not None else looks.hide(named):
        return
    if is_unseen(run, looks):
        text.styles.facts |= {FactKind.UNSEEN} if _has_words(run) else set()
        return
    names = [said(properties, "rFonts", of=name) for name in ("ascii", "hAnsi")]
    font = next(filter(is_symbol_font, names), names[0])
    own = [one for name in STRIKES if (one := child(properties, name)) is not None]
    by_style = looks.strike(named)
    look = RunLook(struck=any(map(on, own)) if own else by_style, loud=is_loud(properties))
    text.add("".join(_pieces(run, font, text, depth)), look)


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
            yield symbol(int(code, 16), attribute(element, "font") or "") if _HEX.fullmatch(code) else ""
        elif name == "fldChar":
            yield _field(element) or drawn_by_field(text.code)
            text.code = ""
        elif name == "instrText":
            _instruction(element, text)
        elif name in {"object", "pict"}:
            for one in element.iter("{*}OLEObject"):
                _inside(one, text.styles)
            yield "".join(attribute(one, "string") or "" for one in element.iter("{*}textpath"))  # drawn as a shape
        elif name == "ruby":
            inner = _Text(styles=text.styles)
            _walk(element, inner, depth + 1)
            yield "".join(inner.parts)


def _field(element: etree._Element) -> str:
    """A legacy form field: a check box by its state, a drop-down by its chosen entry."""
    box = child(element, "ffData", "checkBox")
    if box is not None:
        checked, default = child(box, "checked"), child(box, "default")
        return "☑" if on(checked if checked is not None else default) else "□"
    choices = child(element, "ffData", "ddList")
    if choices is None:
        return ""
    entries = [attribute(one, "val") or "" for one in choices.iterchildren("{*}listEntry")]
    chosen = number(said(choices, "default" if child(choices, "result") is None else "result"))
    return entries[chosen] if chosen < len(entries) else ""
