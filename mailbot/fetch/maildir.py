"""A mailbox that is a Maildir on this machine, or a folder with .eml files dropped in.

Layout: new, cur and tmp, subfolders `.name` beside them (Maildir++). The part of a file's name before `:2,` stays
through every move, so a mail's UID is made from it.
"""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mailbot.fetch.dialect import is_junk
from mailbot.fetch.sender import HEAD, sender_of
from mailbot.fetch.source import FetchWay, MailGone, Unsettled
from mailbot.model.errors import ConfigError, MailboxError
from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import MailRef, SentMail
from mailbot.settings.keys import After, MailboxSettings

BLOCK: Final = 1024 * 1024
UIDVALIDITY: Final = 1
INBOX: Final = "INBOX"
PARTS: Final = ("new", "cur")
FLAGS: Final = ":2,"


def open_maildir(settings: MailboxSettings) -> "MaildirMailbox":
    """Open the Maildir at `settings.path`; it is made where it is missing.

    Raises:
        MailboxError: it cannot be made or read.
    """
    if settings.path is None:
        raise ConfigError('mailbox.path: is missing. Name the Maildir that kind = "maildir" reads.')
    return MaildirMailbox(settings, settings.path)


class MaildirMailbox:
    """A `Mailbox` over a Maildir.

    Args:
        settings: the mailbox.
        root: its folder.
    """

    def __init__(self, settings: MailboxSettings, root: Path) -> None:
        self._settings = settings
        self._root = root
        try:
            _make(root)
        except OSError as error:
            raise _trouble(root, error) from error

    @property
    def name(self) -> str:
        """The name by which the ledger knows it."""
        return self._settings.label

    def folders(self) -> tuple[Folder, ...]:
        """INBOX is the Maildir itself, others are its subfolders; junk ones by their names."""
        found = {INBOX: self._root} | {
            child.name[1:]: child for child in self._children(self._root) if child.name[0] == "." and _is_maildir(child)
        }
        wanted = [INBOX if name.upper() == INBOX else name for name in self._settings.folders]
        if self._settings.junk:
            wanted += sorted(name for name in found if is_junk(name, ()))
        return tuple(Folder(name, is_junk(name, ())) for name in dict.fromkeys(wanted) if name in found)

    def listing(self, folder: Folder, above: int = 0) -> Listing:
        """All UIDs, whatever `above` is: they are hashes and do not ascend with time."""
        del above
        return Listing(UIDVALIDITY, tuple(sorted(self._files(folder.name))))

    def refs(self, folder: Folder, listing: Listing, uids: Sequence[int]) -> tuple[MailRef, ...]:
        """A mail was received when its file was last written."""
        files = self._files(folder.name)
        refs = []
        for uid in uids:
            try:
                status = files[uid].stat()
            except (KeyError, FileNotFoundError):
                continue
            received = datetime.fromtimestamp(status.st_mtime, UTC)
            key = f"{files[uid].parent.name}/{files[uid].name}"
            refs.append(MailRef(self.name, folder.name, listing.uidvalidity, uid, received, key, folder.junk))
        return tuple(sorted(refs, key=lambda ref: (ref.received_at, ref.key)))

    def senders(self, refs: Sequence[MailRef]) -> dict[MailRef, str]:
        """What From says in the files' beginnings."""
        told = {}
        for ref in refs:
            with contextlib.suppress(OSError, MailGone), self._find(ref).open("rb") as file:
                told[ref] = sender_of(file.read(HEAD))
        return told

    def read(self, ref: MailRef, offset: int = 0, way: FetchWay = FetchWay.PIECES) -> Iterator[bytes]:
        """The file's bytes.

        Raises:
            MailboxError: it is still being written, or cannot be read.
            MailGone: it is not there any more.
        """
        del way
        path = self._find(ref)
        try:
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                file.seek(offset)
                while block := file.read(BLOCK):
                    yield block
                after = os.fstat(file.fileno())
        except OSError as error:
            raise _trouble(path, error) from error
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise MailboxError(f"{path.name} is still being written. It is read in the next round.")

    def settle(self, ref: MailRef, *, again: bool = False) -> None:
        """`seen`: into cur with the flag S; `move`: into the subfolder `.move_to`; a rename is never half done."""
        del again
        if self._settings.after is After.KEEP:
            return
        path = self._find(ref)
        unique, _, flags = path.name.partition(FLAGS)
        folder = self._folder(ref.folder if self._settings.after is After.SEEN else self._settings.move_to)
        try:
            _make(folder)
            path.rename(folder / "cur" / f"{unique}{FLAGS}{''.join(sorted(set(flags) | {'S'}))}")
        except OSError as error:
            raise _trouble(folder, error) from error

    def try_target(self) -> None:
        """Make the subfolder that finished mails are moved to."""
        folder = self._folder(self._settings.move_to)
        try:
            _make(folder)
        except OSError as error:
            raise Unsettled(str(_trouble(folder, error))) from error

    @property
    def can_wait(self) -> bool:
        """A folder does not tell."""
        return False

    def wait(self, seconds: float) -> bool:
        """A folder does not tell."""
        del seconds
        return False

    def sent_since(self, moment: datetime) -> frozenset[str] | None:
        """A Maildir has no Sent folder that a mail server fills."""
        del moment
        return None

    def written_since(self, moment: datetime) -> tuple[SentMail, ...]:
        """Likewise: nobody answers from a Maildir."""
        del moment
        return ()

    def close(self) -> None:
        """Nothing to do."""

    def _folder(self, name: str) -> Path:
        return self._root if name == INBOX else self._root / f".{name}"

    def _files(self, folder: str) -> dict[int, Path]:
        where = self._folder(folder)
        return {
            _uid(path.name): path
            for part in PARTS
            for path in self._children(where / part)
            if not path.name.startswith(".") and path.is_file()
        }

    def _children(self, folder: Path) -> list[Path]:
        try:
            return sorted(folder.iterdir())
        except OSError as error:
            if error.errno == errno.ENOENT:
                return []
            raise _trouble(folder, error) from error

    def _find(self, ref: MailRef) -> Path:
        """Where the file is now: another program may have moved it from new to cur and flagged it."""
        part, _, filename = ref.key.partition("/")
        path = self._folder(ref.folder) / part / Path(filename).name
        if part in PARTS and path.is_file():
            return path
        found = self._files(ref.folder).get(ref.uid)
        if found is None:
            raise MailGone(f"{path.name} is not in {ref.folder} any more")
        return found


def _uid(filename: str) -> int:
    """63 bits of the unique part's SHA-256, never 0: fits SQLite's integer."""
    unique = filename.partition(FLAGS)[0]
    return int.from_bytes(hashlib.sha256(os.fsencode(unique)).digest()[:8], "big") >> 1 or 1


def _make(root: Path) -> None:
    for part in ("tmp", "new", "cur"):
        (root / part).mkdir(parents=True, exist_ok=True)


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir() or (folder / "new").is_dir()


def _trouble(path: Path, error: OSError) -> MailboxError:
    return MailboxError(f"{path}: {error.strerror or error}. Check mailbox.path and its permissions.")
