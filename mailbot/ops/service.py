"""mailbot as a systemd service: its unit, and what it tells systemd of itself (sd_notify(3), Type=notify)."""

import contextlib
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

from mailbot.settings.keys import Settings

UNIT: Final = "mailbot.service"
READY: Final = "READY=1"
ALIVE: Final = "WATCHDOG=1"
STOPPING: Final = "STOPPING=1"


def unit(settings: Settings, user: str) -> str:
    """The text of a unit that runs this very mailbot with this configuration.

    Args:
        settings: where config.toml and data_dir are.
        user: as whom it runs.
    """
    program = Path(sys.executable).with_name("mailbot")
    command = str(program) if program.is_file() else f"{sys.executable} -m mailbot"
    text = Path(__file__).with_name(UNIT).read_text(encoding="utf-8")
    return Template(text).substitute(
        command=command, config=settings.file.absolute(), data_dir=settings.data_dir.absolute(), user=user
    )


def tell(state: str, environment: Mapping[str, str] = os.environ) -> None:
    """Tell systemd; nothing where it did not start us, or does not listen.

    Own lines and not a library: those for Python are unkept, or need systemd's headers to be built.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as there:
        there.connect("\0" + address[1:] if address.startswith("@") else address)
        there.sendall(state.encode())
