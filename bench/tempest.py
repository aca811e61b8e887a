"""Starts mailbot again and again for `bench.storm`: by a fork of a process that has everything imported.

One JSON line in, one out. Its clock is ahead by as many seconds as the file named first says at each look: all of
mailbot reads the clock in one place (`ops/house.py`), which is another one here before anything else is imported.
"""

import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mailbot.faults import Point, arm
from mailbot.ops import house

CLOCK = Path(sys.argv[1])


def shifted() -> datetime:
    """The clock, wrong by what the file says."""
    return datetime.now(UTC) + timedelta(seconds=float(CLOCK.read_text(encoding="ascii")))


house.now = shifted

from mailbot.cli import main as run_mailbot  # noqa: E402 - behind the clock
from mailbot.cli import running  # noqa: E402


def become(told: dict[str, Any]) -> None:
    """Be a mailbot that is killed at a point, or whose files may not grow."""
    os.setsid()
    quiet = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    if told["file_bytes"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (told["file_bytes"], resource.RLIM_INFINITY))
    if told["point"]:
        arm(Point(told["point"]), told["passes"])
    sys.argv = ["mailbot", "--config", told["config"], "run", "--once"]
    try:
        run_mailbot()
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    finally:
        os._exit(70)


def outlast(child: int, seconds: float | None) -> int:
    """Its exit code; negative where it was killed, here at the latest."""
    ends = time.monotonic() + (600 if seconds is None else seconds)
    while time.monotonic() < ends:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    assert running  # imported before the first fork
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if not child:
            become(told)
        print(json.dumps(outlast(child, told["seconds"])), flush=True)


if __name__ == "__main__":
    main()
