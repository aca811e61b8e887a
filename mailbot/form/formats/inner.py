"""Documents within documents: chunks of Word (`w:altChunk`), sheets that are objects, what a key opened."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import olefile

from mailbot.form.formats.package import Package, PackageBroken
from mailbot.model.filetype import FileType

_OLE: Final = b"\xd0\xcf\x11\xe0"


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


def inner_type(path: Path) -> FileType:
    """What an inner document is by its content: one of Word or Excel, RTF, else a page."""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK"):
        try:
            with Package(path) as package:
                return FileType.XLSX if package.names("xl/workbook") else FileType.DOCX
        except PackageBroken:
            return FileType.DOCX
    if head.startswith(_OLE):
        with olefile.OleFileIO(str(path)) as ole:
            return FileType.DOC if ole.exists("WordDocument") else FileType.XLS
    return FileType.RTF if head.startswith(b"{\\rtf") else FileType.PDF if head.startswith(b"%PDF") else FileType.HTML
