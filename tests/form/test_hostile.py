"""Files made to hurt: each ends as a finding, soon, and the next form is read."""

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from mailbot.extract.kind import file_type
from mailbot.form.read import read_form
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.sandbox import Readers
from tests.make.rules import official

RULES = official()
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def bomb(path: Path) -> None:
    zipped(path, {"word/document.xml": b"<w:document>" + b" " * 300_000_000})


def laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{entities}]>'
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p></w:body></w:document>'
    )
    zipped(path, {"word/document.xml": text.encode()})


def book(sheet: bytes) -> dict[str, bytes]:
    return {
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
        "xl/worksheets/sheet1.xml": sheet,
    }


def million_rows(path: Path) -> None:
    rows = b"".join(b'<row r="%d" s="1"><c r="A%d" s="1"/></row>' % (n, n) for n in range(1, 1_000_001))
    zipped(path, book(b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (SHEET.encode(), rows)))


def endless_sheet(path: Path) -> None:
    zipped(path, book(b"<worksheet><sheetData>" + b'<row r="1"><c r="A1"><v>1</v></c></row>' * 500_000))


def merged_to_the_end(path: Path) -> None:
    merged = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % n for n in range(1, 3000))
    zipped(
        path,
        book(
            b"<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><mergeCells>%s</mergeCells></worksheet>"
            % merged
        ),
    )


def deep(path: Path) -> None:
    level = 100_000
    text = b'<w:document xmlns:w="%s"><w:body>' % WORD.encode() + b"<w:sdt><w:sdtContent>" * level
    zipped(path, {"word/document.xml": text})


def many_pages(path: Path) -> None:
    kids = " ".join(f"{n + 3} 0 R" for n in range(10_000))
    objects = ["1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj", f"2 0 obj<</Type/Pages/Count 10000/Kids[{kids}]>>endobj"]
    objects += [f"{n + 3} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj" for n in range(10_000)]
    path.write_text("%PDF-1.4\n" + "\n".join(objects) + "\ntrailer<</Root 1 0 R/Size 10003>>\n%%EOF")


def huge_image(path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    line = zlib.compressobj(9)
    data = b"".join(line.compress(b"\0" * 30_001) for _ in range(30_000)) + line.flush()
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def deep_rtf(path: Path) -> None:
    path.write_bytes(b"{\\rtf1 " + b"{" * 2_000_000)


def wide_csv(path: Path) -> None:
    path.write_text("作品名称,主题,联系人," + "," * 300_000)


def laughing_odt(path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{entities}]>'
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        "<office:body><office:text><text:p>&l11;</text:p></office:text></office:body></office:document-content>"
    )
    zipped(path, {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": text.encode()})


def nested_tables(path: Path) -> None:
    inside = b"<w:tbl><w:tr><w:tc>" * 20_000 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 20_000
    zipped(path, {"word/document.xml": b'<w:document xmlns:w="%s"><w:body>%s' % (WORD.encode(), inside)})


def circling_sectors(path: Path) -> None:
    """An OLE file whose allocation table leads every chain back to its own sector ([MS-CFB] 2.3)."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, 1, 1, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109I", header, 76, *[0xFFFFFFFF] * 109)
    struct.pack_into("<I", header, 76, 0)
    table = struct.pack("<128I", *range(128))
    entry = bytearray(128)
    name = "Workbook\0".encode("utf-16-le")
    entry[: len(name)] = name
    struct.pack_into("<HBB3I", entry, 64, len(name), 2, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<IQ", entry, 116, 2, 10_000_000)
    root = bytearray(128)
    name = "Root Entry\0".encode("utf-16-le")
    root[: len(name)] = name
    struct.pack_into("<HBB3I", root, 64, len(name), 5, 1, 0xFFFFFFFF, 0xFFFFFFFF, 1)
    path.write_bytes(bytes(header) + table + bytes(root) + bytes(entry) + bytes(256) + bytes(512) * 4)


def huge_photo(path: Path) -> None:
    """A JPEG that claims 30,000 by 30,000 pixels."""
    small = io.BytesIO()
    Image.new("L", (640, 640), 255).save(small, "JPEG")
    data = bytearray(small.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 30_000, 30_000)
    path.write_bytes(bytes(data))


def endless_csv(path: Path) -> None:
    with path.open("wb") as file:
        file.write("作品名称,主题,联系人,电话\n".encode())
        for _ in range(200):
            file.write("一,高端升级,李小红,\n".encode() * 40_000)


def endless_page(path: Path) -> None:
    path.write_text("<html><table>" + ("<tr>" + "<td>一</td>" * 1000 + "</tr>") * 1000 + "</table>", encoding="utf-8")


def countless_groups(path: Path) -> None:
    path.write_bytes(b"{\\rtf1 " + b"{\\b x}" * 300_000 + b"}")


MADE: list[tuple[Callable[[Path], None], FileType]] = [
    (bomb, FileType.DOCX), (laughs, FileType.DOCX), (million_rows, FileType.XLSX), (endless_sheet, FileType.XLSX),
    (merged_to_the_end, FileType.XLSX), (deep, FileType.DOCX), (many_pages, FileType.PDF), (huge_image, FileType.PNG),
    (deep_rtf, FileType.RTF), (wide_csv, FileType.TEXT), (laughing_odt, FileType.ODT), (nested_tables, FileType.DOCX),
    (circling_sectors, FileType.XLS), (huge_photo, FileType.JPEG), (endless_page, FileType.HTML),
    (countless_groups, FileType.RTF),
]  # fmt: skip
NO_FORM_AT_ALL = {"laughs", "million_rows", "deep_rtf", "wide_csv", "merged_to_the_end", "laughing_odt",
                  "nested_tables", "endless_page", "countless_groups"}  # fmt: skip


@pytest.mark.parametrize(("make", "kind"), MADE, ids=lambda one: getattr(one, "__name__", ""))
def test_a_hostile_file_ends_soon(
    make: Callable[[Path], None], kind: FileType, tmp_path: Path, readers: Readers
) -> None:
    path = tmp_path / "hostile"
    make(path)
    assert file_type(path) is kind
    begun = time.monotonic()
    reading = read_form(path, kind, RULES, readers)
    assert time.monotonic() - begun < 30
    assert reading.form is None or not reading.form.rows
    codes = {finding.code for finding in reading.findings}
    assert codes <= {Code.FORM_UNREADABLE, Code.FORM_SCANNED, Code.FORM_EMPTY, Code.FORM_UNCERTAIN}
    assert codes or make.__name__ in NO_FORM_AT_ALL


def test_the_next_form_is_read(readers: Readers, samples: Path, tmp_path: Path) -> None:
    bomb(tmp_path / "bomb")
    read_form(tmp_path / "bomb", FileType.DOCX, RULES, readers)
    reading = read_form(samples / "word-box.docx", FileType.DOCX, RULES, readers)
    assert reading.form is not None
    assert len(reading.form.rows) == 3


def test_a_csv_of_hundreds_of_megabytes_is_read_only_as_far_as_a_form_goes(tmp_path: Path, readers: Readers) -> None:
    endless_csv(tmp_path / "rows")
    begun = time.monotonic()
    reading = read_form(tmp_path / "rows", file_type(tmp_path / "rows"), RULES, readers)
    assert time.monotonic() - begun < 30
    assert reading.form is None or len(reading.form.rows) <= 3000
