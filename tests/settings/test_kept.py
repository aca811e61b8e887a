"""A configuration that was checked is kept in data_dir, and counts for that very file alone."""

import hashlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.model.errors import ConfigError
from mailbot.settings.kept import NAME
from mailbot.settings.loading import load

CONFIG = """
data_dir = "var"
[campaign]
deadline = 2024-07-31
[schedule]
poll_every = "2m"
[mailbox]
kind = "maildir"
path = "in"
[smtp]
kind = "folder"
path = "out"
"""
READ_AGAIN = """
import pathlib, pickle, sys
from mailbot.settings.loading import load
told = load(pathlib.Path(sys.argv[1]), {})
assert "pydantic" not in sys.modules
sys.stdout.buffer.write(pickle.dumps(told))
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "var").mkdir()
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


def test_a_checked_configuration_says_the_same_the_second_time_and_needs_no_pydantic(config: Path) -> None:
    first = load(config, {})
    again = subprocess.run([sys.executable, "-c", READ_AGAIN, str(config)], capture_output=True, check=True).stdout
    assert pickle.loads(again) == first  # noqa: S301


def test_a_file_that_was_changed_is_checked_anew(config: Path) -> None:
    load(config, {})
    config.write_text(CONFIG.replace('"2m"', '"never"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="poll_every"):
        load(config, {})
    config.write_text(CONFIG.replace('"2m"', '"3m"'), encoding="utf-8")
    assert load(config, {})[0].schedule.poll_every == 180


@pytest.mark.parametrize("table", ["[smtp]", "[mailbox]"])
def test_one_that_holds_a_password_is_not_kept(config: Path, table: str) -> None:
    config.write_text(CONFIG.replace(table, f'{table}\npassword = "sesame"'), encoding="utf-8")
    load(config, {})
    assert not (config.parent / "var" / NAME).exists()


def test_what_is_damaged_or_would_call_something_is_not_believed(config: Path) -> None:
    settings, _ = load(config, {})
    file = config.parent / "var" / NAME
    whole = file.read_bytes()
    calls = b"cos\nsystem\n(S'false'\ntR."
    for content in (whole[:64], whole[:-9], whole[:32] + hashlib.sha256(calls).digest() + calls, b""):
        file.write_bytes(content)
        assert load(config, {})[0] == settings
    assert file.read_bytes() == whole


def test_nothing_is_made_where_there_is_no_data_folder_yet(config: Path) -> None:
    (config.parent / "var").rmdir()
    load(config, {})
    assert not (config.parent / "var").exists()


def test_what_only_looks_at_a_file_keeps_nothing(config: Path) -> None:
    load(config, {}, keep=False)
    assert not (config.parent / "var" / NAME).exists()
