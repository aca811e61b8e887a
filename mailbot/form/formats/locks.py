"""Password-protected documents, told before a reader stumbles over them."""

from pathlib import Path
from typing import Final

import olefile

from mailbot.model.filetype import FileType

FIB_ENCRYPTED: Final = 0x0100
"""[MS-DOC] 2.5.2: `fEncrypted` in the word at offset 10."""
BIFF_FILEPASS: Final = 0x002F
"""[MS-XLS] 2.4.117."""
BIFF_BOUND: Final = 64
"""Records looked at: FILEPASS stands right behind the first BOF."""


class Locked(ValueError):
    """The file needs a password."""


def is_locked(path: Path, file_type: FileType) -> bool:
    """Whether an OLE file's content is encrypted. Others tell it when they are read."""
    if file_type not in {FileType.DOC, FileType.XLS} or not olefile.isOleFile(str(path)):
        return False
    with olefile.OleFileIO(str(path)) as ole:
        if file_type is FileType.DOC:
            head = ole.openstream("WordDocument").read(12) if ole.exists("WordDocument") else b""
            return bool(int.from_bytes(head[10:12], "little") & FIB_ENCRYPTED)
        name = next((one for one in ("Workbook", "Book", "WORKBOOK", "BOOK") if ole.exists(one)), None)
        return name is not None and _has_filepass(ole.openstream(name).read(64 * 1024))


def _has_filepass(stream: bytes) -> bool:
    at = 0
    for _ in range(BIFF_BOUND):
        kind = int.from_bytes(stream[at : at + 2], "little")
        size = int.from_bytes(stream[at + 2 : at + 4], "little")
        if kind == BIFF_FILEPASS:
            return True
        if at + 4 > len(stream):
            return False
        at += 4 + size
    return False
