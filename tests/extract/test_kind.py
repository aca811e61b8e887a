"""A file's type is read from its content alone."""

import io
import zipfile
from pathlib import Path

import pytest

from mailbot.extract.kind import file_type, part_kind
from mailbot.model.filetype import FileType
from mailbot.model.mail import PartKind


def zipped(*names: str, stored: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, stored or b"x")
    return buffer.getvalue()


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    body = b"ftyp" + major + b"\0\0\2\0" + b"".join(compatible)
    return (len(body) + 4).to_bytes(4) + body + b"\0\0\0\x08mdat"


MAIL = b"Received: from a.test by b.test; Tue, 2 Jul 2024 09:00:00 +0800\r\nSubject: x\r\n\r\nbody"

START = b"\0\0\0\1"
AVC_SPS, AVC_PPS = bytes.fromhex("67640028acd940780227e5c044"), bytes.fromhex("68ebe3cb22c0")
VPS, HEVC_SPS, HEVC_PPS = (
    bytes.fromhex(unit) for unit in ("40010c01ffff016000000300", "420101016000000300900000", "4401c172b02240")
)

CASES: list[tuple[bytes, FileType]] = [
    (b"", FileType.EMPTY),
    (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", FileType.IMAGE),
    (ftyp(b"isom", b"isom", b"avc1"), FileType.MP4),
    (ftyp(b"M4V ", b"mp42"), FileType.MP4),
    (b"\0\0\0\x08free" + ftyp(b"mp42"), FileType.MP4),
    (ftyp(b"qt  ", b"qt  "), FileType.MOV),
    (b"\0\0\0\x08wide\0\0\x10\0mdat", FileType.MOV),
    (b"\0\0\0\x08free" + b"\0\0\x10\0mdat", FileType.MOV),
    (b"tax-free things to buy, and more of them", FileType.TEXT),
    (ftyp(b"3gp5"), FileType.THREE_GP),
    (ftyp(b"heic", b"mif1"), FileType.HEIC),
    (ftyp(b"mif1", b"avif"), FileType.IMAGE),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", FileType.WEBM),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", FileType.MATROSKA),
    (b"RIFF\x10\0\0\0AVI LIST", FileType.AVI),
    (b"RIFF\x10\0\0\0WEBPVP8 ", FileType.IMAGE),
    (b"FLV\x01\x05\0\0\0\x09", FileType.FLV),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c", FileType.ASF),
    ((b"G" + bytes(187)) * 6, FileType.MPEG_TS),
    ((bytes(4) + b"G" + bytes(187)) * 6, FileType.MPEG_TS),
    (b"\0\0\x01\xba\x44", FileType.MPEG_PS),
    (b".RMF\0\0\0\x12", FileType.REALMEDIA),
    (b"OggS\0\x02" + bytes(22) + b"\x80theora\x03\x02\x01", FileType.OGG),
    (b"OggS\0\x02" + bytes(22) + b"\x01vorbis", FileType.OTHER),
    (bytes.fromhex("060e2b34 02050101 0d010201 01020400 83000078"), FileType.MXF),
    (START + AVC_SPS + START + AVC_PPS + START + b"\x65\x88", FileType.H264),
    (START[1:] + b"\x09\x10" + START + AVC_SPS + START[1:] + AVC_PPS, FileType.H264),
    (START + AVC_SPS + START + b"\x65\x88", FileType.OTHER),  # no picture parameter set
    (START + b"\x67\x65\0\x1e" + START + AVC_PPS, FileType.OTHER),  # a profile that there is not
    (START + VPS + START + HEVC_SPS + START + HEVC_PPS, FileType.HEVC),
    (START + HEVC_SPS + START + HEVC_PPS, FileType.OTHER),  # no video parameter set
    (bytes.fromhex("000001b3 780438 35 ffffe0 18"), FileType.MPEG_VIDEO),
    (bytes.fromhex("000001b3 000000 00 000000 00"), FileType.OTHER),
    (START + b"Bud1" + bytes(4000), FileType.OTHER),  # Finder's .DS_Store
    (b"\xff\xd8\xff\xe0\0\x10JFIF", FileType.JPEG),
    (b"\x89PNG\r\n\x1a\n\0\0", FileType.PNG),
    (b"BM" + b"\x46\0\0\0" + bytes(4) + b"\x36\0\0\0" + b"\x28\0\0\0", FileType.IMAGE),
    (b"%PDF-1.7\n", FileType.PDF),
    (b"junk of a scanner\n%PDF-1.4\n", FileType.PDF),
    (b"{\\rtf1\\ansi", FileType.RTF),
    (zipped("a.mp4", "b.txt"), FileType.ZIP),
    (zipped("[Content_Types].xml", "word/document.xml"), FileType.DOCX),
    (zipped("[Content_Types].xml", "word\\document.xml"), FileType.DOCX),
    (zipped("xl/workbook.xml", "[Content_Types].xml"), FileType.XLSX),
    (zipped("[Content_Types].xml", "ppt/presentation.xml"), FileType.OTHER),
    (zipped("form.docx", stored=zipped("word/document.xml")), FileType.ZIP),
    (zipped("[Content_Types].xml", "word/document.xml")[:115], FileType.DOCX),
    (b"Rar!\x1a\x07\x01\0", FileType.RAR),
    (b"7z\xbc\xaf\x27\x1c\0\x04", FileType.SEVEN_ZIP),
    (b"\x1f\x8b\x08\0", FileType.GZIP),
    (b"\x78\x9f\x3e\x22\x01\0", FileType.TNEF),
    (MAIL, FileType.MAIL),
    (b"From sender@example.org Tue Jul  2 09:00:00 2024\n" + MAIL, FileType.MAIL),
    (b"From: a@example.com\nSubject: x\n\nbody", FileType.MAIL),
    (b"MIME-Version: 1.0\nContent-Type: text/plain\n\nbody", FileType.MAIL),
    (b"Content-Type: multipart/mixed; boundary=b\n\n--b", FileType.MAIL),
    (b"Content-Type: text/html\n\nis a line of a manual", FileType.TEXT),
    (b"From: me\nTo: you\n\nis a letter pasted into a text file", FileType.TEXT),
    ("视频作品名称\t征选主题".encode("gb18030"), FileType.TEXT),
    ("视频作品名称\t征选主题".encode("utf-16"), FileType.TEXT),
    (("征" * 30000).encode(), FileType.TEXT),
    (b"\xef\xbb\xbf<!DOCTYPE html><p>x", FileType.HTML),
    (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>", FileType.HTML),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", FileType.XLS),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing of an OLE file", FileType.OTHER),
    (bytes(range(256)) * 4, FileType.OTHER),
]


@pytest.mark.parametrize(("content", "expected"), CASES)
def test_content_tells_the_type(tmp_path: Path, content: bytes, expected: FileType) -> None:
    path = tmp_path / "AT00001.bin"
    path.write_bytes(content)
    assert file_type(path) is expected


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (FileType.MP4, PartKind.VIDEO),
        (FileType.REALMEDIA, PartKind.VIDEO),
        (FileType.ZIP, PartKind.ARCHIVE),
        (FileType.TNEF, PartKind.ARCHIVE),
        (FileType.MAIL, PartKind.MAIL),
        (FileType.DOCX, PartKind.OTHER),
        (FileType.EMPTY, PartKind.OTHER),
    ],
)
def test_kind_follows_from_the_type(found: FileType, kind: PartKind) -> None:
    assert part_kind(found) is kind
