"""Files are read side by side, and what comes out is the same whatever is done first."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest

from mailbot.engine import Engine, LocalEngine, local_engine
from mailbot.extract.works import Bench, extract_parts
from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.finding import Code
from mailbot.model.limits import Limits
from mailbot.model.mail import Part
from mailbot.model.rules import Rules
from mailbot.model.tools import Tools
from mailbot.sandbox import Readers
from mailbot.spool import Spool
from mailbot.store import Store
from tests.journeys.material import Work, form
from tests.make.films import film

B = TypeVar("B")
P = ParamSpec("P")
T = TypeVar("T")


class LastFirst:
    """An engine that does what came last first, and nothing before it is asked for."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    width = 1

    def submit(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        engine = self

        class Asked(Future[T]):
            def result(self, timeout: float | None = None) -> T:
                while engine.waiting:
                    engine.waiting.pop()()
                return super().result(timeout)

        asked = Asked()
        self.waiting.append(partial(engine.done, asked, partial(work, bench, *args, **kwargs)))
        return asked

    behind = submit

    @staticmethod
    def done(asked: "Future[Any]", function: Callable[[], object]) -> None:
        try:
            asked.set_result(function())
        except TemporaryError as error:
            asked.set_exception(error)


class DeadWorkers(LocalEngine):
    """An engine that lost its workers, three in turn, over every film and every form."""

    def submit(
        self, work: Callable[Concatenate[B, P], T], bench: B, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        if work.__name__ == "_opened":
            return super().submit(work, bench, *args, **kwargs)
        given_up: Future[T] = Future()
        given_up.set_exception(ReadingFailed(ReadingTrouble.CRASH, "work"))
        return given_up


@contextmanager
def last_first() -> Iterator[Engine]:
    yield LastFirst()


def parts(store: Store) -> tuple[Part, ...]:
    """Films, one of them twice, and two forms, as a mail brings them."""
    films = [film("192x108", seconds).read_bytes() for seconds in (61, 30, 5)]
    forms = [form(Work(title)) for title in ("智造未来", "绿动云岭")]
    named = [("甲.mp4", films[0]), ("表.docx", forms[0]), ("乙.mp4", films[1]), ("又甲.mp4", films[0])]
    named += [("坏.mp4", films[2][:900]), ("另表.docx", forms[1])]
    kept = ((name, store.put([content])) for name, content in named)
    return tuple(Part(name, "", raw.sha256, raw.size) for name, raw in kept)


def test_one_worker_and_four_and_the_last_first_bring_the_same(tmp_path: Path, readers: Readers) -> None:
    store = Store(tmp_path / "store")
    sent = parts(store)
    brought = []
    for begun in (local_engine(1), local_engine(4), last_first()):
        with begun as engine:
            brought.append(
                extract_parts(
                    sent, Bench(store, readers, readers, Limits(), Tools(), Rules(), engine, Spool(tmp_path / "spool"))
                )
            )
    alone, *others = brought
    assert [video.part.filename for video in alone.videos] == ["甲.mp4", "乙.mp4", "坏.mp4"]
    assert [row.title for file in alone.forms if file.form for row in file.form.rows] == ["智造未来", "绿动云岭"]
    assert others == [alone, alone]


def test_trouble_of_our_own_with_one_file_is_told(tmp_path: Path, readers: Readers) -> None:
    store = Store(tmp_path / "store")
    with local_engine(2) as engine, pytest.raises(TemporaryError):
        extract_parts(
            parts(store),
            Bench(
                store,
                readers,
                readers,
                Limits(),
                Tools(ffprobe="no-such-probe"),
                Rules(),
                engine,
                Spool(tmp_path / "spool"),
            ),
        )


def test_a_file_over_which_workers_died_has_a_finding_and_ends_nothing(tmp_path: Path, readers: Readers) -> None:
    store, engine = Store(tmp_path / "store"), DeadWorkers(1)
    bench = Bench(store, readers, readers, Limits(), Tools(), Rules(), engine, Spool(tmp_path / "spool"))
    brought = extract_parts(parts(store), bench)
    engine.close()
    assert [[finding.code for finding in video.findings] for video in brought.videos] == [[Code.VIDEO_UNREADABLE]] * 3
    assert {finding.code for file in brought.forms for finding in file.findings} == {Code.FORM_UNREADABLE}
    assert all(video.facts is None for video in brought.videos)
