"""Texts made comparable: width, invisible characters, blanks, case, traditional and simplified characters. Pure."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from opencc import OpenCC

from mailbot.model.document import STRUCK, STRUCK_OPEN

INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\ufe0e\ufe0f"))
SHORT: Final = 100
"""Characters of a text whose key is remembered: labels and names come again and again."""


@cache
def _simplifier() -> OpenCC:
    """Traditional to simplified characters; its tables are read where they are needed first."""
    return OpenCC("t2s")


_TRADITIONAL: Final = re.compile(
    "[視頻單稱題選聯繫係絡碼電話參報類數賦綠級鏈網機業構組織標樣線製徵時長備註門號儲導賽區]"
)
"""Characters of which a label or a choice in traditional script holds one."""


def folded(text: str) -> str:
    """Full-width and half-width alike, invisible characters gone (NFKC), in simplified script; blanks, case as is."""
    plain = unicodedata.normalize("NFKC", text.translate(INVISIBLE))
    return _simplifier().convert(plain) if _TRADITIONAL.search(plain) else plain


def key(text: str) -> str:
    """A text for comparison with labels: folded, without blanks and struck pieces, lower case."""
    return _key(text) if len(text) <= SHORT else _key.__wrapped__(text)


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return re.sub(r"\s+", "", folded(STRUCK.sub("", text))).strip("*＊★").lower()


def unstruck(text: str) -> str:
    """A text without its struck-through pieces."""
    return STRUCK.sub("", text) if STRUCK_OPEN in text else text


def comparable(text: str) -> str:
    """Full-width and traditional characters, case, zero-width characters and blanks made alike (NFKC)."""
    plain = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
    return re.sub(r"\s+", " ", _simplifier().convert(plain)).strip().lower()


def bare(text: str) -> str:
    """Only the letters, digits and characters, without marks: two titles are the same work's where this is equal."""
    return "".join(character for character in comparable(text) if character.isalnum())
