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

from mailbot.form.formats.package import Package, attribute, child
from mailbot.form.formats.sheets import Place, Sheet

MOST: Final = 60
"""Pictures of one document that are looked at for a code."""
SIDE: Final = 2000
"""Pixels of the longer side at which a picture is looked at."""
_DISPLAYED: Final = re.compile(r"=?(?:_xlfn\.)?DISPIMG\(\s*\"([^\"]+)\"", re.IGNORECASE)
_ANCHORS: Final = ("{*}oneCellAnchor", "{*}twoCellAnchor")


def address_in(data: bytes) -> str:
    """The address that a picture's QR code says; empty where it has none, or nothing here reads codes."""
    try:
        import zxingcpp  # noqa: PLC0415 - an extra
    except ImportError:
        return ""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("L", (SIDE, SIDE))
            grey = image.convert("L")
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        return ""
    grey.thumbnail((SIDE, SIDE))
    texts = (str(code.text).strip() for code in zxingcpp.read_barcodes(grey))
    return next((text for text in texts if re.match(r"https?://\S+$", text, re.IGNORECASE)), "")


def add_pictures(package: Package, sheets: Iterable[Sheet], parts: Mapping[str, str]) -> None:
    """Put on each sheet's cells the addresses of the codes stuck on them; a picture that says none is noted.

    Args:
        package: the workbook.
        sheets: as they were read.
        parts: the part of each sheet by its name.
    """
    if not package.names("xl/media/"):
        return
    within = dict(_within_cells(package))
    left = MOST
    for sheet in sheets:
        found = dict(_on_cells(package, parts.get(sheet.name, "")))
        for place, text in list(sheet.cells.items()):
            if shown := _DISPLAYED.match(text):
                del sheet.cells[place]
                found[place] = within.get(shown[1], "")
        for place, part in found.items():
            data = package.data(part) if part and left > 0 else None
            left -= 1
            address = address_in(data) if data else ""
            if address:
                sheet.links[place] = address
            elif place not in sheet.cells:
                sheet.pictures.add(place)


def _within_cells(package: Package) -> Iterator[tuple[str, str]]:
    """WPS's names of pictures within cells, and their parts."""
    name = "xl/cellimages.xml"
    root, targets = package.xml(name), package.relations(name)
    for image in root if root is not None else ():
        about = next(image.iter("{*}cNvPr"), None)
        part = _part(image, targets)
        if about is not None and part:
            yield attribute(about, "name") or "", part


def _on_cells(package: Package, part: str) -> Iterator[tuple[Place, str]]:
    """The places of a sheet on which a picture lies, and the pictures' parts."""
    for kind, target in package.relations(part).values():
        root = package.xml(target) if kind == "drawing" else None
        targets = package.relations(target) if root is not None else {}
        for anchor in root.iter(*_ANCHORS) if root is not None else ():
            row, column = (child(anchor, "from", name) for name in ("row", "col"))
            picture = _part(anchor, targets)
            if picture and row is not None and column is not None and _digits(row) and _digits(column):
                yield (int(row.text or 0), int(column.text or 0)), picture


def _digits(element: etree._Element) -> bool:
    return re.fullmatch(r"\d{1,7}", (element.text or "").strip()) is not None


def _part(element: etree._Element, targets: Mapping[str, tuple[str, str]]) -> str:
    blip = next(element.iter("{*}blip"), None)
    return targets.get(attribute(blip, "embed") or "", ("", ""))[1] if blip is not None else ""
