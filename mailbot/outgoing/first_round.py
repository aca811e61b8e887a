"""The very first round on a ledger: a used mailbox may hold hundreds of mails that were answered long ago."""

from typing import Final

from mailbot.ledger import digests, outbox
from mailbot.model.letter import LetterKind, LetterState
from mailbot.outgoing.organizers import alert
from mailbot.reply.pace import TO_ORGANIZERS
from mailbot.session import Session

FIRST_ROUND: Final = "first-round-done"
TO_SUBMITTERS: Final = tuple(kind for kind in LetterKind if kind not in TO_ORGANIZERS)


def first_round_over(session: Session) -> bool:
    """Whether a whole round has gone well on this ledger, now or ever."""
    return bool(digests.mark(session.ledger, FIRST_ROUND))


def end_first_round(session: Session) -> None:
    """Note that a whole round has gone well: from now on letters leave as they are owed."""
    digests.set_mark(session.ledger, FIRST_ROUND, session.now().isoformat())


def hold_first_round(session: Session) -> int:
    """Hold all letters to submitters where the very first round owes more than `first_run_limit`.

    Returns:
        How many are held.
    """
    limit = session.settings.outbox.first_run_limit
    owed = [item for item in outbox.in_state(session.ledger, (LetterState.DUE,)) if item.letter.kind in TO_SUBMITTERS]
    if not limit or len(owed) <= limit:
        return 0
    held = outbox.hold_all(session.ledger, TO_SUBMITTERS, session.writer.wording.word("held.first_round"))
    alert(session, "first_round", held=held, limit=limit)
    return held
