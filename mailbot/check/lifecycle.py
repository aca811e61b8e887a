"""The moves of an entry, in one table. What is not in it does not happen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from mailbot.model.entry import OPEN, EntryStatus

JUDGED: Final = OPEN
"""What a decision from facts may come to."""


class Cause(StrEnum):
    """Who moves an entry."""

    FACTS = "facts"
    """A mail, a new file or new rules: the entry is decided again."""
    SUBMITTER = "submitter"
    """The sender takes it back, or wants it back as it was."""
    MERGE = "merge"
    """A video's own entry gives way to the row that it belongs to."""
    PERSON = "person"
    """An organizer's decision; two entries that are one work among them."""


MOVES: Final[Mapping[Cause, Mapping[EntryStatus, frozenset[EntryStatus]]]] = {
    Cause.FACTS: dict.fromkeys(OPEN, JUDGED),
    Cause.SUBMITTER: {
        **dict.fromkeys(OPEN, frozenset({EntryStatus.WITHDRAWN})),
        EntryStatus.WITHDRAWN: OPEN,
    },
    Cause.MERGE: {
        EntryStatus.INCOMPLETE: frozenset({EntryStatus.REPLACED}),
        EntryStatus.REVIEW: frozenset({EntryStatus.REPLACED}),
        EntryStatus.REJECTED: frozenset({EntryStatus.REPLACED}),
    },
    Cause.PERSON: dict.fromkeys(
        OPEN | {EntryStatus.WITHDRAWN},
        frozenset({EntryStatus.ACCEPTED, EntryStatus.REJECTED, EntryStatus.WITHDRAWN, EntryStatus.REPLACED}),
    ),
}


def may_move(before: EntryStatus, after: EntryStatus, cause: Cause) -> bool:
    """Whether the table lets an entry go from one status to another."""
    return after in MOVES[cause].get(before, frozenset())
