"""Files written into a text body: uuencode (POSIX) and yEnc (yenc.org, draft 1.3). Pure: blocks in, pieces out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.parse.transfer import UU_BEGIN, uu_line, whole_lines

_SEEN: Final = re.compile(rb"(?:\A|\n)(?:begin [0-7]{3,4} \S|=ybegin )")
_Y_BEGIN: Final = re.compile(rb"=ybegin [^\r\n]{0,400}?name=([^\r\n]{1,400})")
_Y_SHIFT: Final = bytes((sign - 42) % 256 for sign in range(256))
_UU_LINE: Final = re.compile(rb"[ -`]{1,90}[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a body.

    Attributes:
        data: text as it stands, or a file's decoded bytes.
        name: the file's, raw; None for text.
        begins: the first piece of its file.
    """

    data: bytes
    name: bytes | None = None
    begins: bool = False


def seen(text: bytes) -> bool:
    """Whether a body holds a line that an embedded file begins with."""
    return (b"begin " in text) and _SEEN.search(text) is not None


def pieces(blocks: Iterable[bytes]) -> Iterator[Stretch]:
    """A body's blocks as text and files, in their order. A file without its end ends with its lines."""
    state = _State()
    for block in whole_lines(blocks):
        for line in block.split(b"\n")[: -1 if block.endswith(b"\n") else None]:
            yield from state.take(line.removesuffix(b"\r"))
        yield from state.flush()
    yield from state.end()


def _is_data(line: bytes) -> bool:
    """Whether a line can be the first of a uuencoded file: its length byte tells its length, nearly."""
    width = ((line[0] - 32) & 63) + 2 if line else 0
    return _UU_LINE.match(line) is not None and -8 <= len(line) - 1 - width // 3 * 4 <= 2


class _State:
    def __init__(self) -> None:
        self._name: bytes | None = None
        self._yenc = False
        self._fresh = False
        self._out: list[bytes] = []
        self._begin = b""

    def take(self, line: bytes) -> Iterator[Stretch]:
        if self._begin:
            begin, self._begin = self._begin, b""
            found = UU_BEGIN.match(begin)
            if found is not None and _is_data(line):
                yield from self._open(found[1], yenc=False)
            else:
                self._out.append(begin + b"\n")
        if self._name is None:
            yield from self._text(line)
        elif self._yenc:
            yield from self._y_line(line)
        elif line.rstrip() == b"end":
            yield from self._finish()
        elif line and not _UU_LINE.match(line):  # no `end`: the letter goes on
            yield from self._finish()
            yield from self._text(line)
        else:
            self._out.append(uu_line(line))

    def _text(self, line: bytes) -> Iterator[Stretch]:
        if line.startswith(b"begin ") and UU_BEGIN.match(line) is not None:
            self._begin = line  # "begin 2024 with …" is a sentence: the next line tells
            return
        yenc = _Y_BEGIN.match(line) if line.startswith(b"=ybegin ") else None
        if yenc is not None:
            yield from self._open(yenc[1], yenc=True)
        else:
            self._out.append(line + b"\n")

    def _open(self, name: bytes, *, yenc: bool) -> Iterator[Stretch]:
        yield from self.flush()
        self._name, self._yenc, self._fresh = name.strip(), yenc, True

    def _y_line(self, line: bytes) -> Iterator[Stretch]:
        if line.startswith(b"=yend"):
            yield from self._finish()
        elif not line.startswith(b"=ypart "):
            # an escaped byte is shifted by 64 more; a dot doubled by SMTP stands first
            head, *escaped = line.removeprefix(b".").split(b"=") if line.startswith(b"..") else line.split(b"=")
            parts = [head, *(bytes([(part[0] - 64) % 256]) + part[1:] for part in escaped if part)]
            self._out.append(b"".join(parts).translate(_Y_SHIFT))

    def _finish(self) -> Iterator[Stretch]:
        yield from self.flush()
        self._name = None

    def end(self) -> Iterator[Stretch]:
        """What was waited for at the end."""
        if self._begin:
            self._out.append(self._begin + b"\n")
        yield from self.flush()

    def flush(self) -> Iterator[Stretch]:
        """What has gathered, as one piece."""
        if self._out or self._fresh:
            yield Stretch(b"".join(self._out), self._name, self._fresh)
        self._out, self._fresh = [], False
