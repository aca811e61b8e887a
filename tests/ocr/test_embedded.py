"""Pictures within documents: found in every kind of file, and told from logos by their pixels."""

import base64
import io
import struct
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from mailbot.model.filetype import FileType
from mailbot.ocr.embedded import page_sized, pictures_within

PAGE = (827, 1169)


def picture(size: tuple[int, int] = PAGE, form: str = "PNG", mode: str = "RGB") -> bytes:
    kept = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else "white").save(kept, form)
    return kept.getvalue()


def package(name: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as whole:
        whole.writestr(name, picture())
        whole.writestr("docProps/thumbnail.jpeg", picture(form="JPEG"))
        whole.writestr(name.replace("1", "2"), picture((300, 120)))
    return kept.getvalue()


def mht() -> bytes:
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    page = b"--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n"
    part = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(picture())
    return head + page + b"--b\r\n" + part + b"\r\n--b--\r\n"


FILES = {
    FileType.DOCX: package("word/media/image1.png"),
    FileType.XLSX: package("xl/media/image1.png"),
    FileType.ODT: package("Pictures/1.png"),
    FileType.RTF: rb"{\rtf1{\pict\pngblip\picw827\pich1169 " + picture().hex().encode() + b"}}",
    FileType.HTML: b'<img src="data:image/png;base64,' + base64.b64encode(picture()) + b'">',
}


@pytest.mark.parametrize("kind", FILES)
def test_a_page_within_a_document_is_found_and_a_logo_is_not(kind: FileType, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(FILES[kind])
    assert page_sized(tmp_path / "f", kind) == (0,)
    with Image.open(io.BytesIO(pictures_within(tmp_path / "f", kind)[0])) as found:
        assert found.size == PAGE


def test_a_page_beside_a_saved_web_page_is_found(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(mht())
    assert page_sized(tmp_path / "f", FileType.HTML) == (0,)


@pytest.mark.parametrize(
    ("size", "form", "mode", "pages"),
    [
        (PAGE, "PNG", "1", (0,)),  # a small black-and-white scan
        ((1347, 1743), "TIFF", "1", (0,)),
        (PAGE, "GIF", "P", (0,)),
        ((200, 200), "PNG", "RGB", ()),
        ((1600, 300), "PNG", "RGB", ()),  # a banner
        ((1080, 9000), "PNG", "1", (0,)),  # a screenshot of many screens
        ((400, 300), "JPEG", "RGB", ()),
    ],
)
def test_a_picture_is_a_page_by_its_pixels(
    size: tuple[int, int], form: str, mode: str, pages: tuple[int, ...], tmp_path: Path
) -> None:
    (tmp_path / "f").write_bytes(picture(size, form, mode))
    assert page_sized(tmp_path / "f", FileType.IMAGE) == pages


def test_a_picture_in_a_workbook_s_drawings_is_whole_again(tmp_path: Path) -> None:
    from xlwt.CompoundDoc import XlsDoc  # noqa: PLC0415 - only here

    data = picture(form="JPEG")
    pieces = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    records = [struct.pack("<HH", 0xEB if not at else 0x3C, len(piece)) + piece for at, piece in enumerate(pieces)]
    XlsDoc().save(str(tmp_path / "f"), b"\x09\x08\x00\x00" + b"".join(records) + bytes(4096))
    assert page_sized(tmp_path / "f", FileType.XLS) == (0,)


@pytest.mark.parametrize("kind", [FileType.DOCX, FileType.DOC, FileType.RTF, FileType.HTML, FileType.PNG, FileType.PDF])
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(600), b"\x89PNG\r\n\x1a\n" + bytes(40)]
)
def test_what_is_broken_holds_no_page(kind: FileType, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(content)
    assert page_sized(tmp_path / "f", kind) == ()


def test_an_old_workbook_or_document_without_pictures_holds_no_page(tmp_path: Path) -> None:
    from xlwt.CompoundDoc import XlsDoc  # noqa: PLC0415 - only here

    XlsDoc().save(str(tmp_path / "f"), b"\x09\x08\x00\x00" + bytes(5000))
    assert page_sized(tmp_path / "f", FileType.XLS) == ()
    assert page_sized(tmp_path / "f", FileType.DOC) == ()
