"""What a field's text says: normalised for comparison, cleaned of filling marks, phones as numbers. Pure."""

import itertools
import re
import unicodedata
from typing import Final

INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\ufe0e\ufe0f"))
STRUCK_OPEN: Final = "\ue0f0"
"""Private-use mark that readers set before struck-through text."""
STRUCK_CLOSE: Final = "\ue0f1"
STRUCK: Final = re.compile(f"{STRUCK_OPEN}[^{STRUCK_CLOSE}]*{STRUCK_CLOSE}?")

_BLANK: Final = re.compile(r"(?:[\s_＿/／\\|—–\-－.·…:：]|×{2,}|[xX]{2,}|无|暂无|none|n/a|null|nan)*", re.IGNORECASE)
_FILL: Final = re.compile(r"^[\s_＿]+|[\s_＿]+$")
_ASCII: Final = re.compile(r"[A-Za-z0-9,.;:!?&)(]")

_MOBILE: Final = r"1[\s\-.·]*[3-9](?:[\s\-.·]*\d){9}"
_LANDLINE: Final = (
    r"\(?\s*(?P<area>010|02\d|0\d{3})\s*\)?[\s\-]*(?P<local>[1-9]\d{2,3}[\s\-]?\d{4})"
    r"(?:\s*(?:-+|转|ext\.?|分机)\s*(?P<extension>\d{1,6})(?!\d))?"
)
_SERVICE: Final = r"[48]00[\s\-]?\d{3}[\s\-]?\d{4}"
_COUNTRY: Final = r"(?:(?:\+|00)?\(?86\)?[\s\-]*)?"
PHONE: Final = re.compile(
    rf"(?<!\d)(?:{_COUNTRY}(?P<mobile>{_MOBILE})|{_COUNTRY}{_LANDLINE}|(?P<service>{_SERVICE}))(?!\d)"
)
SEPARATORS: Final = frozenset({"/", "、", ",", ";", "或"})
_DASHES: Final = re.compile(r"[‐‑‒–—―−－]+")
_NUMBER_FLOAT: Final = re.compile(r"(1[3-9]\d{9})\.0+")
_PHONE_WORDS: Final = re.compile(
    r"(?:联系)?(?:手机号码|手机号|手机|电话号码|电话|联系方式|座机|固话|tel|mobile|phone)\s*[:：]?", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"https?://[!-~]+|[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+")
_BESIDE_PHONE: Final = re.compile(r"[(（]?\s*(?:同?微信(?:同号)?|手机同微信|手机微信同号|同号)\s*[)）]?")
_PERSON_WORDS: Final = re.compile(r"(?:联系人|联络人|负责人|对接人)?(?:姓名)?\s*[:：]")
_NAME_EDGE: Final = re.compile(r"^[\s,，、;；/:：()（）\-—－|]+|[\s,，、;；/:：(（\-—－|]+$|[(（]\s*[)）]")


def folded(text: str) -> str:
    """Full-width and half-width alike, invisible characters gone (NFKC); blanks and case as they were."""
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE))


def key(text: str) -> str:
    """A text for comparison with labels: folded, without blanks and struck pieces, lower case."""
    return re.sub(r"\s+", "", folded(STRUCK.sub("", text))).strip("*＊★").lower()


def unstruck(text: str) -> str:
    """A text without its struck-through pieces."""
    return STRUCK.sub("", text) if STRUCK_OPEN in text else text


def is_blank(text: str) -> bool:
    """Whether nothing was filled in: empty, underscores, `/`, `无`, `XXX`."""
    return _BLANK.fullmatch(unstruck(text).translate(INVISIBLE)) is not None


def joined(text: str) -> str:
    """One line of what a narrow cell broke over several: no blank between Chinese characters, one between words."""
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines()]
    whole = ""
    for line in filter(None, lines):
        gap = " " if whole and _ASCII.match(whole[-1]) and _ASCII.match(line[0]) else ""
        whole = f"{whole}{gap}{line}"
    return whole


def written(text: str) -> str:
    """A field as its writer left it: struck pieces, filling underscores and line breaks gone; empty where blank."""
    whole = unstruck(text).translate(INVISIBLE).replace("\xa0", " ").replace("\u3000", " ")
    return "" if is_blank(whole) else _FILL.sub("", joined(_FILL.sub("", whole)))


def address(text: str, target: str) -> str:
    """A link cell's content: its text where that shows the address, else the hyperlink's target, else the text.

    Args:
        text: as shown.
        target: the hyperlink behind it; empty where there is none.
    """
    shown = re.sub(r"\s+", " ", unstruck(text).translate(INVISIBLE)).strip(" _\u3000")
    whole = _rejoined(unstruck(text).translate(INVISIBLE))
    if re.search(r"https?://|www\.|\bpan\.|magnet:|ed2k:", whole, re.IGNORECASE):
        return whole
    if target.lower().startswith(("http://", "https://", "ftp://")):
        return target
    return "" if is_blank(shown) else shown


_ANOTHER: Final = re.compile(r"https?:|www\.|(?:pwd|code|password)\s*[:：]", re.IGNORECASE)


def _rejoined(text: str) -> str:
    """An address that a narrow cell broke over lines, whole again."""
    whole = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        tail = whole.rsplit(" ", 1)[-1]
        begun = re.search(r"https?:?/{0,2}[!-~一-鿿]*$", tail, re.IGNORECASE)
        broken = (
            begun
            and re.match(r"[A-Za-z0-9?&=/_.%#:\-]", line)
            and (tail.endswith(("/", ":")) or not _ANOTHER.match(line))
        )
        whole = f"{whole}{'' if broken or not whole or whole.endswith('：') else ' '}{line}"
    return re.sub(r"\s+", " ", whole).strip(" _")


def _plain(text: str) -> str:
    """Folded, with one kind of dash; addresses, whose digits are no phone, blanked."""
    plain = _NUMBER_FLOAT.sub(r"\1", _DASHES.sub("-", folded(unstruck(text))))
    return _ADDRESS.sub(lambda found: " " * len(found[0]), plain)


def _aligned(text: str) -> str:
    """As `_plain`, each letter in its place: what is found here can be cut from the text itself."""
    return "".join(_DASHES.sub("-", one) if len(one := folded(letter)) == 1 else letter for letter in text)


def phones(text: str) -> list[str]:
    """The phone numbers in a text, in their order: digits, a landline with `-` after its area."""
    return list(dict.fromkeys(map(_number, _calls(text)[1])))


def _calls(text: str) -> tuple[str, list[re.Match[str]]]:
    """The text as the numbers were found in it, and they: a narrow cell breaks a number anywhere."""
    plain = _plain(text)
    whole = re.sub(r"\s*\n\s*", "", plain)
    readings = [(one, list(PHONE.finditer(one))) for one in dict.fromkeys((plain, whole, _filled(plain)))]
    return min(readings, key=lambda reading: len(re.sub(r"\D", "", PHONE.sub("", reading[0]))))


def _filled(text: str) -> str:
    """A narrow cell's lines, each that was full, or ends with a dash, joined with the next: it was broken there."""
    lines = [line.strip() for line in text.splitlines()]
    full = max(map(len, lines), default=0)
    return "".join(line if len(line) == full or line.endswith("-") else f"{line}\n" for line in lines)


def _number(found: re.Match[str]) -> str:
    whole = found["mobile"] or found["service"]
    if whole:
        return re.sub(r"\D", "", whole)
    gap = "-" if found.end("area") < found.start("local") else ""
    extension = f"-{found['extension']}" if found["extension"] else ""
    return f"{found['area']}{gap}{re.sub(r'[^0-9]', '', found['local'])}{extension}"


def phone(text: str) -> str:
    """A phone cell: its number, several with the writer's own mark between them, or the text as written."""
    plain, found = _calls(text)
    if not found:
        return written(text)
    whole = _number(found[0])
    for before, after in itertools.pairwise(found):
        gap = plain[before.end() : after.start()].strip()
        if _number(after) not in whole:
            whole = f"{whole}{gap if gap in SEPARATORS else '/'}{_number(after)}"
    return whole


def person(text: str) -> str:
    """The name in a text that may hold phones too."""
    if not phones(text):
        return written(text)
    plain = _ADDRESS.sub(" ", unstruck(text).translate(INVISIBLE))
    pieces, at = [], 0
    for found in PHONE.finditer(_aligned(plain)):
        pieces.append(plain[at : found.start()])
        at = found.end()
    named = [
        _NAME_EDGE.sub("", _BESIDE_PHONE.sub("", _PERSON_WORDS.sub(" ", _PHONE_WORDS.sub(" ", piece))))
        for piece in (*pieces, plain[at:])
    ]
    return written(" ".join(filter(None, named)))


def number_text(text: str) -> str:
    """A stored number as a person reads it: a phone number has no decimal point or exponent."""
    try:
        number = float(text)
    except ValueError:
        return text
    if number == number and abs(number) < 1e15 and number == int(number):  # noqa: PLR0124, PLR2004 - not a NaN
        return str(int(number))
    return text
