"""What the demo is doing, on stderr: bars on a terminal, a line a step elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

STEPS: Final = {
    "films": "making films",
    "deliver": "delivering mails",
    "poll": "polling the mailbox",
    "process": "reading, checking, recording",
    "send": "sending letters",
}


class Bars:
    """A bar for each step, in the order in which they begin."""

    def __init__(self, progress: Progress, say: Callable[[str], str]) -> None:
        self._progress = progress
        self._say = say
        self._bars: dict[str, TaskID] = {}

    def begin(self, what: str, total: int | None) -> None:
        """Show a step's bar; `total` is None where nobody knows it yet."""
        if what in self._bars:
            return
        told = self._say(STEPS.get(what, what))
        self._bars[what] = self._progress.add_task(told, total=total)
        if not self._progress.console.is_terminal:
            self._progress.console.print(f"{told} ...")

    def step(self, what: str) -> None:
        """One more is done."""
        self.begin(what, None)
        self._progress.advance(self._bars[what])

    def end(self, what: str) -> None:
        """A step is over whose total nobody knew."""
        bar = self._bars.get(what)
        if bar is not None:
            self._progress.update(bar, total=self._progress.tasks[bar].completed)

    def told(self, what: str, done: int, total: int) -> None:
        """How far a round is: a `mailbot.ops.round.Progress`."""
        self.begin(what, total)
        self._progress.update(self._bars[what], completed=done, total=total)


@contextmanager
def bars(say: Callable[[str], str]) -> Iterator[Bars]:
    """Show progress for as long as the block lasts; `say` gives a step its translation."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<30}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield Bars(progress, say)
