"""Every open entry again, by today's rules."""

from dataclasses import dataclass

from mailbot.ledger import entries
from mailbot.model.decision import EventKind
from mailbot.model.entry import OPEN, Entry
from mailbot.review.change import changing, decided_again, write
from mailbot.session import Session


@dataclass(frozen=True, slots=True)
class Flip:
    """An entry that would change, or did.

    Attributes:
        before: as it stood.
        after: as it stands.
        recipient: who is told.
    """

    before: Entry
    after: Entry
    recipient: str


def redecide(session: Session, actor: str, *, preview: bool) -> tuple[Flip, ...]:
    """Decide every open entry again by today's rules, from the stored facts.

    Args:
        preview: only tell what would change.

    Returns:
        The entries whose status changes.
    """
    changed = []
    for before in entries.by_status(session.ledger, OPEN):
        after = decided_again(session, before)
        if after != before:
            changed.append((before, after))
    flips = tuple(Flip(before, after, before.sender) for before, after in changed if before.status is not after.status)
    if changed and not preview:
        flipped = {flip.after.number for flip in flips}
        write(session, changing(session, changed, EventKind.DECIDED, actor, told=flipped))
    return flips
