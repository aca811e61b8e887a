"""Stored numbers as a sheet shows them: number formats of ECMA-376 part 1, §18.8.30 and §18.8.31. Pure.

A title of 99.99 % is stored as 0.9999, 第7号高炉 as 7 with the format `"第"0"号高炉"`, 7月1日 as 45474; a part of a
format that is empty (`;;;`) shows nothing. Scientific notation leaves the number as stored: a phone is often shown so.
"""

import contextlib
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from mailbot.text.phones import phones

Stored = float | datetime | date | time | timedelta

_CHINESE: Final = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
    **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
}
"""Formats that a Chinese Excel has built in and writes by their number alone (§18.8.30, zh-cn)."""
_LOCAL: Final = {"mm-dd-yy": "yyyy/m/d", "m/d/yyyy": "yyyy/m/d", "m/d/yy": "yyyy/m/d", "m/d/yy h:mm": "yyyy/m/d h:mm"}
"""Formats 14 and 22 follow the reader's own country."""
_NAMED: Final = {
    "percent": "0.00%", "fixed": "0.00", "standard": "#,##0.00", "currency": "¥#,##0.00", "short date": "yyyy/m/d",
    "general date": "yyyy/m/d", "medium date": "d-mmm-yy", "long date": 'yyyy"年"m"月"d"日"', "short time": "h:mm",
    "medium time": "h:mm AM/PM", "long time": "h:mm:ss",
}  # fmt: skip
"""Formats that XML Spreadsheet 2003 writes by name."""
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's dates have no zone
"""Day 0; the two months of 1900 before a 29 February that never was are one day off."""
LATEST: Final = 2_958_466
"""The day behind 9999-12-31."""
_TOKEN: Final = re.compile(
    r"""(?P<text>"[^"]*"?)|\\(?P<one>.)|_(?P<room>.)|\*(?P<fill>.)|\[(?P<square>[^\]]{0,100})\]|(?P<half>AM/PM|A/P|上午/下午)"""
    r"""|(?P<general>General|G/通用格式)|(?P<exponent>E[+-])|(?P<date>y+|m+|d+|h+|s+|a{3,}|e+|b+)|(?P<other>.)""",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_COMPARES: Final = {
    "<": Decimal.__lt__, "<=": Decimal.__le__, ">": Decimal.__gt__, ">=": Decimal.__ge__, "=": Decimal.__eq__,
    "<>": Decimal.__ne__,
}  # fmt: skip
_NUMERALS: Final = {"dbnum1": "〇一二三四五六七八九", "dbnum2": "零壹贰叁肆伍陆柒捌玖"}
_PLACES: Final = {"dbnum1": ("", "十", "百", "千"), "dbnum2": ("", "拾", "佰", "仟")}
"""Chinese digits, one for one; a General of ten and more is spelled out with its places (一十二, 壹拾贰)."""
_WEEK: Final = "一二三四五六日"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a format: `kind` is `text`, `date`, `half`, `elapsed`, `general`, `digit` or `odd`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    """One of a format's parts between semicolons, for the numbers that `condition` allows."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None = None

    @property
    def is_moment(self) -> bool:
        return any(token.kind in {"date", "half", "elapsed"} for token in self.tokens)


def built_in(number: int) -> str:
    """A format that a Chinese Excel writes by its number alone; empty where it is none of these."""
    return _CHINESE.get(number, "")


def number_text(text: str) -> str:
    """A stored number as a person reads it: a phone number has no decimal point or exponent."""
    with contextlib.suppress(ValueError):
        number = float(text)
        if abs(number) < 1e15 and number == int(number):
            return str(int(number))
    return text


def shown_number(value: Stored, code: str, *, epoch_1904: bool = False) -> str:
    """A number or a moment as its cell shows it.

    Args:
        value: as stored; a moment where the reader has made one of the number already.
        code: the cell's number format.
        epoch_1904: the workbook counts its days from 1904.
    """
    plain = number_text(repr(value)) if isinstance(value, (int, float)) else _moment(value)
    if isinstance(value, (int, float)) and (abs(value) >= 1e15 or value != value or phones(plain)):  # noqa: PLR0124
        return "" if set(code) == {";"} else plain
    if not code.strip():
        return plain
    sections = _sections(_NAMED.get(code.lower(), _LOCAL.get(code.lower(), code)))
    if isinstance(value, (int, float)):
        section, signed = _section_for(Decimal(repr(value)), sections)
        if section is None:
            return plain
        if not section.is_moment:
            return _number(value, section, plain, signed=signed)
        if not 0 <= value < LATEST:
            return plain
        value = _EPOCH + timedelta(days=value + (1462 if epoch_1904 else 0))
    section = next((one for one in sections if one.is_moment), None)
    return plain if section is None else _drawn(value, section.tokens)


def shown_text(text: str, code: str) -> str:
    """A text as its cell shows it: a format's last part may put words around it (`"第"@"号"`)."""
    if code in {"@", "General", ""} or "@" not in code:
        return "" if code.count(";") == 3 and not _sections(code)[-1].tokens else text  # `;;;`
    section = next((one for one in reversed(_sections(code)) if any(token.text == "@" for token in one.tokens)), None)
    if section is None:
        return text
    return "".join(text if (token.kind, token.text) == ("digit", "@") else token.text for token in section.tokens)


@functools.lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[_Token]] = [[]]
    conditions: list[tuple[str, Decimal] | None] = [None]
    for found in _TOKEN.finditer(code[:400]):
        kind, text = found.lastgroup or "", found[0]
        if text == ";":
            parts.append([])
            conditions.append(None)
        elif kind == "square":
            condition = _CONDITION.fullmatch(found["square"])
            conditions[-1] = (condition[1], Decimal(condition[2])) if condition else conditions[-1]
            parts[-1] += _square(found["square"])
        elif kind != "fill":
            parts[-1].append(_token(kind, found))
    return tuple(_Section(tuple(part), condition) for part, condition in zip(parts, conditions, strict=True))


def _token(kind: str, found: re.Match[str]) -> _Token:
    if kind in {"text", "one"}:
        return _Token("text", found[kind].strip('"') if kind == "text" else found[kind])
    if kind == "room":
        return _Token("text", " ")
    if kind == "exponent":
        return _Token("odd", found[0])
    if kind == "other":
        return _Token("digit" if found[0] in "0#?.,%@" else "odd" if found[0] == "/" else "text", found[0])
    return _Token(kind, found[0])


def _square(inside: str) -> list[_Token]:
    """What stands in square brackets: elapsed time, a currency's sign; colours and conditions show nothing."""
    if re.fullmatch(r"h+|m+|s+", inside, re.IGNORECASE):
        return [_Token("elapsed", inside.lower())]
    if inside.startswith("$"):
        return [_Token("text", inside[1:].partition("-")[0])]
    return [_Token("odd", inside)] if inside.lower().startswith("dbnum") else []


def _section_for(value: Decimal, sections: Sequence[_Section]) -> tuple[_Section | None, bool]:
    """The part for a number, and whether its sign is still to be shown."""
    if any(one.condition for one in sections):
        for one in sections:
            if one.condition is None or _COMPARES[one.condition[0]](value, one.condition[1]):
                return one, value < 0
        return None, False
    kept = [one for one in sections if not any(token.text == "@" for token in one.tokens)]
    if value < 0 and len(kept) > 1:
        return kept[1], False
    if value == 0 and len(kept) > 2:
        return kept[2], False
    return (kept[0] if kept else None), value < 0


def _number(value: float, section: _Section, plain: str, *, signed: bool) -> str:
    tokens = section.tokens
    odd = {token.text.lower() for token in tokens if token.kind == "odd"}
    if odd == {"/"}:
        return _fraction(value, tokens, plain, signed=signed)
    if len(odd) == 1 and (name := next(iter(odd))) in _NUMERALS:
        rest = tuple(token for token in tokens if token.kind != "odd")
        if any(token.kind == "general" for token in rest) and value == int(value) and 0 <= value < 10**16:
            return "".join(_spelled(int(value), name) if one.kind == "general" else one.text for one in rest)
        shown = _number(value, _Section(rest), plain, signed=signed)
        return shown.translate({ord("0") + at: one for at, one in enumerate(_NUMERALS[name])})
    if odd:
        return plain
    sign = "-" if signed else ""
    if any(token.kind == "general" for token in tokens):
        bare = plain.lstrip("-")
        return sign + "".join(bare if token.kind == "general" else token.text for token in tokens)
    marks = "".join(token.text for token in tokens if token.kind == "digit")
    if not set(marks) & set("0#?"):
        return "".join(token.text for token in tokens)
    whole, _, part = marks.partition(".")
    bare = marks.replace("%", "")
    thousands = len(bare) - len(bare.rstrip(","))
    number = abs(Decimal(repr(value))) * Decimal(100) ** marks.count("%") / Decimal(1000) ** thousands
    decimals = sum(mark in "0#?" for mark in part)
    digits = f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
    before, _, after = digits.partition(".")
    return sign + _filled(tokens, before, after, grouped="," in whole.rstrip(",%"))


def _fraction(value: float, tokens: Sequence[_Token], plain: str, *, signed: bool) -> str:
    """`# ?/?` as the nearest fraction with so many digits below the line, `# ?/8` as eighths."""
    before, _, after = "".join(token.text for token in tokens).partition("/")
    over = after.strip()
    if not over or not set(over) <= set("0#?123456789"):
        return plain
    exact = Fraction(Decimal(repr(abs(value))))
    below = int(over) if over.isdigit() and int(over) else 0
    near = Fraction(round(exact * below), below) if below else exact.limit_denominator(10 ** len(over) - 1)
    whole, rest = divmod(near, 1) if " " in before.strip() else (0, near)
    part = f"{rest * below}/{below}" if below else f"{rest.numerator}/{rest.denominator}"
    shown = f"{whole or ''} {part if rest else ''}".strip() or "0"
    return f"-{shown}" if signed else shown


def _spelled(number: int, name: str) -> str:
    """A number with its Chinese places, as Excel spells it: 12 is 一十二, 105 一百〇五, 10,050 一万〇五十."""
    digits, places = _NUMERALS[name], _PLACES[name]
    shown, gap = "", False
    for at, digit in enumerate(text := str(number)):
        left = len(text) - at - 1
        if digit != "0":
            shown += (digits[0] if gap else "") + digits[int(digit)] + places[left % 4]
        gap = digit == "0"
        if left % 4 == 0 and left and int(text[max(at - 3, 0) : at + 1]):
            shown += ("", "万", "亿", "兆")[left // 4]
    return shown or digits[0]


def _filled(tokens: Sequence[_Token], before: str, after: str, *, grouped: bool) -> str:
    """The digits in their places: what is left of the first place goes into it."""
    marks = [token for token in tokens if token.kind == "digit"]
    point = next((at for at, token in enumerate(marks) if token.text == "."), len(marks))
    places = sum(token.text in "0#?" for token in marks[:point])
    least = next((places - at for at, mark in enumerate(one for one in marks[:point] if one.text in "0#?")
                  if mark.text == "0"), 0)  # fmt: skip
    before = before.lstrip("0").rjust(least, "0")
    optional = "".join(mark.text for mark in marks[point:] if mark.text in "0#?")
    while after and optional.endswith("#") and after.endswith("0"):
        after, optional = after[:-1], optional[:-1]
    shown: list[str] = []
    left, behind = places, False
    for token in tokens:
        if token.kind != "digit":
            shown.append(token.text)
        elif token.text == ".":
            behind = True
            shown.append("." if after else "")
        elif token.text == "%":
            shown.append("%")
        elif token.text in "0#?" and behind:
            shown.append(after[:1])
            after = after[1:]
        elif token.text in "0#?":
            left -= 1
            take = max(len(before) - left, 0)
            shown.append(_grouped(before[:take], len(before)) if grouped else before[:take])
            before = before[take:]
    return "".join(shown)


def _grouped(piece: str, left: int) -> str:
    """A piece of the whole part with a comma before each third digit from the right; `left` of them from its first."""
    return "".join(f"{digit}{',' if (left - at) % 3 == 1 and left - at > 1 else ''}" for at, digit in enumerate(piece))


# --- moments ---


def _moment(value: datetime | date | time | timedelta) -> str:
    """Without a format: a date alone at midnight."""
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()


def _drawn(value: datetime | date | time | timedelta, tokens: Sequence[_Token]) -> str:
    at = _whole(value)
    seconds = round((at - _EPOCH).total_seconds())
    at = _EPOCH + timedelta(seconds=seconds)
    twelve = any(token.kind == "half" for token in tokens)
    shown: list[str] = []
    clock = False
    for number, token in enumerate(tokens):
        if token.kind == "elapsed":
            shown.append(str(seconds // {"h": 3600, "m": 60, "s": 1}[token.text[0]]).rjust(len(token.text), "0"))
            clock = True
        elif token.kind == "half":
            shown.append(_half(token.text, at))
        elif token.kind == "date":
            mark = token.text.lower()
            minutes = mark[0] == "m" and len(mark) <= 2 and (clock or _seconds_follow(tokens[number + 1 :]))
            shown.append(_piece("n" * len(mark) if minutes else mark, at, twelve=twelve))
            clock = mark[0] in "hs"
        else:
            shown.append("/" if token.text == "/" else "" if token.kind == "odd" else token.text)
    return "".join(shown)


def _whole(value: datetime | date | time | timedelta) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, timedelta):
        return _EPOCH + value
    if isinstance(value, time):
        return datetime.combine(_EPOCH.date(), value.replace(tzinfo=None))
    return datetime.combine(value, time(0))


def _seconds_follow(tokens: Sequence[_Token]) -> bool:
    """Whether an `m` before these is minutes: the next piece of a moment is seconds."""
    after = next((token for token in tokens if token.kind in {"date", "elapsed"}), None)
    return after is not None and after.text[0].lower() == "s"


def _half(mark: str, at: datetime) -> str:
    words = mark.split("/")
    return words[at.hour >= _NOON]


def _piece(mark: str, at: datetime, *, twelve: bool) -> str:
    """A piece of a moment by its letter, `n` for minutes, as long as it is written."""
    wide = len(mark)
    if mark[0] in "ye":
        return f"{at.year % 100:02d}" if mark in {"y", "yy"} else f"{at.year:04d}"
    if mark[0] == "a":
        return ("星期" if wide > 3 else "") + _WEEK[at.weekday()]
    if mark[0] in "md" and wide > 2:
        return _MONTHS[at.month - 1] if mark[0] == "m" else f"星期{_WEEK[at.weekday()]}"
    hour = (at.hour % _NOON or _NOON) if twelve else at.hour
    number = {"m": at.month, "d": at.day, "h": hour, "n": at.minute, "s": at.second, "b": at.year}[mark[0]]
    return f"{number:0{min(wide, 2)}d}"
