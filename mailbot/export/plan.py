"""What a package holds, before anything is written: which work lies where, under which name. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.export.names import Names, safe_name
from mailbot.model.listing import ListedWork

WORKS: Final = "works"
SHEETS: Final = "sheets"
INDEX: Final = "index.html"
MANIFEST: Final = "manifest.csv"
INVENTORY: Final = ".mailbot-package.json"
LIST: Final = "作品清单.csv"
NO_THEME: Final = "未选主题"
LINKED_ONLY: Final = "视频待下载.txt"
UNKNOWN: Final = "bin"
"""The suffix of a film that nobody could open."""


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of the store and where it goes.

    Attributes:
        path: relative to the package, with `/`.
        sha256: its name in the store.
        size: bytes; 0 where not known.
    """

    path: str
    sha256: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class PackedWork:
    """A work and its files.

    Attributes:
        work: as the package shows it.
        stem: its files' name without a suffix.
        film: None where the video has still to be fetched from its link.
        sheet: the contact sheet; None where there is none.
        note: path of the text that stands for the film, where there is none; else empty.
    """

    work: ListedWork
    stem: str
    film: PackedFile | None
    sheet: PackedFile | None
    note: str = ""

    @property
    def path(self) -> str:
        """What opens the work: the film, or the note in its place."""
        return self.film.path if self.film else self.note


@dataclass(frozen=True, slots=True)
class ThemeFolder:
    """A theme's folder: a list and a shortcut a work, no film.

    Attributes:
        theme: as the campaign calls it.
        name: of the folder.
        works: in the order of their numbers.
    """

    theme: str
    name: str
    works: tuple[PackedWork, ...]

    def shortcut(self, packed: PackedWork) -> str:
        """Path of the page that leads to a work."""
        return f"{self.name}/{packed.stem}.html"

    @property
    def list(self) -> str:
        """Path of the theme's list."""
        return f"{self.name}/{LIST}"


def packed(works: Iterable[ListedWork]) -> tuple[PackedWork, ...]:
    """Each work with the names of its files."""
    names = Names()
    return tuple(_packed(work, names.unique(safe_name(f"{work.number}-{work.title}"))) for work in works)


def _packed(work: ListedWork, stem: str) -> PackedWork:
    video = work.video
    if video is None:
        return PackedWork(work, stem, None, None, f"{WORKS}/{stem}-{LINKED_ONLY}")
    film = PackedFile(f"{WORKS}/{stem}.{video.container or UNKNOWN}", video.sha256, video.size)
    sheet = PackedFile(f"{SHEETS}/{stem}.jpg", video.contact_sheet) if video.contact_sheet else None
    return PackedWork(work, stem, film, sheet)


def theme_folders(works: Sequence[PackedWork], themes: Sequence[str], workbook: str) -> tuple[ThemeFolder, ...]:
    """A folder for each theme that a work ticks, the campaign's own first."""
    names = Names(WORKS, SHEETS, INDEX, MANIFEST, INVENTORY, workbook)
    ticked = {theme for one in works for theme in one.work.themes}
    ordered = [*(theme for theme in themes if theme in ticked), *sorted(ticked - set(themes))]
    folders = [(theme, tuple(one for one in works if theme in one.work.themes)) for theme in ordered]
    rest = tuple(one for one in works if not one.work.themes)
    return tuple(
        ThemeFolder(theme, names.unique(safe_name(theme)), mine)
        for theme, mine in [*folders, *([(NO_THEME, rest)] if rest else [])]
    )
