"""What the answers to LIST, SEARCH and FETCH tell, in whichever of the ways that servers write them. Pure.

imaplib gives an answer as bytes, or as a pair of the bytes before a literal and the literal.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

Line = bytes | tuple[bytes, bytes] | None

MOST: Final = 2_000_000
"""Mails of one folder that an answer may tell."""
_LISTED: Final = re.compile(
    rb"[ \t]*(?:\(([^()]*)\)|NIL)[ \t]+(?:\"(?:[^\"\\]|\\.)*\"|NIL|[^\s\"]+)[ \t]*(.*)\Z", re.IGNORECASE | re.DOTALL
)
_QUOTED: Final = re.compile(rb"\"((?:[^\"\\]|\\.)*)\"")
_ESCAPED: Final = re.compile(rb"\\(.)")
_ALL: Final = re.compile(rb"\bALL ([\d:,]+)", re.IGNORECASE)
_NUMBERS: Final = re.compile(rb"(?<![\w.])(\d{1,20})(?::(\d{1,20}))?(?![\w.])")
_UID: Final = re.compile(rb"\bUID (\d{1,20})", re.IGNORECASE)


def listed(lines: Iterable[Line]) -> Iterator[tuple[bytes, frozenset[str]]]:
    """Names, raw, and lower-case attributes of the folders that LIST tells (RFC 3501 §7.2.2, RFC 5258 §3.5).

    A name may be a literal, quoted, or stand bare with blanks and brackets in it.
    """
    for line in lines:
        head, literal = line if isinstance(line, tuple) else (line or b"", None)
        found = _LISTED.match(head)
        if found is None:
            continue
        quoted = _QUOTED.match(found[2])
        if literal is not None:
            name = literal
        else:
            name = _ESCAPED.sub(rb"\1", quoted[1]) if quoted is not None else found[2].strip()
        attributes = (found[1] or b"").decode("ascii", "replace").lower().split()
        if name:
            yield name, frozenset(attributes)


def numbers(lines: Iterable[Line]) -> set[int]:
    """The numbers that SEARCH tells: on however many lines, parted by blanks or commas, as ranges, among words.

    Raises:
        ValueError: it tells more mails than any folder has.
    """
    told = [line.partition(b"(")[0] for line in lines if isinstance(line, bytes)]
    return _all(b" ".join(told))


def extended(lines: Iterable[Line]) -> set[int]:
    """The same of an ESEARCH answer (RFC 4731 §3.1), which nobody asked for."""
    sets = (found[1] for line in lines if isinstance(line, bytes) for found in _ALL.finditer(line))
    return _all(b" ".join(sets))


def uids(lines: Iterable[Line]) -> set[int]:
    """The UIDs that a FETCH answer tells."""
    return {int(found[1]) for line in lines if isinstance(line, bytes) for found in _UID.finditer(line)}


def _all(text: bytes) -> set[int]:
    told: set[int] = set()
    for found in _NUMBERS.finditer(text):
        first, last = int(found[1]), int(found[2] or found[1])
        if abs(last - first) + len(told) > MOST:
            raise ValueError("more mails than any folder has")
        told.update(range(min(first, last), max(first, last) + 1))
    return told
