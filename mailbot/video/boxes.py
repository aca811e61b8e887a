"""The boxes of an ISO base media file (ISO/IEC 14496-12 §4.2), walked by their headers alone.

Only what decides a verdict is looked at: does the file end where its boxes say, is there an index, is it locked or
kept elsewhere. Bytes behind the last box, 64-bit sizes, a last box of size 0 and any order are legal.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

HEADER: Final = struct.Struct(">I4s")
MANY: Final = 200_000
"""Boxes walked at most, outside of the index and within it: a day of one-second fragments."""
DEEP: Final = 8
"""Boxes within one another; a film needs six."""
LONGEST: Final = 12 * 3600.0
"""Seconds that a header states and no film in a mail plays."""
_TOP: Final = frozenset(b"ftyp moov mdat moof mfra sidx free skip wide uuid udta meta styp emsg pnot".split())
_FILM: Final = frozenset({b"moov", b"mdat", b"moof"})
"""Boxes without whose end a film does not play to its end."""
_HOLDERS: Final = frozenset(b"moov trak mdia minf stbl dinf mvex stsd dref encv enca".split())
_FIELDS: Final = {b"stsd": 8, b"dref": 8, b"encv": 78, b"enca": 28}
"""Bytes of a holder's own fields before its children (§8.5.2, §8.7.2, §12.1.3, §12.2.3)."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: type, first byte, length of its header and of the whole, in bytes. `end` may lie beyond the file."""

    kind: bytes
    start: int
    header: int
    size: int

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.start + self.size


@dataclass(frozen=True, slots=True)
class Boxes:
    """What the walk found.

    Attributes:
        has_index: a whole moov.
        fragmented: moof boxes, or an mvex that promises them.
        missing: bytes of the film that the boxes state and the file lacks; padding and tags do not count.
        protected: a picture or sound track is encrypted (`encv`, `enca`, `sinf`; ISO/IEC 14496-12 §8.12).
        external: a track's data lies in another file (`dref` without the self-contained flag, §8.7.2).
        closed: the box that is written last into a film in fragments is there (`mfra`, §8.8.9): nothing was cut off.
        stated_seconds: length that a fragmented film states of itself (`mehd`); 0 where it does not.
    """

    has_index: bool
    fragmented: bool
    missing: int
    protected: bool
    external: bool
    closed: bool
    stated_seconds: float

    @property
    def packets_tell(self) -> bool:
        """Whether the packets of a film in fragments, not its header, say how long it plays.

        Recorders of live pictures leave a header behind that counts from their start, or never comes true.
        """
        return self.fragmented and not self.missing and (self.closed or self.stated_seconds > LONGEST)


def walk(path: Path) -> Boxes:
    """Walk a file's boxes. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        top = [box for box in children(file, 0, size) if box.end <= size or box.kind in _TOP]
        moov = next((box for box in top if box.kind == b"moov" and box.end <= size), None)
        inner = list(islice(within(file, moov), MANY)) if moov else []
        return Boxes(
            has_index=moov is not None,
            fragmented=any(box.kind in (b"moof", b"mvex") for box in (*top, *inner)),
            missing=max((box.end - size for box in top if box.end > size and box.kind in _FILM), default=0),
            protected=any(box.kind in (b"encv", b"enca", b"sinf") for box in inner),
            external=any(box.kind in (b"url ", b"urn ", b"alis", b"rsrc") and _elsewhere(file, box) for box in inner),
            closed=any(box.kind == b"mfra" and box.end <= size for box in top),
            stated_seconds=_stated(file, inner),
        )


def children(file: IO[bytes], start: int, end: int) -> Iterator[Box]:
    """The boxes between two places of a file, up to the first one that is none."""
    for _ in range(MANY):
        if start + HEADER.size > end:
            return  # before the seek: a 64-bit size may lead beyond every file's offset
        file.seek(start)
        head = file.read(16)
        if len(head) < HEADER.size:
            return
        size, kind = HEADER.unpack_from(head)
        header = HEADER.size
        if size == 1 and len(head) == 16:  # a 64-bit size follows
            size, header = int.from_bytes(head[8:]), 16
        elif size == 0:
            size = end - start
        if size < header:
            return  # bytes behind the last box: players stop here too
        yield Box(kind, start, header, size)
        start += size


def within(file: IO[bytes], parent: Box, depth: int = 0) -> Iterator[Box]:
    """The boxes in a box and in those that hold others, each before its own."""
    first = parent.start + parent.header + _FIELDS.get(parent.kind, 0)
    for box in children(file, first, parent.end):
        yield box
        if box.kind in _HOLDERS and depth < DEEP and box.end <= parent.end:
            yield from within(file, box, depth + 1)


def _elsewhere(file: IO[bytes], reference: Box) -> bool:
    """Not self-contained, and a place is named: a few writers forget the flag and name none."""
    file.seek(reference.start + reference.header)
    flags = file.read(min(reference.size - reference.header, 64))
    return len(flags) > 5 and not flags[3] & 1  # version and flags, then the place


def _stated(file: IO[bytes], inner: list[Box]) -> float:
    """`mehd`'s fragment duration over `mvhd`'s time scale (§8.8.2, §8.2.2), seconds."""
    scale = length = 0
    for box in inner:
        if box.kind not in (b"mvhd", b"mehd"):
            continue
        file.seek(box.start + box.header)
        body = file.read(32).ljust(32, b"\0")
        wide = body[0] == 1
        if box.kind == b"mvhd":
            scale = int.from_bytes(body[20:24] if wide else body[12:16])
        else:
            length = int.from_bytes(body[4:12] if wide else body[4:8])
    return length / scale if scale else 0.0
