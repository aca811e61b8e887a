"""Password-protected documents: told before a reader stumbles over them, opened where Excel itself knows the key."""

import io
import struct
from itertools import islice
from pathlib import Path
from typing import Final

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError
from msoffcrypto.format.ooxml import OOXMLFile

from mailbot.form.formats.biff import records
from mailbot.model.filetype import FileType

FIB_ENCRYPTED: Final = 0x0100
"""[MS-DOC] 2.5.2: `fEncrypted` in the word at offset 10."""
BIFF_FILEPASS: Final = 0x002F
"""[MS-XLS] 2.4.117."""
BIFF_BOUND: Final = 64
"""Records looked at: FILEPASS stands right behind the first BOF."""


KNOWN_TO_EXCEL: Final = "VelvetSweatshop"
_REFUSED: Final = (FileFormatError, ParseError, DecryptionError, InvalidKeyError, OSError, struct.error, ValueError,
                   LookupError, TypeError, AttributeError, NotImplementedError, AssertionError)  # fmt: skip
"""What msoffcrypto raises on another key, on encryption that it does not know (rights management), on a broken file."""


class Locked(ValueError):
    """The file needs a password."""


def unlocked(path: Path) -> bytes | None:
    """An encrypted document with the password that Excel tries by itself, deciphered; None where it has another.

    Excel encrypts so what is only protected against changes ([MS-OFFCRYPTO] 2.4.2.3), and opens it without a question.
    """
    deciphered = io.BytesIO()
    try:
        with path.open("rb") as file:
            office = msoffcrypto.OfficeFile(file)
            # an .xls verifies by itself, and has no such argument
            office.load_key(
                password=KNOWN_TO_EXCEL, **({"verify_password": True} if isinstance(office, OOXMLFile) else {})
            )
            office.decrypt(deciphered)
    except _REFUSED:
        return None
    return deciphered.getvalue()


def is_locked(path: Path, file_type: FileType) -> bool:
    """Whether an OLE file's content is encrypted. Others tell it when they are read."""
    if file_type is FileType.LOCKED_OFFICE:
        return True
    if file_type not in {FileType.DOC, FileType.XLS} or not olefile.isOleFile(str(path)):
        return False
    with olefile.OleFileIO(str(path)) as ole:
        if file_type is FileType.DOC:
            head = ole.openstream("WordDocument").read(12) if ole.exists("WordDocument") else b""
            return bool(int.from_bytes(head[10:12], "little") & FIB_ENCRYPTED)
        name = next((one for one in ("Workbook", "Book", "WORKBOOK", "BOOK") if ole.exists(one)), None)
        stream = ole.openstream(name).read(64 * 1024) if name is not None else b""
        return any(code == BIFF_FILEPASS for code, _ in islice(records(stream, 0), BIFF_BOUND))
