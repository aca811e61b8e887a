"""What is inside an opaque S/MIME part, smime.p7m (RFC 8551 §3.5; CMS: RFC 5652 §5). Pure, never raises.

Outlook sends a signed mail so where its user switched off clear-text signing: the whole mail is one blob. Only the
way to the content is followed, definite or indefinite lengths; no signature is checked.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

KINDS: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
MOST: Final = 256 * 1024 * 1024
"""Bytes of a blob that are looked at; it is held whole."""

_CMS: Final = bytes.fromhex("2a864886f70d0107")
_SEQUENCE, _SET, _OCTETS, _OCTETS_IN_PIECES, _OID, _TAGGED = 0x30, 0x31, 0x04, 0x24, 0x06, 0xA0
_LONG: Final = 0x80
_DEEPEST: Final = 16


class Sealed(StrEnum):
    """What a blob is."""

    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    OTHER = "other"


_TYPES: Final = {2: Sealed.SIGNED, 3: Sealed.ENCRYPTED, 23: Sealed.ENCRYPTED}
"""By the last number of the content type: signed-data, enveloped-data, authEnvelopedData's stand-in."""


def unseal(blob: bytes) -> tuple[Sealed, bytes]:
    """What the blob is, and the MIME entity in it where it is only signed."""
    view = memoryview(blob)
    outer = next(_elements(view, 0), None)
    if outer is None or outer[0] != _SEQUENCE:
        return Sealed.OTHER, b""
    parts = list(_elements(outer[1], 1))
    if len(parts) < 2 or parts[0][0] != _OID or bytes(parts[0][1][:8]) != _CMS:  # type and content
        return Sealed.OTHER, b""
    kind = _TYPES.get(parts[0][1][8] if len(parts[0][1]) > 8 else 0, Sealed.OTHER)  # its last number
    if kind is not Sealed.SIGNED:
        return kind, b""
    data = next(_elements(parts[1][1], 2), None)
    info = next((content for tag, content in _elements(data[1], 3) if tag == _SEQUENCE), None) if data else None
    held = next((content for tag, content in _elements(info, 4) if tag == _TAGGED), None) if info is not None else None
    return kind, b"".join(_octets(held, 5)) if held is not None else b""


def _octets(content: memoryview, depth: int) -> Iterator[bytes]:
    for tag, inner in _elements(content, depth):
        if tag == _OCTETS:
            yield bytes(inner)
        elif tag == _OCTETS_IN_PIECES:
            yield from _octets(inner, depth + 1)


def _elements(content: memoryview, depth: int) -> Iterator[tuple[int, memoryview]]:
    """Tag and content of each element (X.690 §8.1); what is cut short ends with the bytes."""
    position = 0
    while position + 2 <= len(content) and depth < _DEEPEST:
        tag, start, end, after = _element(content, position, depth)
        if tag == 0 and end == start:
            return
        yield tag, content[start:end]
        position = after


def _element(content: memoryview, position: int, depth: int) -> tuple[int, int, int, int]:
    """An element's tag, where its content begins and ends, and where the next one begins."""
    tag, length, start = content[position], content[position + 1], position + 2
    if length == _LONG:
        end = _indefinite_end(content, start, depth)
        return tag, start, end, end + 2
    if length > _LONG:
        count = min(length - _LONG, 8)
        length = int.from_bytes(content[start : start + count])
        start += count
    end = min(start + length, len(content))
    return tag, start, end, max(end, position + 2)


def _indefinite_end(content: memoryview, start: int, depth: int) -> int:
    """Where two zero bytes end a content of indefinite length."""
    position = start
    while position + 2 <= len(content) and depth < _DEEPEST:
        if content[position] == 0 and content[position + 1] == 0:
            return position
        position = _element(content, position, depth + 1)[3]
    return len(content)
