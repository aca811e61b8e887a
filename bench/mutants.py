"""Hostile inputs: mails, forms and films' boxes, each made from its number alone.

Samples of the tests are bent, cut, doubled, joined and nested; boxes are also grown from nothing.
"""

import io
import random
import struct
import tomllib
import zipfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from tests.corpus.test_corpus import ORDINARY
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
"""What a box's header may lie about its length, in bytes."""
BOXES: Final = (
    b"ftyp", b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"dref", b"encv", b"enca", b"sinf", b"url ", b"mvex",
    b"mehd", b"moof", b"mfra", b"mdat", b"free", b"uuid", b"\0\0\0\0",
)  # fmt: skip


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
    return [b""]


def _mail(path: Path) -> bytes:
    text = str(tomllib.loads(path.read_text(encoding="utf-8"))["mail"])
    return written(text.replace("...\n", ORDINARY, 1) if text.startswith("...") else text)


def mutant(kind: Kind, seeds: Sequence[bytes], number: int) -> bytes:
    """The input of this number."""
    chance = random.Random(f"{kind}{number}")  # noqa: S311 - mutants, no secrets
    if kind is Kind.BOXES:
        return _boxes(chance, 0)
    data = chance.choice(seeds)
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


def _boxes(chance: random.Random, depth: int) -> bytes:
    found = b""
    for _ in range(chance.randrange(1, 5)):
        inside = (
            _boxes(chance, depth + 1)
            if depth < 12 and chance.random() < 0.6
            else chance.randbytes(chance.randrange(40))
        )
        fields = bytes(chance.choice((0, 4, 8, 28, 78)))
        size = 8 + len(fields) + len(inside) if chance.random() < 0.8 else chance.choice(SIZES)
        head = struct.pack(">I", size & 0xFFFFFFFF) + chance.choice(BOXES)
        if size == 1:
            head += struct.pack(">Q", chance.choice((0, 16, len(inside) + 16, 2**62, 2**64 - 1)))
        found += head + fields + inside
    return found if chance.random() < 0.9 else scrambled(found, chance)
