"""File names that Linux, macOS and Windows take, made of strangers' titles. Pure."""

import re
import unicodedata
from typing import Final

NAMELESS: Final = "未命名"
NAME_CHARACTERS: Final = 80
"""UTF-16 units of a stem: a path on Windows has 260 in all, the folder's own included."""
NAME_BYTES: Final = 180
"""UTF-8 bytes of a stem: a name has 255 at most on Linux."""
SEPARATORS: Final = re.compile(r'[<>:"/\\|?*\s]+')
RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""Names of devices, whatever stands behind a dot (Microsoft, "Naming Files, Paths, and Namespaces")."""
FIRST_PICTOGRAPH: Final = 0x2600
VARIATION_SELECTORS: Final = range(0xFE00, 0xFE10)
KEYCAP: Final = 0x20E3


def safe_name(text: str) -> str:
    """A title as a file's stem: no separators, controls, bidi marks or emoji, no device's name, bearably short."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(character for character in composed if character.isspace() or _is_kept(character))
    plain = SEPARATORS.sub(" ", plain).strip(" .")
    if RESERVED.match(plain):
        plain = f"_{plain}"
    return _cut(plain) or NAMELESS


def _is_kept(character: str) -> bool:
    category, code = unicodedata.category(character), ord(character)
    pictograph = category in {"So", "Sk"} and code >= FIRST_PICTOGRAPH
    return not (category.startswith("C") or pictograph or code in VARIATION_SELECTORS or code == KEYCAP)


def _cut(text: str) -> str:
    while len(text.encode("utf-16-le")) > 2 * NAME_CHARACTERS or len(text.encode()) > NAME_BYTES:
        text = text[:-1]
    return text.strip(" .")


class Names:
    """Names of one folder, told apart also where case does not count, as on Windows and macOS.

    Args:
        taken: names that others have already.
    """

    def __init__(self, *taken: str) -> None:
        self._taken = {_folded(name) for name in taken}

    def unique(self, stem: str, suffix: str = "") -> str:
        """A name that no other of this folder has: the stem, else the stem with a number behind it."""
        name, number = f"{stem}{suffix}", 1
        while _folded(name) in self._taken:
            number += 1
            name = f"{stem}-{number}{suffix}"
        self._taken.add(_folded(name))
        return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
