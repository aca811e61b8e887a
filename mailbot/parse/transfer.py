"""Content-Transfer-Encoding undone block by block (RFC 2045 §6), at memory speed where the sender kept to the rules.

Pure. Where the standard library returns base64 text undecoded or drops what follows a padding, these go on:
characters of no alphabet are passed over, `=` ends a quantum but not the stream, a lone last character is dropped.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import Final

import pybase64


class TransferEncoding(StrEnum):
    """How a leaf's bytes travel."""

    IDENTITY = "identity"
    BASE64 = "base64"
    QUOTED = "quoted-printable"
    UUENCODE = "uuencode"


_NAMES: Final = {
    "base64": TransferEncoding.BASE64,
    "b": TransferEncoding.BASE64,
    "base-64": TransferEncoding.BASE64,
    "quotedprintable": TransferEncoding.QUOTED,
    "quoted": TransferEncoding.QUOTED,
    "q": TransferEncoding.QUOTED,
    "xuuencode": TransferEncoding.UUENCODE,
    "xuue": TransferEncoding.UUENCODE,
    "uuencode": TransferEncoding.UUENCODE,
    "uue": TransferEncoding.UUENCODE,
}


def read_transfer(value: bytes) -> TransferEncoding:
    """The encoding a Content-Transfer-Encoding field names: blanks, comments, parameters and quotes taken off."""
    text = re.sub(rb"\([^()]*\)", b"", value.partition(b";")[0]).decode("latin-1")
    return _NAMES.get(re.sub(r"[^a-z0-9]", "", text.lower()), TransferEncoding.IDENTITY)


def decoded(blocks: Iterator[bytes], transfer: TransferEncoding, *, words: bool = False) -> Iterator[bytes]:
    """The content of raw blocks, in blocks.

    Args:
        blocks: as they travelled.
        transfer: how.
        words: the content is text: what calls itself base64 and plainly is words comes as it stands.
    """
    if transfer is TransferEncoding.BASE64:
        if not words:
            return _base64(blocks)
        first = next(blocks, b"")
        whole = chain((first,), blocks)
        return whole if _begins_with_words(first) else _base64(_up_to_words(whole))
    if not words and transfer is not TransferEncoding.UUENCODE:
        first = next(blocks, b"")
        blocks = chain((first,), blocks)
        if _is_file(first):
            return _base64(blocks)
    if transfer is TransferEncoding.QUOTED:
        return (binascii.a2b_qp(_SOFT.sub(rb"=\1", lines)) for lines in whole_lines(blocks))
    if transfer is TransferEncoding.UUENCODE:
        return _uuencode(blocks)
    return blocks


# --- base64 ---

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FOREIGN: Final = bytes(set(range(256)) - set(_ALPHABET) - {ord("=")})
_PLAIN: Final = bytes.maketrans(b"-_", b"+/")
_AMONG: Final = re.compile(rb"(?:\A|\n)(?=[A-Za-z0-9]{1,70}[-_])[A-Za-z0-9_-]{60,}={0,2}[ \t]*\r*(?:\n|\Z)")
_GOES_ON: Final = re.compile(rb"[A-Za-z0-9+/=\r\n]*")


_MAGIC: Final = (
    b"PK\3\4",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0",
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"Rar!",
    b"7z\xbc\xaf",
    b"{\\rtf",
    b"GIF8",
)
_FIRST: Final = re.compile(rb"\s{0,9}([A-Za-z0-9+/]{40,76})=?=?\r?\n")


def _is_file(block: bytes) -> bool:
    """Whether what another encoding is stated for is base64 all the same: a document, a picture, an archive or film."""
    line = _FIRST.match(block)
    head = pybase64.b64decode(line[1][: len(line[1]) & ~3]) if line is not None else b""
    return begins_file(head)


def begins_file(head: bytes) -> bool:
    """Whether bytes begin a document, a picture, an archive or a film, whatever is said of them."""
    return head.startswith(_MAGIC) or head[4:8] == b"ftyp"


_SOFT: Final = re.compile(rb"=[ \t]{1,80}(\r?\n)")
"""A soft line break with blanks that a gateway put behind it (RFC 2045 §6.7, rule 3)."""
_SAID: Final = re.compile(rb"[\x80-\xff]|[A-Za-z]{1,40}(?: {1,9}[A-Za-z]{1,40}){2}|[A-Za-z][,.!?;:\x27] ")
_RUN: Final = re.compile(rb"[A-Za-z0-9+/]{40}")
_ENOUGH: Final = 300
"""Bytes of a line that are looked at."""


def _is_words(line: bytes) -> bool:
    """Whether a line is words and no base64."""
    head = line[:_ENOUGH]
    return _SAID.search(head) is not None and _RUN.search(head) is None


def _begins_with_words(block: bytes) -> bool:
    """Whether a text that calls itself base64 was never encoded."""
    return _is_words(block.lstrip()[:_ENOUGH].partition(b"\n")[0])


def _up_to_words(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Base64 up to a footer that a gateway put behind it as plain words."""
    for lines in whole_lines(blocks):
        position = 0
        for line in lines.splitlines(keepends=True):
            if _is_words(line):
                yield lines[:position]
                return
            position += len(line)
        yield lines


def _base64(blocks: Iterable[bytes]) -> Iterator[bytes]:
    carry = b""
    ended = of_addresses = False
    for block in blocks:
        if ended:
            if not _goes_on(block[:4096]):
                return
            ended = False
        whole, carry = _whole_quanta(carry + block if carry else block)
        of_addresses = of_addresses or _is_of_addresses(whole)
        if of_addresses:
            whole, carry = whole.translate(_PLAIN), carry.translate(_PLAIN)
        try:
            if b"=" in whole:
                raise binascii.Error  # noqa: TRY301 - padding is looked at closely, as is what does not decode
            yield pybase64.b64decode(whole)
        except binascii.Error:
            data, carry, ended = _lenient(whole + carry)
            yield data
    yield b"".join(map(_last_quantum, carry.split(b"=")))


def _is_of_addresses(block: bytes) -> bool:
    """Whether base64 is written in the alphabet for addresses (RFC 4648 §5), which some programs take for the same."""
    signs = (b"_" in block or b"-" in block) and not (b"+" in block or b"/" in block)
    return signs and _AMONG.search(block) is not None


def _whole_quanta(block: bytes) -> tuple[bytes, bytes]:
    cut = block.rfind(b"\n") + 1
    cut = cut or len(block) - len(block) % 4
    return block[:cut], block[cut:]


def _lenient(block: bytes) -> tuple[bytes, bytes, bool]:
    """What a block gives that is not clean whole quanta: its bytes, the rest to carry, whether a padding ended it."""
    padding = block.find(b"=")
    going = _GOES_ON.match(block, padding) if padding >= 0 else None
    if going is not None and going.end() < len(block):  # the line that is no base64, and all behind it, is no file
        cut = max(block.rfind(b"\n", padding, going.end()), padding)
        return b"".join(map(_last_quantum, block[:cut].split(b"="))), b"", True
    *whole, last = block.split(b"=")
    rest = last.translate(None, _FOREIGN)
    cut = len(rest) - len(rest) % 4
    data = b"".join([*map(_last_quantum, whole), pybase64.b64decode(rest[:cut])])
    return data, rest[cut:], bool(whole) and not rest


def _goes_on(text: bytes) -> bool:
    """Whether what follows a padding is base64 too: a list's footer is no file."""
    return _GOES_ON.fullmatch(text) is not None


def _last_quantum(run: bytes) -> bytes:
    run = run.translate(None, _FOREIGN)
    usable = len(run) - (len(run) % 4 == 1)
    return pybase64.b64decode(run[:usable] + b"=" * (-usable % 4)) if usable else b""


# --- quoted-printable and uuencode go line by line ---

_LONGEST: Final = 1024 * 1024
"""Bytes of a line that are waited for."""


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Blocks cut behind a line end; a line longer than the cap is cut where no escape is torn."""
    carry = b""
    for block in blocks:
        carry += block
        cut = carry.rfind(b"\n") + 1
        if not cut and len(carry) > _LONGEST:
            cut = len(carry) - 2
            cut -= 2 if b"=" in carry[cut - 2 : cut] else 0
        if cut:
            yield carry[:cut]
            carry = carry[cut:]
    if carry:
        yield carry


def _uuencode(blocks: Iterable[bytes]) -> Iterator[bytes]:
    begun = False
    for lines in whole_lines(blocks):
        out: list[bytes] = []
        for line in lines.split(b"\n"):
            if not begun:
                begun = UU_BEGIN.match(line) is not None
            elif line.rstrip() == b"end":
                yield b"".join(out)
                return
            else:
                out.append(uu_line(line))
        yield b"".join(out)


UU_BEGIN: Final = re.compile(rb"begin [0-7]{3,4} (\S[^\r\n]*?)[ \t]*\r?\Z")


def uu_line(line: bytes) -> bytes:
    """One uuencoded line; a broken one gives as many bytes as its length byte says, zeros where it is short."""
    line = line.rstrip(b"\r\n")
    if not line:
        return b""
    count = (line[0] - 32) & 63
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        needed = (count * 8 + 5) // 6  # what stands behind in the last four is told from garbage by a2b_uu
        body = bytes(min(max(sign, 32), 96) for sign in line[1 : 1 + needed]).ljust(needed)
        return binascii.a2b_uu(line[:1] + body)
