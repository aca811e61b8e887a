"""Every open entry again, by today's rules."""

from dataclasses import dataclass

from mailbot.ledger import entries
from mailbot.model.decision import EventKind
from mailbot.model.entry import OPEN, Entry, EntryStatus
from mailbot.review.change import changing, decided_again, write
from mailbot.session import Session


@dataclass(frozen=True, slots=True)
class Flip:
    """An entry that would change, or did.

    Attributes:
        number: of the entry.
        title: of the work.
        before: as it stood.
        after: as it stands.
        recipient: who is told.
    """

    number: str
    title: str
    before: EntryStatus
    after: EntryStatus
    recipient: str


def redecide(session: Session, actor: str, *, preview: bool) -> tuple[Flip, ...]:
    """Decide every open entry again by today's rules, from the stored facts.

    Args:
        preview: only tell what would change.

    Returns:
        The entries whose status changes.
    """
    flips: list[Flip] = []
    changed: list[tuple[Entry, Entry]] = []
    for before in entries.by_status(session.ledger, OPEN):
        after = decided_again(session, before)
        if after != before and not preview:  # a preview holds no entries: there may be a hundred thousand
            changed.append((before, after))
        if after.status is not before.status:
            flips.append(Flip(after.number, after.title, before.status, after.status, before.sender))
    if changed:
        flipped = {flip.number for flip in flips}
        write(session, changing(session, changed, EventKind.DECIDED, actor, told=flipped))
    return tuple(flips)
