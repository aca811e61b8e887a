"""Themes that a header numbers, `征选主题（1.高端升级 2.数智赋能 …，填序号）`, so that a row says 1、3. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from mailbot.text.folding import folded, key

_COUNT: Final = re.compile(r"(\d|[a-z]|[一二三四五六七八九])[.、:)）\-]?$")
_ASKS: Final = re.compile(r"\D{0,6}(?:主题|类别|方向|选题|赛道)")
_BETWEEN: Final = re.compile(r"[\s,，、;；/.。()（）和及&+]+")


def legend_of(head: str, themes: tuple[str, ...]) -> dict[str, str]:
    """The themes by the number or letter before each; empty where a header does not count them all."""
    plain = key(head)
    if not _ASKS.match(plain):
        return {}
    counts = (_COUNT.search(plain[: plain.find(key(theme))]) if key(theme) in plain else None for theme in themes)
    found = {count[1]: theme for count, theme in zip(counts, themes, strict=True) if count is not None}
    return found if len(found) == len(themes) > 1 else {}


def spelled_out(text: str, legend: Mapping[str, str]) -> str:
    """A themes cell that names its themes by their numbers alone, with their names instead; any other as it is."""
    counts = _BETWEEN.sub("", folded(text)).lower() if legend else ""
    whole = bool(counts) and set(counts) <= set(legend) and len(set(counts)) == len(counts)
    return "、".join(legend[count] for count in counts) if whole else text
