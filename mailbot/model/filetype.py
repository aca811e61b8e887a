"""What a file is by its content, whatever its name says."""

import re
from enum import StrEnum
from typing import Final


class FileType(StrEnum):
    """Types that mailbot tells apart. The value is the usual extension."""

    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"
    DOC = "doc"
    """An OLE file with a WordDocument stream: .doc and .wps."""
    XLS = "xls"
    """An OLE file with a Workbook or Book stream, or a bare BIFF stream: .xls and .et."""
    LOCKED_OFFICE = "locked"
    """An OLE file with EncryptedPackage: a password-protected .docx or .xlsx."""
    RTF = "rtf"
    PDF = "pdf"
    OFD = "ofd"
    """GB/T 33190, the Chinese office world's own page format: no kept library reads its tables."""
    HTML = "html"
    TEXT = "txt"
    """Plain text of any encoding, CSV among it."""
    JPEG = "jpg"
    PNG = "png"
    HEIC = "heic"
    IMAGE = "image"
    """Another picture: GIF, BMP, TIFF, WebP, AVIF, JPEG 2000."""
    MP4 = "mp4"
    """ISO base media with an mp4 family brand."""
    MOV = "mov"
    """ISO base media with the brand `qt  `, or QuickTime without ftyp."""
    THREE_GP = "3gp"
    MATROSKA = "mkv"
    WEBM = "webm"
    AVI = "avi"
    FLV = "flv"
    ASF = "asf"
    """Windows Media: .wmv, .asf."""
    MPEG_TS = "ts"
    MPEG_PS = "mpg"
    """MPEG program stream: .mpg, .vob."""
    REALMEDIA = "rm"
    OGG = "ogv"
    """Ogg with pictures in it; a mere sound is none of ours."""
    MXF = "mxf"
    """Broadcasters' Material Exchange Format."""
    H264 = "264"
    """A bare H.264 stream without a container."""
    HEVC = "265"
    """A bare HEVC stream without a container."""
    MPEG_VIDEO = "m2v"
    """A bare MPEG-1 or MPEG-2 video stream without a container."""
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    TAR = "tar"
    GZIP = "gz"
    BZIP2 = "bz2"
    XZ = "xz"
    MAIL = "eml"
    TNEF = "dat"
    """Outlook's winmail.dat."""
    MSG = "msg"
    """An OLE file with Outlook's property streams: a mail saved by Outlook."""
    APPLE_DOUBLE = "applefile"
    """A file's icon and colour as a Mac sends them beside it (RFC 1740), and leaves them in archives as `._NAME`."""
    EMPTY = "empty"
    """No bytes at all."""
    OTHER = "bin"


VIDEOS = frozenset(
    {
        FileType.MP4,
        FileType.MOV,
        FileType.THREE_GP,
        FileType.MATROSKA,
        FileType.WEBM,
        FileType.AVI,
        FileType.FLV,
        FileType.ASF,
        FileType.MPEG_TS,
        FileType.MPEG_PS,
        FileType.REALMEDIA,
        FileType.OGG,
        FileType.MXF,
        FileType.H264,
        FileType.HEVC,
        FileType.MPEG_VIDEO,
    }
)
BARE_STREAMS = frozenset({FileType.H264, FileType.HEVC, FileType.MPEG_VIDEO})
"""Pictures without a container: nothing in them tells when each is shown."""
VIDEO_NAMES = (
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".wmv", ".asf", ".flv", ".f4v", ".webm", ".mpg", ".mpeg", ".vob"),
    *(".mts", ".m2ts", ".3gp", ".3g2", ".rm", ".rmvb", ".mxf", ".ogv", ".264", ".h264", ".265", ".hevc", ".m2v"),
)
"""Endings by which a file calls itself a video."""
ARCHIVES = frozenset(
    {
        FileType.ZIP,
        FileType.RAR,
        FileType.SEVEN_ZIP,
        FileType.TAR,
        FileType.GZIP,
        FileType.BZIP2,
        FileType.XZ,
        FileType.TNEF,
        FileType.MSG,
    }
)
"""Files that hold files; `extract/archive.py` opens every one of them."""
DOCUMENTS = frozenset(
    {
        FileType.DOCX,
        FileType.XLSX,
        FileType.ODT,
        FileType.ODS,
        FileType.DOC,
        FileType.XLS,
        FileType.LOCKED_OFFICE,
        FileType.RTF,
        FileType.PDF,
        FileType.OFD,
        FileType.HTML,
        FileType.TEXT,
    }
)
"""Files that may hold a form as text."""
PICTURES = frozenset({FileType.JPEG, FileType.PNG, FileType.HEIC, FileType.IMAGE})
"""Files that may hold a form as a picture."""

_FIELD: Final = re.compile(rb"([!-9;-~]{1,76})[ \t]*:([^\n]{0,400})")
_LETTER: Final = frozenset({b"from", b"to", b"subject", b"date", b"sender", b"cc", b"reply-to", b"x-mailer"})
"""Fields that a person types in front of a letter's text, too."""
_PROGRAM: Final = frozenset(
    {b"received", b"return-path", b"message-id", b"mime-version", b"delivered-to", b"dkim-signature"}
)
"""Fields that only programs write."""
ENOUGH: Final = 3


def looks_like_mail(head: bytes) -> bool:
    """Whether a file's first bytes are an RFC 5322 header block.

    Args:
        head: the first few KiB.

    A letter kept as text may begin with `From:` and `To:` too. So three fields of that sort are asked for, or two where
    one is written by programs only, holds an address, or names a type; a multipart type is enough alone.
    """
    points: dict[bytes, int] = {}
    lines = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").split(b"\n")
    for number, line in enumerate(lines):
        if not line.strip():
            break
        field = _FIELD.match(line)
        if field is not None:
            points[field[1].lower()] = _points(field[1].lower(), field[2])
        elif line[:1] not in b" \t" and not (number == 0 and line.startswith(b"From ")):
            break
    return sum(points.values()) >= ENOUGH


def _points(name: bytes, value: bytes) -> int:
    if name in _PROGRAM:
        return 2
    if name in _LETTER:
        return 2 if name in {b"from", b"to"} and b"@" in value else 1
    if name == b"content-type" and b"/" in value:
        return ENOUGH if value.strip().lower().startswith((b"multipart/", b"message/")) else 2
    return 1 if name.startswith((b"content-", b"x-ms-", b"x-qq-", b"x-cm-")) else 0
