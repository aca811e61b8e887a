"""A Maildir and the mails that a mail server laid into it."""

import os
from pathlib import Path


def maildir(folder: Path) -> Path:
    """Make `folder` a Maildir, where it is none yet."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder


def lay(inbox: Path, name: str, content: bytes, at: float) -> Path:
    """A mail into a Maildir; `name` tells it from others that arrive in the same second `at` (POSIX)."""
    path = inbox / "new" / f"{int(at)}.{name}.host"
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path
