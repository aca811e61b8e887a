"""An order is carried out or refused; told is what changed, which letter goes out, and how to undo it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mailbot.check.lifecycle import Cause, may_move
from mailbot.ledger import entries, orders
from mailbot.ledger.record import see_to, see_to_again
from mailbot.model.campaign_form import FieldKind, FormField
from mailbot.model.decision import Event, EventKind, Remark
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.errors import Refused
from mailbot.model.order import Order, OrderState, Verb
from mailbot.orders.fields import in_the_forms_words
from mailbot.orders.lines import short_number
from mailbot.orders.spoken import Spoken
from mailbot.orders.tokens import Standing
from mailbot.review.change import PlannedChange, write
from mailbot.review.hand import edit, set_fields, settle
from mailbot.session import Session

STATUS_OF: Final = {
    Verb.ACCEPT: EntryStatus.ACCEPTED,
    Verb.REJECT: EntryStatus.REJECTED,
    Verb.WITHDRAW: EntryStatus.WITHDRAWN,
}
BACK: Final = {Verb.ACCEPT: Verb.REJECT, Verb.REJECT: Verb.ACCEPT, Verb.WITHDRAW: Verb.ACCEPT}
"""What undoes a decision."""


@dataclass(frozen=True, slots=True)
class OfMail:
    """Which order of which mail it is: an order that was carried out before mailbot was killed is known by it.

    Attributes:
        mail_id: the mail.
        index: the order's place in it.
    """

    mail_id: int
    index: int

    @property
    def mark(self) -> str:
        """As the event's details bear it."""
        return f"{self.mail_id}.{self.index}"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an order, for the letter.

    Attributes:
        order: with its state.
        said: what is the case, a sentence.
        reason: as it goes out to the submitter; empty where nothing does.
        letters: which letters go out, a line each.
        undo: what to write to take it back; empty where nothing was done.
    """

    order: Order
    said: str
    reason: str = ""
    letters: tuple[str, ...] = ()
    undo: str = ""


def refused(session: Session, order: Order, worth: Standing) -> Told:
    """An order whose token is foreign or has expired, or that confirms nothing that waits."""
    name = "order.nothing-held" if worth is Standing.GOOD else f"order.{worth}"
    return Told(order, session.writer.wording.word(name))


def carry_out(session: Session, order: Order, of_mail: OfMail, *, bound: bool) -> Told:
    """Do what an order asks, once.

    Args:
        session: the rooms.
        order: who asks for what, about which version.
        of_mail: which order of which mail it is.
        bound: it was given about that version, and about no other.
    """
    if order.verb in {Verb.SEEN, Verb.UNSEEN}:
        return _mail(session, order, of_mail)
    entry = entries.by_number(session.ledger, order.target)
    if entry is None:
        return Told(order, session.writer.wording.word("order.unknown", target=order.target))
    if orders.was_carried_out(session.ledger, entry.number, of_mail.mark):
        return Told(_done(order), session.writer.wording.word("order.now", **_facts(session, entry)))
    if bound and entry.version != order.version:
        return _too_late(session, order, entry)
    order = replace(order, target=entry.number)
    if order.verb is Verb.EDIT:
        return _edit(session, order, entry, of_mail)
    return _settle(session, order, entry, of_mail)


def _spoken(session: Session) -> Spoken:
    return Spoken(session.writer.wording.words("verb"))


def _done(order: Order) -> Order:
    return replace(order, state=OrderState.DONE)


def _facts(session: Session, entry: Entry) -> dict[str, str]:
    labels = session.writer.wording.words("status")
    return {"number": entry.number, "title": entry.title, "now": labels[entry.status]}


def _too_late(session: Session, order: Order, entry: Entry) -> Told:
    """The entry has changed since the token was made: by this very order, clicked twice, or by something else."""
    at = orders.done_at(session.ledger, order)
    word, facts = session.writer.wording.word, _facts(session, entry)
    return Told(
        order, word("order.again", at=datetime.fromisoformat(at), **facts) if at else word("order.late", **facts)
    )


def _settle(session: Session, order: Order, entry: Entry, of_mail: OfMail) -> Told:
    word, status = session.writer.wording.word, STATUS_OF[order.verb]
    facts = _facts(session, entry)
    if entry.status is status and not order.reason:
        return Told(order, word("order.same", **facts))
    if not may_move(entry.status, status, Cause.PERSON):
        return Told(order, word("order.cannot", **facts))
    change = settle(session, entry.number, status, order.organizer, Remark(say=order.reason))
    letters = _write(session, change, of_mail)
    after = session.writer.wording.words("status")[status]
    undo = _spoken(session).order(BACK[order.verb], short_number(entry.number))
    return Told(
        _done(order), word("order.settled", after=after, **facts), order.reason if letters else "", letters, undo
    )


def _edit(session: Session, order: Order, entry: Entry, of_mail: OfMail) -> Told:
    word, formats, form = session.writer.wording.word, session.writer.wording.formats, session.settings.form
    labels = formats.listed(field.label for field in form.fields)
    try:
        own, others = set_fields(form, [in_the_forms_words(form, value) for value in order.values])
        change = edit(session, entry.number, own, order.organizer, extra=others)
    except Refused:
        themes = formats.listed(session.settings.campaign.themes)
        return Told(order, word("order.no-field", labels=labels, themes=themes, **_facts(session, entry)))
    changed = [
        (field.label, before, after)
        for field in form.fields
        if (before := _value(field, entry)) != (after := _value(field, change.entries[0]))
    ]
    if not changed:
        return Told(order, word("order.same", **_facts(session, entry)))
    letters = _write(session, change, of_mail)
    empty, semicolon = word("order.empty"), word("format.semicolon")
    told = semicolon.join(
        word("format.pair", label=label, value=f"{before or empty} → {after or empty}")
        for label, before, after in changed
    )
    undo = _spoken(session).order(Verb.EDIT, short_number(entry.number))
    values = semicolon.join(f"{label}={before}" for label, before, _ in changed)
    status = session.writer.wording.words("status")[change.entries[0].status]
    return Told(
        _done(order),
        word("order.edited", told=told, after=status, **_facts(session, entry)),
        letters=letters,
        undo=f"{undo} {values}",
    )


def _value(field: FormField, entry: Entry) -> str:
    values = {
        FieldKind.TITLE: entry.title,
        FieldKind.CHOICE: "、".join(entry.themes),
        FieldKind.UNIT: entry.unit,
        FieldKind.RECOMMENDER: entry.recommender,
        FieldKind.PERSON: entry.contact,
        FieldKind.PHONE: entry.phone,
    }
    return values.get(field.kind, "") if field.kind.is_role else entry.extra.get(field.name, "")


def _write(session: Session, change: PlannedChange, of_mail: OfMail) -> tuple[str, ...]:
    """Write a change with its order's mark; which letters go out, a line each."""
    events = tuple(replace(event, details={**event.details, "order": of_mail.mark}) for event in change.events)
    write(session, replace(change, events=events))
    word = session.writer.wording.word
    return tuple(
        word(
            "order.held-letter" if letter.held else "order.letter", to=letter.envelope.recipient, subject=letter.subject
        )
        for letter in change.letters
    )


def _mail(session: Session, order: Order, of_mail: OfMail) -> Told:
    """A mail is seen to, or needs somebody again."""
    word, mail_id = session.writer.wording.word, int(order.target)
    seen = order.verb is Verb.SEEN
    kind = EventKind.SEEN if seen else EventKind.UNSEEN
    event = Event(kind, actor=order.organizer, details={"order": of_mail.mark})
    settled = see_to if seen else see_to_again
    done = orders.was_carried_out(session.ledger, "", of_mail.mark) or settled(
        session.ledger, mail_id, event, session.now()
    )
    if not done:
        return Told(order, word("order.no-mail", mail=mail_id))
    undo = _spoken(session).order(Verb.UNSEEN if seen else Verb.SEEN, order.target)
    return Told(_done(order), word(f"order.{order.verb}", mail=mail_id), undo=undo)
