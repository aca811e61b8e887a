"""The judges' package: each accepted film once, a list and shortcuts a theme, a manifest, a page to look through it.

A package can be written again into the same folder: what is there and whole stays, what is missing or altered is put
there, and what an earlier run wrote that belongs to no work any more is stale. `.mailbot-package.json` lists every file
that mailbot wrote and whether the package is blind; it is written first, so that an interrupted run is known as well.
A package that names units and persons becomes a blind one only where all that names them is removed first.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from mailbot.export.blind import blinded
from mailbot.export.copy import can_clone, holds, make_folder, place
from mailbot.export.pages import index, manifest, shortcut
from mailbot.export.plan import INDEX, INVENTORY, MANIFEST, SHEETS, WORKS, PackedFile, PackedWork, packed, theme_folders
from mailbot.model.errors import Damaged, Refused
from mailbot.model.limits import MIB
from mailbot.model.listing import ListedWork
from mailbot.store import Store
from mailbot.templating import Wording
from mailbot.text.formats import filesize

READABLE: Final = 0o644
SPARE: Final = 64 * MIB
"""Bytes that a package leaves free on its disk."""

Progress = Callable[[int, int], None]
"""Told how many bytes of films are done, and how many there are."""


@dataclass(slots=True)
class Exported:
    """What writing a package came to.

    Attributes:
        works: in it.
        written: films and sheets that were put there.
        kept: films and sheets that were there, whole.
        stale: paths of files that belong to no work any more; still there.
        removed: of these, the ones that were removed.
        damaged: a line for each file that the store could not give, its work not in the manifest.
    """

    works: int = 0
    written: int = 0
    kept: int = 0
    stale: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ExportFolder:
    """Where a package goes and how it is told.

    Attributes:
        folder: made at need.
        store: where the films lie.
        wording: the pages' templates.
        campaign: its name.
        themes: its themes, in the form's order.
        blind: leave out units, names and phones.
        prune: remove what is stale.
    """

    folder: Path
    store: Store
    wording: Wording
    campaign: str
    themes: Sequence[str]
    blind: bool = False
    prune: bool = False


@dataclass(frozen=True, slots=True)
class Inventory:
    """What earlier runs wrote into a folder.

    Attributes:
        paths: of every file, relative to the folder.
        blind: they name no unit and no person.
    """

    paths: frozenset[str] = frozenset()
    blind: bool = False


def write_package(
    package: ExportFolder, works: Sequence[ListedWork], workbook: tuple[str, bytes], progress: Progress
) -> Exported:
    """Write a package, or bring one up to date.

    Args:
        package: where to, and how.
        works: the accepted ones.
        workbook: its file name and its bytes.
        progress: told how far it is.

    Raises:
        Refused: the disk has no room for it, or it is to be blind in a folder that tells names; nothing is written.
        OSError: the disk failed on the way; run again, it goes on.
    """
    planned = packed(blinded(work) if package.blind else work for work in works)
    make_folder(package.folder)
    _check_disk(package, planned)
    texts = _texts(package, planned, workbook)
    films = {file.path for file in _files(planned)}
    wanted = {*texts, *films}
    outcome = Exported()
    known = _inventory(package.folder)
    if package.blind and not known.blind:
        outcome.removed = _take_names_out(package, known.paths - films)
    listed = known.paths - set(outcome.removed)
    _keep_inventory(package, listed | wanted)
    sound = _place_files(package, planned, outcome, progress)
    if len(sound) < len(planned):
        texts = _texts(package, sound, workbook)
    for path, content in texts.items():
        _write(package.folder / path, content)
    outcome.works = len(sound)
    stale = _there(package.folder, listed - wanted)
    removed = [path for path in stale if package.prune and _remove(package.folder, path)]
    outcome.removed = (*(path for path in outcome.removed if path not in wanted), *removed)
    outcome.stale = tuple(path for path in stale if path not in removed)
    _keep_inventory(package, wanted | set(outcome.stale))
    return outcome


def _there(folder: Path, paths: Iterable[str]) -> list[str]:
    return sorted(path for path in paths if (folder / path).is_file())


def _take_names_out(package: ExportFolder, paths: Iterable[str]) -> tuple[str, ...]:
    """Remove what a package with names holds beside the films, before a blind one is written over it.

    Raises:
        Refused: there is such a package, and nobody said that it may be removed.
    """
    named = _there(package.folder, paths)
    if named and not package.prune:
        raise Refused(
            f"{package.folder} holds a package that names units and persons. "
            "Name another folder, or run it with --prune, which removes what names them first."
        )
    return tuple(path for path in named if _remove(package.folder, path))


def _files(works: Sequence[PackedWork]) -> Iterator[PackedFile]:
    for one in works:
        yield from (file for file in (one.film, one.sheet) if file is not None)


def _texts(package: ExportFolder, works: Sequence[PackedWork], workbook: tuple[str, bytes]) -> dict[str, bytes]:
    """Path -> content of all that is no stored file."""
    name, book = workbook
    folders = theme_folders(works, package.themes, name)
    texts = {one.note: f"{one.work.link}\r\n".encode("utf-8-sig") for one in works if one.note}
    for folder in folders:
        texts[folder.list] = manifest(folder.works, blind=package.blind)
        texts |= {folder.shortcut(one): shortcut(package.wording, one) for one in folder.works}
    return texts | {
        name: book,
        MANIFEST: manifest(works, blind=package.blind),
        INDEX: index(package.wording, works, folders, campaign=package.campaign, workbook=name),
    }


def _check_disk(package: ExportFolder, works: Sequence[PackedWork]) -> None:
    missing = sum(file.size for file in _files(works) if not _is_as_large(package.folder / file.path, file.size))
    free = Store(package.folder).free_bytes()
    if missing + SPARE > free and not can_clone(package.store, package.folder):
        raise Refused(
            f"{package.folder}: {filesize(missing)} of films are to be written, {filesize(free)} are free. "
            "Make room, or name a folder on another disk."
        )


def _is_as_large(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _place_files(
    package: ExportFolder, works: Sequence[PackedWork], outcome: Exported, progress: Progress
) -> tuple[PackedWork, ...]:
    """Put every film and sheet in its place.

    Returns:
        The works whose film is there; a contact sheet that the store has lost is left out.
    """
    for name in (WORKS, SHEETS):
        make_folder(package.folder / name)
    total = sum(one.film.size for one in works if one.film)
    done, sound = 0, []
    for one in works:
        progress(done, total)
        sheet = one.sheet if one.sheet and _placed(package, one.sheet, outcome) else None
        if one.film is None or _placed(package, one.film, outcome):
            sound.append(replace(one, sheet=sheet))
        done += one.film.size if one.film else 0
    progress(total, total)
    return tuple(sound)


def _placed(package: ExportFolder, file: PackedFile, outcome: Exported) -> bool:
    target = package.folder / file.path
    if holds(target, file.sha256):
        outcome.kept += 1
        return True
    try:
        place(package.store, file.sha256, target)
    except Damaged as error:
        target.unlink(missing_ok=True)
        outcome.damaged.append(f"{file.path}: {error}")
        return False
    outcome.written += 1
    return True


def _write(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    temporary.chmod(READABLE)
    temporary.replace(path)


def _inventory(folder: Path) -> Inventory:
    try:
        told = json.loads((folder / INVENTORY).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return Inventory()
    if not isinstance(told, dict) or not isinstance(told.get("files"), list):
        return Inventory()
    return Inventory(frozenset(path for path in told["files"] if isinstance(path, str)), told.get("blind") is True)


def _keep_inventory(package: ExportFolder, paths: Iterable[str]) -> None:
    told = {"blind": package.blind, "files": sorted(paths)}
    _write(package.folder / INVENTORY, json.dumps(told, ensure_ascii=False, indent=0).encode())


def _remove(folder: Path, path: str) -> bool:
    """Remove a stale file, and its folder where nothing else lies in it; never anything outside the package."""
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()) or target.is_symlink():
        return False
    target.unlink()
    parent = target.parent
    if parent != folder and not any(parent.iterdir()):
        parent.rmdir()
    return True
