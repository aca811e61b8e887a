"""An organizer decides by mail: an order that our own digest signed."""

from typing import Final

from mailbot.check.lifecycle import Cause, may_move
from mailbot.digest.tokens import Verb, read
from mailbot.ledger import entries
from mailbot.model.decision import Remark
from mailbot.model.entry import EntryStatus
from mailbot.model.mail import Mail
from mailbot.review.change import write
from mailbot.review.hand import settle
from mailbot.session import Session
from mailbot.text.quotes import above_quote

NOTE_LENGTH: Final = 500
"""Characters of an order's mail that are quoted to the submitter."""
STATUS_OF: Final = {Verb.ACCEPT: EntryStatus.ACCEPTED, Verb.REJECT: EntryStatus.REJECTED}


def obey(session: Session, mail: Mail) -> str:
    """Carry out a signed order that an organizer sent by mail.

    Returns:
        What became of it, in English; empty where the mail holds no order of ours, or is not from an organizer.
    """
    organizers = {address.lower() for address in session.settings.organizers.digest_to}
    order = read(mail.subject, session.secret)
    if order is None or mail.sender.addr.lower() not in organizers:
        return ""
    entry = entries.by_number(session.ledger, order.number)
    status = STATUS_OF[order.verb]
    if entry is None or entry.version != order.version or not may_move(entry.status, status, Cause.PERSON):
        return f"an organizer's order that came too late: {order.number} has changed since"
    said = above_quote(mail.body_text).strip()[:NOTE_LENGTH]
    write(session, settle(session, order.number, status, mail.sender.addr, Remark(say=said)))
    return f"an organizer's order: {order.verb} {order.number}"
