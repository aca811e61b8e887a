"""Addresses that people and programs broke, whole again: over lines, in full-width signs, with 。 for a point. Pure."""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

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
_SCHEME: Final = re.compile(
    r"\bh(?:tt?|ttt|xx)p(s?)[ \t]?[:：][ \t]?([/\\]{1,3})[ \t]?(?=[a-z0-9])([!-~]*)", re.IGNORECASE
)
"""How an address begins, also mistyped, with a blank within, or with its strokes the other way round."""
_BEGUN: Final = re.compile(r"<?https?://[!-~]{20,2000}", re.IGNORECASE)
_REST: Final = re.compile(r"(?!https?:)[!-;=?-~]{5,2000}(?=>|\s|$)", re.IGNORECASE)
"""How an address goes on in the next line: with a whole word, longer than a code."""
WRAPPED: Final = (66, 80)
"""Characters of a line that a mail program broke: RFC 5322 §2.1.1 advises 78."""
_UNENDED: Final = frozenset("=&?%")
"""Signs that end no address."""
_WITHIN: Final = re.compile(r"/v\d/__(https?:/.+?)__;|[?&][\w-]{1,20}=(https?(?:://|%3A%2F%2F)[^&\s]+)", re.IGNORECASE)
"""An address within that of a page that warns before it (Proofpoint's, a search engine's, a webmail's)."""


def mended(text: str) -> str:
    """Text whose addresses can be read: in letters of one width, with points for 。, not broken over lines."""
    plain = re.sub("[\u200b-\u200f\u2060\ufeff]", "", text).translate(_NARROW)
    plain = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), plain)
    plain = _SCHEME.sub(lambda found: f"http{found[1]}://" + _stroked(found[3], found[2]), plain)
    lines: list[str] = []
    width = 0
    for line in _STOPS.sub(".", plain).split("\n"):
        if lines and _goes_on(lines[-1], line, width):
            lines[-1] += line.lstrip(" \t")
            width = max(width, len(line))  # of a block whose lines are equally long the last one is shorter
        else:
            lines.append(line)
            width = len(line)
    return "\n".join(lines)


def _stroked(rest: str, begun: str) -> str:
    return rest.replace("\\", "/") if "\\" in begun else rest


def _goes_on(above: str, line: str, width: int) -> bool:
    """Whether a line begins with the rest of the address at the end of the line above.

    Args:
        above: that line, joined with those before it whose address goes on in it.
        line: the next one.
        width: of the lines that `above` was joined from.
    """
    if "://" not in above or not _BEGUN.fullmatch(address := above[max(above.rfind(" "), above.rfind("：")) + 1 :]):
        return False
    if address.startswith("<"):
        return _REST.match(line.lstrip(" \t")) is not None
    wide = WRAPPED[0] <= width <= WRAPPED[1] or len(line) == width or len(above) > width or address[-1] in _UNENDED
    return wide and line[:1] not in {" ", "\t"} and _REST.match(line) is not None


def wrapped_address(url: str) -> str:
    """The address that another one leads to, where it says so itself; empty where it leads nowhere else."""
    found = _WITHIN.search(url)
    return unquote(found[1] or found[2]) if found else ""
