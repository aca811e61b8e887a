"""A mailbox's folders as the cursor sees them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of a mailbox.

    Attributes:
        name: decoded (RFC 3501 §5.1.3), as the server lists it.
        junk: mail here was sorted out as junk, advertisement or subscription.
    """

    name: str
    junk: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Which mails a folder holds.

    Attributes:
        uidvalidity: of the folder now; 1 where the store has none.
        uids: ascending.
    """

    uidvalidity: int
    uids: tuple[int, ...]
