"""The package's own texts: the manifest, a theme's list and its shortcuts, the page that shows and plays the works."""

import csv
import io
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from mailbot.export.plan import NO_THEME, PackedWork, ThemeFolder
from mailbot.templating import Wording

PAGE: Final = "package.html.j2"
SCRIPT: Final = "package.js.j2"
SHORTCUT: Final = "shortcut.html.j2"
UNIT: Final = "unit"
COLUMNS: Final = ("number", "title", UNIT, "themes", "file", "sha256", "size", "duration")
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell of a CSV for a formula."""


def manifest(works: Iterable[PackedWork], *, blind: bool) -> bytes:
    """`manifest.csv`: a line a work, UTF-8 with a byte order mark, by which Excel knows it.

    Args:
        works: of the package.
        blind: leave out the units.
    """
    columns = [name for name in COLUMNS if name != UNIT or not blind]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    for packed in works:
        writer.writerow({name: _harmless(value) for name, value in _line(packed).items()})
    return out.getvalue().encode("utf-8-sig")


def _line(packed: PackedWork) -> dict[str, str]:
    work, film = packed.work, packed.film
    return {
        "number": work.number,
        "title": work.title,
        UNIT: work.unit,
        "themes": "、".join(work.themes),
        "file": packed.path,
        "sha256": film.sha256 if film else "",
        "size": str(film.size) if film else "",
        "duration": f"{work.video.duration:.3f}" if work.video and work.video.duration else "",
    }


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def shortcut(wording: Wording, packed: PackedWork) -> bytes:
    """A page in a theme's folder that leads to the work: what Windows and macOS both open by a double click."""
    return wording.render(SHORTCUT, {"title": _shown(packed), "href": f"../{quote(packed.path)}"}).encode()


def index(
    wording: Wording, works: Sequence[PackedWork], folders: Sequence[ThemeFolder], *, campaign: str, workbook: str
) -> bytes:
    """`index.html`: every work with its contact sheet, filtered by theme and unit, played in place; needs no network.

    Its Content-Security-Policy lets it load files beside it alone, and run the one script whose hash it names.
    """
    script = wording.render(SCRIPT, {})
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return wording.render(
        PAGE,
        {
            "campaign": campaign,
            "workbook": quote(workbook),
            "themes": [folder.theme for folder in folders],
            "units": sorted({one.work.unit for one in works} - {""}),
            "works": [_card(one) for one in works],
            "script": script,
            "script_hash": f"sha256-{digest}",
        },
    ).encode()


def _card(packed: PackedWork) -> dict[str, Any]:
    video = packed.work.video
    return {
        "number": packed.work.number,
        "title": _shown(packed),
        "unit": packed.work.unit,
        "themes": packed.work.themes or [NO_THEME],
        "href": quote(packed.path),
        "plays": packed.film is not None,
        "sheet": quote(packed.sheet.path) if packed.sheet else "",
        "duration": video.duration if video else 0,
        "size": video.size if video else 0,
    }


def _shown(packed: PackedWork) -> str:
    return packed.work.title or packed.work.number
