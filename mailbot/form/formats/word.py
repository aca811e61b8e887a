"""A Word package's stories: page headers, the body, page footers, each with what it refers to; styles and lists.

They are read from the package itself: WPS and some converters leave out parts (styles, content types, relations) that
a library expects, and a library reads all parts where three are needed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mailbot.form.formats.package import Package, PackageBroken, attribute, child, local
from mailbot.text.symbols import marked

MAIN: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
OFF: Final = frozenset({"0", "false", "off", "none"})


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
    if root is None:
        return frozenset()
    return frozenset(
        attribute(style, "styleId") or ""
        for style in root
        if local(style) == "style" and _is_struck(child(style, "rPr"))
    )


def _is_struck(properties: etree._Element | None) -> bool:
    return properties is not None and (on(child(properties, "strike")) or on(child(properties, "dstrike")))


def bullets(root: etree._Element | None) -> dict[tuple[str, str], str]:
    """Lists whose bullet is a box or a tick."""
    if root is None:
        return {}
    abstract: dict[str, dict[str, str]] = {}
    found: dict[tuple[str, str], str] = {}
    for one in root:
        if local(one) == "abstractNum":
            abstract[attribute(one, "abstractNumId") or ""] = dict(_levels(one))
        elif local(one) == "num":
            reference = child(one, "abstractNumId")
            levels = abstract.get(attribute(reference, "val") or "" if reference is not None else "", {})
            found |= {(attribute(one, "numId") or "", level): mark for level, mark in levels.items()}
    return found


def _levels(numbering: etree._Element) -> Iterator[tuple[str, str]]:
    for level in numbering:
        text = child(level, "lvlText") if local(level) == "lvl" else None
        if text is None:
            continue
        fonts = child(level, "rPr", "rFonts")
        font = (attribute(fonts, "ascii") or "") if fonts is not None else ""
        mark = marked(attribute(text, "val") or "", font)
        if mark and mark in "□☐☑☒✔√○■":
            yield attribute(level, "ilvl") or "0", mark


# --- looks of runs ---

_PLAIN: Final = frozenset({"auto", "000000", "ffffff"})
_PAINTS: Final = ("highlight", "tblStyle")


def is_unseen(run: etree._Element, properties: etree._Element) -> bool:
    """Whether a run's letters are white on white."""
    color = child(properties, "color")
    return color is not None and (attribute(color, "val") or "").upper() == "FFFFFF" and not _is_painted(run)


def _is_painted(run: etree._Element) -> bool:
    """Whether a colour lies behind a run: its own, its paragraph's, its cell's, or perhaps its table's style's."""
    for around in (run, *run.iterancestors("{*}p", "{*}tc", "{*}tbl")):
        for properties in (one for one in around if local(one) in {"rPr", "pPr", "tcPr", "tblPr"}):
            shade = child(properties, "shd")
            fill = (attribute(shade, "fill") or "auto").lower() if shade is not None else "auto"
            if fill not in {"auto", "ffffff"} or any(child(properties, name) is not None for name in _PAINTS):
                return True
    return False


def is_loud(properties: etree._Element | None) -> bool:
    """Whether a run is bold, underlined, highlighted, shaded or coloured."""
    if properties is None:
        return False
    shade = child(properties, "shd")
    shaded = shade is not None and (attribute(shade, "fill") or "auto").lower() not in {"auto", "ffffff"}
    color = child(properties, "color")
    coloured = color is not None and (attribute(color, "val") or "auto").lower() not in _PLAIN
    return shaded or coloured or any(on(child(properties, name)) for name in ("b", "u", "highlight"))
