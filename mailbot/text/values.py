"""A field's value as people write it: cleaned of filling marks, an address, a name, a phone, a day, a number. Pure."""

import contextlib
import itertools
import re
from datetime import date, datetime
from typing import Final

from mailbot.model.campaign_form import FieldKind
from mailbot.text.folding import INVISIBLE, folded, unstruck
from mailbot.text.links import has_address
from mailbot.text.phones import ADDRESS, PHONE, aligned, calls, number, phones

_BLANK: Final = re.compile(
    r"(?:[\s_＿/／\\|—–\-－.·…:：]|×{2,}|[xX]{2,}|无|暂无|none|n/a|null|nan)*"
    r"|[《“\"]?[×xXＸ*＊○]{2,}[》”\"]?.{0,4}|(?:单击|点击)或?(?:点击|单击|轻触)?(?:此处|这里)?.{0,3}输入文字。?"
    r"|click or tap (?:here )?to enter text\.?",
    re.IGNORECASE,
)
_FILL: Final = re.compile(r"^[\s_＿]+|[\s_＿]+$")
_ASCII: Final = re.compile(r"[A-Za-z0-9,.;:!?&)(]")

_PHONE_WORDS: Final = re.compile(
    r"(?:联系)?(?:手机号码|手机号|手机|电话号码|电话|联系方式|座机|固话|tel|mobile|phone)\s*[:：]?", re.IGNORECASE
)
_BESIDE_PHONE: Final = re.compile(r"[(（]?\s{0,9}(?:同?微信(?:同号)?|手机同微信|手机微信同号|同号)\s{0,9}[)）]?")
_PERSON_WORDS: Final = re.compile(r"(?:联系人|联络人|负责人|对接人)?(?:姓名)?\s{0,9}[:：]")
_NAME_EDGE: Final = re.compile(r"^[\s,，、;；/:：()（）\-—－|]+|[\s,，、;；/:：(（\-—－|]+$|[(（]\s*[)）]")


SEPARATORS: Final = frozenset({"/", "、", ",", ";", "或"})


def is_blank(text: str) -> bool:
    """Whether nothing was filled in: empty, underscores, `/`, `无`, `《×××》`, `单击此处输入文字`."""
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
    whole = unstruck(text).translate(INVISIBLE).replace("\xa0", " ").replace("\u3000", " ").strip()
    return "" if is_blank(whole) else _FILL.sub("", joined(_FILL.sub("", whole)))


def address(text: str, target: str) -> str:
    """A link cell's content: its text where that shows an address, else the hyperlink's target; else it is no link."""
    plain = unstruck(text).translate(INVISIBLE)
    shown, whole = re.sub(r"\s+", " ", plain).strip(" _\u3000"), _rejoined(plain)
    if re.search(r"https?://|www\.|\bpan\.|magnet:|ed2k:", whole, re.IGNORECASE):
        return whole
    if target.lower().startswith(("http://", "https://", "ftp://")):
        return target
    return shown if has_address(shown) else ""


_ANOTHER: Final = re.compile(r"https?:|www\.|(?:pwd|code|password)\s*[:：]", re.IGNORECASE)


def _rejoined(text: str) -> str:
    """An address that a narrow cell broke over lines, whole again."""
    whole = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        tail = whole.rsplit(" ", 1)[-1]
        begun = re.search(r"https?", re.split(r"[^!-~一-鿿]", tail)[-1], re.IGNORECASE)
        goes_on = re.match(r"[A-Za-z0-9?&=/_.%#:\-]", line)
        broken = begun and goes_on and (tail.endswith(("/", ":")) or not _ANOTHER.match(line))
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
    edges = [0, *(edge for found in PHONE.finditer(aligned(plain)) for edge in found.span()), len(plain)]
    pieces = (plain[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True))
    named = (
        _NAME_EDGE.sub("", _BESIDE_PHONE.sub("", _PERSON_WORDS.sub(" ", _PHONE_WORDS.sub(" ", one)))) for one in pieces
    )
    return written(" ".join(filter(None, named)))


def of_kind(kind: FieldKind, text: str) -> str:
    """A text as its kind is kept: a day in ISO 8601, a number in plain digits; empty where it is neither."""
    return {FieldKind.DATE: day, FieldKind.NUMBER: quantity}.get(kind, str)(text)


_DAY: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:\s*[年\-/.]\s*(?P<month>\d{1,2})(?:\s*[月\-/.]\s*(?P<day>\d{1,2})\s*[日号]?|\s*月?)"
    r"|(?P<months>\d\d)(?P<days>\d\d))(?:[\sT]+0{1,2}:00(?::00(?:\.0+)?)?)?"
)
_ENGLISH: Final = ("%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y")
_QUANTITY: Final = re.compile(
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?:[人名位个部件集秒岁年元]|分钟|小时)?"
)


def day(text: str) -> str:
    """A date as people write it (2024年7月1日, 2024/7/1, 20240701, 2024年7月, July 1, 2024) in ISO 8601.

    Empty where it is none, or where the order of day and month is not known.
    """
    plain = folded(text).strip()
    found = _DAY.fullmatch(plain)
    try:
        if found is None:
            return _english(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|[,.]", " ", plain))
        month, of_month = int(found["month"] or found["months"]), found["day"] or found["days"]
        whole = date(int(found["year"]), month, int(of_month or 1)).isoformat()
    except ValueError:
        return ""
    return whole if of_month else whole.rpartition("-")[0]


def _english(text: str) -> str:
    for form in _ENGLISH:
        with contextlib.suppress(ValueError):
            return datetime.strptime(" ".join(text.split()), form).date().isoformat()  # noqa: DTZ007 - a day, no moment
    return ""


def quantity(text: str) -> str:
    """A number as people write it (1,200, １２, 3人, 12.0) in plain digits; empty where it is none."""
    found = _QUANTITY.fullmatch(folded(text).strip())
    return re.sub(r"\.0+$", "", found["number"].replace(",", "")) if found else ""
