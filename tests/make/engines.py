"""An engine that reads each film and each scan once a run, for all workers: a few come in hundreds of journeys."""

import hashlib
import os
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

from mailbot.engine import Engine
from mailbot.extract.works import Bench, _form, read_film
from mailbot.model.filetype import PICTURES
from mailbot.model.mail import Part, PartKind
from mailbot.model.works import VideoFile
from mailbot.prints import _dense

B = TypeVar("B")
P = ParamSpec("P")
T = TypeVar("T")
OF_FILMS: Final = (read_film, _dense)
"""Functions of a film's bytes and of settings."""


@dataclass(frozen=True, slots=True)
class Remembering:
    """Does work by another engine, and what reads a film or a scan only where no test of the run has read it.

    Attributes:
        engine: does the work.
        folder: of what they were found to be, by the hash of their bytes and of all settings.
    """

    engine: Engine
    folder: Path

    @property
    def width(self) -> int:
        return self.engine.width

    def submit(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        if not _takes_long(work, args):
            return self.engine.submit(work, bench, *args, **kwargs)
        return self.engine.submit(self._once, bench, work, *args)

    def behind(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        if not _takes_long(work, args):
            return self.engine.behind(work, bench, *args, **kwargs)
        return self.engine.behind(self._once, bench, work, *args)

    def _once(self, bench: object, work: Callable[..., Any], file: object, *terms: object) -> Any:  # noqa: ANN401
        bench = cast("Bench", bench)
        content = bench.store.path(file.sha256 if isinstance(file, Part) else str(file)).read_bytes()
        settings: tuple[object, ...] = (terms, bench.limits, bench.tools, bench.rules.video.full_decode)
        if work is _form:
            settings += (bench.form_rules, cast("Part", file).filename)
        name = hashlib.sha256(repr(settings).encode() + hashlib.sha256(content).digest()).hexdigest()
        kept = self.folder / f"{work.__name__}-{name}"
        if kept.exists():
            made, sheet = pickle.loads(kept.read_bytes())  # noqa: S301 - our own
        else:
            made = work(bench, file, *terms)
            shown = made.contact_sheet if isinstance(made, VideoFile) else ""
            sheet = bench.store.path(shown).read_bytes() if shown else b""
            unfinished = kept.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            unfinished.write_bytes(pickle.dumps((made, sheet)))
            unfinished.rename(kept)
        if sheet:
            bench.store.put([sheet])
        return (
            replace(made, part=replace(cast("Part", file), kind=PartKind.VIDEO))
            if isinstance(made, VideoFile)
            else made
        )


def _takes_long(work: object, terms: tuple[object, ...]) -> bool:
    """Whether it decodes a film, or looks at the picture of a form."""
    return work in OF_FILMS or (work is _form and terms[1] in PICTURES)
