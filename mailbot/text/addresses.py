"""Addresses that people and programs broke, whole again: over lines, in full-width signs, with 。 for a point. Pure."""

import re
import unicodedata
from typing import Final

_NARROW: Final = {
    wide: wide - 0xFEE0
    for first, last in ("０９", "Ａｚ")
    for wide in range(ord(first), ord(last) + 1)
    if chr(wide).isalnum()
}
"""Full-width letters and digits, which Chinese input methods write, as the ones that codes are made of."""
_WIDE: Final = re.compile(r"https?：／／[!-~！-～]{1,300}", re.IGNORECASE)
_STOPS: Final = re.compile(
    r"(?<=[a-z0-9])。(?=(?:[a-z0-9-]{1,63}[。.]){0,3}(?:com|cn|net|org)\b)", re.IGNORECASE | re.ASCII
)
_BEGUN: Final = re.compile(r"<?https?://[!-~]{20,200}", re.IGNORECASE)
_REST: Final = re.compile(r"(?!https?:)[!-;=?-~]{5,200}(?=>|\s|$)", re.IGNORECASE)
"""How an address goes on in the next line: with a whole word, longer than a code."""
WRAPPED: Final = (66, 80)
"""Characters of a line that a mail program broke: RFC 5322 §2.1.1 advises 78."""


def mended(text: str) -> str:
    """Text whose addresses can be read: in letters of one width, with points for 。, not broken over lines."""
    plain = re.sub("[\u200b-\u200f\u2060\ufeff]", "", text).translate(_NARROW)
    plain = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), plain)
    lines: list[str] = []
    for line in _STOPS.sub(".", plain).split("\n"):
        if lines and _goes_on(lines[-1], line):
            lines[-1] += line.lstrip(" \t")
        else:
            lines.append(line)
    return "\n".join(lines)


def _goes_on(above: str, line: str) -> bool:
    """Whether a line begins with the rest of the address at the end of the line above."""
    if "://" not in above or not _BEGUN.fullmatch(address := above[max(above.rfind(" "), above.rfind("：")) + 1 :]):
        return False
    wide = WRAPPED[0] <= len(above) <= WRAPPED[1] and line[:1] not in {" ", "\t"}
    return (wide or address.startswith("<")) and _REST.match(line.lstrip(" \t")) is not None
