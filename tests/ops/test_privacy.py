"""Nobody but mailbot's user may look into the data folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailbot.cli import cli
from mailbot.ops.privacy import private
from tests.make.configs import ON_FOLDERS
from tests.make.ledger import books


@pytest.fixture(autouse=True)
def _careless_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_what_is_made_is_closed_whatever_the_umask(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "var"
    with private(data):
        (data / "spool").mkdir()
        (data / "spool" / "mail").write_text("x")
        with books(data / "ledger.sqlite"):
            assert (data / "ledger.sqlite-wal").exists()
            assert open_to_others(data) == []
    assert os.umask(0) == 0


def test_a_folder_that_was_open_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    data = tmp_path / "var"
    (data / "files" / "ab").mkdir(parents=True)
    (data / "files" / "ab" / "film").write_text("x")
    (data / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text("not ours to close")
    assert len(open_to_others(data)) > 3
    with private(data):
        (data / "link").unlink()
        assert open_to_others(data) == []
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o666


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_looking_things_up_first_leaves_nothing_open(tmp_path: Path, umask: int) -> None:
    (tmp_path / "config.toml").write_text(ON_FOLDERS, encoding="utf-8")
    os.umask(umask)
    for command in ("entries", "unit"):
        assert CliRunner().invoke(cli, ["--config", str(tmp_path / "config.toml"), command]).exit_code == 0
    assert (tmp_path / "var" / "ledger.sqlite").exists()
    assert open_to_others(tmp_path / "var") == []
