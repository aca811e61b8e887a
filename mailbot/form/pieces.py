"""A themes cell taken apart: the names, the marks, and what stands between. Pure.

Readers render what is hidden (content controls, Wingdings, form fields, booleans) as the characters ☑ and □, and set
struck-through text between `STRUCK_OPEN` and `STRUCK_CLOSE`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mailbot.model.document import BOX, CROSS, STRUCK_CLOSE, STRUCK_OPEN, TICK, TICKED_BOX
from mailbot.text.folding import folded, key

_BRACKETS: Final = {"(": ")", "[": "]", "【": "】", "〔": "〕", "{": "}", "〖": "〗", "<": ">"}
_TICK_LETTERS: Final = frozenset("vVRPyY")
_CROSS_LETTERS: Final = frozenset("xX")
SQUARE: Final = "[]"
"""The text of a box that is typed with square brackets."""
_WORDS: Final = {"是": TICK[0], "否": BOX[0], "选": TICK[0], "不选": BOX[0], "未选": BOX[0], "已选": TICK[0]}
_COUNT: Final = r"\((?:\d|[一二三四五六])\)|(?<!\d)\d[.、):]|[一二三四五六][、.]|(?<![\d.])\d(?![\d年月])"
"""A number before a choice, after NFKC: `(1)`, `1.`, `①`."""
_WORD: Final = "|".join(sorted(_WORDS, key=len, reverse=True))


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

    `text`: a name as it was written; what a mark or a letter shows where that matters.
    """

    kind: Kind
    theme: str = ""
    on: bool = False
    struck: bool = False
    text: str = ""


# --- a cell in pieces ---


def pieces(text: str, themes: tuple[str, ...]) -> list[Piece]:
    """A themes cell as names, marks and what stands between."""
    rest = _worded(re.sub(r"[^\S\n]+", " ", folded(text)), themes)
    names = [(re.compile(r"\s*".join(map(re.escape, key(theme))), re.IGNORECASE), theme) for theme in themes]
    names.sort(key=lambda name: -len(name[1]))
    found: list[Piece] = []
    struck = False
    at = 0
    while at < len(rest):
        if rest[at] in (STRUCK_OPEN, STRUCK_CLOSE):
            struck = rest[at] == STRUCK_OPEN
            at += 1
            continue
        piece, end = _piece(rest, at, names, struck=struck)
        found.append(piece)
        at = end
    return _letters(found)


def chooses(text: str, themes: tuple[str, ...]) -> bool:
    """Whether a cell says nothing but which themes: names, marks and numbers before them, no other words."""
    found = pieces(text, themes)
    names = sum(piece.kind is Kind.THEME for piece in found)
    others = [
        piece for piece in found if piece.kind is Kind.TEXT and not (piece.text.isdigit() or piece.text in _POINTS)
    ]
    return names > 0 and not others


def goes_on(above: str, below: str, themes: tuple[str, ...]) -> bool:
    """Whether a text is the rest of the cell above: it names, with marks, only themes that the other does not."""
    parts = [pieces(text, themes) for text in (above, below)]
    one, other = ({piece.theme for piece in found if piece.kind is Kind.THEME} for found in parts)
    upper, lower = (any(piece.kind in {Kind.BOX, Kind.TICK} for piece in found) for found in parts)
    return bool(one and other) and not one & other and (lower or (upper and one | other == set(themes)))


_NO_OTHER: Final = re.compile(
    rf"(?:(?:[{BOX}]|\(\s*\)|\[\s*\])\s*(?:{_COUNT})?其[他它](?:主题|类)?|其[他它](?:主题|类)?\s*(?:[{BOX}]|\(\s*\)|\[\s*\]))"
    r"(?:\s*[:(]?[\s_]*\)?)(?=$|[\s,，、;；。])"
)
"""A fourth choice, left empty: `□其他：____`."""
_POINTS: Final = ".)(:+&和及与"


def _worded(text: str, themes: tuple[str, ...]) -> str:
    """是 and 否 behind a name as marks, 口 before one as the box that was meant, numbers before names gone.

    其他 that was left unticked is gone too.
    """
    name = f"(?i:{'|'.join(map(re.escape, themes))})"
    text = _NO_OTHER.sub("", text)
    text = re.sub(rf"口(?=\s*(?:{_COUNT})?\s*(?:{name}))", BOX[0], text)
    text = re.sub(rf"({name})\s*口(?=$|[^一-鿿]|{name})", rf"\1{BOX[0]}", text)
    text = re.sub(rf"(?:{_COUNT})(?=\s*[{re.escape(BOX + TICKED_BOX + TICK)}]*\s*(?:{name}))", "", text)
    for theme in themes:
        text = re.sub(
            rf"((?i:{re.escape(theme)}))\s*[:：]?\s*[(\[]?({_WORD})[)\]]?(?=$|[\s,，、;；。]|[^\w])",
            lambda found: f"{found[1]}({_WORDS[found[2]].replace(BOX[0], ' ')})",
            text,
        )
    return text


def _piece(text: str, at: int, names: Sequence[tuple[re.Pattern[str], str]], *, struck: bool) -> tuple[Piece, int]:
    for pattern, theme in names:
        found = pattern.match(text, at)
        if found:
            return Piece(Kind.THEME, theme=theme, struck=struck, text=found[0]), found.end()
    character = text[at]
    if character in _BRACKETS:
        end = text.find(_BRACKETS[character], at, at + 12)
        box = _bracket(text[at + 1 : end], square=character in "[【", struck=struck) if end > 0 else None
        if box is not None:
            return box, end + 1
    return _character(character, struck=struck), at + 1


def _bracket(content: str, *, square: bool, struck: bool) -> Piece | None:
    plain = content.translate({ord(STRUCK_OPEN): None, ord(STRUCK_CLOSE): None}).strip(" \t\xa0_.")
    if not plain:
        return Piece(Kind.BOX, struck=struck, text=SQUARE if square else "")
    if all(letter in TICK + TICKED_BOX + "*" for letter in plain) or plain in _TICK_LETTERS:
        return Piece(Kind.BOX, on=not struck)
    if plain in _CROSS_LETTERS or plain in CROSS:
        return Piece(Kind.CROSS, text=SQUARE if square and plain in _CROSS_LETTERS else "()")
    return Piece(Kind.BOX, struck=struck) if all(letter in BOX for letter in plain) else None


def _character(character: str, *, struck: bool) -> Piece:
    if character in BOX:
        return Piece(Kind.BOX, struck=struck)
    if character in TICKED_BOX:
        return Piece(Kind.BOX, on=not struck, text=character)
    if character in TICK:
        return Piece(Kind.TICK, on=not struck)
    if character in CROSS:
        return Piece(Kind.CROSS)
    if character == "\n":
        return Piece(Kind.BREAK)
    if character.isspace() or character == "_":
        return Piece(Kind.SPACE)
    if character in ",，、;；/|。":
        return Piece(Kind.BREAK)
    return Piece(Kind.TEXT, text=character)


def _letters(found: list[Piece]) -> list[Piece]:
    """A letter that stands alone beside a name or a box is a tick (`R` is Wingdings 2's ticked box, its font lost)."""
    result = list(found)
    for number, piece in enumerate(found):
        around = [found[near] for near in (number - 1, number + 1) if 0 <= near < len(found)]
        if piece.kind is not Kind.TEXT or any(near.kind is Kind.TEXT for near in around):
            continue
        if not any(near.kind in {Kind.THEME, Kind.BOX} for near in around):
            continue
        if piece.text in _TICK_LETTERS:
            result[number] = Piece(Kind.TICK, on=not piece.struck)
        elif piece.text in _CROSS_LETTERS:
            result[number] = Piece(Kind.CROSS)
    return result
