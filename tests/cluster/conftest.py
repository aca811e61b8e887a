"""One bucket for all tests of a worker process."""

from collections.abc import Iterator

import pytest

from tests.servers.cluster import bucket


@pytest.fixture(scope="session", name="bucket_port")
def _bucket_port() -> Iterator[int]:
    with bucket() as port:
        yield port
