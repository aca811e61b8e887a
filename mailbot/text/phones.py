"""Phone numbers in a text: mobiles, landlines with area and extension, service numbers. Pure."""

import re
from typing import Final

from mailbot.text.folding import folded, unstruck

_MOBILE: Final = r"1[\s\-.·]*[3-9](?:[\s\-.·]*\d){9}"
_LANDLINE: Final = (
    r"\(?\s{0,4}(?P<area>010|02\d|0\d{3})\s{0,4}\)?[\s\-]{0,8}(?P<local>[1-9]\d{2,3}[\s\-]?\d{4})"
    r"(?:\s*(?:-+|转|ext\.?|分机)\s*(?P<extension>\d{1,6})(?!\d))?"
)
_SERVICE: Final = r"[48]00[\s\-]?\d{3}[\s\-]?\d{4}"
_COUNTRY: Final = r"(?:(?:\+|00)?\(?86\)?[\s\-]*)?"
_ABROAD: Final = r"\+(?!86)[1-9]\d{0,2}(?:[\s\-.]?\(?\d{1,4}\)?){2,5}"
"""With its country's code (E.164), as people part it."""
PHONE: Final = re.compile(
    rf"(?<!\d)(?:{_COUNTRY}(?P<mobile>{_MOBILE})|{_COUNTRY}{_LANDLINE}|(?P<service>{_SERVICE})"
    rf"|(?P<abroad>{_ABROAD}))(?!\d)"
)
_DASHES: Final = re.compile(r"[‐‑‒–—―−－]+")
_NUMBER_FLOAT: Final = re.compile(r"(1[3-9]\d{9})\.0+")
ADDRESS: Final = re.compile(r"https?://[!-~]+|(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,255}")


def _plain(text: str) -> str:
    """Folded, with one kind of dash; addresses, whose digits are no phone, blanked."""
    plain = _NUMBER_FLOAT.sub(r"\1", _DASHES.sub("-", folded(unstruck(text))))
    return ADDRESS.sub(lambda found: " " * len(found[0]), plain)


def aligned(text: str) -> str:
    """As `_plain`, each letter in its place: what is found here can be cut from the text itself."""
    return "".join(_DASHES.sub("-", one) if len(one := folded(letter)) == 1 else letter for letter in text)


def phones(text: str) -> list[str]:
    """The phone numbers in a text, in their order: digits, a landline with `-` after its area."""
    # most cells hold no digit of any script
    return list(dict.fromkeys(map(number, calls(text)[1]))) if any(map(str.isnumeric, text)) else []


def calls(text: str) -> tuple[str, list[re.Match[str]]]:
    """The text as the numbers were found in it, and they: a narrow cell breaks a number anywhere."""
    plain = _plain(text)
    whole = "".join(line.strip() for line in plain.split("\n"))
    readings = [(one, list(PHONE.finditer(one))) for one in dict.fromkeys((plain, whole, _filled(plain)))]
    return min(readings, key=lambda reading: len(re.sub(r"\D", "", PHONE.sub("", reading[0]))))


def _filled(text: str) -> str:
    """A narrow cell's lines, each that was full, or ends with a dash, joined with the next: it was broken there."""
    lines = [line.strip() for line in text.splitlines()]
    full = max(map(len, lines), default=0)
    return "".join(line if len(line) == full or line.endswith("-") else f"{line}\n" for line in lines)


def number(found: re.Match[str]) -> str:
    """The number of a match of `PHONE`.

    Returns: digits; a landline's with `-` after its area and before its extension, `+` before a country's code.
    """
    whole = found["mobile"] or found["service"] or found["abroad"]
    if whole:
        return re.sub(r"[^\d+]", "", whole)
    gap = "-" if found.end("area") < found.start("local") else ""
    extension = f"-{found['extension']}" if found["extension"] else ""
    return f"{found['area']}{gap}{re.sub(r'[^0-9]', '', found['local'])}{extension}"
