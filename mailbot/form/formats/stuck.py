"""Pictures stuck into cells: a QR code where a link belongs. Its address by zxing-cpp (extra `qr`).

WPS keeps a picture within a cell by the formula `DISPIMG` and a part of its own (`xl/cellimages.xml`); Excel and WPS
keep one that lies on a cell in the sheet's drawing (ECMA-376 part 1, §20.5).
"""

import io
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree
from PIL import Image

from mailbot.form.formats.package import Package, child, content, number, said
from mailbot.form.formats.sheets import Place, Sheet
from mailbot.model.document import Fact, FactKind, facts_of
from mailbot.ocr.codes import addresses_in

MOST: Final = 60
"""Pictures of one document that are looked at for a code."""
SPAN: Final = 8
"""Cells that a shape is looked for over, each way: what covers more chooses none of them."""
SIDE: Final = 2000
"""Pixels of the longer side at which a picture is looked at."""
_DISPLAYED: Final = re.compile(r"=?(?:_xlfn\.)?DISPIMG\(\s*\"([^\"]+)\"", re.IGNORECASE)
_ANCHORS: Final = ("{*}oneCellAnchor", "{*}twoCellAnchor")


def address_in(data: bytes) -> str:
    """The address that a picture's QR code says; empty where it has none, or nothing here reads codes."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("L", (SIDE, SIDE))
            grey = image.convert("L")
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        return ""
    grey.thumbnail((SIDE, SIDE))
    return next((address for address, _ in addresses_in(grey)), "")


def stuck_on(text: str, link: str, pictures: Iterable[bytes]) -> tuple[str, tuple[Fact, ...]]:
    """A cell's link, which a code on it may say; and the fact that a picture is all that it holds, and says nothing."""
    found = list(pictures)
    link = link or next(filter(None, map(address_in, found)), "")
    return link, facts_of({FactKind.PICTURE: found and not link and not text.strip()})


def stick(sheet: Sheet, place: Place, picture: bytes) -> None:
    """Put a picture on a sheet's cell: the address of its code; or a note that it says nothing and is all there is."""
    link, facts = stuck_on(sheet.cells.get(place, ""), "", [picture])
    if link:
        sheet.links[place] = link
    elif not sheet.links.get(place):
        sheet.note(place, *facts)


def add_pictures(package: Package, sheets: Iterable[Sheet]) -> None:
    """Put on each sheet's cells the addresses of the codes stuck on them; a picture that says none is noted."""
    if not package.names("xl/media/") and not package.names("xl/drawings/"):
        return
    within = dict(_within_cells(package))
    left = MOST
    for sheet in sheets:
        drawn = list(_on_cells(package, sheet.part))
        found = {places[0]: part for places, part in drawn if part}
        for place in (place for places, part in drawn if not part for place in places):
            sheet.note(place, Fact(FactKind.SHAPE))
        for place, text in list(sheet.cells.items()):
            if shown := _DISPLAYED.match(text):
                del sheet.cells[place]
                found[place] = within.get(shown[1], "")
        for place, part in found.items():
            stick(sheet, place, (package.data(part) if part and left > 0 else None) or b"")
            left -= 1


def _within_cells(package: Package) -> Iterator[tuple[str, str]]:
    """WPS's names of pictures within cells, and their parts."""
    name = "xl/cellimages.xml"
    root, targets = package.xml(name), package.relations(name)
    for image in root if root is not None else ():
        about = next(image.iter("{*}cNvPr"), None)
        part = _part(image, targets)
        if about is not None and part:
            yield said(about, of="name"), part


def _on_cells(package: Package, part: str) -> Iterator[tuple[list[Place], str]]:
    """The places of a sheet over which a picture lies, and its part; a shape without words has none."""
    for kind, target in package.relations(part).values():
        root = package.xml(target) if kind == "drawing" else None
        targets = package.relations(target) if root is not None else {}
        for anchor in root.iter(*_ANCHORS) if root is not None else ():
            ends = [_place(child(anchor, end)) for end in ("from", "to")]
            places = [place for place in ends if place is not None]
            picture = _part(anchor, targets)
            bare = any(child(anchor, name) is not None for name in ("sp", "cxnSp"))
            if places and (picture or (bare and not any(map(content, anchor.iter("{*}t"))))):
                yield _spanned(*places), picture


def _place(corner: etree._Element | None) -> Place | None:
    row, column = (number(content(child(corner, name)), -1) for name in ("row", "col"))
    return (row, column) if row >= 0 and column >= 0 else None


def _spanned(first: Place, last: Place | None = None) -> list[Place]:
    """The cells from one corner to another, at most `SPAN` each way."""
    low, right = last or first
    rows, columns = range(first[0], min(low, first[0] + SPAN) + 1), range(first[1], min(right, first[1] + SPAN) + 1)
    return [(row, column) for row in rows for column in columns] or [first]


def _part(element: etree._Element, targets: Mapping[str, tuple[str, str]]) -> str:
    return targets.get(said(next(element.iter("{*}blip"), None), of="embed"), ("", ""))[1]
