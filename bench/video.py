"""What reading and comparing videos costs: `python -m bench.video [costs] [search] [copies]`.

Times are real seconds of this machine, one film at a time; CPU seconds are those of the children. Films are 1080p25
H.264 with a key frame every ten seconds at most, made once under `.cache/films`.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np

from mailbot.extract.kind import file_type
from mailbot.likeness.cells import has_faiss
from mailbot.likeness.compare import compare
from mailbot.likeness.index import Index, search
from mailbot.model.filetype import FileType
from mailbot.model.limits import Limits
from mailbot.model.prints import LikenessRules, Print, PrintKind
from mailbot.model.tools import Tools
from mailbot.model.video import VideoFacts
from mailbot.store import Store
from mailbot.video import boxes
from mailbot.video.facts import picture_stream
from mailbot.video.prints import dense_print, key_print, make_print
from mailbot.video.probe import probe
from mailbot.video.read import read_video
from mailbot.video.stills import Film, look
from tests.make.films import ffmpeg
from tests.make.lookalikes import EDITS, copy, scenes

LENGTHS: Final = (60, 240, 480)
LIMITS: Final = Limits(decode_seconds=600)


def main(wanted: Iterable[str]) -> None:
    tables = {"costs": costs, "search": searches, "copies": copies}
    for name in list(wanted) or tables:
        tables[name]()


def measured(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gave, real seconds, CPU seconds of this process and its children."""
    begun, cpu = time.monotonic(), _cpu()
    result = work()
    return result, time.monotonic() - begun, _cpu() - cpu


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def row(*cells: object) -> None:
    print("| " + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |")


def minutes(seconds: int) -> Path:
    """A busy film of moving patterns and noise, 8 Mbit/s."""
    still = ("-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25:d=20,noise=alls=12:allf=t")
    one = ffmpeg("mp4", *still, "-c:v", "libx264", "-preset", "veryfast", "-b:v", "8M", "-g", "250", "-threads", "2")
    return ffmpeg("mp4", "-stream_loop", str(seconds // 20 - 1), "-i", str(one), "-c", "copy", "-t", str(seconds))


def costs() -> None:
    print("\n## Cost of reading, real seconds / CPU seconds\n")
    row("film", "MB", "boxes", "probe", "look", "key print", "read_video in all", "dense print")
    row(*["---"] * 8)
    for seconds in LENGTHS:
        path = minutes(seconds)
        probed, probe_time, probe_cpu = measured(lambda: probe(path, FileType.MP4, 20, "ffprobe", table=True))  # noqa: B023
        picture = picture_stream(probed.streams)
        assert picture is not None
        index = int(picture.index)
        _, walk_time, walk_cpu = measured(lambda: boxes.walk(path))  # noqa: B023
        film = Film(path, FileType.MP4, index, 1920, 1080, float(seconds))
        sight, look_time, look_cpu = measured(lambda: look(film, probed.packets_of(index), 600, "ffmpeg"))  # noqa: B023
        _, key_time, key_cpu = measured(lambda: key_print(sight.stills))  # noqa: B023
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder))
            _, all_time, all_cpu = measured(lambda: read_video(path, FileType.MP4, store, LIMITS, Tools()))  # noqa: B023
        facts = VideoFacts("mp4", "h264", 1920, 1080, float(seconds))
        _, dense_time, dense_cpu = measured(lambda: dense_print(path, FileType.MP4, facts, LIMITS, Tools()))  # noqa: B023
        pairs = (
            (walk_time, walk_cpu), (probe_time, probe_cpu), (look_time, look_cpu),
            (key_time, key_cpu), (all_time, all_cpu), (dense_time, dense_cpu),
        )  # fmt: skip
        row(f"{seconds} s", path.stat().st_size // 10**6, *(f"{real:.2f} / {cpu:.2f}" for real, cpu in pairs))


def made(random: np.random.Generator, frames: int) -> Print:
    hashes = random.integers(0, 256, (frames, 32), dtype=np.uint8)
    return Print(PrintKind.DENSE, tuple(number / 2 for number in range(frames)), hashes.tobytes())


def searches() -> None:
    print("\n## Search among simulated works of 48 hashes; a copy has 45 of 256 bits flipped; ms, real / CPU\n")
    row("cells by", "works", "build, s", "MB", "median", "worst", "among the first 20", "exact comparison", "add one")
    row(*["---"] * 8)
    for fast in (True, False) if has_faiss() else (False,):
        for works in (1_000, 10_000, 100_000):
            context = multiprocessing.get_context("spawn")  # so that memory is each one's own
            with ProcessPoolExecutor(1, context) as pool:
                row(*pool.submit(searched, works, fast=fast).result())


def searched(works: int, *, fast: bool) -> tuple[object, ...]:
    random = np.random.default_rng(1)
    rules = LikenessRules()
    prints = {str(number): made(random, 48) for number in range(works)}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    index = Index(fast=fast)
    _, build, build_cpu = measured(lambda: index.add(prints.items()))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    times, exact, found = [], [], 0
    for number in random.integers(0, works, 20):
        bits = np.unpackbits(np.frombuffer(prints[str(number)].hashes, np.uint8).reshape(-1, 32), axis=1)
        for frame in bits:
            frame[random.choice(256, 45, replace=False)] ^= 1
        asked = Print(PrintKind.DENSE, prints[str(number)].times, np.packbits(bits, axis=1).tobytes())
        names, *took = measured(lambda: index.candidates(asked, rules.bits))  # noqa: B023
        _, *both = measured(lambda: search(index, prints.get, asked, rules))  # noqa: B023
        times.append(took)
        exact.append(both[0] - took[0])
        found += str(number) in names
    _, *one = measured(lambda: index.add([("one more", asked)]))
    real, cpu = np.array(times).T * 1000
    return (
        "faiss" if fast else "numpy",
        works,
        f"{build:.1f} / {build_cpu:.1f}",
        memory,
        f"{np.median(real):.0f} / {np.median(cpu):.0f}",
        f"{real.max():.0f} / {cpu.max():.0f}",
        f"{found} of 20",
        f"{np.median(exact) * 1000:.0f}",
        f"{one[0] * 1000:.0f} / {one[1] * 1000:.0f}",
    )


def copies() -> None:
    print("\n## Copies of made-up films: found, least score; `keys` are every twentieth frame of the copy\n")
    row("edit", "dense", "least", "keys", "least")
    row(*["---"] * 5)
    rules = LikenessRules()
    seeds = range(1, 9)
    known = {seed: _dense(scenes(seed)) for seed in seeds}
    prints = {(seed, edit): (_dense(copy(seed, edit)), _keys(copy(seed, edit))) for seed in seeds for edit in EDITS}
    for edit in EDITS:
        dense = [compare(prints[seed, edit][0], known[seed], rules) for seed in seeds]
        keys = [compare(prints[seed, edit][1], known[seed], rules) for seed in seeds]
        counts = [f"{sum(one.is_likeness(rules) for one in found)} of {len(found)}" for found in (dense, keys)]
        row(edit, counts[0], min(one.score for one in dense), counts[1], min(one.score for one in keys))
    others = [
        compare(asked, known[other], rules)
        for (seed, _), pair in prints.items()
        for asked in pair
        for other in seeds
        if other != seed
    ]
    alarms = sum(one.is_likeness(rules) for one in others)
    print(
        f"\n{alarms} alarms among {len(others)} pairs of different films; greatest {max(o.score for o in others):.2f}"
    )


def _look(path: Path) -> tuple[Film, Any]:
    probed = probe(path, file_type(path), 20, "ffprobe", table=True)
    picture = picture_stream(probed.streams)
    assert picture is not None
    film = Film(path, FileType.MP4, int(picture.index), 640, 360, float(picture.duration))
    return film, look(film, probed.packets_of(film.index), 60, "ffmpeg")


def _keys(path: Path) -> Print:
    _, sight = _look(path)
    found = make_print(PrintKind.KEYS, sight.stills[::20])
    assert found is not None
    return found


def _dense(path: Path) -> Print:
    film, _ = _look(path)
    facts = VideoFacts("mp4", "h264", 640, 360, film.duration)
    found = dense_print(path, FileType.MP4, facts, LIMITS, Tools())
    assert found is not None
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
