"""The wheel, built and unpacked away from the checkout: what `pip install .` gives."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.house.checkout import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"),
            *("--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
        timeout=300,
    )
    with ZipFile(next(folder.glob("mailbot-*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, folder: Path, *arguments: str) -> str:
    """Run a Python command with the wheel's mailbot, from a folder of its own."""
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_wheel_carries_every_template_and_the_examples(installed: Path) -> None:
    inside = {path.name for path in (installed / "mailbot" / "templates").iterdir()}
    assert inside == {path.name for path in (ROOT / "templates").iterdir()}
    for name in ("config.example.toml", "units.example.csv"):
        assert (installed / "mailbot" / name).read_bytes() == (ROOT / name).read_bytes()


def test_the_wheel_carries_every_file_of_the_package(installed: Path) -> None:
    wanted = {
        path.relative_to(ROOT)
        for path in (ROOT / "mailbot").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {path for path in wanted if not (installed / path).exists()} == set()


def test_the_wheels_mailbot_finds_its_own_templates_and_config(installed: Path, tmp_path: Path) -> None:
    run(installed, tmp_path, "-m", "mailbot", "init", "campaign")
    assert (tmp_path / "campaign" / "config.toml").read_bytes() == (ROOT / "config.example.toml").read_bytes()
    assert (tmp_path / "campaign" / "templates" / "accepted.txt.j2").is_file()


def test_a_templates_folder_beside_the_config_takes_precedence_file_by_file(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "alert.subject.j2").write_text("我们自己的标题", encoding="utf-8")
    told = run(
        installed,
        tmp_path,
        "-c",
        "from pathlib import Path; from mailbot.model.rules import Rules; import mailbot;"
        "from mailbot.templating import Wording;"
        "words = Wording(Path('templates').absolute(), Rules());"
        "print(Path(mailbot.__file__).parts[-3], words.render('alert.subject.j2', {}), len(words.labels()) > 20)",
    )
    assert told.split() == ["site", "我们自己的标题", "True"]
