"""What a row of the table is, and how its figures come about: in processes of their own, in turns, by medians."""

import importlib
import json
import operator
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

MIB: Final = 1024 * 1024
LOOK_SECONDS: Final = 0.05
"""How often it is looked how much memory a process and its children have."""
_COMPARE: Final = {"≤": operator.le, "≥": operator.ge}


@dataclass(frozen=True, slots=True)
class Run:
    """One run, or the medians of several.

    Attributes:
        value: what was measured, in the row's unit.
        cpu: processor seconds of the process and its children.
        peak: bytes that they had together at most.
    """

    value: float
    cpu: float = 0.0
    peak: float = 0.0


@dataclass(frozen=True, slots=True)
class Goal:
    """What a row wants.

    Attributes:
        of: `figure`, `ratio` or `peak` (MiB).
        sense: `≤` or `≥`.
        bound: likewise in the row's unit, without one, or in MiB.
    """

    of: str
    sense: str
    bound: float

    def __str__(self) -> str:
        unit = {"ratio": " ×", "peak": " MiB"}.get(self.of, "")
        return f"{self.sense} {self.bound:g}{unit}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        name: what was done.
        run: how it went.
        unit: of the figure and of the limit.
        limit: the least that the same work costs, or another program, in the same run; None where there is none.
        against: names the limit.
        goals: what is wanted.
        note: what else is to be said.
    """

    name: str
    run: Run
    unit: str
    limit: float | None = None
    against: str = ""
    goals: tuple[Goal, ...] = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure over the limit."""
        return self.run.value / self.limit if self.limit else None

    def met(self, goal: Goal) -> bool:
        """Whether a goal is met; False too where there was nothing to compare with."""
        found = {"figure": self.run.value, "ratio": self.ratio, "peak": self.run.peak / MIB}[goal.of]
        return found is not None and bool(_COMPARE[goal.sense](found, goal.bound))

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        limit = f"{self.against} {number(self.limit)}" if self.limit is not None else self.against
        goals = ", ".join(f"{goal} {'met' if self.met(goal) else '**not met**'}" for goal in self.goals)
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else ""
        peak = f"{self.run.peak / MIB:.0f} MiB" if self.run.peak else ""
        cpu = f"{number(self.run.cpu)} s" if self.run.cpu else ""
        return self.name, f"{number(self.run.value)} {self.unit}", limit, ratio, cpu, peak, goals, self.note

    def document(self) -> dict[str, Any]:
        """As JSON."""
        goals = [{**asdict(goal), "met": self.met(goal)} for goal in self.goals]
        return {**asdict(self), "ratio": self.ratio, "goals": goals}


HEAD: Final = ("row", "figure", "limit or peer", "ratio", "processor", "peak", "goal", "note")


def told(rows: Iterable[Row]) -> str:
    """Rows as a table in Markdown."""
    lines = [f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}", *map(line, rows)]
    return "".join(f"{one}\n" for one in lines)


def line(row: Row) -> str:
    """A row as a line of that table."""
    return f"| {' | '.join(row.cells())} |"


def number(value: float) -> str:
    """A figure with three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def apart(function: Callable[..., float | list[float]], *given: object) -> Run:
    """Run a function of a module of bench in a process of its own.

    It returns its figure, or its figure and the bytes that count as its peak; else the peak is what the process and its
    children had together.
    """
    named = f"{function.__module__}:{function.__qualname__}"
    command = [sys.executable, "-m", "bench.apart", named, json.dumps(given, default=str)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        peak = _watched(process)
        told = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"{named} ended with {process.returncode}")
    value, cpu, own = json.loads(told.splitlines()[-1])
    return Run(value, cpu, own or peak)


def command(argv: list[str], *, cwd: Path | None = None) -> Run:
    """Run a program; the figure is its real seconds."""
    return apart(run_command, argv, str(cwd or Path.cwd()))


def run_command(argv: list[str], cwd: str) -> float:
    """In a process of its own: seconds of a program whose words are thrown away."""
    begun = time.perf_counter()
    subprocess.run(argv, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def _watched(process: "subprocess.Popen[str]") -> int:
    peak = 0
    while process.poll() is None:
        peak = max(peak, together(process.pid))
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_SECONDS)
    return peak


def together(pid: int) -> int:
    """Bytes of memory that a process and all below it have now, what they share counted once (PSS, proc(5))."""
    found = 0
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                found = int(line.split()[1]) * 1024
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += sum(together(int(child)) for child in (task / "children").read_text().split())
    return found


def in_turns(times: int, ways: Mapping[str, Callable[[], Run]]) -> dict[str, Run]:
    """Each way so many times, one after the other again and again; medians, and the greatest memory."""
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for _ in range(times):
        for name, way in ways.items():
            runs[name].append(way())
    return {name: _median(found) for name, found in runs.items()}


def _median(runs: list[Run]) -> Run:
    return Run(
        statistics.median(run.value for run in runs),
        statistics.median(run.cpu for run in runs),
        max(run.peak for run in runs),
    )


def families() -> list[str]:
    """Every file of `bench/rows`: what `rows=` takes."""
    return sorted(path.stem for path in (Path(__file__).parent / "rows").glob("[a-z]*.py"))


def rows_of(family: str) -> Iterator[Row]:
    """Measure a family's rows."""
    found: Iterator[Row] = importlib.import_module(f"bench.rows.{family}").rows()
    yield from found
