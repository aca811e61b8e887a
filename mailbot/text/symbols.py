"""Characters of symbol fonts as ordinary marks. Pure.

Source: the code charts of Wingdings, Wingdings 2 and Webdings; `w:sym` holds them at U+F000 + code.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from mailbot.model.document import STRUCK_CLOSE, STRUCK_OPEN

_WINGDINGS: Final = {
    0xFE: "☑", 0xFC: "✔", 0xA8: "□", 0x6F: "□", 0xFD: "☒", 0xFB: "✘", 0x6E: "■", 0x6C: "●", 0xA1: "○", 0x71: "□",
    0x72: "□", 0xA7: "▪", 0xA4: "◉", 0x78: "☒", 0xA6: "○", 0x9F: "•", 0x9E: "·", 0xD8: "·", 0x76: "·",
}  # fmt: skip
_WINGDINGS_2: Final = {
    0x52: "☑", 0x50: "✔", 0xA3: "□", 0x51: "☒", 0x53: "☒", 0x54: "☒", 0x4F: "✘", 0x2A: "□", 0x30: "□", 0x98: "●",
    0x99: "○", 0xA2: "■", 0xA4: "□", 0xA5: "□", 0xAE: "■", 0x96: "•", 0x97: "•", 0x55: "☒", 0x56: "☒",
}  # fmt: skip
_WEBDINGS: Final = {0x61: "✔", 0x63: "□", 0x67: "■", 0x72: "✘", 0x6E: "●"}
_FONTS: Final = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "webdings": _WEBDINGS}
_ORPHANS: Final = {
    0xF000 + code: mark for chart in (_WEBDINGS, _WINGDINGS_2, _WINGDINGS) for code, mark in chart.items()
}
"""Symbols whose font was lost, at their private-use places."""
_RADICALS: Final = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)},
    **dict(
        zip(
            map(ord, "⺟⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳"),
            "母民虎西见角贝车長长门青页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
            strict=True,
        )
    ),
}
"""Radicals that look like characters: PDF printers of browsers and macOS write ⾼ for 高 (Unicode 15, chapter 18)."""
_USUAL: Final = re.compile("[^\u2e80-\u2fdf\uf000-\uf0ff]*")
_STRAYS: Final = _ORPHANS | _RADICALS
_SYMBOL_FONT: Final = {0xD6: "√", 0xB4: "×", 0xB7: "•", 0xA0: "□", 0xF0: "□"}


_SWITCH: Final = re.compile(r"\\(?:\*\s*\S+(?:\s*\"[^\"]*\")?|[a-z]+\s*-?\d*)", re.IGNORECASE)
_GUIDE: Final = re.compile(r"\\ad\b")
_RAISED: Final = re.compile(r"\\s\s*\\up\s*\d*\s*\([^()]*\)", re.IGNORECASE)
_INNERMOST: Final = re.compile(r"\(([^()]*)\)")
MAX_CODE: Final = 500
"""Characters of a field's code that are looked at."""


def drawn_by_field(code: str) -> str:
    r"""What an EQ field draws; empty for any other field's code.

    Word's 带圈字符 puts √ into □ (`eq \o\ac(□,√)`), 拼音指南 letters over a character (`eq \o\ad(\s\up 9(liàn),炼)`),
    which are left out.
    """
    name, _, rest = code[:MAX_CODE].strip().partition(" ")
    if name.lower() != "eq":
        return ""
    if _GUIDE.search(rest):
        rest = _RAISED.sub("", rest)
    rest, before = _SWITCH.sub("", rest), ""
    while rest != before:
        before, rest = rest, _INNERMOST.sub(lambda inner: re.sub(r"[\s,，;；]", "", inner[1]), rest)
    return rest.strip()


_LINK_OPEN: Final = "\ue0f2"
_LINK_CLOSE: Final = "\ue0f3"
_LINK: Final = re.compile(f"{_LINK_OPEN}([^{_LINK_OPEN}{_LINK_CLOSE}]*){_LINK_CLOSE}")


def carried_link(code: str) -> str:
    """A HYPERLINK field's address between private-use marks, to travel with its text; empty for another field."""
    words = code[:MAX_CODE].split('"')
    address = words[1] if len(words) > 1 and words[0].strip().upper() == "HYPERLINK" else ""
    return f"{_LINK_OPEN}{address}{_LINK_CLOSE}" if "://" in address else ""


def parted_link(text: str) -> tuple[str, str]:
    """A text without the addresses that it carries, and the first of them."""
    found = _LINK.search(text) if _LINK_OPEN in text else None
    return (_LINK.sub("", text), found[1]) if found else (text, "")


_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_symbol_font(font: str) -> bool:
    """Whether a font's letters are symbols."""
    return font.strip().lower() in _FONTS


def symbol(code: int, font: str) -> str:
    """A symbol's mark.

    Args:
        code: in the font, with or without 0xF000.
        font: its name.
    """
    low = code & 0xFF if 0xF000 <= code <= 0xF0FF else code  # the private-use place of symbol fonts
    name = font.strip().lower()
    if name == "symbol":
        return _SYMBOL_FONT.get(low, "")
    chart = _FONTS.get(name)
    if chart is None:
        return chr(code) if 0x20 <= code < 0xF000 else _ORPHANS.get(code, "")
    return chart.get(low, "")


def marked(text: str, font: str) -> str:
    """A run's text as its font shows it."""
    if is_symbol_font(font):
        return "".join(character if character.isspace() else _shown(character, font) for character in text)
    return adopted(text)


def _shown(character: str, font: str) -> str:
    # a Chinese character in such a run is drawn by another font
    own = ord(character) < 0x100 or 0xF000 <= ord(character) <= 0xF0FF  # the font's own places
    return symbol(ord(character), font) if own else character


def adopted(text: str) -> str:
    """Private-use symbols whose font was lost as marks, radicals as the characters that they look like."""
    return text if _USUAL.fullmatch(text) else text.translate(_STRAYS)


def styled(text: str, font: str = "", *, struck: bool = False) -> str:
    """A run's text as it is shown: symbols of its font as marks, struck words between `STRUCK_OPEN` and its end."""
    shown = marked(text, font)
    return f"{STRUCK_OPEN}{shown}{STRUCK_CLOSE}" if struck and shown.strip() else shown


def joined_runs(parts: Iterable[str]) -> str:
    """A text of its runs: what is struck over several of them is one piece."""
    return "".join(parts).replace(STRUCK_CLOSE + STRUCK_OPEN, "")


def standing_out(runs: Iterable[tuple[str, bool]]) -> str:
    """What of a text is set off from the rest of it: its runs that are; empty where none is, or all."""
    joined = (("".join(text for text, _ in run), loud) for loud, run in groupby(runs, key=lambda run: run[1]))
    whole = [(text.strip(), loud) for text, loud in joined if text.strip()]
    return " ".join(text for text, loud in whole if loud) if not all(loud for _, loud in whole) else ""


def tidy(text: str) -> str:
    """Line ends as one character, and what Excel writes as `_x000D_` (ECMA-376 part 1, §22.9.2.19)."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text.replace("_x000D_", ""))
    return text.replace("\r\n", "\n").replace("\r", "\n")
