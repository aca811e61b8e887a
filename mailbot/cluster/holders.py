"""Which worker has which file: work goes where its file lies, so that the bucket is not asked for it again."""

import threading
from collections.abc import Iterable, Iterator
from typing import Final

from mailbot.model.mail import Mail, Part

MANY: Final = 100_000
"""Files that are remembered; of one that is forgotten another worker fetches a copy."""


def named(*things: object) -> Iterator[str]:
    """SHA-256 of the files that are named among the arguments or in the outcome of some work."""
    for thing in things:
        match thing:
            case Part():
                yield thing.sha256
            case Mail():
                yield from named(*thing.parts)
            case tuple():
                yield from named(*thing)
            case str() if len(thing) == 64:
                yield thing


class Holders:
    """What workers told of the files that lie with them; a worker that is gone may be among them."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._holders: dict[str, str] = {}

    def note(self, worker: str, files: Iterable[str]) -> None:
        """Remember that these files lie with the worker at an address."""
        with self._turn:
            for sha256 in files:
                self._holders.pop(sha256, None)
                self._holders[sha256] = worker
            while len(self._holders) > MANY:
                del self._holders[next(iter(self._holders))]

    def of(self, args: tuple[object, ...]) -> set[str]:
        """Addresses of the workers with which a file lies that is named among the arguments of some work."""
        with self._turn:
            return {self._holders[sha256] for sha256 in named(args) if sha256 in self._holders}

    def forget(self, workers: set[str]) -> None:
        """Forget what lay with workers that are gone."""
        with self._turn:
            self._holders = {sha256: worker for sha256, worker in self._holders.items() if worker not in workers}
