"""A mail taken apart into its leaves (RFC 2046), streaming, whatever is wrong with its structure.

The content of a leaf is handed out in decoded blocks and must be read before the next leaf is asked for (what is not
read is passed over). Nothing is ever an error: a multipart without parts is a leaf, an unclosed one ends with the mail.
Nested mails are leaves too; `mail.py` opens them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import IO, Final

from mailbot.parse.headers import FIELD, HeaderField, Headers, raw_parameter, read_block, read_field
from mailbot.parse.source import Boundaries, Source
from mailbot.parse.transfer import TransferEncoding, decoded, read_transfer

GUESS: Final = 64 * 1024
"""Bytes of a multipart's content among which a lost boundary is looked for."""
_FIRST_PART: Final = re.compile(
    rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r*\n(Content-[A-Za-z-]{1,40}[ \t]*:|\r*\n)", re.IGNORECASE
)
PREAMBLE: Final = 1024
"""Bytes of a preamble in which its first boundary line is looked for at the end of another line."""
_GLUED: Final = rb"[ \t]*\r*\n(?=Content-)"
"""What follows such a boundary, which a program put behind the words without a line end."""
_PART_FIELD: Final = re.compile(rb"Content-[A-Za-z-]{1,40}[ \t]*:", re.IGNORECASE)
HIDDEN: Final = 40
"""Lines at the beginning of a text among which the first boundary line of a multipart is looked for."""


@dataclass(slots=True)
class Leaf:
    """A part that holds content.

    Attributes:
        headers: its own; the mail's where the mail is one leaf.
        kind: Content-Type with its parameters; `text/plain` where none is given (RFC 2045 §5.2).
        disposition: Content-Disposition with its parameters.
        blocks: the content decoded, once.
        root: the mail's only leaf.
    """

    headers: Headers
    kind: HeaderField
    disposition: HeaderField
    blocks: Iterator[bytes] = field(repr=False)
    root: bool = False


def _content_type(headers: Headers) -> bytes:
    """The Content-Type that counts: of doubled ones that of a multipart, else the first."""
    stated = headers.all("content-type")
    multipart = (value for value in stated if value.lstrip().lower().startswith(b"multipart/"))
    return next(multipart, stated[0] if stated else b"")


def _transfer(headers: Headers) -> TransferEncoding:
    """How a leaf travelled: of doubled fields the first that names an encoding counts."""
    stated = map(read_transfer, headers.all("content-transfer-encoding"))
    return next((one for one in stated if one is not TransferEncoding.IDENTITY), TransferEncoding.IDENTITY)


def _hidden_boundary(text: bytes) -> bytes:
    """The boundary of a text that begins with a boundary line and a part's field; empty where it does not.

    Blank lines and fields may stand before it: some gateways leave a gap before Content-Type.
    """
    lines = [line.rstrip(b"\r") for line in text.split(b"\n", HIDDEN)[:HIDDEN]]
    for line, following in pairwise(lines):
        if line.startswith(b"--"):
            return line[2:].rstrip() if _PART_FIELD.match(following) else b""
        if line.strip() and not (FIELD.match(line) or line[:1] in (b" ", b"\t")):
            return b""
    return b""


@lru_cache(maxsize=64)
def _boundaries(texts: tuple[bytes, ...]) -> Boundaries:
    return Boundaries(texts)


class Splitter:
    """One pass over a mail.

    Attributes:
        headers: the mail's own, known once the first leaf is asked for.
        block: the same, raw.
    """

    def __init__(self, file: IO[bytes], depth: int) -> None:
        self._source = Source(file)
        self._file = file
        self._depth = depth
        self._open: list[bytes] = []
        self.headers = Headers()
        self.block = b""

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf, in the mail's order."""
        self._source.skip_front()
        yield from self._entity("text/plain")

    @property
    def _boundaries(self) -> Boundaries:
        return _boundaries(tuple(self._open))

    def _entity(self, default: str) -> Iterator[Leaf]:
        boundaries = self._boundaries
        block = self._source.header_block(boundaries)
        headers = read_block(block)
        if not self._open and not self.block:
            self.headers, self.block = headers, block
        content_type = _content_type(headers)
        kind = read_field(content_type)
        if "/" not in kind.value:
            kind = HeaderField("multipart/mixed" if kind.get("boundary") else default, kind.parameters)
        if not self._open and kind.value.startswith("text/") and self._source.mark is None and self._is_hidden():
            yield from self._parts("text/plain")
            return
        if kind.value.startswith("multipart/") and len(self._open) < self._depth:
            yield from self._multipart(content_type, headers, kind)
            return
        yield from self._leaf(headers, kind, boundaries)

    def _leaf(self, headers: Headers, kind: HeaderField, boundaries: Boundaries) -> Iterator[Leaf]:
        multipart = kind.value.startswith("multipart/")
        transfer = TransferEncoding.IDENTITY if multipart else _transfer(headers)
        raw: Iterator[bytes] = iter(()) if self._source.mark else self._source.content(boundaries)
        disposition = read_field(headers.get("content-disposition"))
        content = decoded(raw, transfer, words=kind.value.startswith("text/"))
        yield Leaf(headers, kind, disposition, content, root=not self._open)
        for _ in raw:
            pass

    def _is_hidden(self) -> bool:
        """Whether a root text is a multipart that its headers do not tell; its first boundary line is passed then."""
        start = self._source.offset
        self._file.seek(start)
        boundary = _hidden_boundary(self._file.read(GUESS))
        self._source = Source(self._file, start)
        if not boundary:
            return False
        begins = self._begins(boundary)
        if not begins:
            self._source = Source(self._file, start)
        return begins

    def _multipart(self, content_type: bytes, headers: Headers, kind: HeaderField) -> Iterator[Leaf]:
        if self._source.mark is not None:
            return
        child = "message/rfc822" if kind.value == "multipart/digest" else "text/plain"
        start = self._source.offset
        stated = raw_parameter(content_type, "boundary") or kind.get("boundary").encode()
        boundary = stated.rstrip()
        if not boundary or not self._begins(boundary):
            boundary = self._lost_boundary(start, boundary)
            self._source = Source(self._file, start)
            if not boundary or not self._begins(boundary):
                self._source = Source(self._file, start)
                yield from self._leaf(headers, HeaderField("text/plain", kind.parameters), self._boundaries)
                return
        yield from self._parts(child)

    def _begins(self, boundary: bytes) -> bool:
        """Read a preamble away; the multipart is open where its first boundary line was found."""
        self._open.append(boundary)
        self._pass_words_before(boundary)
        for _ in self._source.content(self._boundaries):
            pass
        mark = self._source.mark
        if mark is not None and mark.level == len(self._open) - 1 and not mark.closing:
            return True
        self._open.pop()
        return False

    def _pass_words_before(self, boundary: bytes) -> None:
        """Stand at the first boundary where a program put it behind the preamble's words without a line end."""
        here, start = self._file.tell(), self._source.offset
        self._file.seek(start)
        glued = re.search(rb"[^\n]--" + re.escape(boundary) + _GLUED, self._file.read(PREAMBLE))
        self._file.seek(here)
        if glued is not None:
            self._source = Source(self._file, start + glued.start() + 1)

    def _parts(self, child: str) -> Iterator[Leaf]:
        """Every part, and those behind the closing boundary: gateways add some there."""
        level = len(self._open) - 1
        while True:
            mark = self._source.mark
            if mark is None or mark.level < level:
                break
            if mark.closing:
                for _ in self._source.content(self._boundaries):
                    pass
            else:
                yield from self._entity(child)
        self._open.pop()

    def _lost_boundary(self, start: int, stated: bytes) -> bytes:
        """The boundary that the content shows, where the stated one is not in it; empty where none is seen.

        A line of words between two blank ones, such as a signature's, is one only where it comes again.
        """
        self._file.seek(start)
        text = self._file.read(GUESS)
        found = _FIRST_PART.search(text)
        if found is None or found[1] in {stated, *self._open}:
            return b""
        sure = found[2].strip() or text.find(b"\n--" + found[1], found.end(1)) >= 0
        return found[1] if sure else b""
