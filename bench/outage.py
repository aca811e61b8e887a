"""A campaign through a minute of a bucket that is away, slow or late: `python -m bench.outage`.

Twenty mails of every kind are played on this machine alone, then on a scheduler, two workers and an S3 endpoint whose
gate refuses, answers 503 or nonsense, passes 20 kB a second each way on a connection, or answers after 20 s, from the
first mail on. Meanwhile a file of 25 MB is written, and another read. Told is what it took, and whether all tables of
the ledger and all letters are the same.
"""

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mailbot.bucket import Bucket
from mailbot.bucket_store import BucketStore
from mailbot.ledger import mails
from mailbot.model.limits import MIB
from mailbot.ops.house import open_house
from mailbot.ops.round import run_once
from mailbot.settings.keys import StoreKind, StoreSettings
from mailbot.settings.loading import load
from tests.make.backlog import CONFIG, deliver, ledger_of, letters_of
from tests.servers.cluster import Cluster, Mood, bucket, cluster

MAILS: Final = 20
CONTENT: Final = b"film" * 6_250_000
PATIENCE: Final = 180
"""Seconds, as `store.patience` is where nobody sets it."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.outage", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long the bucket is away, slow or late")
    moods = [mood.value for mood in Mood if mood is not Mood.OPEN]
    parser.add_argument("--moods", nargs="+", choices=moods, default=moods, help="how it is disposed")
    chosen = parser.parse_args()
    with TemporaryDirectory() as name, bucket() as port:
        inbox, one = Path(name) / "inbox", Path(name) / "one"
        deliver(inbox, MAILS)
        print(f"one machine: {played(one, inbox, '')}")
        for mood in map(Mood, chosen.moods):
            with cluster(Path(name) / f"cluster-{mood}", port, workers=2, patience=PATIENCE) as made:
                home = Path(name) / f"home-{mood}"
                here, there = (far_store(made, home / name) for name in ("here", "there"))
                known = here.put([CONTENT]).sha256
                with made.gate.disposed(mood, chosen.seconds), ThreadPoolExecutor(2) as both:
                    written = both.submit(seconds_of, partial(here.put, [b"another ", CONTENT]))
                    read = both.submit(seconds_of, partial(there.path, known))
                    told = f"{played(home, inbox, made.config)}, written {written.result()} s, read {read.result()} s"
                same = "the same" if compared(home) == compared(one) else "ANOTHER"
                gate = f"{made.gate.turned_away} connections turned away"
                print(f"{mood}: {told}, {gate}, {same} ledger and letters", flush=True)


def far_store(made: Cluster, folder: Path) -> BucketStore:
    url, endpoint = f"s3://{made.bucket}/apart", f"http://127.0.0.1:{made.gate.port}"
    return BucketStore(folder, Bucket(StoreSettings(StoreKind.S3, url, endpoint, patience=PATIENCE)), MIB)


def seconds_of(work: Callable[[], object]) -> int:
    begun = time.monotonic()
    work()
    return round(time.monotonic() - begun)


def played(home: Path, inbox: Path, tables: str) -> str:
    """Rounds until no mail waits."""
    home.mkdir(exist_ok=True)
    config = CONFIG.format(inbox=inbox, workers=1)
    if tables:
        config = config.partition("[work]")[0] + tables
    (home / "config.toml").write_text(config, encoding="utf-8")
    begun, rounds = time.monotonic(), 0
    with open_house(load(home / "config.toml", {})[0]) as house, house.ledger() as db:
        while not rounds or mails.pending(db):
            run_once(house)
            rounds += 1
    return f"{time.monotonic() - begun:.0f} s in {rounds} rounds"


def compared(home: Path) -> tuple[object, object]:
    return ledger_of(home / "var"), letters_of(home / "sent")


if __name__ == "__main__":
    main()
