"""Units as an admin types them: listed, merged, renamed, named as recommenders; and what `ledger` needs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mailbot.cli import cli
from tests.make.configs import ON_FOLDERS
from tests.make.decisions import film, form, row
from tests.make.ledger import books
from tests.make.maildir import maildir

ONE, OTHER = "云岭重工有限公司", "云岭重工集团有限公司"


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Path:
    """Two works of one unit under two names."""
    (tmp_path / "config.toml").write_text(ON_FOLDERS, encoding="utf-8")
    with books(tmp_path / "var" / "ledger.sqlite") as made:
        made.take(form(row("甲"), unit=ONE), film("甲.mp4"))
        made.take(form(row("乙"), unit=OTHER), film("乙.mp4"), sender="b@example.org")
    return tmp_path


def told(desk: Path, *words: str) -> Any:  # noqa: ANN401 - any JSON
    done = CliRunner().invoke(cli, ["--config", str(desk / "config.toml"), *words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def counted(desk: Path) -> dict[str, int]:
    return {unit["unit"]: unit["recommended"] for unit in told(desk, "unit", "list")}


def test_units_are_listed_with_those_that_may_be_the_same(desk: Path) -> None:
    (one, other) = told(desk, "unit", "list", "--alike")
    assert {one["unit"], other["unit"]} == {ONE, OTHER}
    assert one["alike"] == [{"unit": other["unit"], "score": 100}]


def test_a_merge_is_shown_made_and_taken_back(desk: Path) -> None:
    moved = [{"name": ONE, "unit": OTHER}]
    assert told(desk, "unit", "merge", ONE, OTHER, "--preview") == {"applied": False, "names": moved}
    assert counted(desk) == {ONE: 1, OTHER: 1}
    assert told(desk, "unit", "merge", ONE, OTHER) == {"applied": True, "names": moved}
    assert counted(desk) == {OTHER: 2}
    assert [entry["recommending_unit"] for entry in told(desk, "entries", "--unit", "集团")] == [OTHER, OTHER]
    assert told(desk, "unit", "rename", ONE, ONE)["applied"]
    assert counted(desk) == {ONE: 1, OTHER: 1}


def test_a_person_names_the_recommending_unit(desk: Path) -> None:
    bureau = "云岭市工业和信息化局"
    assert not told(desk, "unit", "recommends", bureau, "1", "2", "--preview")["applied"]
    assert told(desk, "unit", "recommends", bureau, "1", "2")["applied"]
    assert counted(desk)[bureau] == 2
    assert told(desk, "outbox") == []
    typed = ["--config", str(desk / "config.toml"), "edit", "2", "--recommending-unit", OTHER]
    assert CliRunner().invoke(cli, typed).exit_code == 0
    assert told(desk, "entry", "2")["recommending_unit"] == OTHER


@pytest.mark.parametrize("words", [("merge", "无名", ONE), ("rename", ONE, OTHER), ("recommends", "某局", "99")])
def test_what_cannot_be_is_refused_in_a_line(desk: Path, words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli, ["--config", str(desk / "config.toml"), "unit", *words])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("mailbot: ")


def test_without_datasette_the_command_names_what_to_install(desk: Path) -> None:
    program = "import sys; sys.modules['datasette'] = None; from mailbot.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--config", str(desk / "config.toml"), "ledger"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'mailbot[admin]'" in done.stderr


def test_another_roster_counts_by_itself_and_the_history_tells(desk: Path) -> None:
    bureau = "云岭市工业和信息化局"
    config = desk / "config.toml"
    config.write_text(f'{config.read_text(encoding="utf-8")}[units]\nfile = "units.csv"\n', encoding="utf-8")
    (desk / "units.csv").write_text(f"单位名称,其他名称,邮箱域名\n{bureau},,example.org\n", encoding="utf-8")
    maildir(desk / "var" / "inbox")
    run = CliRunner().invoke(cli, ["--config", str(config), "run", "--once"])
    assert run.exit_code == 0, run.output
    assert counted(desk) == {ONE: 1, OTHER: 0, bureau: 1}
    event = told(desk, "entry", "2")["events"][-1]
    assert (event["actor"], event["details"]["recommending_unit"]) == ("mailbot", bureau)
    assert told(desk, "outbox") == []
