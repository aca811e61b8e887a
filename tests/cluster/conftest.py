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


@pytest.fixture(autouse=True)
def _no_socket_half_open() -> Iterator[None]:
    """Dask's client leaves one where its scheduler was lost while it connected."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
