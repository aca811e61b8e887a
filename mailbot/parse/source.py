"""A spooled mail read forward in blocks: header blocks, and content up to the next boundary line.

Never holds more than a few blocks, whatever the mail's size or the length of its lines.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

from mailbot.parse.headers import FIELD

BLOCK: Final = 256 * 1024
BLOCK_HEADERS: Final = 1024 * 1024
"""Bytes of one header block that are kept; what is longer is passed over."""
HELD: Final = 4096
"""Bytes at a block's end among which a boundary line may begin; no boundary line is longer."""
TORN: Final = 20
"""Lines of one header block that are taken for the rest of a parameter."""
CR: Final = 0x0D
GAP: Final = 200
"""Bytes in which a part's first field is looked for."""
_GAP: Final = re.compile(
    rb"(?:[ \t]{0,20}\r{0,2}\n){0,3}[ \t]{0,20}(?=Content-[A-Za-z-]{1,40}[ \t]{0,9}:)", re.IGNORECASE
)
_BOM: Final = b"\xef\xbb\xbf"
# glibc hands every block of such a size back to the kernel, and gets it anew page by page, until a larger one has
# been freed once; then it keeps them. Measured: a third of the splitter's speed.
bytes(16 * BLOCK)


def _is_open(lines: Sequence[bytes]) -> bool:
    """Whether the last field of a header block goes on: a parameter is still to come, or its quotes are open."""
    start = next((at for at in range(len(lines) - 1, -1, -1) if lines[at][:1] not in b" \t"), 0)
    field = b"".join(lines[start:])
    if not field.lower().startswith((b"content-type", b"content-disposition")):
        return False
    return field.rstrip().endswith(b";") or field.count(b'"') % 2 == 1


@dataclass(frozen=True, slots=True)
class Mark:
    """A boundary line met (RFC 2046 §5.1.1).

    Attributes:
        level: which multipart's, as an index into the boundaries given, outermost 0.
        closing: it ends with `--`.
    """

    level: int
    closing: bool


class Boundaries:
    """The boundaries that are open, outermost first, as patterns that find the next line of any of them.

    A line is one only if nothing but blanks or `--` follows, so a boundary that begins like another is told apart;
    where two multiparts share one boundary the innermost takes it.
    """

    def __init__(self, texts: Sequence[bytes]) -> None:
        self.texts = tuple(texts)
        names = b"|".join(b"(" + re.escape(text) + b")" for text in reversed(self.texts))
        line = rb"--(?:" + names + rb")(--)?[ \t]*\r*"
        self._inner = re.compile(rb"\n" + line + rb"\n")
        self._last = re.compile(rb"\n" + line + rb"(?:\n|\Z)")
        self._first = re.compile(line + rb"(?:\n|\Z)")

    def search(self, data: bytes, start: int, stop: int, *, last: bool) -> "re.Match[bytes] | None":
        """The next boundary line whose line end stands before `stop`; at the mail's end it needs none."""
        if not self.texts or data.find(b"-", start, stop) < 0:  # base64 has no `-`: memory speed
            return None
        return (self._last if last else self._inner).search(data, start, stop)

    def first(self, line: bytes) -> "re.Match[bytes] | None":
        """Whether a line at the very start of a content or header block is a boundary line."""
        return self._first.match(line) if self.texts and line.startswith(b"--") else None

    def mark(self, found: "re.Match[bytes]") -> Mark:
        """Which boundary it is."""
        count = len(self.texts)
        level = next(count - group for group in range(1, count + 1) if found.group(group) is not None)
        return Mark(level, found.group(count + 1) is not None)


class Source:
    """A binary file, read forward from `start`."""

    def __init__(self, file: IO[bytes], start: int = 0) -> None:
        self._file = file
        file.seek(start)
        self._data = b""
        self._position = 0
        self._base = start
        self._ended = False
        self.mark: Mark | None = None

    @property
    def offset(self) -> int:
        """Where the next byte stands in the file."""
        return self._base + self._position

    def _fill(self) -> None:
        """One block more behind what is still unread."""
        block = self._file.read(BLOCK)
        self._ended = not block
        self._base += self._position
        self._data = self._data[self._position :] + block
        self._position = 0

    def _line(self) -> bytes:
        """The next line with its end; a piece of one that is longer than a block."""
        end = self._data.find(b"\n", self._position)
        while end < 0 and not self._ended and len(self._data) - self._position < BLOCK:
            self._fill()
            end = self._data.find(b"\n", self._position)
        stop = end + 1 if end >= 0 else len(self._data)
        line = self._data[self._position : stop]
        self._position = stop
        return line

    def skip_front(self) -> None:
        """Pass over what may stand before a mail: a byte order mark, blank lines."""
        while line := self._line():
            bare = line.removeprefix(_BOM)
            if bare.strip():
                self._position -= len(bare)
                return

    def header_block(self, boundaries: Boundaries) -> bytes:
        """A raw header block, without the blank line behind it; `mark` is set where a boundary line cuts it.

        The first line that is no field, no continuation and no `From ` line starts the body; but where a parameter is
        still to come, or a quoted one is open, it is the rest of that field (NetEase folds raw GBK names so).
        """
        self.mark = None
        lines: list[bytes] = []
        room = BLOCK_HEADERS
        fields = False
        torn = 0
        if boundaries.texts:
            self._skip_gap()
        while line := self._line():
            if line.rstrip(b"\r\n") == b"":  # some gateways end lines with CR CR LF
                break
            found = boundaries.first(line)
            if found is not None:
                self.mark = boundaries.mark(found)
                break
            field = FIELD.match(line) is not None
            if not (field or line[:1] in b" \t" or line.startswith((b"From ", b">From "))):
                if torn < TORN and len(line) < HELD and _is_open(lines):
                    lines[-1] = lines[-1].rstrip(b"\r\n") + line
                    torn += 1
                    continue
                if len(line) < BLOCK or not fields:
                    self._position -= len(line)
                    break
                field = True  # the rest of a field longer than a block
            fields = fields or field
            if room > 0:
                lines.append(line)
                room -= len(line)
        return b"".join(lines)

    def _skip_gap(self) -> None:
        """Pass over blank lines and blanks that some gateways put before a part's first field."""
        while not self._ended and self._unread < GAP:
            self._fill()
        gap = _GAP.match(self._data, self._position)
        if gap is not None:
            self._position = gap.end()

    def content(self, boundaries: Boundaries) -> Iterator[bytes]:
        """Blocks up to the next boundary line, which is taken and told in `mark`; None there means the mail's end.

        The line end before the boundary belongs to the boundary.
        """
        self.mark = None
        while not self._ended and self._data.find(b"\n", self._position) < 0 and self._unread < HELD:
            self._fill()
        line_end = self._data.find(b"\n", self._position)
        line = self._data[self._position : line_end + 1 if line_end >= 0 else len(self._data)]
        first = boundaries.first(line)
        if first is not None:
            self.mark = boundaries.mark(first)
            self._position += first.end()
            return
        while True:
            data, start = self._data, self._position
            stop = len(data)
            found = boundaries.search(data, start, stop, last=self._ended)
            if found is not None:
                self._position = found.end()
                self.mark = boundaries.mark(found)
                end = found.start()
                yield data[start : end - (1 if end > start and data[end - 1] == CR else 0)]
                return
            if self._ended:
                self._position = stop
                last = data[start:stop]
                # an open multipart's last line end is taken for the missing boundary's, as the standard library does
                yield last[: -2 if last.endswith(b"\r\n") else -1] if boundaries.texts and last[-1:] == b"\n" else last
                return
            keep = self._hold(start) if boundaries.texts else stop
            if keep > start:
                self._position = keep
                yield data[start:keep]
            self._fill()

    @property
    def _unread(self) -> int:
        return len(self._data) - self._position

    def _hold(self, start: int) -> int:
        """How far the data may be given out: not the last line, which may become a boundary, nor its line end."""
        stop = len(self._data)
        line = self._data.rfind(b"\n", max(stop - HELD, start), stop)
        keep = line if line >= 0 else stop
        return keep - (1 if keep > start and self._data[keep - 1] == CR else 0)
