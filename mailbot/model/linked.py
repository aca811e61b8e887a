"""Videos that lie behind links, as the ledger follows them."""

from dataclasses import dataclass
from enum import StrEnum

from mailbot.model.mail import Link


class LinkState(StrEnum):
    """What became of the file behind a link."""

    OPEN = "open"
    """Nobody has fetched it yet."""
    FETCHED = "fetched"
    """mailbot has."""
    FAILED = "failed"
    """mailbot could not, or may not: a person must."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A link that entries without a video wait for.

    Attributes:
        id: the ledger's, of the link.
        link: where it leads.
        numbers: the entries, oldest first.
        titles: theirs.
        units: theirs.
        attempts: downloads that were begun.
    """

    id: int
    link: Link
    numbers: tuple[str, ...]
    titles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    attempts: int = 0
