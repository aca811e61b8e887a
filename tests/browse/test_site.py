"""The ledger in a browser: Datasette in a real Chromium over a thousand works; what it must not do."""

import http.client
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from mailbot.browse.description import described
from mailbot.browse.queries import FACETS, LISTS, PLUMBING, QUERIES
from mailbot.browse.serve import Shelf, ledger_docs, metadata
from mailbot.cli import cli
from mailbot.ledger.connection import open_ledger, writing
from mailbot.ops.shown import labels_of
from mailbot.store import Store
from tests.house.checkout import ROOT
from tests.make.browser import chromium
from tests.make.configs import ON_FOLDERS
from tests.make.ledger import THEMES
from tests.make.season import BUREAUS, ROSTER, season
from tests.make.sessions import wording

HEADS: Final = "[...document.querySelectorAll('table.rows-and-columns th')].map((head) => head.textContent.trim())"
PICTURE: Final = """
(async () => {
  const picture = document.querySelector("td.col-contact_sheet img");
  await picture.decode();
  const rows = document.querySelectorAll("table.rows-and-columns tbody tr").length;
  return `${rows} works, ${picture.naturalWidth} pixels`;
})()
"""
ASKED: Final = "[...document.querySelectorAll('#queries + ul a')].map((link) => link.textContent).join()"
CELLS: Final = "[...document.querySelectorAll('td.col-{}')].map((cell) => cell.textContent.trim()).join()"
FACET: Final = "document.querySelector('.facet-info[data-column=status]').textContent.replace(/\\s+/g, ' ').trim()"


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A season's ledger with its config and roster."""
    folder = tmp_path_factory.mktemp("season")
    season(folder / "var")
    lines = [f"{unit.name},{unit.city},{unit.province},是" for unit in ROSTER.units]
    (folder / "units.csv").write_text("\n".join(["单位名称,城市,省份,应报送", *lines]), encoding="utf-8")
    (folder / "config.toml").write_text(f'{ON_FOLDERS}[units]\nfile = "units.csv"\n', encoding="utf-8")
    return folder


@pytest.fixture(name="address", scope="module")
def _address(folder: Path) -> Iterator[str]:
    """The site as `mailbot ledger` serves it."""
    command = [sys.executable, "-m", "mailbot", "--config", str(folder / "config.toml"), "ledger", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()
        assert running.wait(20) == 0


def test_the_pages_tell_titles_words_and_pictures(address: str, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile") as browser:

        def seen(page: str, script: str) -> object:
            return browser.evaluate(f"{address}{page}", script)

        assert "作品图览,一件作品的答复,未送达的答复" in str(seen("", ASKED))
        heads = "编号 number|画面截图 contact_sheet|作品名称 title"
        assert seen("/gallery?text=00", f"{HEADS}.slice(0, 3).join('|')") == heads
        assert seen("/gallery?text=-0002", PICTURE) == "1 works, 240 pixels"
        assert seen("/entry_list", FACET) == "状态 3 已受理 780 材料不全 195 不符合要求 25"
        assert seen("/letters?number=0030", CELLS.format("state")) == "已发出"


@pytest.mark.parametrize(
    ("query", "column", "answer"),
    [
        ("letters?number=30", "recipient", "office1@example.org"),
        ("undelivered?", "recipient", "office3@example.org"),
        ("unsent?", "unit", ",".join(BUREAUS[-2:])),
        ("provinces?", "works_received", "175,175,175,175,150,150"),
        ("duplicates?", "number", ""),
    ],
)
def test_the_questions_of_admins_are_answered(address: str, query: str, column: str, answer: str) -> None:
    _, _, body = asked(address + "/" + query.replace("?", ".json?_shape=objects&"))
    assert ",".join(str(row[column]) for row in json.loads(body)["rows"]) == answer


def asked(address: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    """A page's status, headers and body."""
    host, _, path = address.removeprefix("http://").partition("/")
    with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
        connection.request("GET", quote(f"/{path}", safe="/?=&%"), headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8001", "", "[::2]:1"])
def test_a_page_elsewhere_that_asks_by_its_own_name_gets_nothing(address: str, host: str) -> None:
    status, _, body = asked(address, Host=host)
    assert (status, body) == (403, b"Ask for 127.0.0.1 or localhost.")


def test_nothing_is_loaded_from_elsewhere_and_no_link_tells_where_it_was_clicked(address: str) -> None:
    status, headers, body = asked(f"{address}/entry_list")
    assert (status, headers["referrer-policy"]) == (200, "no-referrer")
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert re.findall(rb"(?:src|href)=\"(?:https?:)?//(?!datasette\.io|127\.0\.0\.1)[^\"]*\"", body) == []


@pytest.mark.parametrize(
    "question", ["DELETE FROM entries", "UPDATE entries SET title = ''", "ATTACH 'x' AS y", "PRAGMA user_version = 9"]
)
def test_no_question_changes_the_ledger(address: str, folder: Path, question: str) -> None:
    assert asked(f"{address}?sql={question}")[0] == 400
    with closing(sqlite3.connect(f"file:{folder}/var/ledger.sqlite?mode=ro", uri=True)) as reader:
        assert reader.execute("SELECT count(*) FROM entries WHERE title <> ''").fetchone() == (1000,)
        assert reader.execute("PRAGMA user_version").fetchone() != (9,)


def test_only_contact_sheets_are_served_by_their_hash(address: str, folder: Path) -> None:
    site = address.removesuffix("/ledger")
    with closing(sqlite3.connect(f"file:{folder}/var/ledger.sqlite?mode=ro", uri=True)) as reader:
        (sheet,) = reader.execute("SELECT contact_sheet FROM videos LIMIT 1").fetchone()
        (video,) = reader.execute("SELECT sha256 FROM videos LIMIT 1").fetchone()
    status, headers, body = asked(f"{site}/-/sheet/{sheet}")
    assert (status, headers["content-type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    for other in (f"/-/sheet/{video}", "/-/sheet/..%2F..%2Fledger.sqlite", "/-/sheet/", "/ledger.db"):
        assert asked(site + other)[0] != 200, other


def test_what_is_written_meanwhile_is_seen(address: str, folder: Path) -> None:
    with open_ledger(folder / "var" / "ledger.sqlite", THEMES) as db, writing(db):
        db.execute("UPDATE entries SET title = '边看边改' WHERE seq = 7")
    assert "边看边改" in asked(f"{address}/entry_list?number=GYQG-2024-0007")[2].decode()


def test_a_port_that_is_taken_is_told_with_its_cure(address: str, folder: Path) -> None:
    port = address.rpartition(":")[2].partition("/")[0]
    done = CliRunner().invoke(cli, ["--config", str(folder / "config.toml"), "ledger", "--port", port])
    assert (done.exit_code, "mailbot ledger --port 0" in done.stderr) == (1, True)


def test_every_query_facet_and_list_fits_the_ledger_and_has_its_words(folder: Path) -> None:
    words = wording()
    store = Store(folder / "var" / "files")
    shelf = Shelf(folder / "var" / "ledger.sqlite", store, "征选活动", words, labels_of(words))
    told = metadata(shelf)["databases"]["ledger"]
    tables = described(ledger_docs().read_text(encoding="utf-8"))
    assert all(one["title"] != name for name, one in told["tables"].items() if not one["hidden"])
    assert {table for table, _ in LISTS} | set(FACETS) | PLUMBING <= set(tables)
    assert all(column in tables[table].columns for table, column in LISTS)
    assert all(column in tables[table].columns for table, columns in FACETS.items() for column in columns)
    titles = words.words("columns")
    with closing(sqlite3.connect(f"file:{folder}/var/ledger.sqlite?mode=ro", uri=True)) as reader:
        for name, sql in QUERIES.items():
            answer = reader.execute(sql, {"number": "1", "text": ""})
            own = {column[0] for column in answer.description} - {"高端升级", "数智赋能", "绿色低碳"}
            assert own <= set(titles), name
    for name, one in tables.items():
        if one.view:
            assert set(one.columns) <= set(titles), name
