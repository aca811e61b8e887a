"""The demo's campaign, played once for all tests as its user plays it."""

import fcntl
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TIMEOUT = 300


@dataclass(frozen=True)
class Played:
    """How it ended, where it lies, and what its ledger lists."""

    folder: Path
    code: int
    told: str
    said: str
    entries: list[dict[str, Any]]
    letters: list[dict[str, Any]]


def mailbot(*arguments: str, before: str = "") -> "subprocess.CompletedProcess[str]":
    """Run mailbot; `before` is Python that runs first in its process."""
    program = f"{before}\nfrom mailbot.cli import main\nmain()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=TIMEOUT
    )


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A demo in the folder of an earlier one, of which a ledger and a letter are left."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if base.name.startswith("popen-") else base  # of xdist: all its processes share one demo
    folder, told = base / "demo", base / "demo.json"
    with (base / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            finished = _play(folder)
            told.write_text(json.dumps([finished.returncode, finished.stdout, finished.stderr]), encoding="utf-8")
    code, shown, said = json.loads(told.read_text(encoding="utf-8"))
    return Played(folder, code, shown, said, listed(folder, "entries"), listed(folder, "outbox"))


def _play(folder: Path) -> "subprocess.CompletedProcess[str]":
    folder.mkdir()
    (folder / ".mailbot-demo").touch()
    for left in ("var/ledger.sqlite", "replies/99-old.eml"):
        (folder / left).parent.mkdir()
        (folder / left).write_text("left by an earlier demo", encoding="utf-8")
    return mailbot("demo", "--dir", str(folder))


def listed(folder: Path, what: str) -> list[dict[str, Any]]:
    """A listing of the demo's ledger, made when its servers are gone."""
    finished = mailbot("--config", str(folder / "config.toml"), what, "--json")
    return list(json.loads(finished.stdout)) if finished.returncode == 0 else []
