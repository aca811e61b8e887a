"""A campaign through a minute of a bucket that is away, slow or late: `python -m bench.outage`.

Twenty mails of every kind are played on this machine alone, then on a scheduler, two workers and an S3 endpoint whose
gate refuses, answers 503 or nonsense, passes 20 kB a second each way on a connection, or answers after 20 s, from the
first mail on. Told is what it took, and whether all tables of the ledger and all letters are the same.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mailbot.ledger import mails
from mailbot.ops.house import open_house
from mailbot.ops.round import run_once
from mailbot.settings import load
from tests.make.backlog import CONFIG, deliver, ledger_of, letters_of
from tests.servers.cluster import Mood, bucket, cluster

MAILS: Final = 20
PATIENCE: Final = 180
"""Seconds, as `store.patience` is where nobody sets it."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.outage", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long the bucket is away, slow or late")
    seconds = parser.parse_args().seconds
    with TemporaryDirectory() as name, bucket() as port:
        inbox, one = Path(name) / "inbox", Path(name) / "one"
        deliver(inbox, MAILS)
        print(f"one machine: {played(one, inbox, '')}")
        for mood in (mood for mood in Mood if mood is not Mood.OPEN):
            with cluster(Path(name) / f"cluster-{mood}", port, workers=2, patience=PATIENCE) as made:
                home = Path(name) / f"home-{mood}"
                with made.gate.disposed(mood, seconds):
                    told = played(home, inbox, made.config)
                same = compared(home) == compared(one)
                gate = (
                    f"{made.gate.turned_away} connections turned away" if made.gate.turned_away else "none turned away"
                )
                print(f"{mood}: {told}, {gate}, {'the same' if same else 'ANOTHER'} ledger and letters", flush=True)


def played(home: Path, inbox: Path, tables: str) -> str:
    """Rounds until no mail waits."""
    home.mkdir()
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
