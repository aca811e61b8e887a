"""Archives and other files that hold files: zip, rar, 7z, tar.*, winmail.dat, Outlook's .msg, mails within archives.

Their readers (libarchive, tnefparse, olefile) look at hostile bytes, so they run in a bounded child (`opening.py`),
which writes them into a folder of its own, and the store adopts them by what they are. Nothing is ever written under a
member's own name.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mailbot.extract.listing import ArchiveListing
from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code, Finding
from mailbot.model.limits import Limits
from mailbot.model.mail import Part
from mailbot.sandbox import ByName, Readers
from mailbot.store import Store

open_archive: Final[Callable[[Path, Path, FileType, Limits], ArchiveListing]] = ByName(
    "mailbot.extract.opening", "open_archive"
)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was in an archive.

    Attributes:
        members: files in the archive's order, each nested archive before what is in it; `filename` is the path within
            the archive, `inside` names the nested archives around it, the outermost archive left out.
        findings: encrypted, over a limit, unsafe or broken. `details.filename` names a member where it is about one;
            without it the finding is about the archive as a whole.
    """

    members: tuple[Part, ...] = ()
    findings: tuple[Finding, ...] = ()


_TROUBLE: Final = {
    ReadingTrouble.TIMEOUT: Finding(Code.PART_TOO_LARGE, {"limit": "seconds"}),
    ReadingTrouble.MEMORY: Finding(Code.PART_TOO_LARGE, {"limit": "memory"}),
    ReadingTrouble.OUTPUT: Finding(Code.PART_TOO_LARGE, {"limit": "output"}),
    ReadingTrouble.CRASH: Finding(Code.PART_UNSAFE, {"reason": "broken"}),
    ReadingTrouble.BROKEN: Finding(Code.PART_UNSAFE, {"reason": "broken"}),
}


def unpack(path: Path, file_type: FileType, store: Store, limits: Limits, readers: Readers) -> Unpacked:
    """Every file of an archive, in the store under its hash.

    Args:
        path: the archive.
        file_type: as `kind.file_type` told it.
        store: takes the members.
        limits: members, depth, total size and ratio of one archive.
        readers: the bounded children.

    Raises:
        TemporaryError: the store could not be written; the mail waits.
    """
    try:
        with readers.unpack(open_archive, path, file_type, limits) as (listing, folder):
            if listing.disk_trouble:
                raise TemporaryError(f"the disk failed while unpacking: {listing.disk_trouble}")
            return _adopted(listing, folder, store)
    except ReadingFailed as error:
        return Unpacked(findings=(_TROUBLE[error.trouble],))


def _adopted(listing: ArchiveListing, folder: Path, store: Store) -> Unpacked:
    """What the child lists, as far as it is there: the child may lie."""
    try:
        kept = {stored.sha256: stored.size for stored in map(store.adopt, Store(folder).everything())}
    except OSError as error:
        raise TemporaryError(f"the file store cannot be written while unpacking: {error}") from error
    members = tuple(replace(one, size=kept[one.sha256]) for one in listing.members if one.sha256 in kept)
    broken = () if len(members) == len(listing.members) else (_TROUBLE[ReadingTrouble.BROKEN],)
    return Unpacked(members, (*listing.findings, *broken))
