"""Python in a bounded child: how it is started, and what of this machine's files it needs."""

import ctypes.util
import functools
import json
import mimetypes
import os
import site
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import mailbot
from mailbot.sandbox import child

PACKAGES: Final[Mapping[str, Path]] = {"mailbot": Path(mailbot.__file__).parent}
"""What a child may import besides installed packages: name and folder."""
_INSTALLED: Final = ("site-packages", "dist-packages")
_MACHINE: Final = ("/etc/localtime", "/sys/devices/system/cpu", "/proc/cpuinfo", *mimetypes.knownfiles)
"""What libraries ask of the machine."""


@functools.cache
def python_environment() -> Mapping[str, str]:
    """All of a child's environment: nothing of ours.

    Libraries that would start a thread a core start none, and libarchive's is named: its binding looks for it by
    starting ldconfig, which a child may not.
    """
    constants = {"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**constants, "LIBARCHIVE": ctypes.util.find_library("archive") or ""}


def python_argv(packages: Mapping[str, Path] = PACKAGES, **told: object) -> tuple[str, ...]:
    """The command of a Python child: `child.py` with what it is told."""
    folders = {name: str(folder) for name, folder in packages.items()}
    return sys.executable, "-I", "-B", child.__file__, json.dumps({"packages": folders, **told})


def python_reads(packages: Mapping[str, Path] = PACKAGES) -> tuple[Path, ...]:
    """The files and folders of Python, of installed packages and of `packages`; never the folder around a checkout."""
    installed = {path for path in [*sys.path, *site.getsitepackages()] if Path(path).name in _INSTALLED}
    libraries = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), f"{sys.base_prefix}/lib"}
    own = (f"{sys.prefix}/pyvenv.cfg", sys.executable, os.path.realpath(sys.executable))
    return *map(Path, (*sorted({*installed, *libraries}), *own, *_MACHINE)), *packages.values()
