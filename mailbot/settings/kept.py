"""A configuration that was checked once is kept beside the ledger, so that a command need not check it again.

Checking takes pydantic, whose import and schema are two thirds of what a short command costs. What is kept counts for
the very same file read by the very same mailbot, and only where this user wrote it. One that holds a password is not
kept.
"""

import hashlib
import io
import os
import pickle
import sys
import tempfile
from contextlib import suppress
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path, PosixPath
from typing import Any, Final

from mailbot.settings.keys import Settings

NAME: Final = "settings.checked"
PACKAGES: Final = ("mailbot.settings.", "mailbot.model.")
"""Whose frozen records and words a kept configuration is made of."""

_PLAIN: Final[dict[tuple[str, str], type]] = {
    (one.__module__, one.__name__): one for one in (PosixPath, date, datetime, time, timedelta)
}


class _RecordsWriter(pickle.Pickler):
    """Writes a word of ours as its type and value: some releases of Python 3.11 name it through `getattr`."""

    def reducer_override(self, told: Any) -> Any:  # noqa: ANN401 - as its base
        return (type(told), (told.value,)) if isinstance(told, Enum) else NotImplemented


class _Records(pickle.Unpickler):
    """Makes nothing but frozen records and words of our own, and plain values."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as its base
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        found = getattr(sys.modules.get(module), name, None) if module.startswith(PACKAGES) else None
        if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name}")


def seal(told: bytes) -> bytes:
    """What a kept configuration counts for: a file's bytes, and our own files that say what settings are."""
    here = Path(__file__).parent
    files = sorted(path for folder in (here, here.parent / "model") for path in folder.glob("*.py"))
    ours = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr((sys.version, ours)).encode() + told).digest()


def kept(folder: Path, sealed: bytes) -> Settings | None:
    """The settings that were kept for this seal; None where there are none that can be used."""
    try:
        with (folder / NAME).open("rb") as file:
            ours = os.fstat(file.fileno()).st_uid == os.geteuid()
            head, told = file.read(2 * len(sealed)), file.read()
        if not ours or head != sealed + hashlib.sha256(told).digest():
            return None
        found = _Records(io.BytesIO(told)).load()
    except (OSError, pickle.UnpicklingError):
        return None
    return found if isinstance(found, Settings) else None


def keep(folder: Path, sealed: bytes, settings: Settings) -> None:
    """Keep checked settings, where the folder is there and can be written, and no password is in them."""
    passwords = [settings.smtp.password, *(mailbox.password for mailbox in settings.mailbox)]
    if any(passwords) or not folder.is_dir():
        return
    written = io.BytesIO()
    _RecordsWriter(written).dump(settings)
    told = written.getvalue()
    with suppress(OSError):
        descriptor, name = tempfile.mkstemp(prefix=f".{NAME}-", dir=folder)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(sealed + hashlib.sha256(told).digest() + told)
            temporary.replace(folder / NAME)
        finally:
            temporary.unlink(missing_ok=True)
