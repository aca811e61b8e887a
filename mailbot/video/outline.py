"""Which bytes of a film its verdict needs: all but its pictures, and of these the ones that are looked at.

From the sample tables of an ISO base media file (ISO/IEC 14496-12 §8.6, §8.7). A film of 8 Mbit/s is judged by a
twentieth of its bytes. What is not plain (fragments, no key frames named, too few or too many of them) is read whole.
"""

import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from mailbot.video.boxes import HEADER, MANY, Box, within
from mailbot.video.integrity import HEAD, SAMPLES
from mailbot.video.stills import ENOUGH_KEYS, FEW_FRAMES, MANY_KEYS

Read = Callable[[int, int], bytes]
"""A piece of the file: from its first byte up to the one before its end."""
LARGEST_INDEX: Final = 32 * 1024 * 1024
FIRST: Final = 10
"""Samples of each track that a prober may decode to know its coding."""
TABLES: Final = frozenset({b"hdlr", b"stsz", b"stco", b"co64", b"stsc", b"stss"})


@dataclass(frozen=True, slots=True)
class Sample:
    """Where one picture or piece of sound lies: first byte and length."""

    start: int
    size: int


def needed(read: Read, size: int) -> list[tuple[int, int]] | None:
    """The pieces of a film that its verdict needs, in order; None where that is the whole film.

    Args:
        read: reads a piece of it.
        size: its length, bytes.
    """
    top = list(_top(read, size))
    index = next((box for box in top if box.kind == b"moov"), None)
    if index is None or index.size > LARGEST_INDEX or any(box.kind == b"moof" or box.end > size for box in top):
        return None
    wanted = [(box.start, box.start + box.header if box.kind == b"mdat" else box.end) for box in top]
    last = top[-1].end
    wanted += [(last, size)] if last < size else []
    try:
        tracks = list(_tracks(read(index.start, index.end)))
        pictures = [samples for kind, samples, _ in tracks if kind == b"vide"]
        keys = [keys for kind, _, keys in tracks if kind == b"vide"]
    except (struct.error, IndexError):
        return None
    if len(pictures) != 1 or len(pictures[0]) <= FEW_FRAMES or not ENOUGH_KEYS <= len(keys[0]) <= MANY_KEYS:
        return None
    placed = [sample for sample in pictures[0] if sample.size >= HEAD]
    heads = [Sample(sample.start, HEAD) for sample in placed[:: max(len(placed) // SAMPLES, 1)]]
    beginnings = [sample for _, samples, _ in tracks for sample in samples[:FIRST]]
    wanted += [(one.start, one.start + one.size) for one in (*keys[0], *heads, *beginnings)]
    return merged([(start, min(end, size)) for start, end in wanted if start < min(end, size)])


def merged(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bytes in as few pieces as they are."""
    ordered = sorted(pieces)
    out = ordered[:1]
    for start, end in ordered[1:]:
        if start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _top(read: Read, size: int) -> Iterator[Box]:
    start = 0
    while start + HEADER.size <= size:
        head = read(start, min(start + 16, size))
        length, kind = HEADER.unpack_from(head)
        header = HEADER.size
        if length == 1 and len(head) == 16:
            length, header = int.from_bytes(head[8:]), 16
        elif length == 0:
            length = size - start
        if length < header:
            return
        yield Box(kind, start, header, length)
        start += length


def _tracks(moov: bytes) -> Iterator[tuple[bytes, list[Sample], list[Sample]]]:
    """Each track's kind, its samples and the key ones among them; none where the table of these is missing."""
    file = io.BytesIO(moov)
    boxes = list(islice(within(file, Box(b"moov", 0, HEADER.size, len(moov))), MANY))
    begins = [number for number, box in enumerate(boxes) if box.kind == b"trak"]
    for first, behind in pairwise([*begins, len(boxes)]):
        found = {box.kind: moov[box.start + box.header : box.end] for box in boxes[first:behind] if box.kind in TABLES}
        samples = _samples(found)
        keys = [samples[number - 1] for number in _numbers(found.get(b"stss", bytes(8)), 4)]
        yield found.get(b"hdlr", bytes(12))[8:12], samples, keys


def _numbers(table: bytes, width: int, at: int = 8) -> tuple[int, ...]:
    (count,) = struct.unpack_from(">I", table, at - 4)
    count = min(count, (len(table) - at) // width)
    return struct.unpack_from(f">{count}{'Q' if width == 8 else 'I'}", table, at)


def _samples(tables: dict[bytes, bytes]) -> list[Sample]:
    """Sizes (§8.7.3), chunks (§8.7.5) and samples to a chunk (§8.7.4) as places in the file."""
    alike, count = struct.unpack_from(">II", tables.get(b"stsz", bytes(12)), 4)
    sizes = [alike] * min(count, MANY) if alike else list(_numbers(tables.get(b"stsz", bytes(12)), 4, 12))
    chunks = _numbers(tables[b"co64"], 8) if b"co64" in tables else _numbers(tables.get(b"stco", bytes(8)), 4)
    runs = _numbers(tables.get(b"stsc", bytes(8))[:4] + _triples(tables.get(b"stsc", bytes(8))), 4)
    out: list[Sample] = []
    run, per_chunk = 0, 0
    for number, start in enumerate(chunks, 1):
        while run < len(runs) and runs[run] <= number:
            per_chunk = runs[run + 1]
            run += 3
        for size in sizes[len(out) : len(out) + per_chunk]:
            out.append(Sample(start, size))
            start += size  # noqa: PLW2901
    return out


def _triples(table: bytes) -> bytes:
    """The entries of `stsc` as a table of single numbers."""
    (count,) = struct.unpack_from(">I", table, 4)
    return struct.pack(">I", min(3 * count, 0xFFFFFFFF)) + table[8:]
