"""What a file is by its content, whatever its name says."""

from enum import StrEnum


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
    HTML = "html"
    TEXT = "txt"
    """Plain text of any encoding, CSV among it."""
    JPEG = "jpg"
    PNG = "png"
    HEIC = "heic"
    IMAGE = "image"
    """Another picture: GIF, BMP, TIFF, WebP."""
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
    }
)
ARCHIVES = frozenset(
    {
        FileType.ZIP,
        FileType.RAR,
        FileType.SEVEN_ZIP,
        FileType.TAR,
        FileType.GZIP,
        FileType.BZIP2,
        FileType.XZ,
    }
)
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
        FileType.HTML,
        FileType.TEXT,
    }
)
"""Files that may hold a form as text."""
PICTURES = frozenset({FileType.JPEG, FileType.PNG, FileType.HEIC, FileType.IMAGE})
"""Files that may hold a form as a picture."""
