"""What a reader that was taken over tries, one way out after the other; runs as source text, or as a program.

Each attempt tells what it got, or raises. Nothing is harmed where one succeeds: the signal is 0, what is traced goes
on, what is forked ends.
"""

import ctypes
import json
import os
import resource
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

SEIZE = 0x4206
PTRACE, READ_MEMORY, OPEN_PROCESS, SET_UP_RING = 101, 310, 434, 425
"""System calls of x86-64."""


def read(path: str) -> str:
    with Path(path).open("rb") as file:
        return f"{len(file.read(100))} bytes"


def write(path: str) -> str:
    with Path(path).open("ab") as file:
        file.write(b"x")
    return "written"


def overwrite(path: str) -> str:
    with Path(path).open("r+b") as file:
        file.write(b"x")
    return "overwritten"


def fill(folder: str, size: int) -> str:
    with (Path(folder) / "large").open("wb") as file:
        file.truncate(size)
    return f"{size} bytes"


def link(path: str, folder: str) -> str:
    os.link(path, Path(folder) / "linked")
    return read(str(Path(folder) / "linked"))


def connect(family: int, address: "str | tuple[str, int]") -> str:
    with socket.socket(family) as line:
        line.settimeout(2)
        line.connect(address)
    return "connected"


def fork() -> str:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return "forked"


def outlive() -> str:
    """Fork twice into a session of its own, as daemons do."""
    child = os.fork()
    if not child:
        with suppress(OSError):
            os.setsid()
            os.fork()
        os._exit(0)
    os.waitpid(child, 0)
    return "outlived"


def start() -> str:
    return f"ended with {os.posix_spawn('/bin/true', ['true'], {})}"


def signal(process: int) -> str:
    os.kill(process, 0)
    return "signalled"


def call(*arguments: int) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(*map(ctypes.c_long, arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return f"returned {result}"


def raise_limits() -> str:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    return "set"


def attempts(told: Mapping[str, object]) -> dict[str, Callable[[], str]]:
    """Every way out by its name. `told` names files and sockets; all lie outside of what a reader may reach."""
    parent = os.getppid()
    folder, size = os.environ.get("TMPDIR", "/tmp"), int(str(told["written_bytes"])) + 1  # noqa: S108
    secrets = {f"read {name}": path for name, path in dict(told["secrets"]).items()}  # type: ignore[call-overload]
    secrets |= {f"read the parent's {what}": f"/proc/{parent}/{what}" for what in ("environ", "maps", "cmdline")}
    secrets |= {path: path for path in ("/etc/passwd", "/proc/1/environ", "/proc/self/environ")}
    first = next(iter(secrets.values()))
    places = {f"write {where}": f"{where}/breakout" for where in (told["outside"], "/tmp", "/dev/shm")}  # noqa: S108
    return {
        **{name: lambda path=path: read(path) for name, path in secrets.items()},  # type: ignore[misc]
        **{name: lambda path=path: write(path) for name, path in places.items()},  # type: ignore[misc]
        "overwrite the evidence": lambda: overwrite(str(told["evidence"])),
        "link a secret": lambda: link(first, folder),
        "fill the disk": lambda: fill(folder, size),
        "TCP": lambda: connect(socket.AF_INET, ("127.0.0.1", int(str(told["port"])))),
        "Unix socket": lambda: connect(socket.AF_UNIX, str(told["socket"])),
        "abstract socket": lambda: connect(socket.AF_UNIX, "\0" + str(told["abstract"])),
        "memory beside its own": lambda: f"descriptor {os.memfd_create('x')}",
        "fork": fork,
        "outlive the parent": outlive,
        "start a program": start,
        "signal the parent": lambda: signal(parent),
        "trace the parent": lambda: call(PTRACE, SEIZE, parent, 0, 0),
        "hold the parent": lambda: call(OPEN_PROCESS, parent, 0),
        "io_uring": lambda: call(SET_UP_RING, 1, ctypes.addressof(ctypes.create_string_buffer(120))),
        "raise limits": raise_limits,
    }


def escaped(told: Mapping[str, object]) -> dict[str, str]:
    """Which of the attempts succeeded, and what they got."""
    found = {}
    for name, attempt in attempts(told).items():
        with suppress(OSError, ValueError):
            found[name] = attempt()
    return found


if __name__ == "__main__":
    print(json.dumps(escaped(json.loads(sys.argv[1]))))  # noqa: T201 - the answer
