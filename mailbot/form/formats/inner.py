"""Documents within documents: chunks of Word (`w:altChunk`), sheets that are objects, what a key opened."""

import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import olefile

from mailbot.form.formats.package import Package, PackageBroken
from mailbot.model.filetype import FileType

_OLE: Final = b"\xd0\xcf\x11\xe0"
_STREAMS: Final = (("WordDocument", FileType.DOC), ("Workbook", FileType.XLS), ("Book", FileType.XLS))
_NATIVE: Final = "\x01Ole10Native"
_NAMES: Final = 4096
"""Bytes within which an object's names end and its file begins."""
_DOCUMENT: Final = re.compile(rb"PK\x03\x04|\xd0\xcf\x11\xe0|%PDF-|\{\\rtf")


@contextmanager
def in_memory(data: bytes) -> Iterator[Path]:
    """A file that is on no disk: a child may write nowhere, and its readers open files by their paths."""
    descriptor = os.memfd_create("inner")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def unwrapped(data: bytes) -> bytes:
    """An object's file: Word keeps one that is neither its own nor Excel's within another ([MS-OLEDS] 2.3.6)."""
    if not data.startswith(_OLE):
        return data
    try:
        with olefile.OleFileIO(data) as ole:
            native = ole.openstream(_NATIVE).read() if ole.exists(_NATIVE) else b""
    except (OSError, ValueError, IndexError, TypeError, struct.error):
        return b""
    begun = _DOCUMENT.search(native, 0, _NAMES)
    return native[begun.start() :] if begun else data


def inner_type(path: Path) -> FileType:
    """What an inner document is by its content: one of Word or Excel, RTF, PDF, a page; another one is OTHER."""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK"):
        return _of_package(path)
    if head.startswith(_OLE):
        with olefile.OleFileIO(str(path)) as ole:
            return next((kind for name, kind in _STREAMS if ole.exists(name)), FileType.OTHER)
    return FileType.RTF if head.startswith(b"{\\rtf") else FileType.PDF if head.startswith(b"%PDF") else FileType.HTML


def _of_package(path: Path) -> FileType:
    try:
        with Package(path) as package:
            parts = (("xl/workbook", FileType.XLSX), ("word/document", FileType.DOCX))
            return next((kind for part, kind in parts if package.names(part)), FileType.OTHER)
    except PackageBroken:
        return FileType.OTHER
