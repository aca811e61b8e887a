"""Header fields from their raw bytes (RFC 5322, 2047, 2231), as senders in the wild write them.

Pure. The standard parsers decode each encoded word alone, turn raw GBK bytes into U+FFFD and raise on some
Message-IDs; so everything here starts from bytes and never raises.
"""

import binascii
import html
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from mailbot.text.charset import clean, codec_name, decode

FIELD: Final = re.compile(rb"([!-9;-~]*)[ \t]*:")
"""A field's beginning: blanks before the colon are borne, and so is a field without a name."""
VALUE: Final = 256 * 1024
"""Bytes of one field's value that are looked at."""


@dataclass(frozen=True, slots=True)
class Headers:
    """A header block: names in lower case, values unfolded (the line ends gone, the blanks kept)."""

    fields: tuple[tuple[str, bytes], ...] = ()

    def get(self, name: str) -> bytes:
        """The first field of this (lower-case) name; empty where there is none."""
        return next((value for field, value in self.fields if field == name), b"")

    def all(self, name: str) -> tuple[bytes, ...]:
        """Every field of this name, topmost first."""
        return tuple(value for field, value in self.fields if field == name)

    def text(self, name: str, hint: str = "") -> str:
        """The first field of this name, decoded, on one line."""
        return unstructured(self.get(name), hint)

    def __contains__(self, name: str) -> bool:
        return any(field == name for field, _ in self.fields)


def read_block(block: bytes) -> Headers:
    """Headers of a raw header block; lines that are no field are passed over."""
    fields: list[tuple[str, list[bytes]]] = []
    for line in block.split(b"\n"):
        bare = line.rstrip(b"\r")
        if bare[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(bare)
        elif (field := FIELD.match(bare)) is not None:
            fields.append((field[1].decode("latin-1").lower(), [bare[field.end() :]]))
    return Headers(tuple((name, b"".join(lines)[:VALUE].strip()) for name, lines in fields))


# --- RFC 2047 ---

_TWICE: Final = re.compile(r"\s*=\?[!-~]{1,40}\?[BbQq]\?[^?]{1,2000}\?=\s*")
"""An encoded word that came out of another one."""
_ENTITY: Final = re.compile(r"&#(?:\d{2,7}|x[0-9a-fA-F]{2,6});")
_ESCAPE: Final = re.compile(r"\\u((?!d[89a-f])[0-9a-f]{4})", re.IGNORECASE)
"""A character as JSON escapes it."""


@dataclass(slots=True)
class _EncodedWord:
    """A piece of a field: raw text (no charset, `encoding` empty) or an encoded word."""

    charset: str
    encoding: str
    payload: bytes


def unstructured(value: bytes, hint: str = "") -> str:
    """An unstructured field (Subject) or a phrase, decoded, on one line.

    Args:
        value: unfolded raw bytes.
        hint: the charset that raw 8-bit bytes are in, where they are not UTF-8.

    Words of one charset are joined before they are decoded: QQ, Aliyun and others cut inside a character.
    """
    text = "".join(_word_text(word, hint) for word in _merged(_words(value)))
    if _TWICE.fullmatch(text):
        text = "".join(_word_text(word, hint) for word in _merged(_words(text.encode())))
    return re.sub(r"[\r\n\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029 ]+", " ", clean(text)).strip()


def _words(value: bytes) -> list[_EncodedWord]:
    words: list[_EncodedWord] = []
    position = shown = 0
    while (start := value.find(b"=?", position)) >= 0:
        found = _word_at(value, start)
        if found is None:
            position = start + 2
            continue
        word, end = found
        between = value[shown:start]
        if between.strip() or (between and not (words and words[-1].encoding)):
            words.append(_EncodedWord("", "", between))
        words.append(word)
        position = shown = end
    if value[shown:]:
        words.append(_EncodedWord("", "", value[shown:]))
    return words


def _word_at(value: bytes, start: int) -> tuple[_EncodedWord, int] | None:
    """The encoded word at `start` with its end; a word cut off before its `?=` ends with the field."""
    charset_end = value.find(b"?", start + 2, start + 80)
    if charset_end < 0 or value[charset_end + 2 : charset_end + 3] != b"?":
        return None
    encoding = value[charset_end + 1 : charset_end + 2].upper().decode("latin-1")
    charset = value[start + 2 : charset_end].partition(b"*")[0].decode("latin-1")
    if encoding not in {"B", "Q"} or " " in charset:
        return None
    text = charset_end + 3
    end = value.find(b"?=", text)
    if end < 0:
        if b" " in value[text:]:
            return None
        return _EncodedWord(charset, encoding, value[text:]), len(value)
    return _EncodedWord(charset, encoding, value[text:end]), end + 2


def _merged(words: list[_EncodedWord]) -> list[_EncodedWord]:
    """Neighbours of one charset and encoding joined; base64 that was cut between its quanta is joined as text."""
    merged: list[_EncodedWord] = []
    for word in words:
        last = merged[-1] if merged else None
        same = last is not None and last.encoding and word.encoding and _same_charset(last.charset, word.charset)
        data = _word_bytes(word)
        if last is not None and same:
            if last.encoding == word.encoding == "B" and len(last.payload) % 4 and not last.payload.endswith(b"="):
                last.payload += word.payload
                continue
            last.payload = _word_bytes(last) + data
            last.encoding = "raw"
        else:
            merged.append(word)
    return merged


def _same_charset(one: str, other: str) -> bool:
    return one.lower() == other.lower() or (codec_name(one) == codec_name(other) != "")


def _word_bytes(word: _EncodedWord) -> bytes:
    if word.encoding == "B":
        return lenient_base64(word.payload)
    if word.encoding == "Q":
        return binascii.a2b_qp(word.payload, header=True)
    return word.payload


def _word_text(word: _EncodedWord, hint: str) -> str:
    return decode(_word_bytes(word), word.charset, hint)


_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")


def lenient_base64(text: bytes) -> bytes:
    """Base64 with anything in it that is no base64: each run between `=` is a quantum's end of its own."""
    runs = (_BASE64.sub(b"", run) for run in text.split(b"="))
    return b"".join(binascii.a2b_base64(run[: len(run) - (len(run) % 4 == 1)] + b"==") for run in runs if run)


# --- parameters (RFC 2045 §5.1, RFC 2231) ---


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A field with parameters: Content-Type, Content-Disposition.

    Attributes:
        value: before the first `;`, lower case.
        parameters: decoded, by lower-case name; the first of doubled ones, the decodable before the broken.
    """

    value: str = ""
    parameters: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """A parameter; empty where there is none."""
        return next((text for key, text in self.parameters if key == name), "")


_WIDE_SEMICOLON: Final = "；".encode()
_SOLID: Final = re.compile(rb"[^\s;,]")
_PARAMETER: Final = re.compile(rb'([^\s;=",]{1,200})\s{0,200}=\s{0,200}')
_QUOTED: Final = re.compile(rb'"((?:[^"\\]|\\.)*)("|\Z)', re.DOTALL)


def read_field(value: bytes, hint: str = "") -> HeaderField:
    """A field with parameters, whatever its quoting.

    Args:
        value: unfolded raw bytes.
        hint: the charset of raw 8-bit names that are not UTF-8.
    """
    if value.lstrip().startswith(b"=?"):  # K-9 encoded more than the name
        value = unstructured(value, hint).encode()
    head, _, rest = value.partition(b";")
    if _WIDE_SEMICOLON in head:
        head, _, rest = value.partition(_WIDE_SEMICOLON)
    kind = head.partition(b"(")[0].strip().strip(b"\"'").split(b" ")[0].lower().decode("latin-1")
    plain: dict[str, list[bytes]] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for name, content in _parameters(rest):
        base, star, tail = name.partition("*")
        if not star:
            plain.setdefault(base, []).append(content)
            continue
        digits, coded = tail.removesuffix("*"), tail.endswith("*") or not tail
        number = int(digits) if digits.isdigit() and len(digits) < 5 else 0  # pieces of one name
        pieces.setdefault(base, {}).setdefault(number, (content, coded))
    found: dict[str, str] = {}
    for name, parts in pieces.items():
        found[name] = _extended(parts, hint)
    for name, contents in plain.items():
        texts = [_parameter_text(content, hint) for content in contents]
        better = next((text for text in texts if "\ufffd" not in text), texts[0])
        if not found.get(name) or ("\ufffd" in found[name] and "\ufffd" not in better):
            found[name] = better
    return HeaderField(kind, tuple(found.items()))


def raw_parameter(value: bytes, name: str) -> bytes:
    """A parameter as its bytes stand, which is what a boundary is compared with; empty where there is none."""
    return next((content for key, content in _parameters(value.partition(b";")[2]) if key == name), b"")


def _parameters(rest: bytes) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    position = 0
    while (start := _SOLID.search(rest, position)) is not None:
        name = _PARAMETER.match(rest, start.start())
        if name is None:
            position = _semicolon(rest, start.start()) + 1
            if rest.startswith(b"=?", start.start()):
                found += _parameters(unstructured(rest[start.start() : position - 1]).replace("=?", "").encode())
            continue
        quoted = _QUOTED.match(rest, name.end())
        position = _semicolon(rest, quoted.end() if quoted else name.end())
        if quoted is None:
            content = rest[name.end() : position].strip().removeprefix(b'\\"').removesuffix(b'\\"')
        elif b'"' in (tail := rest[quoted.end() : position]):  # quotes within quotes, unescaped
            content = rest[name.end() + 1 : quoted.end() + tail.rindex(b'"')]
        else:
            content = re.sub(rb'\\([\\"])', rb"\1", quoted[1])
        found.append((name[1].decode("latin-1").lower(), content))
    return found


def _semicolon(rest: bytes, position: int) -> int:
    found = rest.find(b";", position)
    return len(rest) if found < 0 else found


def _extended(parts: dict[int, tuple[bytes, bool]], hint: str) -> str:
    """RFC 2231 §3, §4: numbered pieces, the first with `charset'language'`, percent-encoded or not."""
    first, coded = parts[min(parts)]
    charset = ""
    if coded and first.count(b"'") >= 2:  # charset'language'text
        label, _, first = first.split(b"'", 2)
        charset = label.decode("latin-1")
    data = unquote_to_bytes(first) if coded else first
    for number in sorted(parts)[1:]:
        piece, piece_coded = parts[number]
        data += unquote_to_bytes(piece) if piece_coded else piece
    if not charset and b"=?" in data:
        return unstructured(data, hint)
    return _one_line(decode(data, charset, hint))


def _parameter_text(content: bytes, hint: str) -> str:
    if b"=?" in content:
        return unstructured(content, hint)
    if b"%" in content and b" " not in content:  # some webmails percent-encode without saying so
        data = unquote_to_bytes(content)
        for charset in () if data.isascii() else ("utf-8", "gb18030")[: 1 + content.isascii()]:
            try:
                return _one_line(clean(data.decode(charset)))
            except UnicodeDecodeError:
                continue
    return _one_line(decode(content, "", hint))


def _one_line(text: str) -> str:
    """A name on one line, once more decoded where a program encoded it twice, or as a web page does."""
    if _TWICE.fullmatch(text):
        text = unstructured(text.encode())
    if _ENTITY.search(text):
        text = html.unescape(text)
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if text.startswith("“") and text.find("”") == len(text) - 1:  # quotes of a Chinese input method
        text = text[1:-1]
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()
