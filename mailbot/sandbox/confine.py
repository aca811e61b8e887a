"""What a process can take from itself before it reads a stranger's file.

Standard library only, and nothing of mailbot: the file is also a program (`python -I -S confine.py '{…}' ffprobe …`)
that confines itself and then becomes another.

Sources: setrlimit(2), user_namespaces(7), capabilities(7), seccomp(2), landlock(7) and its header `linux/landlock.h`.
"""

import base64
import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Iterable
from typing import Any, Final

FAILED: Final = 126
"""Exit code where confining itself failed; the reason follows `MARK` on stderr."""
MISSING: Final = 127
"""Exit code where the program cannot be started."""
MARK: Final = "mailbot-sandbox: "

THREADS: Final = 256
"""Threads of one child, where they can be counted apart from the user's other processes."""

_NEWUSER: Final = 0x10000000
_NEWNET: Final = 0x40000000
_NO_NEW_PRIVS: Final = 38
_PDEATHSIG: Final = 1
_DUMPABLE: Final = 4
_SECCOMP: Final = 22
_SECCOMP_FILTER: Final = 2
_CAPABILITIES_3: Final = 0x20080522
_DAC_READ_SEARCH: Final = 1 << 2

# landlock system calls have the same numbers on every architecture
_CREATE: Final = 444
_ADD: Final = 445
_RESTRICT: Final = 446
_VERSION: Final = 1
_BENEATH: Final = 1
_EXECUTE, _WRITE, _READ, _READ_DIR = 1, 2, 4, 8
_LOOK: Final = _EXECUTE | _READ | _READ_DIR
_OF_FILES: Final = _EXECUTE | _WRITE | _READ | 1 << 14 | 1 << 15
_WORK: Final = _WRITE | _READ | _READ_DIR | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13 | 1 << 14
"""In a folder of its own a child makes, moves, cuts and removes plain files and folders: no links, sockets, devices."""
_KNOWN_SINCE: Final = ((1, (1 << 13) - 1), (2, (1 << 14) - 1), (3, (1 << 15) - 1), (5, (1 << 16) - 1))
"""File accesses that each version of Landlock can hold back: make, remove (1), link and rename (2), truncate (3),
device control (5)."""
_NETWORK_SINCE: Final = 4
_SCOPES_SINCE: Final = 6

SYSTEM: Final = (
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/sbin",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/alternatives",
)
"""Programs and libraries: what a foreign program may read besides its file."""

_libc: Final = ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """The kernel's Landlock ABI; 0 where it has none."""
    return max(int(_libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))), 0)


def leave_network() -> int:
    """Enter a network namespace of its own, in which nothing is reachable.

    Root first tries without a user namespace, in which it could no longer read other users' files.

    Returns:
        The namespaces entered, as unshare(2)'s flags; 0 where the kernel forbids it.
    """
    ways = (_NEWNET, _NEWUSER | _NEWNET) if os.geteuid() == 0 else (_NEWUSER | _NEWNET,)
    return next((way for way in ways if _libc.unshare(way) == 0), 0)


def lock_files(reads: Iterable[str], writes: Iterable[str]) -> bool:
    """Hold back every file but these, and TCP where the kernel can. False where it has no Landlock.

    Args:
        reads: files and folders that may be read and executed.
        writes: folders that may be read and written.

    Raises:
        OSError: the kernel has Landlock and refuses.
    """
    version = landlock_version()
    if not version:
        return False
    handled = [mask for since, mask in _KNOWN_SINCE if since <= version][-1]
    rules = _ruleset(handled, version)
    for path in reads:
        _allow(rules, path, _LOOK & handled)
    for path in (*writes, "/dev/null"):
        _allow(rules, path, _WORK & handled)
    _checked(_libc.syscall(_RESTRICT, ctypes.c_int(rules), ctypes.c_uint(0)))
    os.close(rules)
    return True


def drop_capabilities() -> None:
    """Keep none of root's powers but to read other users' files, which Landlock then bounds."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    kept = _DAC_READ_SEARCH if os.geteuid() == 0 else 0
    # effective, permitted and inheritable, for capabilities below 32 and above
    _libc.capset(header, (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0))


def forbid_calls(instructions: bytes) -> bool:
    """Install a seccomp filter, for good. False where there is none, or the kernel takes none."""
    if not instructions:
        return False
    code = ctypes.create_string_buffer(instructions, len(instructions))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    program = Program(len(instructions) // 8, ctypes.addressof(code))
    return bool(_libc.prctl(_SECCOMP, _SECCOMP_FILTER, ctypes.byref(program), 0, 0) == 0)


def close_to_others() -> None:
    """Let no process of the same user look into this one: its memory, environment and open files become root's."""
    _libc.prctl(_DUMPABLE, 0, 0, 0, 0)


def _ruleset(handled: int, version: int) -> int:
    words = [handled]
    if version >= _NETWORK_SINCE:
        words.append(0b11)  # bind and connect, TCP
    if version >= _SCOPES_SINCE:
        words.append(0b11)  # abstract sockets and signals outside of the sandbox
    attributes = (ctypes.c_uint64 * len(words))(*words)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    return _checked(_libc.syscall(_CREATE, ctypes.byref(attributes), size, ctypes.c_uint(0)))


def _allow(rules: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no leave
    if not os.path.isdir(path):  # noqa: PTH112 - see above: no more modules than needed
        access &= _OF_FILES
    rule = access.to_bytes(8, sys.byteorder) + descriptor.to_bytes(4, sys.byteorder, signed=True)
    try:
        _checked(_libc.syscall(_ADD, ctypes.c_int(rules), ctypes.c_int(_BENEATH), rule, ctypes.c_uint(0)))
    finally:
        os.close(descriptor)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def limit(what: int, value: int, spare: int = 0) -> None:
    """Lower a resource limit; never raises one that is lower already."""
    _, hard = resource.getrlimit(what)
    top = value + spare if hard == resource.RLIM_INFINITY else min(value + spare, hard)
    resource.setrlimit(what, (min(value, top), top))


def become(spec: dict[str, Any], argv: list[str]) -> None:
    """Confine this process as `spec` says and turn into the program `argv`."""
    entered = leave_network()
    if entered & _NEWUSER:
        # elsewhere the user's other processes would be counted, mailbot's own among them
        limit(resource.RLIMIT_NPROC, THREADS)
    if spec["ends_with_parent"]:
        _libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    limit(resource.RLIMIT_CORE, 0)
    os.nice(spec["niceness"])
    limit(resource.RLIMIT_FSIZE, spec["file_bytes"])
    limit(resource.RLIMIT_NOFILE, spec["files"])
    if spec["cpu_seconds"]:
        limit(resource.RLIMIT_CPU, spec["cpu_seconds"], spare=2)  # first SIGXCPU, which tells it from the OOM killer
    _checked(_libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    drop_capabilities()
    locked = lock_files((*SYSTEM, *spec["reads"]), spec["writes"])
    if argv:
        limit(resource.RLIMIT_AS, spec["memory_bytes"])
    forbidden = forbid_calls(base64.b64decode(spec["forbidden"]))
    if not argv:
        told = {"network": bool(entered), "landlock": landlock_version() if locked else 0, "calls": forbidden}
        print(json.dumps(told))  # noqa: T201 - the answer to `isolation`
        return
    os.execv(argv[0], argv)  # noqa: S606 - no shell is meant


def main() -> None:
    """The program."""
    try:
        become(json.loads(sys.argv[1]), sys.argv[2:])
    except (FileNotFoundError, PermissionError) as error:
        sys.stderr.write(f"{MARK}{error}\n")
        sys.exit(MISSING)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{MARK}{error}\n")
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
