"""A Word package's parts, through python-docx; where it refuses, from the package itself.

WPS and some converters leave out parts that python-docx expects (styles, content types, relations): then
`word/document.xml` is read as it lies there, as much of it as can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError
from docx.opc.part import Part, XmlPart
from lxml import etree

from mailbot.form.formats.package import Package, PackageBroken

MAIN: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
_REFUSED: Final = (
    OpcError,
    BadZipFile,
    etree.LxmlError,
    KeyError,
    ValueError,
    AttributeError,
    TypeError,
    IndexError,
    OSError,
    NotImplementedError,
    RuntimeError,
)
"""What python-docx raises on packages that Word itself would open, or mend."""


@dataclass(frozen=True, slots=True)
class Story:
    """A part with text: the body, a page header or footer.

    Attributes:
        root: its root element.
        links: relation id -> target, of its hyperlinks.
    """

    root: etree._Element
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """An opened document.

    Attributes:
        stories: page headers, the body, page footers.
        styles: the styles' root; None where there is none.
        numbering: the lists' root; None where there is none.
        damaged: a part is not whole.
    """

    stories: tuple[Story, ...]
    styles: etree._Element | None = None
    numbering: etree._Element | None = None
    damaged: bool = False


def open_word(path: Path) -> Word:
    """Open a .docx.

    Raises:
        PackageBroken: it holds no document, or more than a form would.
    """
    with Package(path) as package:
        package.check_sizes()
        try:
            parts = {str(part.partname).lstrip("/").lower(): part for part in _parts(path)}
        except _REFUSED:
            return _from_package(package)
        main = next((name for name, part in parts.items() if part.content_type.endswith("main+xml")), MAIN)
        if not isinstance(parts.get(main), XmlPart):
            return _from_package(package)
        stories = [_story(part) for name in _order(sorted(parts), main) if isinstance(part := parts[name], XmlPart)]
        return Word(tuple(stories), _root(parts.get(STYLES)), _root(parts.get(NUMBERING)))


def _parts(path: Path) -> list[Part]:
    with path.open("rb") as file:
        return list(docx.Document(file).part.package.iter_parts())


def _order(names: list[str], main: str) -> list[str]:
    """Headers, body, footers."""
    headers = [name for name in names if name.startswith("word/header") and name.endswith(".xml")]
    footers = [name for name in names if name.startswith("word/footer") and name.endswith(".xml")]
    return [*headers, main, *footers]


def _story(part: XmlPart) -> Story:
    links = {
        key: one.target_ref for key, one in part.rels.items() if one.is_external and one.reltype.endswith("hyperlink")
    }
    return Story(part.element, links)


def _root(part: Part | None) -> etree._Element | None:
    return part.element if isinstance(part, XmlPart) else None


def _from_package(package: Package) -> Word:
    main = _main_part(package)
    if package.xml(main) is None:
        raise PackageBroken("no document")
    stories = []
    for name in _order([*package.names("word/header"), *package.names("word/footer")], main):
        root = package.xml(name)
        if root is not None:
            links = {key: target for key, (kind, target) in package.relations(name).items() if kind == "hyperlink"}
            stories.append(Story(root, links))
    return Word(tuple(stories), package.xml(STYLES), package.xml(NUMBERING), package.damaged)


def _main_part(package: Package) -> str:
    for kind, target in package.relations("").values():
        if kind == "officeDocument" and package.data(target) is not None:
            return target
    found = [name for name in package.names("word/document") if name.endswith(".xml")]
    return found[0] if found else MAIN
