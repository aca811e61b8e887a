"""Hostile inputs against everything that reads what strangers send: no crash, no hang, no escape.

    python -m bench.hostile [--mails 300000] [--forms 50000] [--boxes 650000] [--first 1]

Mutants (`bench/mutants.py`) are read in mailbot's own bounded child, many in one go: Landlock and seccomp hold it, and
an attempt to leave it ends in an error that is counted. A mail is parsed, its intent told, its body read as a form,
decided beside two earlier works of its sender, and some are answered. A reader of forms may give up on a broken file
with an exception, which is a finding; nothing else may raise. Prints what came out, the slowest inputs, and the number
of every input that raised, killed or outlasted the child.
"""

import argparse
import collections
import pickle
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.mutants import Kind, samples
from bench.reading import batch
from mailbot.model.errors import ReadingFailed
from mailbot.model.limits import MIB, Bounds, Limits
from mailbot.sandbox import Readers

ROOT: Final = Path(__file__).parents[1]
BATCH: Final = {Kind.MAIL: 100, Kind.FORM: 50, Kind.BOXES: 4000}
SECONDS: Final = 120.0
"""For one go; one input alone has as long."""
SLOW: Final = 5.0
"""CPU seconds for one input that are worth a look: they lie within the budget of a mail (60 s) and a form (20 s)."""
PACKAGES: Final = {name: ROOT / name for name in ("mailbot", "tests", "bench", "templates")}


class Tally:
    """What came of the inputs of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.outcomes: collections.Counter[str] = collections.Counter()
        self.slow: list[tuple[float, int]] = []
        self.trouble: list[str] = []

    def take(self, readers: Readers, seeds: Path, first: int, count: int) -> None:
        """Read inputs; where the child dies of them, one after the other."""
        try:
            with readers.unpack(batch, seeds, self.kind, first, count) as (told, _):
                outcomes, slowest, raised = told
        except ReadingFailed as failed:
            if count == 1:
                self.trouble.append(f"{self.kind} {first}: {failed}")
                return
            half = count // 2
            self.take(readers, seeds, first, half)
            self.take(readers, seeds, first + half, count - half)
            return
        self.outcomes.update(outcomes)
        self.slow = sorted({*self.slow, slowest}, reverse=True)[:5]
        self.trouble += [f"{self.kind} {number}: {what}" for number, what in raised]

    def __str__(self) -> str:
        lines = [f"{sum(self.outcomes.values()):9d}  {self.kind}"]
        lines += [f"{count:13d}  {name}" for name, count in sorted(self.outcomes.items())]
        return "\n".join(
            [*lines, "      slowest: " + ", ".join(f"{took:.2f} s ({number})" for took, number in self.slow)]
        )


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mails", type=int, default=300_000)
    arguments.add_argument("--forms", type=int, default=50_000)
    arguments.add_argument("--boxes", type=int, default=650_000)
    arguments.add_argument("--first", type=int, default=1)
    chosen = arguments.parse_args()
    wanted = {Kind.MAIL: chosen.mails, Kind.FORM: chosen.forms, Kind.BOXES: chosen.boxes}
    tallies = {kind: Tally(kind) for kind in wanted}
    bounds = Bounds(SECONDS, int(SECONDS), Limits().form_memory_mb * MIB)
    with tempfile.TemporaryDirectory() as folder, _readers(bounds, Path(folder)) as readers:
        for kind in wanted:
            (Path(folder) / kind).write_bytes(pickle.dumps(samples(kind)))
        for kind, first, count in _turns(wanted, chosen.first):
            tallies[kind].take(readers, Path(folder) / kind, first, count)
            print(f"{kind} up to {first + count - 1}", *tallies[kind].trouble[-3:], sep="\n  ", flush=True)
    print(*tallies.values(), sep="\n")
    trouble = [line for tally in tallies.values() for line in tally.trouble]
    slow = [
        f"{kind} {number}: {took:.1f} s"
        for kind, tally in tallies.items()
        for took, number in tally.slow
        if took > SLOW
    ]
    print(*trouble or ["no crash, no hang, no escape"], *slow, sep="\n")
    return 1 if trouble else 0


def _readers(bounds: Bounds, desk: Path) -> Readers:
    return Readers(bounds, 1, ("bench.reading",), desk / "desk", 64 * MIB, PACKAGES)


def _turns(wanted: dict[Kind, int], first: int) -> Sequence[tuple[Kind, int, int]]:
    """Goes of every kind, evenly mixed, so that a run that is ended early has seen all of them."""
    goes = [
        ((at + 1) / count, kind, first + at, min(BATCH[kind], count - at))
        for kind, count in wanted.items()
        for at in range(0, count, BATCH[kind])
    ]
    return [(kind, at, count) for _, kind, at, count in sorted(goes)]


if __name__ == "__main__":
    sys.exit(main())
