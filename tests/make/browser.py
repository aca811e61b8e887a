"""A real browser for pages that people open."""

import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

CHROMIUM: Final = shutil.which("chromium")
PATIENCE: Final = 20.0
"""Seconds for a page to load, on a busy machine too."""


@dataclass
class Browser:
    """A headless Chromium, spoken to by the DevTools protocol over a pipe: JSON messages, a zero byte behind each.

    Attributes:
        to: file descriptor that it reads from.
        answers: what it writes.
        numbers: of the calls.
    """

    to: int
    answers: Any
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def call(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        """Call a method; its result."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            told = json.loads(self._message())
            if told.get("id") == number:
                return dict(told.get("result", {}))  # none where the page went away meanwhile

    def _message(self) -> bytes:
        said = b""
        while (byte := self.answers.read(1)) not in {b"\0", b""}:
            said += byte
        assert said, "Chromium ended"
        return said

    def evaluate(self, address: str, script: str) -> object:
        """What a script on a page comes to, once the page has been loaded."""
        target = self.call("Target.createTarget", url=address)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        loaded = f"location.href === {json.dumps(address)} && document.readyState === 'complete'"
        deadline = time.monotonic() + PATIENCE
        # a new target is a blank page first, which is complete too
        while not self._result(session, loaded) and time.monotonic() < deadline:
            time.sleep(0.02)
        return self._result(session, script)

    def _result(self, session: str, script: str) -> object:
        told = self.call("Runtime.evaluate", session, expression=script, awaitPromise=True, userGesture=True)
        return told.get("result", {}).get("value")


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """A headless Chromium with a profile of its own; the test is skipped where none is installed."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    (ours, theirs), (reads, writes) = os.pipe(), os.pipe()
    running = subprocess.Popen(
        ["bash", "-c", f'exec "$0" "$@" 3<&{ours} 4>&{writes}', CHROMIUM, "--headless", "--no-sandbox",
         "--disable-gpu", "--mute-audio", f"--user-data-dir={profile}", "--remote-debugging-pipe"],
        pass_fds=(ours, writes), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(ours)
    os.close(writes)
    try:
        with os.fdopen(reads, "rb") as answers:
            yield Browser(theirs, answers)
    finally:
        running.terminate()
        running.wait()
        os.close(theirs)
