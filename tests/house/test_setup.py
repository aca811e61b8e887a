"""scripts/setup on machines that lack something: made of a PATH that holds only what is named."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.checkout import ROOT

PLAIN = ("cat", "cut", "date", "dirname", "env", "id", "mkdir", "sh", "sha256sum", "sleep", "tail")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with its set-up script, and beside it a folder `bin` that is the whole PATH."""
    root = tmp_path / "checkout"
    (root / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup", root / "scripts" / "setup")
    shutil.copy(ROOT / "pyproject.toml", root / "pyproject.toml")
    (tmp_path / "bin").mkdir()
    for name in PLAIN:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    return root


def give(checkout: Path, name: str, script: str) -> None:
    """Put a program on the PATH."""
    path = checkout.parent / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def set_up(checkout: Path, extra: str = "demo") -> tuple[int, str]:
    """Run the script; its exit code and what it said."""
    finished = subprocess.run(
        [str(checkout / "scripts" / "setup"), extra],
        env={"PATH": str(checkout.parent / "bin"), "HOME": str(checkout.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return finished.returncode, finished.stdout + finished.stderr


def give_python(checkout: Path) -> None:
    give(checkout, "python3", f'exec {sys.executable} "$@"')


def stamp(checkout: Path, extra: str, pyproject: bytes) -> None:
    """Make a virtual environment that was set up from this pyproject.toml."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(checkout.parent / "bin" / "python3")
    key = f"{hashlib.sha256(pyproject).hexdigest()} {checkout}\n"
    (checkout / ".venv" / f"setup-{extra}").write_text(key, encoding="utf-8")


def test_without_python_it_says_so_in_one_line(checkout: Path) -> None:
    code, said = set_up(checkout)
    assert code == 1
    assert said.splitlines() == [
        "setup: no Python 3.11 or newer. Install one, or name it: make PYTHON=/path/to/python3"
    ]


def test_without_ffmpeg_and_apt_get_it_says_what_to_install(checkout: Path) -> None:
    give_python(checkout)
    code, said = set_up(checkout)
    assert code == 1
    assert "not a Debian system" in said
    assert "ffmpeg" in said


def test_where_apt_get_fails_its_words_and_the_cure_are_shown(checkout: Path) -> None:
    give_python(checkout)
    give(checkout, "apt-get", "echo 'Temporary failure resolving the mirror'; exit 100")
    give(checkout, "sudo", 'shift; exec "$@"')
    code, said = set_up(checkout)
    assert code == 1
    assert "Temporary failure resolving" in said
    assert "Install by hand, then run this again" in said


def test_what_is_there_is_not_installed_again(checkout: Path) -> None:
    give_python(checkout)
    for name in ("ffmpeg", "ffprobe", "apt-get"):
        give(checkout, name, "touch /dev/full/nothing-may-be-started; exit 1")
    stamp(checkout, "demo", (checkout / "pyproject.toml").read_bytes())
    assert set_up(checkout) == (0, "")


def test_an_environment_for_development_is_enough_for_the_demo(checkout: Path) -> None:
    give_python(checkout)
    for name in ("ffmpeg", "ffprobe"):
        give(checkout, name, "exit 1")
    stamp(checkout, "dev", (checkout / "pyproject.toml").read_bytes())
    assert set_up(checkout) == (0, "")


def test_a_changed_pyproject_sets_up_again(checkout: Path) -> None:
    give_python(checkout)
    for name in ("ffmpeg", "ffprobe"):
        give(checkout, name, "exit 1")
    stamp(checkout, "demo", b"[project]\n")
    give(checkout, "python3", f'[ "$2" = pip ] && exit 7; exec {sys.executable} "$@"')
    code, said = set_up(checkout)
    assert code == 1
    assert "installing Python packages" in said
    assert "pip failed" in said


def test_every_script_is_executable() -> None:
    assert [path for path in (".ci/run", "scripts/setup") if not os.access(ROOT / path, os.X_OK)] == []
