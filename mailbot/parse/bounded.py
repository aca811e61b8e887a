"""A mail is parsed in a bounded child: its HTML and MIME are a stranger's, and the secrets are in this process."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.limits import Limits
from mailbot.model.mail import Mail, Part
from mailbot.sandbox import ByName, Readers
from mailbot.store import Store, Stored, Tray

PRELOAD: Final = ("mailbot.parse.child",)
"""For `Readers(preload=…)`."""
parse_into: Final[Callable[[Path, Path, frozenset[str], Limits], Mail]] = ByName("mailbot.parse.child", "parse_into")


def read_mail(path: Path, store: Store, own: frozenset[str], limits: Limits, readers: Readers) -> Mail:
    """What a spooled mail says and brings; its files are in the store.

    Args:
        path: the raw mail.
        store: takes every file.
        own: addresses of this mailbox, lower case.
        limits: what is looked at.
        readers: the bounded children.

    Raises:
        ReadingFailed: it could not be parsed within the bounds.
        TemporaryError: the store could not be written; the mail waits.
    """
    with readers.unpack(parse_into, path, own, limits) as (mail, folder):
        try:
            kept = {path.name: store.adopt(path) for path in Tray(folder).everything()}
        except OSError as error:
            raise TemporaryError(f"the file store cannot be written while parsing: {error}") from error
    if any(part.sha256 not in kept for part in mail.parts):
        raise ReadingFailed(ReadingTrouble.BROKEN, "parse_mail (it tells of files that it did not write)")
    return replace(mail, parts=tuple(_kept(part, kept[part.sha256]) for part in mail.parts))


def _kept(part: Part, stored: Stored) -> Part:
    return replace(part, sha256=stored.sha256, size=stored.size)
