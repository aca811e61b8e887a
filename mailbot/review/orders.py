"""An organizer decides by mail: an order that our own digest signed."""

from typing import Final

from mailbot.check.lifecycle import Cause, may_move
from mailbot.ledger import entries
from mailbot.model.decision import Remark
from mailbot.model.entry import EntryStatus
from mailbot.model.mail import Mail
from mailbot.orders.lines import read_orders
from mailbot.orders.tokens import Grant, Standing, Verb, standing, version
from mailbot.review.change import write
from mailbot.review.hand import settle
from mailbot.session import Session

STATUS_OF: Final = {Verb.ACCEPT: EntryStatus.ACCEPTED, Verb.REJECT: EntryStatus.REJECTED}


def obey(session: Session, mail: Mail) -> str:
    """Carry out a signed order that an organizer sent by mail.

    Returns:
        What became of it, in English; empty where the mail holds no order of ours, or is not from an organizer.
    """
    organizers = {address.lower() for address in session.settings.organizers.digest_to}
    order = next((line for line in read_orders(mail.subject, mail.body_text) if line.token), None)
    if order is None or mail.sender.addr.lower() not in organizers or order.verb not in STATUS_OF:
        return ""
    grant = Grant(mail.sender.addr, order.verb, order.target)
    if standing(order.token, grant, session.secret, session.now()) is not Standing.GOOD:
        return ""
    entry = entries.by_number(session.ledger, order.target)
    status = STATUS_OF[order.verb]
    if entry is None or entry.version != version(order.token) or not may_move(entry.status, status, Cause.PERSON):
        return f"an organizer's order that came too late: {order.target} has changed since"
    write(session, settle(session, order.target, status, mail.sender.addr, Remark(say=order.reason)))
    return f"an organizer's order: {order.verb} {order.target}"
