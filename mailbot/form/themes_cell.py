"""A themes cell taken apart: the names, the marks, and what stands between. Pure."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from mailbot.model.document import BOX, CROSS, STRUCK_CLOSE, STRUCK_OPEN, TICK, TICKED_BOX
from mailbot.text.folding import folded, key

_TICK_LETTERS: Final = frozenset("vVRPyY")
_CROSS_LETTERS: Final = frozenset("xX")
SQUARE: Final = "[]"
"""The text of a box that is typed with square brackets."""
_WORDS: Final = {"是": TICK[0], "否": " ", "选": TICK[0], "不选": " ", "未选": " ", "已选": TICK[0]}
_COUNT: Final = r"\((?:\d|[一二三四五六])\)|(?<!\d)\d[.、):]|[一二三四五六][、.]|(?<![\d.])\d(?![\d年月])"
"""A number before a choice, after NFKC: `(1)`, `1.`, `①`."""
_POINTS: Final = ".)(:+&和及与"
_REMEMBERED: Final = 64
"""Cells whose pieces are kept: one is asked for them by its header, its row and its column."""


class Kind(Enum):
    """What a piece of a themes cell is."""

    THEME = "theme"
    BOX = "box"
    """A box or a pair of brackets, ticked or not."""
    TICK = "tick"
    """A loose tick, beside a box or without one."""
    CROSS = "cross"
    SPACE = "space"
    BREAK = "break"
    """A line break or a mark between names."""
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: its kind; `theme` for a name; `on` for a ticked box or a tick; `struck` when crossed through.

    `text`: as it was written; of a × that stands in no brackets nothing.
    """

    kind: Kind
    theme: str = ""
    on: bool = False
    struck: bool = False
    text: str = ""


_CHARACTERS: Final = {
    **dict.fromkeys("\n,，、;；/|。", Piece(Kind.BREAK)),
    **dict.fromkeys(CROSS, Piece(Kind.CROSS)),
    **dict.fromkeys(TICK, Piece(Kind.TICK, on=True)),
    **dict.fromkeys(TICKED_BOX, Piece(Kind.BOX, on=True)),
    **dict.fromkeys(BOX, Piece(Kind.BOX)),
    "_": Piece(Kind.SPACE),
}
_BRACKETS: Final = re.compile(
    r"\(([^)]{0,10})\)|\{([^}]{0,10})\}|〔([^〕]{0,10})〕|〖([^〗]{0,10})〗|<([^>]{0,10})>|\[([^\]]{0,10})\]|【([^】]{0,10})】"
)


def pieces(text: str, themes: tuple[str, ...]) -> Sequence[Piece]:
    """A themes cell as names, marks and what stands between."""
    return _pieces(text, themes) if themes else ()


@functools.lru_cache(maxsize=_REMEMBERED)
def _pieces(text: str, themes: tuple[str, ...]) -> tuple[Piece, ...]:
    rest = re.sub(r"[^\S\n]+", " ", folded(text))
    for pattern, instead in _wordings(themes):
        rest = pattern.sub(instead, rest)
    names, ordered = spelled(themes), _longest_first(themes)
    found: list[Piece] = []
    struck = False
    at = 0
    while at < len(rest):
        end = at + 1
        if rest[at] in (STRUCK_OPEN, STRUCK_CLOSE):
            struck = rest[at] == STRUCK_OPEN
        elif name := names.match(rest, at):
            found.append(Piece(Kind.THEME, ordered[(name.lastindex or 1) - 1], struck=struck, text=name[0]))
            end = name.end()
        elif (pair := _BRACKETS.match(rest, at)) and (box := _bracket(pair, struck=struck)):
            found.append(box)
            end = pair.end()
        else:
            found.append(_character(rest[at], struck=struck))
        at = end
    return tuple(_letters(found))


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


@functools.lru_cache(maxsize=8)
def spelled(themes: tuple[str, ...]) -> re.Pattern[str]:
    """A theme's name with blanks within it: a group each, the longest first."""
    names = (r"\s*".join(map(re.escape, key(theme))) for theme in _longest_first(themes))
    return re.compile("|".join(f"({name})" for name in names), re.IGNORECASE)


def chooses(text: str, themes: tuple[str, ...]) -> bool:
    """Whether a cell says nothing but which themes: names, marks and numbers before them, no other words."""
    found = pieces(text, themes)
    words = (piece.text for piece in found if piece.kind is Kind.TEXT)
    return any(piece.kind is Kind.THEME for piece in found) and all(one.isdigit() or one in _POINTS for one in words)


def goes_on(above: str, below: str, themes: tuple[str, ...]) -> bool:
    """Whether a text is the rest of the cell above: it names, with marks, only themes that the other does not."""
    parts = [pieces(text, themes) for text in (above, below)]
    one, other = ({piece.theme for piece in found if piece.theme} for found in parts)
    upper, lower = (any(piece.kind in {Kind.BOX, Kind.TICK} for piece in found) for found in parts)
    return bool(one and other) and not one & other and (lower or (upper and one | other == set(themes)))


# --- words and numbers among the names ---

_OTHER: Final = r"其[他它](?:主题|类)?"
_EMPTY: Final = rf"(?:[{BOX}]|\(\s*\)|\[\s*\])"
_NO_OTHER: Final = re.compile(
    rf"(?:{_EMPTY}\s*(?:{_COUNT})?{_OTHER}|{_OTHER}\s*{_EMPTY})(?:\s*[:(]?[\s_]*\)?)(?=$|[\s,，、;；。])"
)
"""A fourth choice, left empty: `□其他：____`."""


@functools.lru_cache(maxsize=8)
def _wordings(themes: tuple[str, ...]) -> Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]:
    """Empty 其他 and numbers before names as nothing, 口 beside one as the box that was meant, 是 and 否 as marks."""
    name = f"(?i:{'|'.join(map(re.escape, _longest_first(themes)))})"
    marks, word = re.escape(BOX + TICKED_BOX + TICK), "|".join(_longest_first(_WORDS))
    return (
        (_NO_OTHER, ""),
        (re.compile(rf"口(?=\s*(?:(?:{_COUNT})\s*)?{name})"), BOX[0]),
        (re.compile(rf"({name})\s*口(?=$|[^一-鿿]|{name})"), rf"\1{BOX[0]}"),
        (re.compile(rf"(?:{_COUNT})(?=\s*(?:[{marks}]+\s*)?{name})"), ""),
        (
            re.compile(rf"({name})\s*(?:[:：]\s*)?[(\[]?({word})[)\]]?(?=$|[\s,，、;；。]|[^\w])"),
            lambda found: f"{found[1]}({_WORDS[found[2]]})",
        ),
    )


# --- names by their numbers: 征选主题（1.高端升级 2.数智赋能 …，填序号）, and a row says 1、3 ---

_COUNTED: Final = re.compile(r"(\d|[a-z]|[一二三四五六七八九])[.、:)）\-]?$")
_ASKS: Final = re.compile(r"\D{0,6}(?:主题|类别|方向|选题|赛道)")
_BETWEEN: Final = re.compile(r"[\s,，、;；/.。()（）和及&+]+")


def legend_of(head: str, themes: tuple[str, ...]) -> dict[str, str]:
    """The themes by the number or letter before each; empty where a header does not count them all."""
    plain = key(head)
    if not _ASKS.match(plain):
        return {}
    counts = (_COUNTED.search(plain[: plain.find(key(theme))]) if key(theme) in plain else None for theme in themes)
    found = {count[1]: theme for count, theme in zip(counts, themes, strict=True) if count is not None}
    return found if len(found) == len(themes) > 1 else {}


def spelled_out(text: str, legend: Mapping[str, str]) -> str:
    """A themes cell that names its themes by their numbers alone, with their names instead; any other as it is."""
    counts = _BETWEEN.sub("", folded(text)).lower() if legend else ""
    whole = bool(counts) and set(counts) <= set(legend) and len(set(counts)) == len(counts)
    return "、".join(legend[count] for count in counts) if whole else text


# --- marks ---


def _bracket(pair: re.Match[str], *, struck: bool) -> Piece | None:
    """A pair of brackets as the box that it is; None where other words stand within."""
    square = pair[0][0] in "[【"
    plain = pair[0][1:-1].translate({ord(STRUCK_OPEN): None, ord(STRUCK_CLOSE): None}).strip(" \t\xa0_.")
    if not plain:
        return Piece(Kind.BOX, struck=struck, text=SQUARE if square else "")
    if set(plain) <= set(TICK + TICKED_BOX + "*") or plain in _TICK_LETTERS:
        return Piece(Kind.BOX, on=not struck)
    if plain in _CROSS_LETTERS or plain in CROSS:
        return Piece(Kind.CROSS, text=SQUARE if square and plain in _CROSS_LETTERS else "()")
    return Piece(Kind.BOX, struck=struck) if set(plain) <= set(BOX) else None


def _character(character: str, *, struck: bool) -> Piece:
    mark = _CHARACTERS.get(character) or Piece(Kind.SPACE if character.isspace() else Kind.TEXT, text=character)
    return replace(mark, on=False, struck=True) if struck and mark.kind in {Kind.BOX, Kind.TICK} else mark


def _letters(found: list[Piece]) -> list[Piece]:
    """A letter that stands alone beside a name or a box is a tick (`R` is Wingdings 2's ticked box, its font lost)."""
    result = list(found)
    for number, piece in enumerate(found):
        around = {near.kind for near in (*found[max(number - 1, 0) : number], *found[number + 1 : number + 2])}
        if piece.kind is Kind.TEXT and Kind.TEXT not in around and around & {Kind.THEME, Kind.BOX}:
            tick = Piece(Kind.TICK, on=True) if piece.text in _TICK_LETTERS else piece
            result[number] = Piece(Kind.CROSS) if piece.text in _CROSS_LETTERS else tick
    return result
