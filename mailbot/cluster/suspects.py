"""Which work may have killed the workers under it, where Dask names all that was under way on them.

Work under which a worker died is suspect. The last try that it has is made while no other suspect is under way, so that
a worker that dies then dies of it, or of work that nobody suspected yet: that one, which dies beside it, shows it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

DEATHS: Final = 3
"""Workers that may die under one piece of work."""
TOLD_TOGETHER: Final = 1.0
"""Seconds within which Dask tells of everything that one worker's death cut short."""


class Suspects:
    """What one deciding node has under way, by the deaths of workers under it."""

    def __init__(self) -> None:
        self._room = threading.Condition()
        self._abroad = 0
        self._alone = False
        self._beside: set[str] = set()

    @contextmanager
    def turn(self, deaths: int) -> Iterator[None]:
        """Wait for a turn, and have it: at once for what nobody suspects, alone among suspects for a last try."""
        last = deaths == DEATHS - 1
        if deaths:
            with self._room:
                self._room.wait_for(lambda: not self._alone and not (last and self._abroad))
                self._alone = last
                self._abroad += not last
        try:
            yield
        finally:
            if deaths:
                with self._room:
                    self._alone = self._alone and not last
                    self._abroad -= not last
                    self._room.notify_all()

    def died(self, deaths: int, worker: str) -> int:
        """Count a worker's death.

        Args:
            deaths: under this work so far.
            worker: the address of the one that died; none is given twice.

        Returns:
            Deaths that count against this work.
        """
        with self._room:
            if not deaths:
                self._beside.add(worker)
                self._room.notify_all()
            elif deaths == DEATHS - 1 and self._room.wait_for(lambda: worker in self._beside, TOLD_TOGETHER):
                return deaths
        return deaths + 1
