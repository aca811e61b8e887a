"""The judges' package: accepted works in folders by theme, named by number and title, with the workbook."""

import os
import re
import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mailbot.model.entry import Entry
from mailbot.model.errors import Refused
from mailbot.store import Store

NO_THEME: Final = "未选主题"
LINKED_ONLY: Final = "视频待下载.txt"
NAME_BYTES: Final = 180
"""Bytes of a file name's stem: below the 255 of common file systems, and of Windows' path as well."""


def write_package(folder: Path, accepted: Iterable[Entry], workbook: bytes, workbook_name: str, store: Store) -> int:
    """Write the package; files that are there already are left alone, so that it can be run again.

    Args:
        folder: where to; made at need.
        accepted: the works.
        workbook: 推荐汇总表.xlsx.
        workbook_name: its file name.
        store: where the videos lie.

    Returns:
        How many works were written.

    Raises:
        Refused: a file is missing from the store.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for entry in accepted:
        written += 1
        for theme in entry.themes or (NO_THEME,):
            place = folder / safe_name(theme)
            place.mkdir(exist_ok=True)
            _place(entry, place, store)
    (folder / workbook_name).write_bytes(workbook)
    return written


def _place(entry: Entry, place: Path, store: Store) -> None:
    name = safe_name(f"{entry.number}-{entry.title}")
    if entry.video is None:
        where = f"{entry.link.url} {entry.link.code}".strip() if entry.link else ""
        (place / f"{name}-{LINKED_ONLY}").write_text(f"{where}\n", encoding="utf-8")
        return
    suffix = entry.video.facts.container if entry.video.facts else "bin"
    _link_or_copy(store.path(entry.video.part.sha256), place / f"{name}.{suffix}")
    if entry.video.contact_sheet:
        _link_or_copy(store.path(entry.video.contact_sheet), place / f"{name}.jpg")


def _link_or_copy(source: Path, target: Path) -> None:
    """One copy on the disk where the file system can, else a real one; whole or not at all."""
    if target.exists():
        return
    if not source.exists():
        raise Refused(
            f"{target.name}: its file {source.name} is gone from the store. Restore data_dir/files, then again."
        )
    try:
        os.link(source, target)
    except OSError:
        temporary = target.with_name(target.name + ".part")
        shutil.copyfile(source, temporary)
        temporary.replace(target)


def safe_name(text: str) -> str:
    """A stranger's title as a file name on Linux, macOS and Windows: no separators, no control characters, short."""
    plain = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C")
    plain = re.sub(r'[<>:"/\\|?*\s]+', " ", plain).strip(" .")
    cut = plain.encode()[:NAME_BYTES].decode("utf-8", "ignore").strip(" .")
    return cut or "未命名"
