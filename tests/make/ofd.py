"""OFDs (GB/T 33190) written part by part: the form's table as its writers draw it."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

EDGES = (15, 50, 105, 140, 165, 195)
"""Millimetres where the table's columns end: title, themes, link, contact, phone."""
HEAD = ("视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码")
HEIGHT = 14
"""Millimetres of a row."""
TOP = 50
SIZE = 3.2
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(left: float, top: float, words: str, *, steps: str = "", number: int = 1) -> str:
    """A text object, its first letter's upper left corner at a place."""
    delta = f' DeltaX="{steps}"' if steps else ""
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{left} {top} 80 5" Font="2" Size="{SIZE}">'
        f'<ofd:TextCode X="0" Y="{0.85 * SIZE:.2f}"{delta}>{escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


def line(left: float, top: float, right: float, bottom: float) -> str:
    """A path object that is one straight line."""
    wide, high = right - left, bottom - top
    return (
        f'<ofd:PathObject ID="1" Boundary="{left} {top} {max(wide, 0.3)} {max(high, 0.3)}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>M 0 0 L {wide} {high}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def rules(rows: int) -> list[str]:
    """The lines of a table with so many rows."""
    bottom = TOP + rows * HEIGHT
    level = [line(EDGES[0], TOP + row * HEIGHT, EDGES[-1], TOP + row * HEIGHT) for row in range(rows + 1)]
    return [*level, *(line(left, TOP, left, bottom) for left in EDGES)]


def cells(row: int, texts: Sequence[str], steps: str = "") -> list[str]:
    """A row's texts; line breaks begin a new object."""
    return [
        text(left + 1, TOP + row * HEIGHT + 1 + 4 * at, one, steps=steps)
        for left, cell in zip(EDGES, texts, strict=False)
        for at, one in enumerate(cell.split("\n"))
        if one
    ]


def saved(
    path: Path, page: Sequence[str], *, template: Sequence[str] = (), note: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
) -> Path:  # fmt: skip
    """An .ofd of one page.

    Args:
        path: where.
        page: its objects.
        template: what stands below them.
        note: what was written over them.
        files: further parts.
    """

    def root(name: str, inner: str) -> str:
        return f"{_XML}<ofd:{name} {_SPACE}>{inner}</ofd:{name}>"

    def content(objects: Sequence[str], head: str = "") -> str:
        layer = f'<ofd:Content><ofd:Layer ID="9">{"".join(objects)}</ofd:Layer></ofd:Content>'
        return root("Page", head + layer)

    box, pages = (
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>",
        '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>',
    )
    over = f'<ofd:Annot><ofd:Appearance Boundary="0 0 210 297">{"".join(note)}</ofd:Appearance></ofd:Annot>'
    parts = {
        "OFD.xml": root("OFD", "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"),
        "Doc_0/Document.xml": root(
            "Document",
            f"<ofd:CommonData><ofd:PageArea>{box}</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
            '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
            f"<ofd:Pages>{pages}</ofd:Pages><ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>",
        ),
        "Doc_0/PublicRes.xml": root("Res", '<ofd:Fonts><ofd:Font ID="2" FontName="宋体"/></ofd:Fonts>'),
        "Doc_0/Tpls/Tpl_0/Content.xml": content(template),
        "Doc_0/Pages/Page_0/Content.xml": content(page, '<ofd:Template TemplateID="7" ZOrder="Background"/>'),
        "Doc_0/Annots/Annotations.xml": root(
            "Annotations", '<ofd:Page PageID="1"><ofd:FileLoc>Page_0/Annot.xml</ofd:FileLoc></ofd:Page>'
        ),
        "Doc_0/Annots/Page_0/Annot.xml": root("PageAnnot", over),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, xml in parts.items():
            package.writestr(name, xml)
        for name, data in (files or {}).items():
            package.writestr(name, data)
    return path
