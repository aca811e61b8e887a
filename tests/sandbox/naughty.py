"""Readers that misbehave, importable by the children of `Readers`."""

import ctypes
import itertools
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO


def double(number: int) -> int:
    return 2 * number


def sleep_for_ever() -> None:
    time.sleep(600)


def compute_for_ever() -> None:
    while True:
        pass


def eat_memory() -> int:
    return len(bytearray(2 * 1024**3))


def die() -> None:
    os.abort()


def leave() -> None:
    os._exit(3)


def fail(text: str) -> None:
    raise ValueError(text)


def say(text: str) -> str:
    print(text)  # noqa: T201 - as openpyxl does
    sys.stderr.write(text)
    os.write(1, text.encode())
    return text


def environment() -> dict[str, str]:
    return dict(os.environ)


def initial_environment() -> str:
    return Path("/proc/self/environ").read_text()


def process_id() -> int:
    return os.getpid()


def content(path: Path) -> str:
    return path.read_text()


def parents(what: str) -> bytes:
    return Path(f"/proc/{os.getppid()}/{what}").read_bytes()[:100]


def content_by_link(_seen: Path, folder: Path, path: Path) -> str:
    """Give a file that may not be read another name, where it may be read."""
    os.link(path, folder / "link")
    return (folder / "link").read_text()


def content_by_symlink(_seen: Path, folder: Path, path: Path) -> str:
    (folder / "symlink").symlink_to(path)
    return (folder / "symlink").read_text()


def write(path: str) -> str:
    Path(path).write_text("written")
    return Path(path).read_text()


def overwrite(seen: Path) -> None:
    with seen.open("r+b") as file:
        file.write(b"forged")


def make_readable(seen: Path) -> None:
    seen.chmod(0o777)
    overwrite(seen)


def unlink(path: str) -> None:
    Path(path).unlink()


def call_out(port: int) -> str:
    with socket.socket() as line:
        line.settimeout(2)
        line.connect(("127.0.0.1", port))
    return "connected"


def listen(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(path)


def fork_bomb() -> None:
    while True:
        os.fork()


def start_program() -> int:
    return subprocess.run(["/bin/true"], check=True).returncode


def new_session() -> None:
    os.setsid()


def use_threads() -> int:
    done: list[int] = []
    threads = [threading.Thread(target=done.append, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def signal_parent(number: int) -> None:
    os.kill(os.getppid(), number)


def signal_everybody(number: int) -> None:
    os.kill(-1, number)


def _system_call(*arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(*map(ctypes.c_long, arguments)) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def trace_parent() -> None:
    _system_call(101, 16, os.getppid(), 0, 0)  # ptrace(PTRACE_ATTACH), x86-64


def set_up_a_ring() -> None:
    _system_call(425, 1, 0)  # io_uring_setup


def raise_limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class Trap:
    """What a child might send back, to be executed by whoever unpickles it."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.mkdir, (self.path,)


def spring_a_trap(path: str) -> Trap:
    return Trap(path)


def flood() -> bytes:
    return bytes(80 * 1024 * 1024)


def unpack(seen: Path, folder: Path, count: int) -> list[str]:
    """Write `count` copies of a file into the folder."""
    for number in range(count):
        (folder / str(number)).write_bytes(seen.read_bytes())
    return sorted(path.name for path in folder.iterdir())


OPEN: list[IO[bytes]] = []


def keep_open(seen: Path, folder: Path) -> str:
    """Leave a file behind that is still open for writing here."""
    OPEN.append((folder / "open").open("wb", buffering=0))
    OPEN[0].write(seen.read_bytes())
    return "open"


def write_on() -> None:
    OPEN[0].seek(0)
    OPEN[0].write(b"forged")


def fill_with_files(_seen: Path, folder: Path, size: int) -> None:
    """Files of so many bytes each, without end."""
    for number in itertools.count():
        (folder / f"{number}").write_bytes(bytes(size))


def hide_files(_seen: Path, folder: Path) -> None:
    """Wait with a folder in which files may be made and nobody can look."""
    (folder / "hidden").mkdir(0o300)
    time.sleep(60)


def write_large(_seen: Path, folder: Path, size: int) -> None:
    with (folder / "large").open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(b"more")
