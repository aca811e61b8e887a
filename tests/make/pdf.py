"""PDFs written object by object: a form whose table is drawn, with annotations and pictures where they are wanted."""

from collections.abc import Sequence
from pathlib import Path

EDGES = (40, 140, 330, 410, 475, 560)
"""Where the table's columns end: title, themes, link, contact, phone."""
TOPS = (730, 700, 665, 630)
HEAD = ("视频作品名称", "征选主题", "视频链接", "联系人", "手机号码")
SIZE = (595, 842)
Text = tuple[float, float, str]
"""Left, baseline, words."""


def told(*works: Sequence[str], unit: str = "云岭机械厂") -> list[Text]:
    """The texts of a filled form."""
    texts = [(40.0, 780.0, "推荐汇总表"), (40.0, 750.0, f"单位名称：{unit}")]
    for row, top in zip((HEAD, *works), TOPS, strict=False):
        texts += [(left + 4.0, top - 18.0, cell) for left, cell in zip(EDGES, row, strict=False) if cell]
    return texts


def words(texts: Sequence[Text], state: str = "") -> str:
    """Texts as a page's content draws them; `state`: operators within each."""
    return "\n".join(f"BT {state} /F1 7 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET" for x, y, text in texts)


def string(text: str) -> str:
    """A text string in UTF-16."""
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex()}>"


def rectangle(row: int, column: int) -> str:
    """A field's in a cell."""
    return f"[{EDGES[column] + 2} {TOPS[row + 1] + 4} {EDGES[column + 1] - 2} {TOPS[row] - 6}]"


def saved(
    path: Path, texts: Sequence[Text], annotations: Sequence[str] = (), objects: Sequence[str] = (), *, turn: str = "",
    font: str = "/Encoding /UniGB-UCS2-H", picture: bytes = b"", sticker: bytes = b"",
    white: int = 0, catalog: str = "", last: str = "", resources: str = "",
) -> Path:  # fmt: skip
    """A one-page PDF.

    Args:
        path: where.
        texts: on the page.
        annotations: dictionaries without brackets.
        objects: further objects, numbered from 20.
        turn: a matrix for all that is drawn (`cm`).
        font: how the font's codes become characters.
        picture: a JPEG of `SIZE` that fills the page.
        white: from which text on letters are white.
        catalog: further entries of the catalogue.
        last: what is drawn last.
        resources: further resources.
        sticker: a JPEG of 200 pixels square in the first work's link cell.
    """
    lines = [f"{left} {TOPS[0]} m {left} {TOPS[-1]} l S" for left in EDGES]
    lines += [f"{EDGES[0]} {top} m {EDGES[-1]} {top} l S" for top in TOPS]
    white = white or len(texts)
    words = [
        f"{int(number >= white)} g BT /F1 7 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"
        for number, (x, y, text) in enumerate(texts)
    ]
    drawn = [f"q {SIZE[0]} 0 0 {SIZE[1]} 0 0 cm /I1 Do Q", *words] if picture else [*lines, *words]
    drawn += [f"q 32 0 0 32 {EDGES[2] + 2} {TOPS[2] + 1} cm /I2 Do Q"] if sticker else []
    content = "\n".join([f"q {turn} cm" if turn else "q", *drawn, last, "Q"]).encode()
    shown = f"{'/I1 8 0 R' if picture else ''} {'/I2 9 0 R' if sticker else ''}"
    notes = " ".join(f"<< /Type /Annot {note} >>" for note in annotations)
    image = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
    coded = b" /Filter /DCTDecode /Length %d >> stream\n%s\nendstream"
    parts: dict[int, bytes] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SIZE[0]} {SIZE[1]}] /Contents 4 0 R /Annots [{notes}] "
            f"/Resources << {resources} /Font << /F1 5 0 R >> /XObject << {shown} >> >> >>"
        ).encode(),
        4: b"<< /Length %d >> stream\n%s\nendstream" % (len(content), content),
        5: f"<< /Type /Font /Subtype /Type0 /BaseFont /Song {font} /DescendantFonts [6 0 R] >>".encode(),
        6: b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) "
        b"/Supplement 2 >> /FontDescriptor 7 0 R /DW 1000 >>",
        7: b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 900 /Descent -200 "
        b"/ItalicAngle 0 /CapHeight 800 /StemV 80 >>",
        8: image % SIZE + coded % (len(picture), picture),
        9: image % (200, 200) + coded % (len(sticker), sticker),
        **{number: text.encode() for number, text in enumerate(objects, 20)},
    }
    whole, places = b"%PDF-1.7\n", {}
    for number, part in sorted(parts.items()):
        places[number] = len(whole)
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, at) for number, at in places.items())
    trailer = b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (max(parts) + 1, len(whole))
    path.write_bytes(whole + b"xref\n0 1\n0000000000 65535 f \n" + table + trailer)
    return path
