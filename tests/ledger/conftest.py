"""A ledger for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.make.ledger import Books, books


@pytest.fixture(name="ledger")
def _ledger(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path / "ledger.sqlite") as made:
        yield made
