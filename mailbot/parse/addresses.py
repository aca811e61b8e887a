"""Addresses, Message-IDs and lists of them (RFC 5322 §3.4, §3.6.4). Pure, linear, never raises."""

import re
from collections.abc import Iterator
from typing import Final

from mailbot.model.mail import Address
from mailbot.parse.headers import unstructured

_WIDE: Final = tuple((wide.encode(), sign) for wide, sign in (("＜", b"<"), ("＞", b">"), ("＠", b"@")))
"""Signs around an address as a Chinese input method types them."""
MOST: Final = 1000
"""Addresses of one field that are looked at."""
_IDS: Final = re.compile(r"<[^<>]{1,996}>")
_SPEC: Final = re.compile(r"(?<![^\s<>(),;:\"@])[^\s<>(),;:\"@]{1,320}@[^\s<>(),;:\"@]{1,320}")


def read_addresses(value: bytes, hint: str = "") -> tuple[Address, ...]:
    """Every address of a raw, unfolded address field, groups flattened.

    Display names are decoded whether their encoded words stand bare or, as QQ writes them, in quotes.
    """
    for wide, sign in _WIDE:
        value = value.replace(wide, sign)
    found = (_address(piece, hint) for piece in _pieces(value))
    return tuple(address for address, _ in zip(filter(_any, found), range(MOST), strict=False))


def _any(address: Address) -> bool:
    return bool(address.addr or address.name)


def _pieces(value: bytes) -> Iterator[bytes]:
    """The field cut at commas (Outlook: semicolons) and group names, outside quotes, comments and angles."""
    start = depth = 0
    quoted = angle = False
    position = -1
    for token in re.finditer(rb'[\\",;:()<>]', value):
        if token.start() <= position:
            continue
        sign = token[0]
        if sign == b"\\":
            position = token.start() + 1
        elif sign == b'"':
            quoted = not quoted and depth == 0
        elif quoted:
            continue
        elif sign in b"()":
            depth = max(depth + (1 if sign == b"(" else -1), 0)
        elif depth:
            continue
        elif sign in b"<>":
            angle = sign == b"<"
        elif not angle or sign == b",":
            if sign != b":":
                yield value[start : token.start()]
            start, angle = token.end(), False
    yield value[start:]


def _address(piece: bytes, hint: str) -> Address:
    piece = piece.strip()
    opening = piece.rfind(b"<")
    if opening >= 0:
        addr = piece[opening + 1 :].partition(b">")[0]
        name = piece[:opening] or piece[opening:].partition(b">")[2]
        if b"@" not in addr and b"@" in name and b'"' not in name:
            addr = name
        return Address(_addr(addr), _name(name, hint))
    comment = re.search(rb"\(([^()]*)\)", piece)
    bare = re.sub(rb"\([^()]*\)", b"", piece)
    if b"@" in bare and (spec := _SPEC.search(bare.decode("latin-1"))) is not None:
        return Address(_addr(spec[0].encode("latin-1")), _name(comment[1] if comment else b"", hint))
    return Address("", _name(bare, hint))


def _addr(raw: bytes) -> str:
    text = re.sub(r"\s+", "", unstructured(raw)).strip("<>'\"").removeprefix("mailto:")
    if text.startswith("@") and ":" in text:  # a source route (RFC 5322 §4.4)
        text = text.rpartition(":")[2]
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower().rstrip('.')}"[:320]


def _name(raw: bytes, hint: str) -> str:
    bare = raw.strip()
    if bare.startswith(b'"') and bare.endswith(b'"') and len(bare) > 1:
        bare = re.sub(rb"\\(.)", rb"\1", bare[1:-1])
    elif b'"' in bare:
        bare = bare.replace(b'"', b"")
    return unstructured(bare, hint).strip("'\" ")


def read_ids(value: bytes) -> tuple[str, ...]:
    """Message-IDs with their brackets, in their order; Foxmail's commas between them do no harm."""
    text = re.sub(r"\s+", "", value.decode("utf-8", "replace").replace("\0", ""))
    found = tuple(_IDS.findall(text))
    return found or ((f"<{text[:990]}>",) if "@" in text and not re.search(r"[<>,]", text) else ())


def read_id(value: bytes) -> str:
    """The first Message-ID; empty where there is none."""
    return next(iter(read_ids(value)), "")
