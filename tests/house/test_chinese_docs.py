"""The Chinese pages say what the English ones and the code say: commands, options, keys, views, alerts."""

import re
import tomllib

import pytest

from mailbot.model.entry import EntryStatus
from tests.house.checkout import ROOT, text_of
from tests.house.test_config import tables
from tests.house.test_docs import described_tables, real_commands

CHINESE = sorted(
    path.relative_to(ROOT).as_posix() for path in [ROOT / "README.zh-CN.md", *ROOT.glob("docs/*.zh-CN.md")]
)
PAGES = sorted({*CHINESE, *(page.replace(".zh-CN", "") for page in CHINESE)})
COMMANDS = dict(real_commands())
ALERTS = tomllib.loads(text_of("templates/words.toml"))["alert_subject"]
STABLE = ("entry_list", "unit_totals", "theme_totals", "day_totals", "attention", "reply_log")


def test_each_chinese_page_has_its_english_twin_and_leads_there() -> None:
    for page in CHINESE:
        twin = page.replace(".zh-CN", "")
        assert f"]({twin.rpartition('/')[2]})" in text_of(page), page
        assert f"]({page.rpartition('/')[2]})" in text_of(twin) or page == "README.zh-CN.md", twin


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_command_and_no_option_that_is_not_there(page: str) -> None:
    text = re.sub(r"--config [^ `]+ ", "", text_of(page))
    named = re.findall(r"(?:`|^ *)mailbot ([a-z]+)((?: [^`\n|]*)?)", text, re.MULTILINE)
    for name, rest in named:
        assert name in COMMANDS, name
        below = rest.split()[0] if rest.split() else ""
        command = COMMANDS.get(f"{name} {below}", COMMANDS[name])
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)--[a-z]+", rest)) <= options | {"--config"}, (name, rest)


def test_the_config_page_names_keys_that_are_there() -> None:
    keys = {f"{table}.{key}".lstrip(".") for table, names in tables().items() for key in names}
    rows = re.findall(r"^\| (`[^|]+) \|", text_of("docs/config.zh-CN.md"), re.MULTILINE)
    named = {key for row in rows for key in re.findall(r"`([a-z_.]+)`", row)}
    assert len(named) > 30
    assert named <= keys


@pytest.mark.parametrize("page", ["docs/operating.zh-CN.md", "docs/config.zh-CN.md"])
def test_a_page_speaks_of_no_key_that_is_not_there(page: str) -> None:
    keys = {f"{table}.{key}" for table, names in tables().items() for key in names if table}
    heads = {key.partition(".")[0] for key in keys}
    named = {one for one in re.findall(r"`([a-z]+\.[a-z_]+)`", text_of(page)) if one.partition(".")[0] in heads}
    assert named <= keys


def test_the_ledgers_page_names_every_stable_view_with_columns_that_it_has() -> None:
    told = described_tables()
    for view in STABLE:
        (row,) = re.findall(rf"^\| `{view}` \|.*$", text_of("docs/ledger.zh-CN.md"), re.MULTILINE)
        columns = set(re.findall(r"`([a-z_]+)`", row)) - {view}
        assert columns
        assert columns <= set(told[view]), view


def test_the_ledgers_page_has_every_status() -> None:
    assert set(re.findall(r"^\| `([a-z]+)` \|", text_of("docs/ledger.zh-CN.md"), re.MULTILINE)) >= set(EntryStatus)


def test_each_alert_has_its_picture_and_stands_in_the_manual() -> None:
    pictures = {path.stem for path in (ROOT / "docs" / "alerts").glob("*.png")}
    assert pictures == {cause.replace("_", "-") for cause in ALERTS}, "run scripts/alerts, and mend the manual's table"
    assert set(re.findall(r"\[图\]\(alerts/([a-z-]+)\.png\)", text_of("docs/operating.zh-CN.md"))) == pictures
