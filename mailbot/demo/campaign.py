"""The embedded campaign's folder: what a demo may make there, and what it takes away."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mailbot.model.errors import Refused
from mailbot.ops.lock import only_one

EXTRA: Final = ("aiosmtpd", "pymap")
MARKER: Final = ".mailbot-demo"
MADE_ANEW: Final = ("var", "replies", "digest")
"""Each demo begins with an empty ledger; its films stay."""


def run(folder: Path, say: Callable[[str], str], tables: str = "") -> None:
    """Play a whole campaign and show what came of it; everything stays in `folder`.

    Args:
        folder: a new or empty one, or an earlier demo's.
        say: gives a word of the tables its translation.
        tables: of config.toml, besides those of the demo: a cluster's.

    Raises:
        Refused: the `demo` extra is missing, `folder` is not a demo's, or another demo is at work in it.
        TemporaryError: ffmpeg is missing, or the round met trouble.
    """
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise Refused(f"the demo needs {' and '.join(missing)}. Run: pip install 'mailbot[demo]'")
    from mailbot.demo.play import play  # noqa: PLC0415 - imports what the extra brings

    _claim(folder)
    with only_one(folder):
        for name in MADE_ANEW:
            shutil.rmtree(folder / name, ignore_errors=True)
        play(folder.absolute(), say, tables)


def _claim(folder: Path) -> None:
    """Make the folder a demo's."""
    marker = folder / MARKER
    if folder.exists() and not marker.exists() and any(folder.iterdir()):
        raise Refused(f"{folder}: holds files of something else. Name an empty or a new folder: mailbot demo --dir DIR")
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text("Made by mailbot demo; may be deleted as a whole.\n", encoding="utf-8")
