"""Exceptions as an admin types them: each is looked at first, made, stands in the ledger, and is refused in a line."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mailbot.cli import cli
from tests.make.configs import ON_FOLDERS
from tests.make.decisions import GOOD, LATE, MAKER, film, form, row
from tests.make.ledger import Books, books

SHORT = replace(GOOD, duration=10.0)


def late(made: Books) -> None:
    made.now = LATE + timedelta(hours=10)
    made.take(form(row()), film())


def short(made: Books) -> None:
    made.take(form(row()), film(facts=SHORT))


def twice(made: Books) -> None:
    made.take(form(row()))
    made.take(form(row(contact="李四"), unit="另一家公司", name="乙.docx"), film(), sender="b@example.org")


def joined(made: Books) -> None:
    made.take(form(row()), film())


def typed(desk: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(desk / "config.toml"), *words])


def listed(desk: Path, *words: str) -> Any:  # noqa: ANN401 - any JSON
    done = typed(desk, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def statuses(desk: Path) -> list[str]:
    return [entry["status"] for entry in listed(desk, "entries")]


@pytest.mark.parametrize(
    ("laid", "words", "before", "after", "told"),
    [
        (late, ("extend", MAKER, "--until", "2099-08-05"), ["rejected"], ["accepted"], "延长至 2099年8月5日"),
        (short, ("waive", "1", "video-too-short"), ["rejected"], ["accepted"], "审核结果：已受理"),
        (twice, ("merge", "1", "2"), ["incomplete", "accepted"], ["accepted", "replaced"], "GYQG-2024-0001"),
        (joined, ("split", "1", "--title", "另一部"), ["accepted"], ["incomplete", "incomplete"], "另一部"),
    ],
    ids=["extend", "waive", "merge", "split"],
)
def test_an_exception_is_shown_made_and_kept(
    tmp_path: Path,
    laid: Callable[[Books], None],
    words: tuple[str, ...],
    before: list[str],
    after: list[str],
    told: str,
) -> None:
    (tmp_path / "config.toml").write_text(ON_FOLDERS, encoding="utf-8")
    with books(tmp_path / "var" / "ledger.sqlite") as made:
        laid(made)
    spoken = (*words, "--say", "经组委会研究同意。", "--note", "张主任来电")
    preview = typed(tmp_path, *spoken, "--preview")
    assert preview.exit_code == 0, preview.output
    assert told in preview.stdout
    assert "经组委会研究同意。" in preview.stdout
    assert "张主任来电" not in preview.stdout
    assert statuses(tmp_path) == before, "a preview changed the ledger"
    assert typed(tmp_path, *spoken).exit_code == 0
    assert statuses(tmp_path) == after
    (letter, *_) = listed(tmp_path, "outbox")
    whole = typed(tmp_path, "outbox", "show", str(letter["id"])).stdout
    assert "经组委会研究同意。" in whole
    assert "张主任来电" not in whole
    assert typed(tmp_path, "rebuild", str(tmp_path / "again")).exit_code == 0
    anew = tmp_path / "anew.toml"
    anew.write_text(ON_FOLDERS.replace('data_dir = "var"', 'data_dir = "again"'), encoding="utf-8")
    again = CliRunner().invoke(cli, ["--config", str(anew), "entries", "--json"])
    assert json.loads(again.stdout) == listed(tmp_path, "entries"), "the journal did not bring the exception back"
    assert typed(tmp_path, "redecide").exit_code == 0
    assert statuses(tmp_path) == after, "an exception was forgotten when the rules were asked again"


def test_a_group_is_written_to_once(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ON_FOLDERS, encoding="utf-8")
    with books(tmp_path / "var" / "ledger.sqlite") as made:
        made.take(form(row()))
    words = ("message", "--missing", "--template", "missing")
    assert "1 letters would go out." in typed(tmp_path, *words, "--preview").stderr
    assert listed(tmp_path, "outbox") == []
    assert typed(tmp_path, *words, "--send").exit_code == 0
    assert [(letter["kind"], letter["recipient"]) for letter in listed(tmp_path, "outbox")] == [("message", MAKER)]
    assert typed(tmp_path, *words, "--send").exit_code == 0
    assert len(listed(tmp_path, "outbox")) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("extend", "nobody", "--until", "2020-01-01"),
        ("waive", "1", "no-such-code"),
        ("merge", "1", "99"),
        ("split", "99"),
        ("message", "--missing", "--template", "no-such-text", "--send"),
    ],
    ids=lambda words: words[0],
)
def test_what_cannot_be_is_refused_in_a_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "config.toml").write_text(ON_FOLDERS, encoding="utf-8")
    with books(tmp_path / "var" / "ledger.sqlite") as made:
        made.take(form(row()))
    done = typed(tmp_path, *words)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
