"""One bucket for all tests of a worker process."""

import gc
import warnings
from collections.abc import Iterator

import pytest

from tests.servers.cluster import bucket


@pytest.fixture(scope="session", name="bucket_port")
def _bucket_port() -> Iterator[int]:
    with bucket() as port:
        yield port


@pytest.fixture(name="no_socket_half_open")
def _no_socket_half_open(_none_at_the_end: None) -> Iterator[None]:
    """Dask's client leaves one where its scheduler was lost while it connected."""
    yield
    let_go()


@pytest.fixture(scope="session", name="_none_at_the_end")
def _none_at_the_end() -> Iterator[None]:
    """One that the last test was still connecting."""
    yield
    let_go()


def let_go() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
