"""Work for workers that misbehaves, importable there: each takes the worker's bench first."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from mailbot.bucket_store import BucketStore
from mailbot.extract.works import Bench
from mailbot.model.rules import Rules


def themes(bench: Bench) -> tuple[str, ...]:
    """The campaign's themes, as this worker is told them."""
    return bench.rules.campaign.themes


def die(_bench: Bench, tombs: str) -> None:
    """Kill the worker, leaving a mark."""
    (Path(tombs) / str(os.getpid())).touch()
    os.kill(os.getpid(), signal.SIGKILL)


def wait_for(_bench: Bench, begun: str, go: str, _about: str = "") -> int:
    """Wait until a file is there; the worker's process id."""
    Path(begun).touch()
    while not Path(go).exists():
        time.sleep(0.02)
    return os.getpid()


def about(_bench: Bench, _sha256: str) -> int:
    """Work on a file; the worker's process id."""
    time.sleep(0.02)
    return os.getpid()


@dataclass(frozen=True)
class Nothing:
    """Stands for a bench where no file is read."""

    rules: Rules

    def has(self, sha256: str) -> bool:
        """Every file that it is asked about."""
        return bool(sha256)


def moved(bench: Bench) -> str:
    """Bytes that this worker has read out of the bucket."""
    assert isinstance(bench.store, BucketStore)
    return str(bench.store.bucket.came)
