"""What a field's cell says: cleaned of filling marks, a link's address, a person's name, a phone as a number. Pure."""

import itertools
import re
from typing import Final

from mailbot.text.folding import INVISIBLE, unstruck
from mailbot.text.phones import ADDRESS, PHONE, aligned, calls, number, phones

_BLANK: Final = re.compile(r"(?:[\s_＿/／\\|—–\-－.·…:：]|×{2,}|[xX]{2,}|无|暂无|none|n/a|null|nan)*", re.IGNORECASE)
_FILL: Final = re.compile(r"^[\s_＿]+|[\s_＿]+$")
_ASCII: Final = re.compile(r"[A-Za-z0-9,.;:!?&)(]")

_PHONE_WORDS: Final = re.compile(
    r"(?:联系)?(?:手机号码|手机号|手机|电话号码|电话|联系方式|座机|固话|tel|mobile|phone)\s*[:：]?", re.IGNORECASE
)
_BESIDE_PHONE: Final = re.compile(r"[(（]?\s*(?:同?微信(?:同号)?|手机同微信|手机微信同号|同号)\s*[)）]?")
_PERSON_WORDS: Final = re.compile(r"(?:联系人|联络人|负责人|对接人)?(?:姓名)?\s*[:：]")
_NAME_EDGE: Final = re.compile(r"^[\s,，、;；/:：()（）\-—－|]+|[\s,，、;；/:：(（\-—－|]+$|[(（]\s*[)）]")


SEPARATORS: Final = frozenset({"/", "、", ",", ";", "或"})


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


def phone(text: str) -> str:
    """A phone cell: its number, several with the writer's own mark between them, or the text as written."""
    plain, found = calls(text)
    if not found:
        return written(text)
    whole = number(found[0])
    for before, after in itertools.pairwise(found):
        gap = plain[before.end() : after.start()].strip()
        if number(after) not in whole:
            whole = f"{whole}{gap if gap in SEPARATORS else '/'}{number(after)}"
    return whole


def person(text: str) -> str:
    """The name in a text that may hold phones too."""
    if not phones(text):
        return written(text)
    plain = ADDRESS.sub(" ", unstruck(text).translate(INVISIBLE))
    pieces, at = [], 0
    for found in PHONE.finditer(aligned(plain)):
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
    if number == number and abs(number) < 1e15 and number == int(number):  # noqa: PLR0124 - not a NaN
        return str(int(number))
    return text
