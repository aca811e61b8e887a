"""An S3 bucket: the only module that speaks S3. Large objects go and come in parts, each checked, each tried again.

obstore (MIT; the Rust crate object_store) signs, splits, retries with growing pauses and sends a SHA-256 with what it
uploads. Credentials come from the environment as usual for S3 (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), never from
the config.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from mailbot.model.errors import ConfigError, TemporaryError
from mailbot.model.limits import MIB
from mailbot.settings import StoreSettings

PIECE: Final = 8 * MIB
"""Bytes of one part of an upload."""
APART: Final = 64 * 1024
"""Bytes between two ranges that are asked for in one request all the same."""
AMAZON: Final = "https://s3.{region}.amazonaws.com"
RETRIES: Final = 8
PAUSE: Final = timedelta(milliseconds=200)
LONGEST_PAUSE: Final = timedelta(seconds=5)


class Bucket:
    """Objects under a prefix of one bucket.

    Args:
        settings: which one, and how long it is tried.

    Attributes:
        sent: bytes of objects that were written since the start.
        came: bytes of objects that were read.
        requests: objects and ranges that were asked for or written.

    Raises:
        ConfigError: the settings name no bucket.
    """

    def __init__(self, settings: StoreSettings) -> None:
        self.url = settings.url
        self.sent = self.came = self.requests = 0
        allowed = timedelta(seconds=settings.patience)
        try:
            self._store = S3Store.from_url(
                settings.url,
                region=settings.region,
                endpoint=settings.endpoint or AMAZON.format(region=settings.region),
                checksum_algorithm="SHA256",
                client_options={"allow_http": settings.endpoint.startswith("http://"), "timeout": allowed},
                retry_config={
                    "max_retries": RETRIES,
                    "retry_timeout": allowed,
                    "backoff": {"init_backoff": PAUSE, "max_backoff": LONGEST_PAUSE, "base": 2},
                },
            )
        except BaseError as error:
            raise ConfigError(f"store.url: {settings.url} is no bucket ({error}). Write s3://bucket/prefix.") from None

    def put(self, key: str, path: Path) -> None:
        """Write a file as an object.

        Raises:
            TemporaryError: it was not taken, after several tries.
        """
        with self._reached(), path.open("rb") as file:
            obstore.put(self._store, key, file, chunk_size=PIECE)
        self.sent += path.stat().st_size
        self.requests += 1

    def get(self, key: str, path: Path) -> None:
        """Read an object into a file.

        Raises:
            FileNotFoundError: there is no such object.
            TemporaryError: it did not come, after several tries.
        """
        with self._reached(), path.open("wb") as file:
            for block in obstore.get(self._store, key).stream(PIECE):
                file.write(block)
                self.came += len(block)
        self.requests += 1

    def ranges(self, key: str, wanted: Sequence[tuple[int, int]]) -> list[bytes]:
        """Read pieces of an object, each from its first byte up to the one before its end. Raises as `get`."""
        with self._reached():
            starts, ends = [start for start, _ in wanted], [end for _, end in wanted]
            pieces = obstore.get_ranges(self._store, key, starts=starts, ends=ends, coalesce=APART)
        came = [bytes(piece) for piece in pieces]
        self.came += sum(map(len, came))
        self.requests += len(came)
        return came

    def size(self, key: str) -> int | None:
        """An object's length in bytes; None where there is none.

        Raises:
            TemporaryError: the bucket cannot be reached.
        """
        self.requests += 1
        try:
            with self._reached():
                return int(obstore.head(self._store, key)["size"])
        except FileNotFoundError:
            return None

    def written_at(self, key: str) -> datetime:
        """When an object was written. Raises as `get`."""
        with self._reached():
            return obstore.head(self._store, key)["last_modified"]

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Key and length of every object under a prefix. Raises as `size`."""
        with self._reached():
            for page in obstore.list(self._store, prefix):
                yield from ((str(found["path"]), int(found["size"])) for found in page)

    def remove(self, key: str) -> None:
        """Remove an object. Raises as `size`."""
        with self._reached():
            obstore.delete(self._store, key)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except NotFoundError as error:
            raise FileNotFoundError(str(error)) from None
        except (BaseError, TimeoutError) as error:
            told = " ".join(str(error).split())[:300]
            raise TemporaryError(f"{self.url}: {told}. Check store.url, the network and the credentials.") from None
