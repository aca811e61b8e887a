"""Pictures within documents: a scan pasted into Word, Excel or a page. Which of them may be a page of a form, by size.

Their sizes are read by Pillow from their heads; the pictures themselves are opened by the eyes only.
"""

import base64
import binascii
import email
import io
import itertools
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import olefile
from PIL import Image

from mailbot.model.filetype import PICTURES, FileType
from mailbot.model.limits import MIB

PAGE: Final = (600, 450)
"""Pixels that a page of a form has at least, along its longer and its shorter side: less is a logo or a signature."""
SLIM: Final = 3.5
"""Times its height that a page is wide at most: more is a banner or a rule."""
LONG: Final = 40
"""Times its width that a picture is long at most: a screenshot of many screens."""
BYTES: Final = 48 * MIB
"""Of one picture within a document."""
MOST: Final = 40
"""Pictures of one document that are looked for."""
_PACKAGES: Final = frozenset({FileType.DOCX, FileType.XLSX, FileType.ODT, FileType.ODS, FileType.OFD})
_MEDIA: Final = re.compile(r"(?:word/|xl/)?(?:media|pictures)/[^/]+|doc_\d+/(?:[^/]+/)*res/[^/]+", re.IGNORECASE)
_STARTS: Final = re.compile(rb"\xff\xd8\xff[\xdb\xe0-\xef]|\x89PNG\r\n\x1a\n")
_DRAWINGS, _CONTINUE = 0xEB, 0x3C
"""Records of a workbook that hold its pictures, and those that go on with them ([MS-XLS] 2.4.171, 2.4.58)."""
_HEX: Final = re.compile(rb"\\(?:jpeg|png)blip(?:\\[a-z]+-?\d*|\{[^{}]*\}|\s)*((?:[0-9a-fA-F]{2}|\s){400,})")
_DATA_URI: Final = re.compile(rb"data:image/[a-z+.-]{1,20};base64,\s*([A-Za-z0-9+/=\s%]{400,})", re.IGNORECASE)


def page_sized(path: Path, kind: FileType) -> tuple[int, ...]:
    """The numbers of a file's pictures that are as large as a page; of a picture itself those of its frames."""
    if kind is FileType.HEIC:
        return (0,)  # only photos are kept so
    if kind in PICTURES:
        return tuple(number for number, is_page in enumerate(_frames(path.read_bytes())) if is_page)
    return tuple(number for number, data in enumerate(pictures_within(path, kind)) if next(_frames(data), False))


def _frames(data: bytes) -> Iterator[bool]:
    """Whether each frame of a picture is as large as a page: a TIFF's are the pages of a scan or fax, others' move."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            for number in range(MOST if image.format == "TIFF" else 1):
                image.seek(number)
                yield _is_page(*image.size)
    except Image.DecompressionBombError:
        yield True  # the eyes refuse it, and its sender hears of it
    except (EOFError, OSError, ValueError, SyntaxError, struct.error):
        return  # behind the last frame, or broken there


def _is_page(wide: int, high: int) -> bool:
    large = max(wide, high) >= PAGE[0] and min(wide, high) >= PAGE[1]
    return large and wide <= SLIM * high and high <= LONG * wide


def pictures_within(path: Path, kind: FileType) -> list[bytes]:
    """The pictures of a document in their order, the first `MOST`; nothing of a PDF, whose pages are drawn whole."""
    if kind in _PACKAGES:
        found = _of_package(path)
    elif kind in {FileType.DOC, FileType.XLS}:
        found = _of_streams(path)
    elif kind is FileType.RTF:
        found = (binascii.unhexlify(re.sub(rb"\s", b"", one[1])) for one in _HEX.finditer(_bounded(path)))
    elif kind is FileType.HTML:
        found = _of_page(_bounded(path))
    else:
        return []
    return [data for _, data in zip(range(MOST), found, strict=False)]


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(BYTES)


def _of_package(path: Path) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(path) as package:
            for info in package.infolist():
                if _MEDIA.fullmatch(info.filename.replace("\\", "/")) and info.file_size <= BYTES:
                    yield package.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        return  # what was read of it is given


def _of_streams(path: Path) -> Iterator[bytes]:
    """Pictures as they lie in an OLE file's streams: Pillow stops at their ends."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            streams = [ole.openstream(entry).read() for entry in ole.listdir() if ole.get_size(entry) <= BYTES]
    except (OSError, ValueError, IndexError, TypeError, KeyError, AttributeError, RecursionError, struct.error):
        return
    for stream in streams:
        whole = _joined(stream) if stream.startswith(b"\x09\x08") else stream
        starts = [found.start() for found in _STARTS.finditer(whole)]
        yield from (whole[start:end] for start, end in itertools.pairwise([*starts, len(whole)]))


def _joined(stream: bytes) -> bytes:
    """The drawings of a workbook without the records that cut them into pieces."""
    pieces, at, within = [], 0, False
    while at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        within = code == _DRAWINGS or (within and code == _CONTINUE)
        if within:
            pieces.append(stream[at + 4 : at + 4 + size])
        at += 4 + size
    return b"".join(pieces)


def _of_page(data: bytes) -> Iterator[bytes]:
    """Pictures that stand in a page as data: addresses (RFC 2397), or beside it in an MHTML file."""
    for found in _DATA_URI.finditer(data):
        plain = re.sub(rb"%0[ad]|[\s]", b"", found[1].replace(b"%2B", b"+").replace(b"%2F", b"/").replace(b"%3D", b"="))
        try:
            yield base64.b64decode(plain + b"=" * (-len(plain) % 4))
        except binascii.Error:
            continue
    if b"multipart/related" in data[:4096].lower():
        for part in email.message_from_bytes(data).walk():
            payload = part.get_payload(decode=True) if part.get_content_maintype() == "image" else None
            if isinstance(payload, bytes):
                yield payload
