"""Somebody answers from the webmail, past mailbot: the Sent folder tells, and mailbot keeps still in that thread."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from mailbot.ledger import answered, digests
from mailbot.model.mail import SentMail
from mailbot.session import Session

READ_AT: Final = "sent-folder-read-at"
LOOK_BACK: Final = timedelta(days=30)
"""An inquiry that is older is a person's to settle."""


def note_answers(session: Session, written_since: Callable[[datetime], tuple[SentMail, ...]]) -> int:
    """Close what a person answered from the mailbox itself; the Sent folder is read only where somebody waits.

    Args:
        session: the rooms.
        written_since: mails in the Sent folder since a moment that mailbot did not write.

    Returns:
        How many mails were found answered.
    """
    since = answered.waits_since(session.ledger, session.now() - LOOK_BACK)
    if since is None:
        return 0
    read_at = digests.mark(session.ledger, READ_AT)
    since = max(since, datetime.fromisoformat(read_at)) if read_at else since
    now = session.now()
    why = session.writer.wording.word("held.answered")
    noted = sum(
        answered.note_answer(session.ledger, sent, why, now)
        for sent in written_since(since)
        if sent.message_id and sent.answers
    )
    digests.set_mark(session.ledger, READ_AT, now.isoformat())
    return noted
