"""Archives and other files that hold files: zip, rar, 7z, tar.*, winmail.dat, Outlook's .msg, mails within archives.

Their readers (libarchive, tnefparse, olefile) look at hostile bytes, so they run in a bounded child (`opening.py`),
which writes the members into the store. Nothing is ever written under a member's own name.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailbot.extract.opening import Listing, open_archive
from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code, Finding
from mailbot.model.limits import Limits
from mailbot.model.mail import Part
from mailbot.sandbox import Readers
from mailbot.store import Store


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
        listing: Listing = readers.call(open_archive, str(path), file_type, str(store.root), limits)
    except ReadingFailed as error:
        return Unpacked(findings=(_TROUBLE[error.trouble],))
    if listing.disk_trouble:
        raise TemporaryError(f"the file store cannot be written while unpacking: {listing.disk_trouble}")
    return Unpacked(listing.members, listing.findings)
