"""Check boxes that float over a sheet: form controls in `ctrlProps` and in the VML drawing, placed by their anchors.

openpyxl drops them. The state stands in `xl/ctrlProps/*.xml` and in the VML's `x:Checked`; the place in the sheet's
`<control>` or the VML's `x:Anchor` (column, pixels, row, pixels, twice); the caption in the VML or DrawingML text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mailbot.form.formats.package import Package, attribute, child, local, said
from mailbot.model.document import MAX_COLUMNS, MAX_ROWS

EMU_PER_PIXEL: Final = 9525
ROW_PIXELS: Final = 20.0
COLUMN_PIXELS: Final = 64.0
_KINDS: Final = frozenset({"checkbox", "radio"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A check box: ticked or not, its caption, its place for the order within a cell (row, then column, pixels)."""

    checked: bool
    caption: str
    y: float = 0
    x: float = 0


@dataclass(slots=True)
class CheckBox:
    """A check box as its parts tell of it; `ends` are the corners of its anchor, pixels within column and row."""

    checked: bool = False
    caption: str = ""
    ends: tuple[float, ...] = ()


def controls_of(
    package: Package,
    relations: Mapping[str, tuple[str, str]],
    controls: Sequence[etree._Element],
    heights: Mapping[int, float],
    widths: Mapping[int, float],
) -> dict[tuple[int, int], list[Drawn]]:
    """The check boxes of a sheet by the cell under their middle.

    Args:
        package: the workbook.
        relations: the sheet's.
        controls: its `<control>` elements.
        heights: of rows that state one, points.
        widths: of columns that state one, characters.
    """
    boxes: dict[str, CheckBox] = {}
    captions: dict[str, str] = {}
    for kind, target in relations.values():
        root = package.xml(target) if kind in {"vmlDrawing", "drawing"} else None
        if root is not None:
            _from_vml(root, boxes) if kind == "vmlDrawing" else captions.update(_captions(root))
    for control in controls:
        _from_control(control, package, relations, boxes)
    for shape, caption in captions.items():
        if shape in boxes and not boxes[shape].caption:
            boxes[shape].caption = caption
    return by_cell(list(boxes.values()), heights, widths)


def by_cell(
    boxes: Sequence[CheckBox], heights: Mapping[int, float], widths: Mapping[int, float]
) -> dict[tuple[int, int], list[Drawn]]:
    """Check boxes by the cell under their middle; heights in points, widths in characters."""
    found: dict[tuple[int, int], list[Drawn]] = {}
    rows = {row: points * 96 / 72 for row, points in heights.items() if points > 0}
    columns = {column: characters * 7 + 5 for column, characters in widths.items() if characters > 0}
    for box in boxes:
        if len(box.ends) != 8:  # two corners
            continue
        left, dx, top, dy, right, dx2, bottom, dy2 = box.ends
        row, y = _middle(int(top), dy, int(bottom), dy2, rows, ROW_PIXELS)
        # a caption may reach far to the right: the box itself stands at the left end
        column, x = _middle(int(left), dx, int(left) if box.caption else int(right), dx if box.caption else dx2,
                            columns, COLUMN_PIXELS)  # fmt: skip
        if row < MAX_ROWS and column < MAX_COLUMNS:
            found.setdefault((row, column), []).append(Drawn(box.checked, box.caption, round(y / 10), x))
    return {place: sorted(drawn, key=lambda one: (one.y, one.x)) for place, drawn in found.items()}


def _middle(
    first: int, offset: float, last: int, end: float, sizes: Mapping[int, float], usual: float
) -> tuple[int, float]:
    """The row or column under the middle of a span, and the middle's distance from its start, pixels."""
    if not 0 <= first <= last < first + 1000:
        return max(first, 0), offset
    length = sum(sizes.get(one, usual) for one in range(first, last)) + end - offset
    at, place = offset + length / 2, first
    while at >= sizes.get(place, usual) and place < last:
        at -= sizes.get(place, usual)
        place += 1
    return place, at


def _text(element: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(str(piece) for piece in element.itertext())).strip()


def _from_vml(root: etree._Element, boxes: dict[str, CheckBox]) -> None:
    for shape in root.iter("{*}shape"):
        data = child(shape, "ClientData")
        if data is None or said(data, of="ObjectType").lower() not in _KINDS:
            continue
        # a shape that was named keeps its number in o:spid
        name = attribute(shape, "spid") or attribute(shape, "id") or str(len(boxes))
        box = boxes.setdefault(_shape_id(name), CheckBox())
        for one in data.iterchildren("{*}Anchor"):
            box.ends = tuple(float(piece) for piece in re.findall(r"-?\d+(?:\.\d+)?", one.text or ""))
        for one in data.iterchildren("{*}Checked"):
            box.checked = (one.text or "1").strip() != "0"
        box.caption = " ".join(map(_text, shape.iterchildren("{*}textbox"))).strip()


def _shape_id(text: str) -> str:
    found = re.search(r"(?<!\d)(\d+)$", text)
    return found[1] if found else text


def _captions(root: etree._Element) -> dict[str, str]:
    found = {}
    for shape in root.iter("{*}sp"):
        identity, body = next(shape.iter("{*}cNvPr"), None), child(shape, "txBody")
        if identity is not None and body is not None:
            found[_shape_id(said(identity, of="id"))] = _text(body)
    return found


def _from_control(
    control: etree._Element, package: Package, relations: Mapping[str, tuple[str, str]], boxes: dict[str, CheckBox]
) -> None:
    kind, target = relations.get(said(control, of="id"), ("", ""))
    root = package.xml(target) if kind == "ctrlProp" else None
    if root is None or said(root, of="objectType").lower() not in _KINDS:
        return
    box = boxes.setdefault(said(control, of="shapeId"), CheckBox())
    box.checked = said(root, of="checked").lower() == "checked"
    ends: list[float] = []
    for part in (one for corner in ("from", "to") for one in next(control.iter(f"{{*}}{corner}"), ())):
        number = float(part.text) if re.fullmatch(r"-?\d{1,12}", (part.text or "").strip()) else 0.0
        ends.append(number / EMU_PER_PIXEL if local(part).endswith("Off") else number)
    if len(ends) == 8 and not box.ends:  # two corners
        box.ends = tuple(ends)


def with_boxes(text: str, drawn: Sequence[Drawn]) -> str:
    """A cell's text with the check boxes that lie on it: each with its caption, or before the cell's own words."""
    boxes = [("☑" if one.checked else "□", one.caption.strip()) for one in drawn]
    shown = [f"{mark}{caption}" for mark, caption in boxes if caption]
    marks = [mark for mark, caption in boxes if not caption]
    words = text.split()
    if marks and len(words) == len(marks):
        return "\n".join([*map("".join, zip(marks, words, strict=True)), *shown])
    own = [] if shown and not marks and set("".join(words)) <= set("".join(shown)) else words
    return "\n".join(filter(None, ["".join(marks), " ".join(own), *shown]))
