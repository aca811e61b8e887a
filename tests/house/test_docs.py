import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click
import pytest
from sqlite_utils import Database

import mailbot.cli
from mailbot.cli import FILES, cli
from mailbot.ledger.connection import open_ledger
from mailbot.model.decision import EventKind
from mailbot.model.entry import EntryStatus, RecommenderDoubt
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.mail import MailState, PartKind, Triage
from mailbot.model.prints import PrintState
from mailbot.model.rules import Campaign
from tests.house.checkout import ROOT, text_of

READMES = ("README.md", "README.zh-CN.md")
THEMES = Campaign().themes
WORDS: dict[tuple[str, str], type[StrEnum]] = {
    ("mails", "state"): MailState,
    ("mails", "triage"): Triage,
    ("files", "kind"): PartKind,
    ("parts", "kind"): PartKind,
    ("videos", "print"): PrintState,
    ("entries", "status"): EntryStatus,
    ("entries", "recommender_doubt"): RecommenderDoubt,
    ("replies", "kind"): LetterKind,
    ("replies", "state"): LetterState,
    ("events", "kind"): EventKind,
}


def described_tables() -> dict[str, dict[str, str]]:
    """Each table and view of docs/ledger.md with its columns and what is said of them."""
    told: dict[str, dict[str, str]] = {}
    for line in text_of("docs/ledger.md").splitlines():
        if head := re.fullmatch(r"## (?:Table|View) `(\w+)`", line):
            told[head[1]] = {}
        elif (row := re.fullmatch(r"\| (\w+) \| (.+) \|", line)) and row[1] != "column":
            told[next(reversed(told))][row[1]] = row[2]
    return told


def real_tables(folder: Path) -> dict[str, set[str]]:
    with open_ledger(folder / "ledger.sqlite", THEMES) as db:
        tables = {table.name: {column.name for column in table.columns} for table in Database(db.conn).tables}
        views = {view.name: {column.name for column in view.columns} for view in Database(db.conn).views}
    own = {name for name in tables if not name.startswith(("_", "sqlite_"))}
    return {name: tables[name] for name in own} | views


def test_every_table_and_view_is_described_with_every_column_and_no_other(tmp_path: Path) -> None:
    told = {name: set(columns) for name, columns in described_tables().items()}
    for name in ("unit_totals", "maker_totals"):
        told[name] |= set(THEMES)
    assert told == real_tables(tmp_path)


@pytest.mark.parametrize(("place", "words"), list(WORDS.items()), ids=[".".join(place) for place in WORDS])
def test_every_word_of_a_state_is_described_and_no_other(place: tuple[str, str], words: type[StrEnum]) -> None:
    table, column = place
    told = set(re.findall(r"`([a-z_-]+)`", described_tables()[table][column]))
    assert told == {word.value for word in words}


def real_commands(group: click.Group = cli, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from real_commands(command, f"{name} ")


def test_the_help_tells_each_command_in_its_own_words() -> None:
    context = click.Context(cli)
    for name, (_, told) in FILES.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(200) == told


def test_every_command_of_a_file_is_in_the_help() -> None:
    files = {module.name for module in pkgutil.iter_modules(mailbot.cli.__path__)}
    made = {name: file for file in files for name in commands_of(import_module(f"mailbot.cli.{file}"))}
    assert made == {name: file for name, (file, _) in FILES.items()}


def commands_of(module: ModuleType) -> list[str]:
    return [command.name for command in getattr(module, "COMMANDS", ())]


def told_commands(file: str) -> dict[str, str]:
    """Each command in a README's table with the synopses that tell it: `accept\\|reject NUMBER` are two commands."""
    told: dict[str, str] = {}
    groups = [name for name, command in real_commands() if isinstance(command, click.Group)]
    for synopsis in re.findall(r"^\| `mailbot (.+?)` \|", text_of(file), re.MULTILINE):
        words = synopsis.split()
        group = words[0] if words[0] in groups and len(words) > 1 and words[1][0].islower() else ""
        for name in words[1 if group else 0].split(r"\|"):
            key = f"{group} {name}".strip()
            told[key] = f"{told.get(key, '')} {synopsis}"
    return told


@pytest.mark.parametrize("file", READMES)
def test_a_readme_lists_every_command_and_no_other(file: str) -> None:
    assert set(told_commands(file)) == {name for name, _ in real_commands()}


@pytest.mark.parametrize("file", READMES)
def test_a_readme_names_no_option_that_is_not_there(file: str) -> None:
    real = dict(real_commands())
    for name, synopsis in told_commands(file).items():
        options = {option for parameter in real[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z][a-z-]*", synopsis)) <= options, name


@pytest.mark.parametrize("file", READMES)
def test_a_readme_names_the_two_commands_of_the_beginning(file: str) -> None:
    assert {"make demo", "make test"} <= set(re.findall("^make [a-z]+", text_of(file), re.MULTILINE))


@pytest.mark.parametrize(("file", "lines"), [("README.md", 150), ("README.zh-CN.md", 150), ("docs/flow.md", 69)])
def test_a_page_that_is_to_be_read_whole_stays_short(file: str, lines: int) -> None:
    assert len(text_of(file).splitlines()) <= lines


@pytest.mark.parametrize(
    "page", [*READMES, *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))]
)
def test_no_link_of_a_page_leads_nowhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", text_of(page))
    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []


def test_every_file_that_the_flow_names_is_there() -> None:
    named = re.findall(r"`([a-z_/]+(?:/|\.py))`", text_of("docs/flow.md"))
    assert named
    assert [name for name in named if not (ROOT / "mailbot" / name).exists()] == []
