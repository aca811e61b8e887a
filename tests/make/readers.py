"""What all tests that read forms share: the samples, the campaign's form, a pool of bounded children."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mailbot.extract.works import Bench
from mailbot.form.read import PRELOAD
from mailbot.model.campaign_form import FormRules
from mailbot.model.limits import MIB, Bounds
from mailbot.parse.bounded import PRELOAD as MAIL_PRELOAD
from mailbot.sandbox import Readers
from tests.make.engines import Remembering
from tests.make.rules import official

SAMPLES = Path(__file__).parents[1] / "samples" / "forms"


@pytest.fixture(scope="session")
def rules() -> FormRules:
    return official()


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@dataclass(frozen=True, slots=True)
class WarmReaders:
    """Children that all rounds of a worker share; each round would start its own otherwise.

    Attributes:
        files: read forms and archives.
        mails: parse mails.
        films: the folder of what films and scans were found to be, one for all workers (`tests/make/engines.py`).
    """

    files: Readers
    mails: Readers
    films: Path

    def at(self, bench: Bench) -> Bench:
        """A round's bench, with these in place of its own."""
        engine = Remembering(bench.engine, self.films)
        return replace(bench, readers=self.files, mail_readers=self.mails, engine=engine)


@pytest.fixture(scope="session")
def warm(readers: Readers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmReaders]:
    base = tmp_path_factory.getbasetemp()
    films = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "films-read"
    films.mkdir(exist_ok=True)
    bounds = Bounds(wall_seconds=60, cpu_seconds=60, memory_bytes=1024 * MIB)
    with Readers(bounds, 1, MAIL_PRELOAD, written_bytes=1024 * MIB) as mails:
        yield WarmReaders(readers, mails, films)


@pytest.fixture(scope="session")
def readers() -> Iterator[Readers]:
    bounds = Bounds(wall_seconds=20, cpu_seconds=20, memory_bytes=1024 * MIB)
    with Readers(bounds, workers=1, preload=PRELOAD, written_bytes=1024 * MIB) as pool:
        yield pool
