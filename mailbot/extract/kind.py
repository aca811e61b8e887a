"""What a file is, by its content alone: names and declared types of strangers are not believed.

Phones, netdisks and webmails rename files (`AT00001`, `tcmime.1771.bin`, a `.doc` that is RTF), so only bytes count.
"""

import re
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final

import olefile

from mailbot.extract.bare import bare_stream
from mailbot.model.filetype import ARCHIVES, VIDEOS, FileType, looks_like_mail
from mailbot.model.mail import PartKind
from mailbot.text.charset import UTF16, text_of_file

HEAD: Final = 64 * 1024
"""Bytes read from the front of a file."""
DIRECTORY: Final = 1024 * 1024
"""Bytes of a zip's central directory that are looked at."""

_MAGIC: Final[tuple[tuple[bytes, FileType], ...]] = (
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    (b"GIF8", FileType.IMAGE),
    (b"II*\x00", FileType.IMAGE),
    (b"MM\x00*", FileType.IMAGE),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", FileType.IMAGE),  # JPEG 2000, ISO/IEC 15444-1 I.5.1
    (b"Rar!\x1a\x07", FileType.RAR),
    (b"7z\xbc\xaf\x27\x1c", FileType.SEVEN_ZIP),
    (b"\x1f\x8b\x08", FileType.GZIP),
    (b"BZh", FileType.BZIP2),
    (b"\xfd7zXZ\x00", FileType.XZ),
    (b"\x78\x9f\x3e\x22", FileType.TNEF),
    (b"{\\rtf", FileType.RTF),
    (b"\xdb\xa5\x2d\x00", FileType.DOC),  # Word 2, before OLE
    (b"\x00\x05\x16\x07", FileType.APPLE_DOUBLE),
    (b"FLV\x01", FileType.FLV),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileType.ASF),
    (b".RMF", FileType.REALMEDIA),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02", FileType.MXF),  # partition pack key, SMPTE ST 377-1
    (b"\x00\x00\x01\xba", FileType.MPEG_PS),
    (b"\x09\x08\x10\x00\x00\x06", FileType.XLS),  # BIFF8 without its OLE house
    (b"\x09\x08\x08\x00\x00\x05", FileType.XLS),  # BIFF5
    (b"\x09\x04\x06\x00", FileType.XLS),  # BIFF4
    (b"\x09\x02\x06\x00", FileType.XLS),  # BIFF3
    (b"\x09\x00\x04\x00", FileType.XLS),  # BIFF2
)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def file_type(path: Path) -> FileType:
    """What the file at `path` is. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if not head:
            return FileType.EMPTY
        if head.startswith(_ZIP):
            return _zip_type(file, head)
    if head.startswith(_OLE):
        return _ole_type(path, head)
    return next((found for look in _LOOKS if (found := look(head)) is not None), FileType.OTHER)


def part_kind(found: FileType) -> PartKind:
    """The part's kind as far as its type alone says; whether a document is a form shows only on reading."""
    if found in VIDEOS:
        return PartKind.VIDEO
    if found in ARCHIVES:
        return PartKind.ARCHIVE
    return PartKind.MAIL if found is FileType.MAIL else PartKind.OTHER


def _magic(head: bytes) -> FileType | None:
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)


# --- ISO base media (ISO/IEC 14496-12 §4.3) and QuickTime ---

_BRANDS: Final = {
    b"qt  ": FileType.MOV,
    b"avif": FileType.IMAGE,
    b"avis": FileType.IMAGE,
    b"crx ": FileType.IMAGE,
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), FileType.HEIC),
}
_ATOMS_BEFORE_FTYP: Final = frozenset({b"free", b"skip", b"wide"})
_QUICKTIME_ATOMS: Final = frozenset({b"moov", b"mdat", b"pnot", b"wide"})


def _iso_media(head: bytes) -> FileType | None:
    position = 0
    while head[position + 4 : position + 8] in _ATOMS_BEFORE_FTYP and position < HEAD:
        position += max(int.from_bytes(head[position : position + 4]), 8)
    if head[position + 4 : position + 8] == b"ftyp":
        size = int.from_bytes(head[position : position + 4])
        return _brand(head[position + 8 : position + 12], head[position + 16 : position + min(size, 256)])
    quicktime = {head[4:8], head[position + 4 : position + 8]} & _QUICKTIME_ATOMS
    return FileType.MOV if quicktime else None


def _brand(major: bytes, compatible: bytes) -> FileType:
    brands = (major, *(compatible[at : at + 4] for at in range(0, len(compatible), 4)))
    if major.startswith((b"3gp", b"3g2", b"3ge", b"3gg")):
        return FileType.THREE_GP
    if major in _BRANDS:
        # mif1 and msf1 say "a picture in a box"; the codec stands among the compatible brands
        return FileType.IMAGE if {b"avif", b"avis"} & set(brands) else _BRANDS[major]
    return FileType.MP4


# --- other containers ---

_TS_PACKET: Final = 188
_M2TS_PACKET: Final = 192


def _riff(head: bytes) -> FileType | None:
    if not head.startswith(b"RIFF"):
        return None
    return {b"AVI ": FileType.AVI, b"WEBP": FileType.IMAGE}.get(head[8:12])


def _matroska(head: bytes) -> FileType | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return FileType.WEBM if b"webm" in head[:256] else FileType.MATROSKA


_OGG_PICTURES: Final = (b"\x80theora", b"BBCD\0", b"OVP80")


def _ogg(head: bytes) -> FileType | None:
    # every stream's first page stands at the front (RFC 3533 §4); Theora, Dirac and VP8 name themselves there
    pictures = head.startswith(b"OggS") and any(mark in head[:4096] for mark in _OGG_PICTURES)
    return FileType.OGG if pictures else None


def _transport_stream(head: bytes) -> FileType | None:
    for start, step in ((0, _TS_PACKET), (4, _M2TS_PACKET)):
        sync = head[start : start + 5 * step : step]
        if len(sync) == 5 and set(sync) == {0x47}:  # five packets
            return FileType.MPEG_TS
    return None


def _bitmap(head: bytes) -> FileType | None:
    # two letters are no proof: the reserved words are zero and the DIB header has one of few sizes
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and head[14:15] in b"\x0c\x28\x34\x38\x6c\x7c":
        return FileType.IMAGE
    return None


def _pdf(head: bytes) -> FileType | None:
    # readers accept junk before the mark within the first KiB (ISO 32000-1, implementation note 13)
    return FileType.PDF if b"%PDF-" in head[:1024] else None


_TAR_CHECKSUM: Final = slice(148, 156)


def _tar(head: bytes) -> FileType | None:
    block = head[:512]
    if len(block) < 512 or not block[0]:  # POSIX.1-1988 header block
        return None
    if block[257:262] == b"ustar":
        return FileType.TAR
    try:
        stated = int(block[_TAR_CHECKSUM].strip(b" \0") or b"x", 8)
    except ValueError:
        return None
    return FileType.TAR if stated == sum(block) - sum(block[_TAR_CHECKSUM]) + 8 * 0x20 else None


# --- zip and OLE: look at the names within ---

_ZIP_ENTRY: Final = struct.Struct("<4x24xHHH12x")


def _zip_type(file: IO[bytes], head: bytes) -> FileType:
    names = {name.lower().replace("\\", "/").lstrip("/") for name in _zip_names(file, head)}
    if "word/document.xml" in names or any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return FileType.DOCX
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return FileType.XLSX
    if "content.xml" in names:
        mime = head[:200]
        return FileType.ODS if b"opendocument.spreadsheet" in mime else FileType.ODT
    if "ofd.xml" in names:
        return FileType.OFD
    if names & {"ppt/presentation.xml", "index/document.iwa", "[content_types].xml"}:
        return FileType.OTHER
    return FileType.ZIP


def _zip_names(file: IO[bytes], head: bytes) -> Iterable[str]:
    """Member names of the central directory, or of the local headers where it is cut off (APPNOTE 4.3.12, 4.3.7)."""
    size = file.seek(0, 2)
    file.seek(max(size - DIRECTORY, 0))
    tail = file.read(DIRECTORY)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or end + 16 > len(tail):
        return _local_names(head)
    # counted back from its end, so that bytes before the archive do no harm; never searched for: a stored
    # member may be a zip itself
    return _directory_names(tail, max(end - int.from_bytes(tail[end + 12 : end + 16], "little"), 0))


def _local_names(head: bytes) -> Iterable[str]:
    names = [_local_name(head, found.start()) for found in re.finditer(rb"PK\x03\x04", head)]
    office = names and names[0].startswith(("[Content_Types].xml", "_rels/", "word", "xl", "docProps", "mimetype"))
    return names if office else []


def _local_name(head: bytes, position: int) -> str:
    length = int.from_bytes(head[position + 26 : position + 28], "little")
    return head[position + 30 : position + 30 + min(length, 200)].decode("latin-1")


def _directory_names(tail: bytes, position: int) -> Iterable[str]:
    while tail.startswith(b"PK\x01\x02", position) and position + 46 <= len(tail):
        name, extra, comment = _ZIP_ENTRY.unpack_from(tail, position)
        yield tail[position + 46 : position + 46 + name].decode("latin-1")
        position += 46 + name + extra + comment


_STREAMS: Final = (
    ("encryptedpackage", FileType.LOCKED_OFFICE),
    ("worddocument", FileType.DOC),
    ("workbook", FileType.XLS),
    ("book", FileType.XLS),
    ("__properties_version1.0", FileType.MSG),
)


def _ole_type(path: Path, head: bytes) -> FileType:
    try:
        with olefile.OleFileIO(str(path)) as ole:
            names = {entry[0].lower() for entry in ole.listdir() if len(entry) == 1}
    except (OSError, ValueError, IndexError, TypeError, KeyError, AttributeError, RecursionError, struct.error):
        # a broken allocation table: the directory's names still stand somewhere, in UTF-16
        names = {name for name, _ in _STREAMS if name in head.decode("utf-16-le", "replace").lower()}
    return next((kind for name, kind in _STREAMS if name in names), FileType.OTHER)


# --- text ---

_HTML: Final = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,2000}>\s*)?<(?:!doctype\s+html|html|head|body|meta|table|div|style)\b",
    re.IGNORECASE,
)
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1b"))


_WEB_PAGE: Final = re.compile(rb"content-type\s*:\s*multipart/related", re.IGNORECASE)
_SENDER: Final = re.compile(rb"^(?:from|to|received|return-path)\s*:(?!\s*\"?<?saved by)", re.IGNORECASE | re.MULTILINE)


def _web_page(head: bytes) -> FileType | None:
    # 单个文件网页 (MHTML, RFC 2557), as Office and browsers save it: the form of a mail, but nobody sent it
    fields = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    saved = looks_like_mail(head) and _WEB_PAGE.search(fields) and not _SENDER.search(fields)
    return FileType.HTML if saved else None


def _mail(head: bytes) -> FileType | None:
    return FileType.MAIL if looks_like_mail(head) else None


def _text(head: bytes) -> FileType | None:
    if not head.startswith(UTF16) and head.translate(None, _CONTROLS) != head:
        return None
    text = text_of_file(head)
    if "\ufffd" in text.rstrip("\ufffd") and "\ufffd".encode() not in head:
        return None
    return FileType.HTML if _HTML.match(text[:4096]) else FileType.TEXT


_LOOKS: Final[tuple[Callable[[bytes], FileType | None], ...]] = (
    _magic, _riff, _matroska, _ogg, bare_stream, _iso_media, _transport_stream, _tar, _pdf, _bitmap, _web_page, _mail,
    _text,
)  # fmt: skip
