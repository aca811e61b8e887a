"""A Word package's stories: page headers, the body, page footers, each with what it refers to; styles and lists.

They are read from the package itself: WPS and some converters leave out parts (styles, content types, relations) that
a library expects, and a library reads all parts where three are needed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mailbot.form.formats.package import Package, PackageBroken, attribute, child, local, said
from mailbot.text.symbols import marked

MAIN: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
OFF: Final = frozenset({"0", "false", "off", "none"})
STRIKES: Final = ("strike", "dstrike")


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


def struck_styles(root: etree._Element | None) -> frozenset[str]:
    """The ids of styles that strike words."""
    styles = root.iterchildren("{*}style") if root is not None else ()
    struck = (style for style in styles if any(on(child(style, "rPr", name)) for name in STRIKES))
    return frozenset(name for style in struck if (name := attribute(style, "styleId")))


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

_PAPER: Final = frozenset({"", "auto", "ffffff"})
_INK: Final = _PAPER | {"000000"}
_LOUD: Final = ("b", "u", "highlight")


def is_unseen(run: etree._Element) -> bool:
    """Whether a run's letters are white, with no colour behind: its own, its paragraph's, its cell's, its table's."""
    if said(run, "rPr", "color").lower() != "ffffff":
        return False
    around = (run, *run.iterancestors("{*}p", "{*}tc", "{*}tbl"))
    looks = [one for element in around for one in element.iterchildren("{*}rPr", "{*}pPr", "{*}tcPr", "{*}tblPr")]
    # a table's style may paint
    painted = any(child(one, name) is not None for one in looks for name in ("highlight", "tblStyle"))
    return not painted and all(_shade(one) in _PAPER for one in looks)


def is_loud(properties: etree._Element) -> bool:
    """Whether a run is bold, underlined, highlighted, shaded or coloured."""
    coloured = said(properties, "color").lower() not in _INK
    return coloured or _shade(properties) not in _PAPER or any(on(child(properties, name)) for name in _LOUD)


def _shade(properties: etree._Element) -> str:
    return said(properties, "shd", of="fill").lower()
