"""An S3 bucket: the only module that speaks S3. Large objects go and come in parts, each checked, each tried again.

obstore (MIT; the Rust crate object_store) signs, splits, retries with growing pauses and sends a SHA-256 with what it
uploads. Credentials come from the environment as usual for S3 (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), never from
the config.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import obstore
from obstore.exceptions import BaseError, GenericError, NotFoundError
from obstore.store import S3Store

from mailbot.model.errors import ConfigError, TemporaryError
from mailbot.model.limits import MIB
from mailbot.settings.keys import StoreSettings

PIECE: Final = 8 * MIB
"""Bytes of one part of an upload, and of one request of a download: each is tried again by itself."""
REQUEST: Final = 128 * 1024
"""Bytes that take as long as one more request: ten are under way at once, each some 20 ms, at 100 MB a second."""
AMAZON: Final = "https://s3.{region}.amazonaws.com"
RETRIES: Final = 10_000
"""More than fit into anybody's patience: it is `store.patience` that ends them."""
PAUSE: Final = 0.2
"""Seconds before the first retry; the pauses double."""
LONGEST_PAUSE: Final = 5.0
PROBE: Final = "probe"
"""An empty object that shows how the bucket takes objects."""
STALLED: Final = 60.0
"""Seconds after which a request that is not answered whole is made anew: its 8 MiB take a fraction of it."""

T = TypeVar("T")


class Bucket:
    """Objects under a prefix of one bucket.

    Args:
        settings: which one, and how long it is tried.
        second: how long a second of pauses, patience and stalling lasts, in seconds.
        request: bytes that one request costs as much as.

    Attributes:
        request: see above.
        sent: bytes of objects that were written since the start.
        came: bytes of objects that were read.
        requests: objects and ranges that were asked for or written.

    Raises:
        ConfigError: the settings name no bucket.
    """

    def __init__(self, settings: StoreSettings, second: float = 1.0, request: int = REQUEST) -> None:
        self.url = settings.url
        self.request = request
        self.sent = self.came = self.requests = 0
        self._patience = settings.patience * second
        self._pause = PAUSE * second
        try:
            self._store = S3Store.from_url(
                settings.url,
                region=settings.region,
                endpoint=settings.endpoint or AMAZON.format(region=settings.region),
                checksum_algorithm="SHA256",
                client_options={
                    "allow_http": settings.endpoint.startswith("http://"),
                    "timeout": timedelta(seconds=min(STALLED, settings.patience) * second),
                },
                retry_config={
                    "max_retries": RETRIES,
                    "retry_timeout": timedelta(seconds=self._patience),
                    "backoff": {
                        "init_backoff": timedelta(seconds=self._pause),
                        "max_backoff": timedelta(seconds=LONGEST_PAUSE * second),
                        "base": 2,
                    },
                },
            )
        except BaseError as error:
            raise ConfigError(f"store.url: {settings.url} is no bucket ({error}). Write s3://bucket/prefix.") from None

    def put(self, key: str, path: Path) -> None:
        """Write a file as an object.

        Raises:
            TemporaryError: it was not taken, after several tries.
        """

        def write() -> None:
            with path.open("rb") as file:
                obstore.put(self._store, key, file, chunk_size=PIECE)

        self._tried(write)
        self.sent += path.stat().st_size

    def get(self, key: str, path: Path) -> None:
        """Read an object into a file.

        Raises:
            FileNotFoundError: there is no such object.
            TemporaryError: it did not come, after several tries.
        """
        size = self.size(key)
        if size is None:
            raise FileNotFoundError(f"{self.url}/{key}")
        with path.open("wb") as file:
            for start in range(0, size, PIECE):
                piece = partial(obstore.get_range, self._store, key, start=start, end=min(start + PIECE, size))
                file.write(self._tried(piece))
        self.came += size

    def ranges(self, key: str, wanted: Sequence[tuple[int, int]]) -> list[bytes]:
        """Read pieces of an object, each from its first byte up to the one before its end.

        Args:
            key: of the object.
            wanted: pieces in order, which do not overlap; those that lie close together come in one request.

        Raises: as `get`.
        """
        asked = together(wanted, self.request)
        starts, ends = [start for start, _ in asked], [end for _, end in asked]
        asking = partial(obstore.get_ranges, self._store, key, starts=starts, ends=ends, coalesce=0)
        came = self._tried(asking, requests=len(asked))
        self.came += sum(map(len, came))
        at = iter(zip(asked, map(bytes, came), strict=True))
        (first, end), block = next(at)
        pieces = []
        for start, stop in wanted:
            if start >= end:
                (first, end), block = next(at)
            pieces.append(block[start - first : stop - first])
        return pieces

    def cheaper(self, wanted: Sequence[tuple[int, int]], size: int) -> bool:
        """Whether pieces of an object of so many bytes come sooner than all of it."""
        asked = together(wanted, self.request)
        return sum(end - start + self.request for start, end in asked) < size

    def size(self, key: str) -> int | None:
        """An object's length in bytes; None where there is none.

        Raises:
            TemporaryError: the bucket cannot be reached.
        """
        try:
            return int(self._tried(partial(obstore.head, self._store, key))["size"])
        except FileNotFoundError:
            return None

    def written_at(self, key: str) -> datetime:
        """When an object was written. Raises as `get`."""
        return self._tried(partial(obstore.head, self._store, key))["last_modified"]

    def names(self, prefix: str) -> list[tuple[str, int]]:
        """Key and length of every object under a prefix. Raises as `size`."""
        pages = self._tried(lambda: list(obstore.list(self._store, prefix)))
        return [(str(found["path"]), int(found["size"])) for page in pages for found in page]

    def remove(self, key: str) -> None:
        """Remove an object. Raises as `size`."""
        self._tried(partial(obstore.delete, self._store, key))

    def keeps_versions(self) -> bool:
        """Whether what is removed stays behind as an older version. Raises as `size`."""
        written = self._tried(partial(obstore.put, self._store, PROBE, b""))
        self.remove(PROBE)
        return written["version"] is not None

    def _tried(self, request: Callable[[], T], requests: int = 1) -> T:
        """What a request brings. obstore tries again itself, but not after every way in which a connection may end."""
        ends = time.monotonic() + self._patience
        self.requests += requests
        while True:
            try:
                return request()
            except NotFoundError as error:
                raise FileNotFoundError(str(error)) from None
            except (BaseError, TimeoutError) as error:
                if not isinstance(error, GenericError | TimeoutError) or time.monotonic() > ends:
                    told = " ".join(str(error).split())[:300]
                    raise TemporaryError(
                        f"{self.url}: {told}. Check store.url, the network and the credentials."
                    ) from None
            time.sleep(self._pause)


def together(wanted: Sequence[tuple[int, int]], apart: int) -> list[tuple[int, int]]:
    """Requests for pieces of an object, in order: those that lie so many bytes apart or less in one."""
    asked: list[tuple[int, int]] = []
    for start, end in wanted:
        if asked and start - asked[-1][1] <= apart:
            asked[-1] = (asked[-1][0], end)
        else:
            asked.append((start, end))
    return asked
