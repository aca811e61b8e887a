"""An organizer decides by mail: who may order, and the one letter that tells what became of it.

An order counts where its mail is proven to be the organizer's, or, where the receiving server proves nothing, by the
token of a digest that was sent to that address. Else it waits until the organizer confirms it by a second token, which
only the owner of the address can read. A program's mail and one of two authors are never obeyed.
"""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from mailbot.check.trust import Proof, proof
from mailbot.ledger import entries, lists, orders
from mailbot.ledger.mails import PendingMail
from mailbot.model.decision import Concern
from mailbot.model.letter import Letter, LetterKind
from mailbot.model.mail import Mail
from mailbot.model.order import Obeyed, Order, OrderState, Verb
from mailbot.orders.lines import MARK, OrderLine, read_orders
from mailbot.orders.spoken import Spoken
from mailbot.orders.tokens import Grant, Standing, standing, token, version
from mailbot.reply.envelope import envelope_for
from mailbot.reply.mime import sender_address
from mailbot.review.carry import OfMail, Told, carry_out, refused
from mailbot.session import Session
from mailbot.text.courtesy import is_courtesy
from mailbot.text.folding import comparable
from mailbot.text.quotes import above_quote
from mailbot.text.signatures import without_signature


def obey(session: Session, waiting: PendingMail, mail: Mail) -> Obeyed | None:
    """Carry out what a mail in an organizer's name orders.

    Args:
        session: the rooms.
        waiting: the mail, as it was spooled.
        mail: what it says.

    Returns:
        None where the mail is no organizer's; it then goes the way of every other mail.
    """
    lines = read_orders(mail.subject, mail.body_text)
    organizers = {address.lower() for address in session.settings.organizers.digest_to}
    if mail.sender.addr.lower() not in organizers:
        return _forged(mail, lines) if any(line.token for line in lines) else None
    if mail.automatic is not None or not mail.sole_author:
        return _forged(mail, lines) if lines else None
    if not lines:
        return _unread(session, waiting, mail)
    told = [one for index, line in enumerate(lines) for one in _judged(session, waiting, mail, line, index)]
    states = {one.order.state for one in told}
    attention = Concern.FORGED if OrderState.FORGED in states else Concern.UNPROVEN if OrderState.HELD in states else ""
    spoken = [one for one in told if one.order.state is not OrderState.FORGED]
    letters = (_letter(session, waiting, mail, spoken),) if spoken else ()
    reason = "; ".join(f"{one.order.verb} {one.order.target}: {one.order.state}" for one in told)
    return Obeyed(tuple(one.order for one in told), letters, attention, f"an organizer's orders: {reason}")


def _forged(mail: Mail, lines: tuple[OrderLine, ...]) -> Obeyed:
    """Orders that are nobody's to give: a stranger's, a program's, or of a mail with two authors."""
    noted = tuple(_order(mail, line, line.target, OrderState.FORGED) for line in lines)
    return Obeyed(noted, (), Concern.FORGED, "orders that no organizer sent")


def _order(mail: Mail, line: OrderLine, target: str, state: OrderState, number: int = 0) -> Order:
    return Order(mail.sender.addr.lower(), line.verb, target, state, number, line.reason, line.values)


def _unread(session: Session, waiting: PendingMail, mail: Mail) -> Obeyed:
    """An organizer's mail without an order: never a submission nor an inquiry; what is more than thanks is answered."""
    words = without_signature(above_quote(mail.body_text))
    said = comparable(words if words.strip() else mail.subject)
    silent = is_courtesy(said) or _proof(session, waiting, mail) is Proof.REFUTED or not mail.answerable
    letters = () if silent and not mail.parts else (_letter(session, waiting, mail, []),)
    return Obeyed((), letters, "", "an organizer's mail without an order")


def _proof(session: Session, waiting: PendingMail, mail: Mail) -> Proof:
    known = any(one.label == waiting.mailbox and one.authserv_id for one in session.settings.mailbox)
    return proof(mail, server_known=known)


def _judged(session: Session, waiting: PendingMail, mail: Mail, line: OrderLine, index: int) -> Iterator[Told]:
    """What becomes of one order; a confirmation stands for the orders that it confirms."""
    target = line.target if line.verb.is_of_mail else lists.numbered(session.ledger, line.target) or ""
    order = _order(mail, line, target or line.target, OrderState.REFUSED)
    proven = _proof(session, waiting, mail)
    good = False
    if line.token:
        grant = Grant(mail.sender.addr, line.verb, order.target)
        worth = standing(line.token, grant, session.secret, session.now())
        if worth is not Standing.GOOD:
            yield refused(session, replace(order, state=_faked(proven)), worth)
            return
        good = True
        order = replace(order, version=version(line.token))
    if line.verb is Verb.CONFIRM:
        yield from _confirmed(session, order, index, good=good)
        return
    order = _bound(session, order, good=good)
    mark = OfMail(waiting.id, index)
    if proven is Proof.PROVEN or (good and proven is Proof.UNKNOWN):
        yield carry_out(session, order, mark, bound=good)
    elif proven is Proof.UNKNOWN or good:
        yield Told(replace(order, state=OrderState.HELD), session.writer.wording.word("order.held"))
    else:
        yield Told(replace(order, state=OrderState.FORGED), "")


def _faked(proven: Proof) -> OrderState:
    return OrderState.FORGED if proven is Proof.REFUTED else OrderState.REFUSED


def _bound(session: Session, order: Order, *, good: bool) -> Order:
    """An order bound to the entry as it stands, where no token binds it to what the organizer saw."""
    if good or order.verb.is_of_mail:
        return order
    entry = entries.by_number(session.ledger, order.target)
    return replace(order, version=entry.version if entry else 0)


def _confirmed(session: Session, order: Order, index: int, *, good: bool) -> Iterator[Told]:
    mail_id = int(order.target)
    held = orders.held(session.ledger, mail_id, order.organizer) if good else ()
    if not held:
        yield refused(session, order, Standing.GOOD if good else Standing.FOREIGN)
        return
    for number, one in enumerate(held):
        yield carry_out(session, one, OfMail(mail_id, 1000 * (index + 1) + number), bound=True)
    yield Told(replace(order, state=OrderState.DONE), session.writer.wording.word("order.confirmed", mail=mail_id))


def _letter(session: Session, waiting: PendingMail, mail: Mail, told: list[Told]) -> Letter:
    """The one letter about a mail's orders, with a second token where they wait for a confirmation."""
    key = f"orders:{waiting.sha256}"
    held = any(one.order.state is OrderState.HELD for one in told)
    confirm = ""
    if held:
        grant = Grant(mail.sender.addr, Verb.CONFIRM, str(waiting.id))
        spoken = Spoken(session.writer.wording.words("verb"))
        confirm = f"{spoken.order(Verb.CONFIRM, grant.target)} {token(grant, session.secret, session.now())}"
    mailbox = sender_address(session.settings.smtp.sender)
    context = {
        "told": told,
        "done": sum(one.order.state is OrderState.DONE for one in told),
        "refused": sum(one.order.state is OrderState.REFUSED for one in told),
        "held": sum(one.order.state is OrderState.HELD for one in told),
        "confirm": confirm,
        "confirm_href": f"mailto:{mailbox}?subject={quote(f'{MARK} {confirm}')}" if confirm else "",
        "brings_files": bool(mail.parts),
    }
    return session.writer.to_organizer(key, LetterKind.ORDERS, envelope_for(mail, mail.sender), context)
