"""The package's page in a real browser: a click on a card plays the film that lies beside it, a filter hides cards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from mailbot.export.package import ExportFolder, write_package
from mailbot.model.entry import EntryStatus
from mailbot.model.listing import ListedVideo, ListedWork
from mailbot.store import Store
from tests.make.browser import Browser, chromium
from tests.make.decisions import IN_TIME
from tests.make.films import film
from tests.make.ledger import THEMES
from tests.make.sessions import wording

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


@pytest.fixture(name="browser")
def _browser(tmp_path: Path) -> Iterator[Browser]:
    with chromium(tmp_path / "profile") as opened:
        yield opened


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
    assert browser.evaluate(page.as_uri(), PLAYS) == "plays"
    assert browser.evaluate(page.as_uri(), FILTERS) == "山，水，与钢"
