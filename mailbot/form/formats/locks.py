"""Password-protected documents: their readers tell; opened where Excel itself knows the key."""

import io
import struct
from pathlib import Path
from typing import Final

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError
from msoffcrypto.format.ooxml import OOXMLFile

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
