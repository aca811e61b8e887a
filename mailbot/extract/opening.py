"""Opens one archive and stores its members. Runs in a bounded child; see `archive.py`."""

import locale
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import libarchive
import rarfile
from libarchive.exception import ArchiveError

from mailbot.extract.holders import Holder, mail_files, msg_files, tnef_files
from mailbot.extract.kind import file_type
from mailbot.extract.listing import ArchiveListing
from mailbot.model.filetype import ARCHIVES, FileType
from mailbot.model.finding import Code, Finding, JsonScalar
from mailbot.model.limits import MIB, Limits
from mailbot.model.mail import Part, PartKind
from mailbot.store import BLOCK, Store
from mailbot.text.charset import decode

SMALL: Final = 16 * MIB
"""Below this no ratio makes a bomb: a blank form packs very well."""
_LITTER: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_SINGLE: Final = frozenset({FileType.GZIP, FileType.BZIP2, FileType.XZ})
COPIES: Final = frozenset({rarfile.RAR5_XREDIR_HARD_LINK, rarfile.RAR5_XREDIR_FILE_COPY})
EMPTY: Final[Mapping[str, str]] = {}
_HOLDERS: Final = {FileType.TNEF: tnef_files, FileType.MSG: msg_files, FileType.MAIL: mail_files}


class _Full(Exception):
    """A limit is reached: what is in the store stays, nothing more comes."""


class _Bomb(Exception):
    """Far more comes out than went in."""


def open_archive(path: Path, folder: Path, kind: FileType, limits: Limits) -> ArchiveListing:
    """Write every member of the archive at `path`, nested archives opened as deep as `limits.archive_depth`.

    Args:
        path: the archive.
        folder: where members go, named by their SHA-256.
        kind: its type.
        limits: what may come out.
    """
    with suppress(locale.Error):
        # without a UTF-8 locale libarchive gives no name at all for names that are not ASCII
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    opening = _Opening(Store(folder, durable=False), limits, path.stat().st_size)
    try:
        opening.open(path, kind, ())
    except _Full:
        pass
    except _Bomb:
        return ArchiveListing(findings=(Finding(Code.PART_UNSAFE, {"reason": "bomb", "ratio": limits.archive_ratio}),))
    except OSError as error:
        return ArchiveListing(disk_trouble=str(error))
    return ArchiveListing(tuple(opening.members), tuple(opening.findings))


class _Opening:
    def __init__(self, store: Store, limits: Limits, packed: int) -> None:
        self._store = store
        self._limits = limits
        self._packed = max(packed, 1)
        self._unpacked = 0
        self.members: list[Part] = []
        self.findings: list[Finding] = []

    def _find(self, code: Code, **details: JsonScalar) -> None:
        finding = Finding(code, details)
        if finding not in self.findings:
            self.findings.append(finding)

    def open(self, path: Path, kind: FileType, inside: tuple[str, ...]) -> None:
        """Every member of one file."""
        if kind is FileType.RAR and _rar_locked(path):
            self._locked(inside)
            return
        holder = _HOLDERS.get(kind)
        if holder is not None:
            self._take_all(holder(path), inside)
            return
        before = len(self.members), len(self.findings)
        try:
            self._stream(path, "all", inside, _rar_copies(path) if kind is FileType.RAR else {})
        except ArchiveError as error:
            if kind in _SINGLE and "nrecognized" in str(error):
                self._single(path, inside)
            else:
                self._trouble(str(error), inside)
        if before == (len(self.members), len(self.findings)):
            self._find(Code.PART_UNSAFE, reason="empty", **({"filename": inside[-1]} if inside else {}))

    def _single(self, path: Path, inside: tuple[str, ...]) -> None:
        try:
            self._stream(path, "raw", inside)
        except ArchiveError as error:
            self._trouble(str(error), inside)

    def _stream(self, path: Path, form: str, inside: tuple[str, ...], copies: Mapping[str, str] = EMPTY) -> None:
        with libarchive.file_reader(str(path), format_name=form, block_size=BLOCK) as archive:
            for entry in archive:
                name = _member_name(entry.pathname)
                if entry.isdir or _litter(name):
                    continue
                original = copies.get(name) or (_member_name(entry.linkname) if entry.islnk else "")
                if original:
                    self._repeat(name, original, inside)
                    continue
                if not entry.isfile or ".." in name.split("/"):
                    self._find(Code.PART_UNSAFE, filename=name, reason="path" if entry.isfile else "link")
                    continue
                try:
                    self._take(name, entry.get_blocks(BLOCK), inside)
                except ArchiveError as error:
                    self._trouble(str(error), inside, name)

    def _repeat(self, name: str, original: str, inside: tuple[str, ...]) -> None:
        """A member that is kept as a reference to an earlier one, as WinRAR and tar do with equal files."""
        known = next((one for one in self.members if (one.filename, one.inside) == (original, inside)), None)
        if known is None:
            self._trouble("broken", inside, name)
        else:
            self.members.append(replace(known, filename=name))

    def _take_all(self, files: Iterable[Holder], inside: tuple[str, ...]) -> None:
        for holder in files:
            if holder.blocks is None:
                self._trouble("broken", inside, holder.name)
            else:
                self._take(_member_name(holder.name), holder.blocks, inside, holder.content_type)

    def _take(self, name: str, blocks: Iterable[bytes], inside: tuple[str, ...], content_type: str = "") -> None:
        if len(self.members) >= self._limits.archive_members:
            self._find(Code.PART_TOO_LARGE, limit="members", most=self._limits.archive_members)
            raise _Full
        with self._store.incoming() as incoming:
            for block in self._counted(blocks):
                incoming.write(block)
        stored = incoming.stored
        path = self._store.path(stored.sha256)
        kind = file_type(path)
        opens = kind in ARCHIVES or kind is FileType.MAIL
        shown = PartKind.MAIL if kind is FileType.MAIL else PartKind.ARCHIVE if opens else PartKind.OTHER
        self.members.append(Part(name, content_type, stored.sha256, stored.size, shown, inside))
        if opens and len(inside) + 1 < self._limits.archive_depth:
            self.open(path, kind, (*inside, name))
        elif kind in ARCHIVES:
            self._find(Code.PART_TOO_LARGE, filename=name, limit="depth", most=self._limits.archive_depth)

    def _counted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Blocks, as long as the whole stays within its limits: stated sizes lie."""
        for block in blocks:
            self._unpacked += len(block)
            if self._unpacked > self._limits.archive_total_mb * MIB:
                self._find(Code.PART_TOO_LARGE, limit="total", most=self._limits.archive_total_mb)
                raise _Full
            if self._unpacked > max(SMALL, self._packed * self._limits.archive_ratio):
                raise _Bomb
            yield block

    def _locked(self, inside: tuple[str, ...], name: str = "") -> None:
        shown = name or (inside[-1] if inside else "")
        self._find(Code.PART_ENCRYPTED, **({"filename": shown} if shown else {}))

    def _trouble(self, error: str, inside: tuple[str, ...], name: str = "") -> None:
        lower = error.lower()
        if any(word in lower for word in ("passphrase", "encrypt", "password")):
            self._locked(inside, name)
            return
        if not name and any(finding.details.get("reason") == "broken" for finding in self.findings):
            return  # its member has told already
        shown = name or (inside[-1] if inside else "")
        reason = "unsupported" if "unavailable" in lower or "unsupported" in lower else "broken"
        self._find(Code.PART_UNSAFE, reason=reason, **({"filename": shown} if shown else {}))


def _rar_locked(path: Path) -> bool:
    """Whether to ask for a password: libarchive gives a stored RAR 5 member's cipher text as its content, unasked."""
    try:
        with rarfile.RarFile(str(path)) as archive:
            return bool(archive.needs_password())
    except (rarfile.Error, OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _rar_copies(path: Path) -> dict[str, str]:
    """Members of a RAR 5 that are references to others, which libarchive gives as empty files."""
    try:
        with rarfile.RarFile(str(path)) as archive:
            kept = [
                (info.filename, info.file_redir) for info in archive.infolist() if getattr(info, "file_redir", None)
            ]
    except (rarfile.Error, OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}
    return {_member_name(name): _member_name(redirected[2]) for name, redirected in kept if redirected[0] in COPIES}


def _member_name(pathname: str | bytes | None) -> str:
    """A member's path, decoded: without the UTF-8 flag a zip's names are the sender's code page, GBK in China."""
    text = decode(pathname) if isinstance(pathname, bytes) else pathname or ""
    name = text.encode("utf-8", "replace").decode("utf-8").replace("\\", "/").replace("\0", "")
    parts = [part for part in name.split("/") if part not in {"", "."} and not part.endswith(":")]
    return "/".join(parts)[:1000]


def _litter(name: str) -> bool:
    """What macOS and Windows leave beside the files."""
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last.startswith("._") or last.lower() in _LITTER
