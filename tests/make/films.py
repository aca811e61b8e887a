"""Films for tests, made by ffmpeg and kept under `.cache/films` by a hash of their recipe: the second run is quick.

Most are a minute at one frame a second: small, and quick to make. What ffmpeg cannot write (turned, lying and hostile
boxes) is patched into the bytes.
"""

import contextlib
import hashlib
import os
import struct
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

CACHE: Final = Path(__file__).parents[2] / ".cache" / "films"
X264: Final = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", "-pix_fmt", "yuv420p", "-threads", "2")
QUIET: Final = ("ffmpeg", "-v", "error", "-nostdin", "-y")
EXACT: Final = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")


def kept(suffix: str, recipe: object, write: Callable[[Path], None]) -> Path:
    """The file of this recipe, made at need; appears under its name only when it is whole.

    Of two workers who make it at once the first one's stays: a reader is let to that very file, not to another that
    took its name meanwhile.
    """
    name = hashlib.sha256(repr((suffix, recipe)).encode()).hexdigest()[:24]
    target = CACHE / f"{name}.{suffix}"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(suffix=f".{suffix}", dir=CACHE)
        os.close(descriptor)
        write(Path(temporary))
        with contextlib.suppress(FileExistsError):
            target.hardlink_to(temporary)
        Path(temporary).unlink()
    return target


def laid_down(content: bytes, suffix: str = "mp4") -> Path:
    """A file of this content."""

    def write(path: Path) -> None:
        path.write_bytes(content)

    return kept(suffix, hashlib.sha256(content).hexdigest(), write)


def ffmpeg(suffix: str, *args: str) -> Path:
    """What `ffmpeg ARGS out.suffix` writes."""

    def write(path: Path) -> None:
        subprocess.run([*QUIET, *args, *EXACT, str(path)], check=True, timeout=300)

    return kept(suffix, args, write)


def film(
    size: str = "1920x1080",
    seconds: float = 61,
    rate: str = "1",
    *,
    source: str = "testsrc2",
    sound: bool = False,
    codec: tuple[str, ...] = X264,
    more: tuple[str, ...] = (),
    suffix: str = "mp4",
) -> Path:
    """A film of a moving test picture."""
    separator = "=" if "=" not in source else ":"
    inputs = ["-f", "lavfi", "-i", f"{source}{separator}s={size}:r={rate}:d={seconds}"]
    if sound:
        inputs += ["-f", "lavfi", "-i", "sine=f=440:r=8000", "-c:a", "aac", "-b:a", "16k", "-shortest"]
    return ffmpeg(suffix, *inputs, "-t", str(seconds), *codec, *more)


def remux(path: Path, *args: str, suffix: str = "mp4") -> Path:
    """The same streams in other boxes."""
    return ffmpeg(suffix, "-i", str(path), "-map", "0", "-c", "copy", *args)


def patched(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A film's bytes changed; `name` stands for the change in the recipe."""

    def write(target: Path) -> None:
        target.write_bytes(change(path.read_bytes()))

    return kept(path.suffix[1:], (path.name, name), write)


def faststart(path: Path) -> Path:
    """The index in front of the pictures."""
    return remux(path, "-movflags", "+faststart")


def cut(path: Path, share: float) -> Path:
    """The first `share` of a file."""
    return patched(path, f"cut {share}", lambda data: data[: int(len(data) * share)])


# --- boxes (ISO/IEC 14496-12) ---


def find(data: bytes, *kinds: bytes, start: int = 0) -> int:
    """Where the box at this path of kinds starts: the first of each, one within the other."""
    for kind in kinds:
        start = data.index(kind, start) - 4
        last = start
        start += 8
    return last


def put(data: bytes, position: int, value: bytes) -> bytes:
    """These bytes written over those at `position`."""
    return data[:position] + value + data[position + len(value) :]


def box(kind: bytes, body: bytes) -> bytes:
    """One box."""
    return struct.pack(">I4s", len(body) + 8, kind) + body


def grown(data: bytes, parents: tuple[bytes, ...], position: int, old: int, new: bytes) -> bytes:
    """`old` bytes at `position` replaced by `new`, the parents' sizes mended; only for an index behind the pictures."""
    start = 0
    starts = []
    for kind in parents:
        start = data.index(kind, start) - 4
        starts.append(start)
        start += 8
    for at in starts:
        size = int.from_bytes(data[at : at + 4]) + len(new) - old
        data = put(data, at, size.to_bytes(4))
    return data[:position] + new + data[position + old :]


_MATRICES: Final = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def turned(path: Path, degrees: int) -> Path:
    """A film that says: turn me clockwise (tkhd's matrix, §8.3.2)."""
    a, b, c, d = (value << 16 for value in _MATRICES[degrees])
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return patched(
        path, f"turned {degrees}", lambda data: put(data, find(data, b"moov", b"trak", b"tkhd") + 48, matrix)
    )


def stated(path: Path, kind: bytes, offset: int, value: int) -> Path:
    """A film whose box `kind` says another 32-bit number at `offset` from its start."""

    def change(data: bytes) -> bytes:
        return put(data, data.rindex(kind) - 4 + offset, value.to_bytes(4))

    return patched(path, f"{kind!r} {offset} {value}", change)


def edited(path: Path, *edits: tuple[int, int]) -> Path:
    """A silent film, its index behind its pictures, under another edit list: (ms, first ms of the media or -1) each."""

    def change(data: bytes) -> bytes:
        at = find(data, b"moov", b"trak", b"edts")
        scale = int.from_bytes(data[find(data, b"moov", b"trak", b"mdhd") + 20 :][:4])
        rows = [
            struct.pack(">Iihh", length, -1 if start < 0 else start * scale // 1000, 1, 0) for length, start in edits
        ]
        table = box(b"edts", box(b"elst", struct.pack(">II", 0, len(rows)) + b"".join(rows)))
        return grown(data, (b"moov", b"trak"), at, int.from_bytes(data[at : at + 4]), table)

    return patched(path, f"edits {edits}", change)


def branded(path: Path, major: bytes, *compatible: bytes) -> Path:
    """A film with other brands of the same number (ftyp, §4.3)."""

    def change(data: bytes) -> bytes:
        size = int.from_bytes(data[:4])
        return box(b"ftyp", (major + bytes(4) + b"".join(compatible)).ljust(size - 8, b"\0")) + data[size:]

    return patched(path, f"brand {major!r} {compatible!r}", change)


def referring(path: Path, kind: bytes, target: bytes) -> Path:
    """A film whose data lies elsewhere (dref, §8.7.2); made of one with its index behind."""

    def change(data: bytes) -> bytes:
        parents = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
        at = find(data, *parents) + 16
        return grown(data, parents, at, 12, box(kind, bytes(4) + target + b"\0"))

    return patched(path, f"dref {kind!r} {target!r}", change)
