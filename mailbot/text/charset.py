"""Bytes of strangers to text: what a charset label means, and what bytes without a (true) label are.

Pure. Chinese mail says `gb2312` and means GB18030, says `us-ascii` and sends UTF-8, or says nothing at all.
"""

import codecs
import re
from typing import Final

GB: Final = "gb18030"
_GB_LABELS: Final = (
    "gb",
    "xgb",
    "csgb",
    "cp936",
    "ms936",
    "windows936",
    "936",
    "chinese",
    "euccn",
    "xeuccn",
    "isoir58",
)
_ALIASES: Final = {
    "utf8": "utf-8",
    "utf8mac": "utf-8",
    "unicode11utf8": "utf-8",
    "utf8mb4": "utf-8",
    "xutf8": "utf-8",
    "hzgb2312": "hz",
    "big5": "big5hkscs",
    "xbig5": "big5hkscs",
    "cp950": "cp950",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "xsjis": "cp932",
    "shiftjis": "cp932",
    "ksc56011987": "cp949",
    "euckr": "cp949",
}
_VAGUE: Final = frozenset(
    {"", "ascii", "usascii", "unknown", "xunknown", "unknown8bit", "default", "none", "8bit", "binary"}
)
_NO_TEXT: Final = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
"""Python codecs that are no charsets; two of them take quadratic time."""
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
"""Marks by which a text file is UTF-16."""
_WESTERN: Final = frozenset({"cp1252", "iso8859-1", "iso8859-15", "cp1250", "ascii"})


def codec_name(label: str) -> str:
    """The Python codec for a charset label; empty where the label says nothing or nothing known."""
    plain = re.sub(r"[^a-z0-9]", "", label.lower()[:60])
    if plain in _VAGUE:
        return ""
    if plain in _ALIASES:
        return _ALIASES[plain]
    if plain.startswith(_GB_LABELS):
        return GB
    try:
        b"a".decode(label.strip(), "replace")  # raises for hex, zlib and their like, which are codecs but no charsets
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    return "" if name in _NO_TEXT else name


def decode(data: bytes, label: str = "", hint: str = "") -> str:
    """Text of bytes that claim a charset.

    Args:
        data: the bytes.
        label: the charset as declared; may be empty, unknown or wrong.
        hint: another label to try where `label` says nothing (the body's charset for a header).

    The label rules unless the bytes disprove it; bytes that nothing fits come back with U+FFFD.
    """
    name = codec_name(label)
    if not name or name == "utf-8" or name in _WESTERN:
        return clean(_plain(data, name or codec_name(hint)))
    text = _strictly(data, name)
    return clean(_best(data, (name, "utf-8", GB)) if text is None else text)


def text_of_file(data: bytes) -> str:
    """The characters of a text file: UTF-16 by its mark, UTF-8 where it is that, else GB18030, the superset of GBK.

    A file that was read only in part may end inside its last character.
    """
    if data.startswith(UTF16):
        return data[: len(data) // 2 * 2].decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = error.start >= len(data) - 4 and error.reason == "unexpected end of data"
        return data[: error.start].decode("utf-8-sig") if cut and error.start else data.decode(GB, "replace")


def clean(text: str) -> str:
    """Text that can be stored and shown: no NUL, no half surrogate pairs, no byte order mark in front."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8").removeprefix("\ufeff")
    return text


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _plain(data: bytes, name: str) -> str:
    """Bytes labelled UTF-8, Western or nothing: UTF-8 proves itself, GB text is next, then the label."""
    text = _strictly(data, "utf-8")
    if text is not None:
        return text
    if name not in _WESTERN:
        if name and name != "utf-8" and (text := _strictly(data, name)) is not None:
            return text
        return _best(data, ("utf-8", GB, "cp1252"))
    chinese = _strictly(data, GB)
    return chinese if chinese is not None and _looks_chinese(chinese) else data.decode("cp1252", "replace")


def _looks_chinese(text: str) -> bool:
    """Whether GB18030 was right for bytes that call themselves Western: mostly characters of GB 2312."""
    foreign = [char for char in text[:4096] if ord(char) > 127]  # ASCII
    common = sum(1 for char in foreign if _in_gb2312(char))
    return len(foreign) >= 2 and common * 10 >= len(foreign) * 9  # one sign alone may be é


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _best(data: bytes, names: tuple[str, ...]) -> str:
    """The decoding with the fewest broken characters, the first of equals."""
    tries = [data.decode(name, "replace") for name in names]
    # a text cut inside its last character is no sign of a wrong charset
    return min(tries, key=lambda text: text.removesuffix("\ufffd").count("\ufffd") * 4 + _oddness(text))


def _oddness(text: str) -> int:
    """Characters that no Chinese mail has, and that a wrong decoding makes."""
    return len(re.findall("[\ue000-\uf8ff\x80-\x9f]", text))
