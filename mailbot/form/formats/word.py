"""A Word package's stories: page headers, the body, page footers, each with what it refers to; styles and lists.

They are read from the package itself: WPS and some converters leave out parts (styles, content types, relations) that
a library expects, and a library reads all parts where three are needed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mailbot.form.formats.package import Package, PackageBroken, attribute, child, local, number, said
from mailbot.text.symbols import marked

MAIN: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
OFF: Final = frozenset({"0", "false", "off", "none"})
STRIKES: Final = ("strike", "dstrike")
BASES: Final = 10
"""Styles that one is based on, one behind the other."""


@dataclass(frozen=True, slots=True)
class Story:
    """A part with text: the body, a page header or footer.

    Attributes:
        root: its root element.
        relations: id -> last word of the type and target, as `Package.relations` gives them.
    """

    root: etree._Element
    relations: Mapping[str, tuple[str, str]]


def stories(package: Package) -> Iterator[Story]:
    """The stories of a .docx in reading order.

    Raises:
        PackageBroken: it holds no document, or more than a form would.
    """
    package.check_sizes()
    main = _main_part(package)
    if package.xml(main) is None:
        raise PackageBroken("no document")
    for name in (*package.names("word/header"), main, *package.names("word/footer")):
        root = package.xml(name) if name.endswith(".xml") else None
        if root is not None:
            yield Story(root, package.relations(name))


def _main_part(package: Package) -> str:
    for kind, target in package.relations("").values():
        if kind == "officeDocument" and package.data(target) is not None:
            return target
    found = [name for name in package.names("word/document") if name.endswith(".xml")]
    return found[0] if found else MAIN


# --- styles and lists ---


def on(element: etree._Element | None) -> bool:
    """Whether a property that is on or off is on."""
    return element is not None and (attribute(element, "val") or "1").lower() not in OFF


@dataclass(frozen=True, slots=True)
class StyleLooks:
    """The ids of styles by what they do to words: strike them, hide them, whiten them, lay a colour behind them."""

    struck: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    white: frozenset[str] = frozenset()
    painting: frozenset[str] = frozenset()


TELLING: Final = (b"strike", b"vanish", b"FFFFFF", b"ffffff", b":shd")
"""What a styles part holds where it is worth reading: it is large, and most do none of this."""


def style_looks(root: etree._Element | None) -> StyleLooks:
    """What the styles of a document do, on their own or by those that they are based on."""
    styles = root.iterchildren("{*}style") if root is not None else ()
    named = {attribute(style, "styleId") or "": style for style in styles}

    def where(says: Callable[[etree._Element], bool | None], name: str, depth: int = 0) -> bool:
        style = named.get(name)
        if style is None or depth > BASES:
            return False
        own = says(style)
        return own if own is not None else where(says, said(style, "basedOn"), depth + 1)

    struck, hidden, white, painting = (
        frozenset(name for name in named if where(says, name)) for says in (_strikes, _hides, _whitens, _paints)
    )
    return StyleLooks(struck, hidden, white, painting)


def _strikes(style: etree._Element) -> bool | None:
    own = [one for name in STRIKES if (one := child(style, "rPr", name)) is not None]
    return any(map(on, own)) if own else None


def _hides(style: etree._Element) -> bool | None:
    own = child(style, "rPr", "vanish")
    return on(own) if own is not None else None


def _whitens(style: etree._Element) -> bool | None:
    colour = said(style, "rPr", "color").lower()
    return colour == _WHITE if colour else None


def _paints(style: etree._Element) -> bool | None:
    return any(_fills(one) for one in style.iter("{*}shd")) or None


def bullets(root: etree._Element | None) -> dict[tuple[str, str], str]:
    """Lists whose bullet is a box or a tick."""
    abstract: dict[str, dict[str, str]] = {}
    found: dict[tuple[str, str], str] = {}
    for one in root if root is not None else ():
        if local(one) == "abstractNum":
            abstract[attribute(one, "abstractNumId") or ""] = dict(_levels(one))
        elif local(one) == "num" and (name := attribute(one, "numId")):
            levels = abstract.get(said(one, "abstractNumId"), {})
            found |= {(name, level): mark for level, mark in levels.items()}
    return found


def _levels(numbering: etree._Element) -> Iterator[tuple[str, str]]:
    for level in numbering.iterchildren("{*}lvl"):
        text = said(level, "lvlText")
        mark = marked(text, said(level, "rPr", "rFonts", of="ascii")) if text else ""
        if mark and mark in "□☐☑☒✔√○■":
            yield attribute(level, "ilvl") or "0", mark


# --- looks of runs ---

_WHITE: Final = "ffffff"
_PAPER: Final = frozenset({"", "auto", _WHITE})
_INK: Final = _PAPER | {"000000"}
_LOUD: Final = ("b", "u", "highlight")
TINY: Final = 4
"""Half points of letters that nobody sees at most."""


def is_unseen(run: etree._Element, styles: StyleLooks) -> bool:
    """Whether nobody sees a run's letters: tiny, clear, or white on white.

    A colour behind them may be its own, its style's, its paragraph's, its cell's or its table's.
    """
    properties = child(run, "rPr")
    if number(said(properties, "sz"), TINY + 1) <= TINY or child(properties, "textFill", "noFill") is not None:
        return True
    around = (run, *run.iterancestors("{*}p", "{*}tc", "{*}tbl"))
    looks = [one for element in around for one in element.iterchildren("{*}rPr", "{*}pPr", "{*}tcPr", "{*}tblPr")]
    named = {said(one, name) for one in looks for name in ("rStyle", "pStyle", "tblStyle")} - {""}
    colour = said(properties, "color").lower()
    if colour != _WHITE and (colour or styles.white.isdisjoint(named)):
        return False
    painted = any(child(one, "highlight") is not None for one in looks) or not styles.painting.isdisjoint(named)
    return not painted and all(_shade(one) in _PAPER for one in looks)


def is_loud(properties: etree._Element) -> bool:
    """Whether a run is bold, underlined, highlighted, shaded or coloured."""
    coloured = said(properties, "color").lower() not in _INK
    return coloured or _shade(properties) not in _PAPER or any(on(child(properties, name)) for name in _LOUD)


def _shade(properties: etree._Element) -> str:
    return said(properties, "shd", of="fill").lower()


def _fills(shade: etree._Element) -> bool:
    return (attribute(shade, "fill") or "").lower() not in _PAPER or bool(attribute(shade, "themeFill"))
