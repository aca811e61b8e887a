"""How well copies of real pictures are found: `python -m bench.lookalikes FOLDER…`.

FOLDER holds photographs (wallpapers, say: nothing is kept in the repository), at least sixty different ones, and
perhaps films (`*.avi`, `*.mp4`). Fourteen films of a minute are made of them, a pan or a zoom a shot of 3 to 6 s, as a
camera or an editor would; two families of four share an opening card and some shots. Cameras that never move give two
works each (`bench/cameras.py`), and a long film of one, where there is one, is cut into two. Each is then edited as
people do, by another encoder each time, whose key frames fall elsewhere. Everything made stays under
`.cache/lookalikes`.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench import cameras
from mailbot.extract.kind import file_type
from mailbot.likeness.compare import compare
from mailbot.model.limits import Limits
from mailbot.model.prints import LikenessRules, Print, PrintKind, PrintMatch
from mailbot.model.tools import Tools
from mailbot.video.facts import CONTAINER, picture_stream, video_facts
from mailbot.video.prints import dense_print, key_print
from mailbot.video.probe import probe
from mailbot.video.stills import Film, look

CACHE: Final = Path(".cache/lookalikes")
SIZE: Final = (960, 540)
RATE: Final = 10
SECONDS: Final = 60
FILMS: Final = 14
SHOTS: Final = 14
OWN: Final = 10
FAMILIES: Final = (range(4), range(4, 8))
CARD_SECONDS: Final = (3.0, 5.0)
LEAST_SIDE: Final = 480
DIFFERENT: Final = 80
"""Bits by which two photographs differ; wallpapers come in many sizes."""
PLACES: Final = {"people": 27, "speaker": 48, "conveyor": 34}
"""The photographs before which the cameras stand."""
LIMITS: Final = Limits(decode_seconds=600)
QUIET: Final = ("nice", "ffmpeg", "-v", "error", "-nostdin", "-y")

X264: Final = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")
ENCODERS: Final[Mapping[str, tuple[str, ...]]] = {
    "x264, a key frame every 2 s": (*X264, "-g", "20", "-sc_threshold", "0", "-crf", "30"),
    "x264 at scene cuts": (*X264, "-crf", "33"),
    "x265": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-crf", "32"),
    "MPEG-4 part 2": ("-c:v", "mpeg4", "-q:v", "6", "-g", "12"),
    "SVT-AV1": ("-c:v", "libsvtav1", "-preset", "12", "-crf", "45", "-pix_fmt", "yuv420p"),
    "libaom, a key frame every 8 s": ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-g", "80",
                                      "-b:v", "500k", "-pix_fmt", "yuv420p"),
}  # fmt: skip
LOGO: Final = "drawbox=x=40:y=30:w=150:h=70:color=white:t=fill,drawbox=x=60:y=45:w=60:h=40:color=red:t=fill"
SUBTITLES: Final = "drawbox=x=230:y=470:w=500:h=40:color=white@0.9:t=fill:enable='lt(mod(t,4),3)'"
EDITS: Final[Mapping[str, tuple[str, ...]]] = {
    "re-encoded": (),
    "smaller": ("-vf", "scale=640:360"),
    "logo": ("-vf", LOGO),
    "subtitles": ("-vf", SUBTITLES),
    "trimmed by 3 s": ("-ss", "3"),
    "intro of 5 s": ("-vf", "tpad=start_duration=5:color=navy"),
    "cropped by 5 %": ("-vf", "crop=iw*0.95:ih*0.95,scale=960:540"),
    "letterboxed": ("-vf", "pad=960:720:0:90:black"),
    "all at once": ("-ss", "3", "-vf", f"crop=iw*0.96:ih*0.96,scale=960:540,{LOGO},{SUBTITLES},scale=640:360"),
}


@dataclass(frozen=True, slots=True)
class Prints:
    """A film's print before the answer and the one behind it; either may be missing."""

    keys: Print | None
    dense: Print | None


def photographs(folders: Iterable[Path]) -> list[Path]:
    """Different pictures of some size, in a fixed order."""
    kept: list[tuple[Path, NDArray[np.uint8]]] = []
    paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
    for path in paths:
        if path.suffix.lower() not in (".jpg", ".jpeg", ".webp") or path.is_symlink():
            continue
        with Image.open(path) as picture:
            if min(picture.size) < LEAST_SIDE:
                continue
            small = np.asarray(picture.convert("L").resize((17, 16))).astype(int)
        bits = (small[:, 1:] > small[:, :-1]).astype(np.uint8)
        if all(np.count_nonzero(bits != other) > DIFFERENT for _, other in kept):
            kept.append((path, bits))
    return [path for path, _ in kept]


def shots(number: int, photos: list[Path]) -> Iterator[tuple[Path, float, int]]:
    """A film's shots: picture, seconds, seed of the camera's way. A family shares its card and two of its shots."""
    random = np.random.default_rng(number)
    own = [(photos[(6 + number * OWN + place) % len(photos)], number * 100 + place) for place in range(OWN)]
    family = next((place for place, members in enumerate(FAMILIES) if number in members), None)
    lengths = random.uniform(3, 6, SHOTS)
    if family is not None:
        yield photos[family * 3], CARD_SECONDS[family], -1
        for shared in (1, 2):
            own.insert(int(random.integers(0, len(own))), (photos[family * 3 + shared], 9000 + family * 10 + shared))
    for (path, seed), seconds in zip(own * 2, lengths.tolist() * 2, strict=False):
        yield path, seconds, seed


def original(number: int, photos: list[Path]) -> Path:
    """A film of a minute."""
    target = CACHE / f"film-{number}.mp4"
    if not target.exists():
        encoded(frames(number, photos), target)
    return target


def encoded(pictures: Iterable[bytes], target: Path) -> None:
    temporary = target.with_suffix(".tmp.mp4")
    width, height = SIZE
    raw = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(RATE), "-i", "-")
    argv = [*QUIET, *raw, *X264, "-crf", "23", "-g", "100", str(temporary)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for picture in pictures:
            encoder.stdin.write(picture)
    temporary.rename(target)


def frames(number: int, photos: list[Path]) -> Iterator[bytes]:
    left = SECONDS * RATE
    for path, seconds, seed in shots(number, photos):
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((1600, 1600))
        count = min(round(seconds * RATE), left)
        for view in ways(picture.size, count, seed):
            yield picture.resize(SIZE, Image.Resampling.BILINEAR, view).tobytes()
        left -= count
        if not left:
            return


def ways(size: tuple[int, int], count: int, seed: int) -> Iterator[tuple[float, float, float, float]]:
    """A camera's way over a picture: the box that is seen, frame by frame. A card (seed -1) stands still."""
    random = np.random.default_rng(abs(seed))
    zooms = (1.0, 1.0) if seed < 0 else random.uniform(0.6, 0.95, 2)
    starts, ends = random.uniform(0, 1, (2, 2))
    across = min(size[0], size[1] * SIZE[0] / SIZE[1])
    for step in range(count):
        part = step / max(count - 1, 1)
        zoom = zooms[0] + (zooms[1] - zooms[0]) * part
        width, height = across * zoom, across * zoom * SIZE[1] / SIZE[0]
        place = starts + (ends - starts) * part
        left, top = (size[0] - width) * place[0], (size[1] - height) * place[1]
        yield left, top, left + width, top + height


def copy(source: Path, edit: str, encoder: str) -> Path:
    """A film edited and encoded anew."""
    target = CACHE / f"{source.stem}-{edit.replace(' ', '-').replace('%', 'pc')}.mp4"
    if not target.exists():
        temporary = target.with_suffix(".tmp.mp4")
        argv = [*QUIET, "-i", str(source), *EDITS[edit], "-threads", "2", *ENCODERS[encoder], str(temporary)]
        subprocess.run(argv, check=True)
        temporary.rename(target)
    return target


def by_one_camera(kind: str, work: int, photos: list[Path]) -> Path:
    """A work of a camera that never moves; those of one kind are of one place."""
    target = CACHE / f"{kind}-{work}.mp4"
    if not target.exists():
        place = photos[PLACES[kind]]
        encoded(cameras.frames(kind, work, place, SIZE, RATE, SECONDS), target)
    return target


def fixed_camera(films: list[Path]) -> list[Path]:
    """Two works by one real camera that never moves: the halves of the longest film, at half speed."""
    made = []
    for half, start in enumerate(("0", "39")):
        target = CACHE / f"camera-{half}.mp4"
        if not target.exists():
            scale = f"setpts=1.6*PTS,fps={RATE},scale={SIZE[0]}:{SIZE[1]}"
            argv = [*QUIET, "-ss", start, "-t", "38", "-i", str(films[0]), "-vf", scale, *X264, "-an", str(target)]
            subprocess.run(argv, check=True)
        made.append(target)
    return made


def prints(path: Path) -> Prints:
    """Both prints, as mailbot makes them."""
    kind = file_type(path)
    probed = probe(path, kind, 60, "ffprobe", table=True)
    picture = picture_stream(probed.streams)
    assert picture is not None
    facts = video_facts(CONTAINER[kind], probed.streams, probed.film)
    film = Film(path, kind, int(picture.index), facts.width, facts.height, facts.duration)
    sight = look(film, probed.packets_of(film.index), 600, "ffmpeg")
    return Prints(key_print(sight.stills), dense_print(path, kind, facts, LIMITS, Tools()))


def main(folders: Iterable[Path]) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    folders = list(folders)
    photos = photographs(folders)
    print(f"{len(photos)} different photographs")
    films = sorted(path for folder in folders for path in folder.rglob("vtest.avi"))
    encoders = list(ENCODERS)
    with ThreadPoolExecutor(2) as pool:
        sources = [*pool.map(lambda number: original(number, photos), range(FILMS))]
        sources += (by_one_camera(kind, work, photos) for kind in PLACES for work in range(cameras.WORKS))
        sources += fixed_camera(films) if films else []
        wanted = [
            (source, edit, encoders[(number + place) % len(encoders)])
            for number, source in enumerate(sources)
            for place, edit in enumerate(EDITS)
        ]
        copies = [*pool.map(lambda one: copy(*one), wanted)]
        known = [*pool.map(prints, sources)]
        asked = [*pool.map(prints, copies)]
    report(sources, wanted, known, asked)


def report(sources: list[Path], wanted: list[tuple[Path, str, str]], known: list[Prints], asked: list[Prints]) -> None:
    rules = LikenessRules()
    pairs_asked = list(zip(wanted, asked, strict=True))
    for by, names in ((1, EDITS), (2, ENCODERS)):
        print("\n| copy | before the answer | least | median | behind it | least | median |\n|" + " --- |" * 7)
        for name in names:
            chosen = [(known[sources.index(one[0])], made) for one, made in pairs_asked if one[by] == name]
            told = [name]
            for kind in PrintKind:
                found = [likeness(made, theirs, kind, rules) for theirs, made in chosen]
                scores = [one.score for one in found]
                told.append(f"{sum(one.is_likeness(rules) for one in found)} of {len(found)}")
                told += [f"{min(scores):.2f}", f"{np.median(scores):.2f}"]
            print("| " + " | ".join(told) + " |")
    for kind in PrintKind:
        pairs = [
            (likeness(made, known[place], kind, rules), one[0].stem, one[1], sources[place].stem)
            for one, made in pairs_asked
            for place in range(len(sources))
            if sources[place] != one[0]
        ]
        alarms = [pair for pair in pairs if pair[0].is_likeness(rules)]
        print(f"\n{kind}: {len(alarms)} alarms among {len(pairs)} pairs of different films; the nearest:")
        for one, film, edit, other in sorted(pairs, key=lambda pair: -pair[0].score)[:8]:
            print(f"  {one.score:.2f} over {one.seconds:.0f} s: {film}, {edit}, and {other}")


def likeness(asked: Prints, known: Prints, kind: PrintKind, rules: LikenessRules) -> PrintMatch:
    """A copy's print against an original's dense one; nothing in common where one is missing."""
    mine = asked.keys if kind is PrintKind.KEYS else asked.dense
    if mine is None or known.dense is None:
        return PrintMatch(0.0, 0.0, 0.0)
    return compare(mine, known.dense, rules)


if __name__ == "__main__":
    main(map(Path, sys.argv[1:]))
