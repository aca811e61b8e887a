"""How long a command takes to begin, and how much memory a daemon has that waits."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.campaign import campaign
from bench.table import MIB, Goal, Row, apart, command, in_turns, together

TURNS: Final = 7
SETTLED_SECONDS: Final = 8.0
MAILBOT: Final = (sys.executable, "-m", "mailbot")


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        config = campaign(Path(name))
        entries = [*MAILBOT, "--config", str(config), "entries"]
        command(entries)  # makes the ledger
        found = in_turns(
            TURNS,
            {
                "python": lambda: command([sys.executable, "-c", "pass"]),
                "click": lambda: command([sys.executable, "-c", "import click"]),
                "help": lambda: command([*MAILBOT, "--help"]),
                "entries": lambda: command(entries),
            },
        )
        limit = found["click"].value
        for told, way, goal in (
            ("`mailbot --help`", "help", 0.15),
            ("`mailbot entries`, nothing there", "entries", 0.3),
        ):
            yield Row(told, found[way], "s", limit, "python with click", (Goal("figure", "≤", goal),))
        idle = apart(idle_daemon, str(config))
        yield Row("the daemon, idle", idle, "MiB", goals=(Goal("figure", "≤", 70),))


def idle_daemon(config: str) -> float:
    """MiB of a daemon and its children that have nothing to do, after its first poll."""
    with subprocess.Popen([*MAILBOT, "--config", config, "run"], stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            while b"daemon-started" not in (line := process.stderr.readline()):
                assert line, "the daemon does not start"
            time.sleep(SETTLED_SECONDS)
            return together(process.pid) / MIB
        finally:
            process.send_signal(signal.SIGTERM)
