"""Readers that misbehave, importable by the children of `Readers`."""

import os
import signal
import socket
import time
from pathlib import Path


def double(number: int) -> int:
    return 2 * number


def sleep_for_ever() -> None:
    time.sleep(600)


def eat_memory() -> int:
    return len(bytearray(2 * 1024**3))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(3)


def fail(text: str) -> None:
    raise ValueError(text)


def environment() -> list[str]:
    return sorted(os.environ)


def call_out(port: int) -> str:
    with socket.socket() as line:
        line.settimeout(2)
        line.connect(("127.0.0.1", port))
    return "connected"


def write(path: str) -> str:
    Path(path).write_text("written")
    return Path(path).read_text()


def shout(text: str) -> int:
    """Print as libraries do, by Python and past it."""
    print(text)  # noqa: T201
    os.write(2, text.encode())
    return os.write(1, text.encode())
