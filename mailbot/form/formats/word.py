"""A Word package's stories: page headers, the body, page footers, each with what it refers to; styles and lists.

They are read from the package itself: WPS and some converters leave out parts (styles, content types, relations) that
a library expects, and a library reads all parts where three are needed.
"""

import functools
import re
from collections.abc import Callable, Collection, Iterator, Mapping
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
_TELLING: Final = (b"strike", b"vanish", b"FFFFFF", b"ffffff", b":shd")
_STYLE_END: Final = re.compile(rb"</\w{1,9}:style>")
_BASED_ON: Final = re.compile(rb'basedOn [^>"]{0,99}val="([^"]{1,99})"')
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


class StyleLooks:
    """What the styles of a document do to words, on their own or by those that they are based on.

    Args:
        read: gives the root of the styles; they are many and large, and read where one is used that may tell.
        part: the bytes that they stand in, where they are a part of their own.
    """

    def __init__(self, read: Callable[[], etree._Element | None] = lambda: None, part: bytes = b"") -> None:
        self._read = read
        self._part = part
        self._told: dict[tuple[_Says, str], bool] = {}

    @functools.cached_property
    def _named(self) -> dict[str, etree._Element]:
        root = self._read()
        styles = root.iterchildren("{*}style") if root is not None else ()
        return {attribute(style, "styleId") or "": style for style in styles}

    def strike(self, names: Collection[str]) -> bool:
        """Whether one of these styles strikes words."""
        return self._any(_strikes, names)

    def hide(self, names: Collection[str]) -> bool:
        """Whether one of these styles hides words."""
        return self._any(_hides, names)

    def whiten(self, names: Collection[str]) -> bool:
        """Whether one of these styles makes words white."""
        return self._any(_whitens, names)

    def paint(self, names: Collection[str]) -> bool:
        """Whether one of these styles lays a colour behind words."""
        return self._any(_paints, names)

    def _any(self, says: "_Says", names: Collection[str]) -> bool:
        return any(self._does(says, name) for name in names if name)

    def _does(self, says: "_Says", name: str, depth: int = 0) -> bool:
        if (says, name) not in self._told:
            style = self._named.get(name) if _may_tell(self._part, name) else None
            own = False if style is None or depth > BASES else says(style)
            based = said(style, "basedOn")
            self._told[says, name] = own if own is not None else self._does(says, based, depth + 1)
        return self._told[says, name]


def _may_tell(part: bytes, name: str) -> bool:
    """Whether a style, or one that it is based on, may do anything to words; where its bytes do not show it may."""
    for _ in range(BASES):
        at = part.find(b'styleId="%s"' % name.encode())
        end = _STYLE_END.search(part, at) if at >= 0 else None
        if end is None:
            return True
        style = part[at : end.start()]
        if any(one in style for one in _TELLING):
            return True
        based = _BASED_ON.search(style)
        if based is None:
            return False
        name = based[1].decode("utf-8", "replace")
    return True


_Says = Callable[[etree._Element], bool | None]  # noqa: SLF001 - lxml has no public name for it
"""What a style itself says; None where the one that it is based on says it."""


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
    colour = said(properties, "color").lower()
    if colour not in {"", _WHITE}:
        return False
    around = (run, *run.iterancestors("{*}p", "{*}tc", "{*}tbl"))
    looks = [one for element in around for one in element.iterchildren("{*}rPr", "{*}pPr", "{*}tcPr", "{*}tblPr")]
    named = {said(one, name) for one in looks for name in ("rStyle", "pStyle", "tblStyle")} - {""}
    if not colour and not styles.whiten(named):
        return False
    painted = any(child(one, "highlight") is not None for one in looks) or styles.paint(named)
    return not painted and all(_shade(one) in _PAPER for one in looks)


def is_loud(properties: etree._Element) -> bool:
    """Whether a run is bold, underlined, highlighted, shaded or coloured."""
    coloured = said(properties, "color").lower() not in _INK
    return coloured or _shade(properties) not in _PAPER or any(on(child(properties, name)) for name in _LOUD)


def _shade(properties: etree._Element) -> str:
    return said(properties, "shd", of="fill").lower()


def _fills(shade: etree._Element) -> bool:
    return (attribute(shade, "fill") or "").lower() not in _PAPER or bool(attribute(shade, "themeFill"))
