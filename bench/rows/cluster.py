"""Films on a cluster of one and of two workers; what a task costs besides its work; what a film moves.

Everything runs on this machine, so two workers need two idle cores to be twice one; over a network a task costs its
round trip more. The endpoint is moto's, in Python, which copies a whole object for each piece of it: the films that are
counted are small ones, of 1 Mbit/s.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

from bench.table import Goal, Row, Run
from mailbot.bucket import Bucket
from mailbot.bucket_store import BucketStore
from mailbot.cluster.client import told_of_workers
from mailbot.cluster.engine import DaskEngine
from mailbot.engine import Engine, LocalEngine
from mailbot.extract.works import Bench, read_film
from mailbot.model.filetype import FileType
from mailbot.model.limits import MIB, Limits
from mailbot.model.mail import Part
from mailbot.model.rules import Rules
from mailbot.model.tools import Tools
from mailbot.ops.house import open_house
from mailbot.ops.round import run_once
from mailbot.settings.keys import StoreKind, StoreSettings, WorkSettings
from mailbot.settings.loading import load
from mailbot.spool import Spool
from mailbot.store import Store
from mailbot.video.outline import needed
from tests.cluster import tasks
from tests.journeys.material import IN_TIME, Work, form, mail
from tests.make.configs import CAMPAIGN
from tests.make.films import box, film
from tests.make.maildir import lay, maildir
from tests.servers.cluster import BUCKET, Cluster, bucket, cluster

FILMS: Final = 8
MAILS: Final = 2
TASKS: Final = 100
LIGHT, HEAVY = (
    ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", rate, "-g", "50", "-threads", "2") for rate in ("1M", "6M")
)


def rows() -> Iterator[Row]:
    """Films a minute, the cost of a task, bytes moved."""
    with (
        TemporaryDirectory() as name,
        bucket() as port,
        cluster(Path(name) / "cluster", port, workers=1) as made,
    ):
        folder = Path(name)
        films = list(_films(folder, made))
        local = _local(folder, films)
        one = _films_a_minute(made, films)
        yield Row("verdicts on films of a minute, 1 worker", Run(one), "films/min", local, "this engine, 1 worker")
        for rate, content, moved in (
            ("1 Mbit/s", films[0].size, _moved(made) / FILMS),
            ("6 Mbit/s", *_outlined(folder, made)),
        ):
            goal = Goal("ratio", "≤", 1.0)
            yield Row(f"bytes that a verdict moves, {rate}", Run(moved / MIB), "MiB", content / MIB, "film", (goal,))
        yield from _tasks(made)
        made.start_worker()
        yield _whole_way(folder, made)
        yield Row("likewise, 2 workers", Run(_films_a_minute(made, films)), "films/min", one, "1 worker")


def _films(folder: Path, made: Cluster) -> Iterator[Part]:
    """The same film again and again, each time with other bytes behind its last box."""
    content = film(seconds=61, rate="25", codec=LIGHT).read_bytes()
    far, near = BucketStore(folder / "far", _bucket(made), 1024 * MIB), Store(folder / "near")
    for number in range(FILMS):
        blocks = [content, (16).to_bytes(4), b"free", number.to_bytes(8)]
        near.put(blocks)
        kept = far.put(blocks)
        yield Part(f"{number}.mp4", "video/mp4", kept.sha256, kept.size)


def _bucket(made: Cluster) -> Bucket:
    url, endpoint = f"s3://{BUCKET}/{made.folder.name}", f"http://127.0.0.1:{made.gate.port}"
    return Bucket(StoreSettings(StoreKind.S3, url, endpoint))


def _outlined(folder: Path, made: Cluster) -> tuple[int, int]:
    """Bytes of a film, and of the pieces that its verdict needs."""
    kept = BucketStore(folder / "far", _bucket(made), MIB).put_file(film(seconds=61, rate="25", codec=HEAVY))
    there = BucketStore(folder / "there", _bucket(made), MIB)
    with there.outline(kept.sha256, needed):
        return kept.size, there.bucket.came


def _whole_way(folder: Path, made: Cluster) -> Row:
    """What leaves the bucket for mails with a film each, from the mail to the film's print, on two workers."""
    home, content, sent = folder / "home", film(seconds=61, rate="25", codec=HEAVY).read_bytes(), 0
    home.mkdir()
    (home / "config.toml").write_text(CAMPAIGN + made.config, encoding="utf-8")
    before = made.gate.gave
    with open_house(load(home / "config.toml", {})[0]) as house:
        for number in range(MAILS):
            name = f"{number}.mp4"
            raw = mail(("推荐表.docx", form(Work(name))), (name, content + box(b"free", number.to_bytes(8)))).as_bytes()
            lay(maildir(home / "inbox"), name, raw, IN_TIME.timestamp())
            sent += len(raw)
            run_once(house)
    gave = (made.gate.gave - before) / MAILS / MIB
    goal = Goal("ratio", "≤", 1.1)
    return Row(
        "bytes out of the bucket, mail to print, 6 Mbit/s", Run(gave), "MiB", sent / MAILS / MIB, "mail", (goal,)
    )


def _engine(made: Cluster) -> DaskEngine:
    return DaskEngine(_settings(made), (Rules(), Limits()))


def _settings(made: Cluster) -> WorkSettings:
    proof = made.certificate
    return WorkSettings(scheduler=made.address, ca_file=proof.file, cert_file=proof.file, key_file=proof.key)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _all(engine: Engine, here: Bench, films: Sequence[Part]) -> None:
    for reading in [engine.submit(read_film, here, part, FileType.MP4) for part in films]:
        assert reading.result().facts is not None


def _local(folder: Path, films: Sequence[Part]) -> float:
    engine = LocalEngine(1)
    none = cast("Spool", None)
    here = Bench(Store(folder / "near"), none, none, Limits(), Tools(), Rules(), engine, none)  # type: ignore[arg-type]
    spent = _seconds(lambda: _all(engine, here, films))
    engine.close()
    return 60 * len(films) / spent


def _films_a_minute(made: Cluster, films: Sequence[Part]) -> float:
    engine = _engine(made)
    engine.submit(tasks.themes, cast("Bench", None)).result()
    spent = _seconds(lambda: _all(engine, cast("Bench", None), films))
    engine.close()
    return 60 * len(films) / spent


def _moved(made: Cluster) -> int:
    with suppress(OSError):
        told = told_of_workers(_settings(made), (Rules(), Limits()), tasks.moved)
        return sum(int(came) for came in told.values())
    return 0


def _tasks(made: Cluster) -> Iterator[Row]:
    """A task that does next to nothing, here and there."""
    here = cast("Bench", tasks.Nothing(Rules()))
    local, far = LocalEngine(1), _engine(made)
    far.submit(tasks.themes, here).result()

    def milliseconds(engine: Engine) -> float:
        spent = [_seconds(lambda: engine.submit(tasks.themes, here).result()) for _ in range(TASKS)]
        return 1000 * statistics.median(spent)

    yield Row("a task that does nothing", Run(milliseconds(far)), "ms", milliseconds(local), "local engine")
    local.close()
    far.close()
