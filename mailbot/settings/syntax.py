"""What is wrong with a config file that is not TOML: the line, and the cure for what people write there.

Editors and input methods put typographic quotes, full-width commas and other encodings into the file; tomllib only says
that a value is invalid.
"""

import codecs
import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from mailbot.model.errors import ConfigError

PLACE: Final = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
STRINGS: Final = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'')
"""Strings that end on their line, and the marks of those that need not."""
ENCODINGS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
TYPED: Final = {
    "“”„‟＂〝〞": 'has quotation marks “ ” around a value. Write straight ones: "…"',
    "‘’＇": "has quotation marks ‘ ’ around a value. Write straight ones: '…'",
    "，、": "has a full-width comma. Write , between values",
    "＝": "has a full-width equals sign. Write =",
    "［］【】": "has full-width brackets. Write [ and ]",
    "｛｝": "has full-width braces. Write { and }",
    "＃": "has a full-width #. Write #",
    "\u3000\u00a0": "has a full-width or no-break blank. Write plain blanks",
}
"""What an input method writes outside strings, and the cure."""
TOLD: Final = {
    "after a statement": "something stands behind the value. Put # before a remark",
    "of a table declaration": "a table's name stands between [ and ]",
    "of an array declaration": "a table that may stand several times stands between [[ and ]]",
    "Invalid statement": "a key is of letters, digits, _ and -. Write key = value",
}
"""What tomllib says where nothing else explains it, and the cure."""


def parse(raw: bytes, path: object) -> dict[str, Any]:
    """A TOML file's tables.

    Args:
        raw: the file; a UTF-8 byte order mark is allowed.
        path: how the error names it.

    Raises:
        ConfigError: file, line, what is wrong and the cure.
    """
    text = _decoded(raw, path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = PLACE.search(said)
        lines = text.splitlines()
        number = int(place["line"]) if place and place["line"] else len(lines)
        what = said[: place.start()] if place else said
        number, cure = _diagnosis(lines, min(number, len(lines)), what)
        raise ConfigError(f"{path}: line {number}: is not TOML: {cure}.") from None


def _decoded(raw: bytes, path: object) -> str:
    if raw.startswith(ENCODINGS):
        raise ConfigError(f"{path}: is UTF-16, not UTF-8. Save it as UTF-8 (Notepad: Save as, Encoding: UTF-8).")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{path}: line {number}: is not UTF-8 (perhaps GBK). Save it as UTF-8 (Notepad: Save as, Encoding: UTF-8)."
        ) from None


def _diagnosis(lines: list[str], number: int, what: str) -> tuple[int, str]:
    """The line that is to be mended, and how: tomllib may stop behind it."""
    for at in _suspects(number):
        cure = _cure(lines[at - 1], what)
        if cure:
            return at, cure
    cures = (cure for said, cure in TOLD.items() if said in what)
    return number, next(cures, f"{what[:1].lower()}{what[1:]}. See config.example.toml")


def _suspects(number: int) -> Iterator[int]:
    """The line where tomllib stopped, then those above it: what is not closed is told where the next thing begins."""
    yield from range(number, max(number - 20, 0), -1)


def _cure(line: str, what: str) -> str:
    bare = STRINGS.sub('""', line).partition("#")[0]
    key, equals, value = (part.strip() for part in bare.partition("="))
    for marks, cure in TYPED.items():
        if any(mark in bare for mark in marks):
            return cure
    if bare.count("[") > bare.count("]") and "nclosed" in what:
        return "a bracket [ is not closed. Write ] behind the last value"
    if "overwrite" in what or "twice" in what or "more than once" in what:
        return f"{key or line.strip()} stands twice. Leave one of them"
    if not equals and re.match(r"[\w.-]+\s*[:：]", key):
        return "a key and its value stand apart by =. Write key = value"
    if "\\" in line and re.search("escape|backslash|\\\\", what, re.IGNORECASE):
        return r"\ in \"…\" begins an escape. Write '…' around the value, or / for \ in a path".replace('\\"', '"')
    if bare.count('"') % 2 or bare.count("'") % 2:
        return "a quotation mark is missing. Text stands between two"
    if equals and not value:
        return f"{key} has no value. Write one behind =, or put # before the line"
    return _of_value(key, value) if equals else ""


def _of_value(key: str, value: str) -> str:
    """What is wrong with a value that stands without quotes."""
    if re.fullmatch(r"True|False|TRUE|FALSE|yes|no|on|off|是|否", value):
        return f"{value} is no truth value. Write true or false"
    if re.fullmatch(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?.*", value):
        return "a date is written 2024-07-31, a date-time 2024-07-31T18:00:00"
    if not re.match(r"""["'\[{+\-\d]|true\b|false\b|inf\b|nan\b""", value):
        return f'text needs quotes. Write {key} = "{value}"'
    if re.match(r"\d", value) and not re.fullmatch(r"[\d_.:TZeE+ -]+", value):
        return f'text needs quotes. Write {key} = "{value}"'
    return ""
