"""A watcher elsewhere is told of each round, so that silence tells of a mailbot that is gone.

As healthchecks.io wants it: `<url>/start` as a round begins, `<url>` when it went well, `<url>/fail` when it did not.
It is told in a thread of its own, within seconds, and never waited for; nothing is sent but the address.
"""

import contextlib
import logging
import queue
import threading
from enum import StrEnum
from typing import Final

import httpcore

LOG: Final = logging.getLogger(__name__)
SECONDS: Final = 10.0
"""For connecting, and for each piece of the answer."""
WAITING: Final = 10
"""What is not told yet; further rounds then go untold."""


class Beat(StrEnum):
    """What happened, as it stands behind the address."""

    START = "/start"
    WELL = ""
    FAILED = "/fail"


class Heart:
    """Tells one address, in order. An empty address is told nothing.

    Args:
        url: http or https, the admin's own choice.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._beats: queue.Queue[Beat | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None

    def tell(self, beat: Beat) -> None:
        """Let it be told, and go on at once."""
        if not self._url:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._tell_all, daemon=True, name="heartbeat")
            self._thread.start()
        with contextlib.suppress(queue.Full):
            self._beats.put_nowait(beat)

    def close(self, seconds: float) -> None:
        """Give what is not told yet so many seconds."""
        if self._thread is not None:
            with contextlib.suppress(queue.Full):
                self._beats.put_nowait(None)
            self._thread.join(seconds)

    def _tell_all(self) -> None:
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
        while (beat := self._beats.get()) is not None:
            try:
                with (
                    httpcore.ConnectionPool() as pool,
                    pool.stream(
                        "POST", f"{self._url}{beat}", headers={"Content-Length": "0"}, extensions={"timeout": timeout}
                    ) as answer,
                ):
                    status = answer.status
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
                LOG.warning("heartbeat-failed reason=%s", type(error).__name__)
            else:
                if status >= 300:
                    LOG.warning("heartbeat-refused status=%d", status)
