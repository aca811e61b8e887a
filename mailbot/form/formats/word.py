"""A Word package's stories: page headers, the body, page footers, each with what it refers to.

They are read from the package itself: WPS and some converters leave out parts (styles, content types, relations) that
a library expects, and a library reads all parts where three are needed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mailbot.form.formats.package import Package, PackageBroken

MAIN: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"


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
