"""Looking things up, as an admin types it."""

import io
import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from rich.console import Console

from mailbot.cli import cli
from mailbot.cli.lookup import MAILS
from mailbot.cli.spoken import columns
from mailbot.cli.tables import Several, laid_table
from tests.make.configs import ON_FOLDERS
from tests.make.decisions import CHINA, film, form, row
from tests.make.ledger import books, letter

ONE, TWO = "GYQG-2024-0001", "GYQG-2024-0002"
UNIT = "云岭机械有限公司"


@pytest.fixture(name="desk", scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config, and a ledger with two works, an inquiry and a letter."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "config.toml").write_text(ON_FOLDERS.replace('language = "en"\n', ""), encoding="utf-8")
    (folder / "var" / "inbox" / "new").mkdir(parents=True)
    with books(folder / "var" / "ledger.sqlite") as made:
        made.take(form(row("智造未来"), unit=UNIT), film(), body="随信报送，请查收。高炉改造项目。", subject="报送作品")
        made.take(
            form(row("绿水青山", phone="139 0000 0009"), scanned=True), film("绿水青山.mp4"), sender="b@example.org"
        )
        made.take(sender="c@example.org", subject="咨询", body="请问可以用竖屏吗？100%_ok")
        made.owe(letter("k", numbers=(ONE,), text="您好：\n作品已受理。"))
    return folder


@pytest.fixture(name="terminal")
def _terminal() -> tuple[int, int]:
    """A pseudo-terminal: our end, and the program's."""
    try:
        return pty.openpty()
    except OSError as error:
        pytest.skip(f"this system gives no pseudo-terminal ({error})")


def typed(desk: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["--config", str(desk / "config.toml"), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def listed(desk: Path, *words: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(typed(desk, *words, "--json"))


@pytest.mark.parametrize("told", [ONE, ONE.lower(), "1", "0001", "00001"])
def test_a_number_may_be_short_and_in_any_case(desk: Path, told: str) -> None:
    assert listed(desk, "entry", told)["number"] == ONE


@pytest.mark.parametrize("told", ["3", "GYQG-2024", "13900000009", "", "０００１"])
def test_what_is_no_number_is_no_entry(desk: Path, told: str) -> None:
    done = CliRunner().invoke(cli, ["--config", str(desk / "config.toml"), "entry", told])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "没有这个编号的作品" in done.stderr


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["智造未来"], [ONE]),
        (["智造"], [ONE]),
        (["云岭", "智造未来"], [ONE]),
        (["云岭", "绿水青山"], []),
        (["高炉改造"], ["1"]),
        (["高炉"], ["1"]),
        (["报送作品"], ["1"]),
        (["b@example.org"], ["2"]),
        (["B@Example"], ["2"]),
        (["gyqg-2024"], [TWO, ONE]),
        (["100%_ok"], ["3"]),
        (["%"], ["3"]),
        (['"'], []),
        (["OR", "AND"], []),
    ],
)
def test_what_holds_every_word_is_found(desk: Path, words: list[str], keys: list[str]) -> None:
    assert [hit["key"] for hit in listed(desk, "find", *words)] == keys


def test_a_mended_title_is_found_and_the_old_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ON_FOLDERS.replace('language = "en"\n', ""), encoding="utf-8")
    with books(tmp_path / "var" / "ledger.sqlite") as made:
        made.take(form(row("旧的标题")), film())
    typed(tmp_path, "edit", "1", "--title", "新的标题")
    assert listed(tmp_path, "find", "旧的标题") == []
    assert [hit["about"] for hit in listed(tmp_path, "find", "新的标题")] == ["新的标题"]


def test_todo_lists_what_needs_a_person(desk: Path) -> None:
    assert {(row["kind"], row["number"] or row["mail_id"]) for row in listed(desk, "todo")} >= {("entry", TWO)}
    assert "扫描" in typed(desk, "todo")


def test_mails_are_listed_with_their_entries_and_one_is_told_whole(desk: Path) -> None:
    assert [(mail["id"], mail["numbers"]) for mail in listed(desk, "mails")] == [(1, [ONE]), (2, [TWO]), (3, [])]
    assert listed(desk, "mails", "--state", "failed") == []
    whole = listed(desk, "mail", "1")
    assert [entry["number"] for entry in whole["entries"]] == [ONE]
    assert {part["kind"] for part in whole["parts"]} == {"form", "video"}


def test_a_letter_is_shown_as_it_will_go_out(desk: Path) -> None:
    (item,) = [item for item in listed(desk, "outbox") if item["kind"] == "accepted"]
    shown = typed(desk, "outbox", "show", str(item["id"]))
    assert shown.startswith("收件人：maker@example.com\n主题：回复：报送\n\n您好：\n作品已受理。")
    assert "<p>" in listed(desk, "outbox", "show", str(item["id"]))["html"]


@pytest.mark.parametrize("command", [["mail", "99"], ["outbox", "show", "99"]])
def test_an_unknown_id_is_refused_with_what_to_do(desk: Path, command: list[str]) -> None:
    done = CliRunner().invoke(cli, ["--config", str(desk / "config.toml"), *command])
    assert (done.exit_code, "查看" in done.stderr) == (1, True)


def test_a_pipe_gets_one_line_a_row_and_no_padding(desk: Path) -> None:
    lines = typed(desk, "entries").splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["编号", "作品名称"], [ONE, "智造未来"], [TWO, "绿水青山"]]
    assert not any("  " in line for line in lines)


def test_a_narrow_terminal_breaks_no_number(desk: Path, terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "mailbot", "--config", str(desk / "config.toml"), "entries"]
    done = subprocess.run(command, stdout=theirs, env=environment, check=True, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert ONE in shown
    assert TWO in shown
    assert "\x1b[" in shown, "statuses have colours on a terminal"


def test_a_terminal_shows_all_moments_of_a_mail_by_the_campaigns_clock(desk: Path, terminal: tuple[int, int]) -> None:
    (first, *_) = listed(desk, "mails")
    whole = listed(desk, "mail", str(first["id"]))
    assert (whole["received_at"][-6:], whole["spooled_at"][-6:]) == ("+08:00", "+00:00")
    ours, theirs = terminal
    environment = {**os.environ, "COLUMNS": "100", "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "mailbot", "--config", str(desk / "config.toml"), "mail", str(first["id"])]
    with subprocess.Popen(command, stdout=theirs, env=environment):
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # that the other side is closed
            while block := os.read(ours, 4096):
                shown += block
    os.close(ours)
    spooled = datetime.fromisoformat(whole["spooled_at"])
    assert f"{spooled.astimezone(CHINA):%Y-%m-%d %H:%M}" in shown.decode()
    assert f"{spooled:%Y-%m-%d %H:%M}" not in shown.decode()


@pytest.mark.parametrize(("begun", "numbers"), [("", [ONE, TWO]), ("GYQG-2024-0002", [TWO]), ("2", [TWO]), ("%", [])])
def test_the_shell_completes_numbers(desk: Path, begun: str, numbers: list[str]) -> None:
    shell = ShellComplete(cli, {"obj": str(desk / "config.toml")}, "mailbot", "_MAILBOT_COMPLETE")
    arguments = ["--config", str(desk / "config.toml"), "accept"]
    assert [item.value for item in shell.get_completions(arguments, begun)] == numbers


def test_preview_shows_the_letter_and_changes_nothing(desk: Path) -> None:
    before = listed(desk, "entry", "2")
    shown = typed(desk, "reject", "2", "--say", "画面有水印", "--note", "内部", "--preview")
    assert "画面有水印" in shown
    assert "内部" not in shown
    assert listed(desk, "entry", "2") == before


def test_a_terminal_shows_how_far_an_export_is(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    program = (
        "from mailbot.cli.common import bytes_bar\nwith bytes_bar('films') as tell:\n    tell(5_000_000, 10_000_000)"
    )
    environment = {**os.environ, "COLUMNS": "100", "TERM": "xterm-256color"}
    subprocess.run([sys.executable, "-c", program], stderr=theirs, env=environment, check=True, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "films" in shown
    assert "5.0/10.0 MB" in shown


def test_a_listing_begins_behind_a_row_and_ends_where_asked(desk: Path) -> None:
    assert [row["number"] for row in listed(desk, "entries", "--limit", "1")] == [ONE]
    assert [row["number"] for row in listed(desk, "entries", "--after", ONE.lower())] == [TWO]
    assert listed(desk, "entries", "--after", TWO) == []
    ids = [row["id"] for row in listed(desk, "mails")]
    assert [row["id"] for row in listed(desk, "mails", "--after", str(ids[0]), "--limit", "1")] == ids[1:2]
    (only,) = listed(desk, "outbox")
    assert listed(desk, "outbox", "--after", str(only["id"])) == []


def test_a_listing_behind_an_unknown_entry_is_refused(desk: Path) -> None:
    done = CliRunner().invoke(cli, ["--config", str(desk / "config.toml"), "entries", "--after", "X-9"])
    assert (done.exit_code, done.stdout) == (1, "")


def test_a_list_in_json_is_written_as_if_it_were_known_whole(desk: Path) -> None:
    for listing in ("entries", "mails", "outbox"):
        text = typed(desk, listing, "--json")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("width", [80, 200])
def test_no_number_and_no_moment_is_broken_whatever_the_terminals_width(width: int) -> None:
    numbers = tuple(f"GYQG-2024-{number:04d}" for number in range(1, 26))
    cells = (1, "2024-06-01T12:00:00+08:00", "a.long.name@of-a-long-domain.example.org", "关于报送作品的函" * 9)
    row = (*cells, "已处理", "报送", Several(numbers), "")
    console = Console(width=width, file=io.StringIO())
    console.print(laid_table("", MAILS, [row, row], width, ["id"], ["triage", "state"]))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert {columns(line) for line in shown.splitlines()} == {width}
    for word in (numbers[0], "2024-06-01", "12:00", "等 25 件", "编号", "需处理"):
        assert word in shown
    assert ("类型" in shown) == (width == 200)
