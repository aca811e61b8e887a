"""Every open entry again, by today's rules."""

from dataclasses import dataclass

from mailbot.ledger import entries
from mailbot.model.decision import EventKind
from mailbot.model.entry import OPEN, Entry
from mailbot.review.change import decided_again, write
from mailbot.review.panel import Panel


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


def redecide(panel: Panel, actor: str, *, preview: bool) -> tuple[Flip, ...]:
    """Decide every open entry again by today's rules, from the stored facts.

    Args:
        preview: only tell what would change.

    Returns:
        The entries whose status changes.
    """
    changed = []
    for before in entries.by_status(panel.ledger, OPEN):
        after = decided_again(panel, before)
        if after != before:
            changed.append((before, after))
    flips = tuple(Flip(before, after, before.sender) for before, after in changed if before.status is not after.status)
    if changed and not preview:
        flipped = {flip.after.number for flip in flips}
        write(panel, changed, EventKind.DECIDED, actor, "", told=flipped)
    return flips
