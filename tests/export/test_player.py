"""The package's page in a real browser: a click on a card plays the film that lies beside it, a filter hides cards."""

import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from mailbot.export.package import ExportFolder, write_package
from mailbot.model.entry import EntryStatus
from mailbot.model.listing import ListedVideo, ListedWork
from mailbot.store import Store
from tests.make.decisions import IN_TIME
from tests.make.films import film
from tests.make.ledger import THEMES
from tests.make.sessions import wording

CHROMIUM: Final = shutil.which("chromium")
PATIENCE: Final = 20.0
"""Seconds for a page to load, on a busy machine too."""
PLAYS: Final = """
(async () => {
  const film = document.getElementById("film");
  const plays = new Promise((resolve) => {
    film.addEventListener("timeupdate", () => film.currentTime > 0 && resolve("plays"));
    film.addEventListener("error", () => resolve(film.error.message));
  });
  document.querySelector(".card a").click();
  return plays;
})()
"""
FILTERS: Final = """
(() => {
  const theme = document.getElementById("theme");
  theme.value = theme.options[theme.options.length - 1].value;
  theme.dispatchEvent(new Event("input"));
  return [...document.querySelectorAll(".card:not([hidden]) .title")].map((title) => title.textContent).join();
})()
"""


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

    def evaluate(self, page: Path, script: str) -> object:
        """What a script on a page comes to, once the page has been loaded."""
        target = self.call("Target.createTarget", url=page.as_uri())["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        loaded = f"location.href === {json.dumps(page.as_uri())} && document.readyState === 'complete'"
        deadline = time.monotonic() + PATIENCE
        # a new target is a blank page first, which is complete too
        while not self._result(session, loaded) and time.monotonic() < deadline:
            time.sleep(0.02)
        return self._result(session, script)

    def _result(self, session: str, script: str) -> object:
        told = self.call("Runtime.evaluate", session, expression=script, awaitPromise=True, userGesture=True)
        return told.get("result", {}).get("value")


@pytest.fixture(name="browser")
def _browser(tmp_path: Path) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    (ours, theirs), (reads, writes) = os.pipe(), os.pipe()
    running = subprocess.Popen(
        ["bash", "-c", f'exec "$0" "$@" 3<&{ours} 4>&{writes}', CHROMIUM, "--headless", "--no-sandbox",
         "--disable-gpu", "--mute-audio", f"--user-data-dir={tmp_path / 'profile'}", "--remote-debugging-pipe"],
        pass_fds=(ours, writes), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(ours)
    os.close(writes)
    with os.fdopen(reads, "rb") as answers:
        yield Browser(theirs, answers)
        running.terminate()
        running.wait()
    os.close(theirs)


@pytest.fixture(name="page")
def _page(tmp_path: Path) -> Path:
    """The page of a package of two works with one real film."""
    store = Store(tmp_path / "files")
    kept = store.put([film("320x180", 2, "5").read_bytes()])
    video = ListedVideo(kept.sha256, kept.size, "mp4", "a.mp4", 2.0, 320, 180, "16:9")
    works = [
        ListedWork(f"GYQG-2024-000{number}", EntryStatus.ACCEPTED, IN_TIME, title, (theme,), video=video)
        for number, (title, theme) in enumerate([("智造未来", THEMES[0]), ("山，水，与钢", THEMES[-1])], start=1)
    ]
    package = ExportFolder(tmp_path / "package", store, wording(), "征选活动", THEMES)
    write_package(package, works, ("推荐汇总表.xlsx", b"book"), lambda _done, _total: None)
    return package.folder / "index.html"


def test_a_click_plays_the_film_and_a_filter_leaves_its_theme(browser: Browser, page: Path) -> None:
    assert browser.evaluate(page, PLAYS) == "plays"
    assert browser.evaluate(page, FILTERS) == "山，水，与钢"
