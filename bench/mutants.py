"""Hostile inputs: mails, forms and films' boxes, each made from its number alone.

Samples of the tests are bent, cut, doubled, joined and nested; boxes are also grown from nothing.
"""

import io
import random
import re
import struct
import tomllib
import zipfile
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from tests.corpus.test_corpus import ORDINARY
from tests.make.films import X264, faststart, film, remux
from tests.make.mails import written

TESTS: Final = Path(__file__).parents[1] / "tests"
REPACKED: Final = 0.7
"""Share of the packages that are mutated within a part, not from outside."""
CUT: Final = 0.05
CHUNKS: Final = (
    b"\r\n", b"\n", b" ", b"\t", b"-", b"--b\r\n", b"=?utf-8?b?", b"?=", b"=", b"%", b"<", b"<div>", b"&#", b"<!--",
    b"(", b'"', b"\\", b",", b";", b"@", b"\0", b"1", b"1,", b"a.", b">", b"\r\n>", "\u202e".encode(), "作品".encode(),
    "撤回".encode(), "提取码".encode(), b"http://", b"GYQG-2024-0001 ", b"\xff", b"\r\nFrom: a@b\r\n", b"begin 644 x\n",
)  # fmt: skip
"""Repeated, each is a long run of what readers look for."""
SHORT: Final = (1, 2, 3, 5, 20)
LONG: Final = (300, 4000)
RARE: Final = 0.03
"""Share of the mutants that hold long runs: they take most of the time."""
SIZES: Final = (0, 1, 7, 8, 9, 16, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""What a box may lie about its length, or about how many entries it has."""
GROWN: Final = (1, 5, 20, 60)
"""Boxes of a file that is grown from nothing, at most."""
DEEP: Final = 12
BOXES: Final = (
    b"ftyp", b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"dref", b"encv", b"enca", b"sinf", b"url ", b"mvex",
    b"mehd", b"moof", b"mfra", b"mdat", b"free", b"uuid", b"\0\0\0\0", b"hdlr", b"mvhd", b"stsz", b"stco", b"co64",
    b"stsc", b"stss",
)  # fmt: skip
_KIND: Final = re.compile(b"|".join(re.escape(kind) for kind in BOXES))


class Kind(StrEnum):
    """What a stranger may send."""

    MAIL = "mail"
    FORM = "form"
    BOXES = "boxes"


def samples(kind: Kind) -> list[bytes]:
    """What mutants of a kind are made from."""
    if kind is Kind.MAIL:
        return [_mail(path) for path in sorted((TESTS / "corpus" / "mails").glob("*.toml"))]
    if kind is Kind.FORM:
        files = sorted((TESTS / "samples" / "forms").iterdir())
        left_out = {".json", ".jpg", ".zip"}  # looking at a picture takes seconds
        return [path.read_bytes() for path in files if path.suffix not in left_out and "locked" not in path.name]
    return [path.read_bytes() for path in _films()]


def _films() -> Sequence[Path]:
    """Tiny films, some with so many pictures that their index says which bytes are needed."""
    short = film("64x36", 3, sound=True)
    long = film("64x36", 61, "8", source="color", codec=(*X264, "-g", "30"))
    fragments = remux(short, "-movflags", "+frag_keyframe+empty_moov+default_base_moof")
    return short, faststart(short), remux(short, suffix="mov"), fragments, long, remux(long, suffix="mov")


def _mail(path: Path) -> bytes:
    text = str(tomllib.loads(path.read_text(encoding="utf-8"))["mail"])
    return written(text.replace("...\n", ORDINARY, 1) if text.startswith("...") else text)


def mutant(kind: Kind, seeds: Sequence[bytes], number: int) -> bytes:
    """The input of this number."""
    chance = random.Random(f"{kind}{number}")  # noqa: S311 - mutants, no secrets
    if kind is Kind.BOXES and chance.random() < 0.3:
        return _grown(chance, chance.choice(GROWN))
    data = chance.choice(seeds)
    if kind is Kind.BOXES:
        return _bent(data, chance) if chance.random() < 0.7 else scrambled(data, chance)
    if kind is Kind.FORM:
        inside = data.startswith(b"PK") and chance.random() < REPACKED
        return _repacked(data, chance) if inside else scrambled(data, chance)
    other = chance.choice(seeds)
    match chance.randrange(4):
        case 0:  # one mail's head over another's body
            data = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + other.partition(b"\r\n\r\n")[2]
        case 1:
            data = b"Content-Type: message/rfc822\r\n" * chance.randrange(2) + b"From: a@b.example\r\n\r\n" + data
        case 2:
            at = chance.randrange(len(data) + 1)
            data = data[:at] + other + data[at:]
    return scrambled(data, chance)


def scrambled(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut out, doubled, overwritten, cut off, and long runs put in."""
    body = bytearray(data)
    runs = LONG if chance.random() < RARE else SHORT
    for _ in range(chance.choice((1, 2, 5, 20, 100))):
        if not body:
            break
        at, size = chance.randrange(len(body)), chance.choice((1, 2, 4, 16, 200))
        match chance.randrange(7):
            case 0:
                body[at] = chance.randrange(256)
            case 1:
                del body[at : at + size]
            case 2:
                body[at:at] = body[at : at + size] * chance.choice((1, 3, 50) if runs is LONG else (1, 3))
            case 3:
                body[at : at + size] = chance.randbytes(min(size, len(body) - at))
            case 4:
                body[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"))
            case 5:
                body[at:at] = chance.choice(CHUNKS) * chance.choice(runs)
            case _:
                del body[at if chance.random() < CUT else len(body) :]
    return bytes(body)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """The package with one part's text mutated."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        wanted = [info.filename for info in old.infolist() if info.filename.endswith((".xml", ".rels", ".vml"))]
        victim = chance.choice(wanted)
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info.filename, scrambled(part, chance) if info.filename == victim else part)
    return out.getvalue()


@cache
def _places(film: bytes) -> Sequence[int]:
    """Where the boxes of a film begin."""
    return [found.start() - 4 for found in _KIND.finditer(film)]


def _bent(film: bytes, chance: random.Random) -> bytes:
    """A film some of whose boxes lie about their length, kind, flags or numbers, or stand there twice."""
    body = bytearray(film)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.choice(_places(film))
        match chance.randrange(5):
            case 0:
                body[at : at + 4] = _length(chance)
            case 1:
                body[at + 4 : at + 8] = chance.choice(BOXES)
            case 2:  # version and flags, number of entries, the first of them
                field = at + 8 + 4 * chance.randrange(6)
                body[field : field + 4] = _length(chance)
            case 3:
                field = at + 8 + chance.randrange(100)
                body[field : field + 4] = chance.randbytes(4)
            case _:
                size = int.from_bytes(film[at : at + 4])
                body[at:at] = film[at : at + size]
    return bytes(body)


def _length(chance: random.Random) -> bytes:
    return struct.pack(">I", chance.choice(SIZES))


def _grown(chance: random.Random, boxes: int, depth: int = 0) -> bytes:
    """So many boxes, one within the other or behind it."""
    found = b""
    while boxes > 0:
        held = chance.randrange(boxes) if depth < DEEP else 0
        boxes -= held + 1
        inside = _grown(chance, held, depth + 1) if held else chance.randbytes(chance.randrange(40))
        fields = bytes(chance.choice((0, 4, 8, 28, 78)))
        size = 8 + len(fields) + len(inside) if chance.random() < 0.8 else chance.choice(SIZES)
        head = struct.pack(">I", size) + chance.choice(BOXES)
        if size == 1:
            head += struct.pack(">Q", chance.choice((0, 16, len(inside) + 16, 2**62, 2**64 - 1)))
        found += head + fields + inside
    return found if depth or chance.random() < 0.9 else scrambled(found, chance)
