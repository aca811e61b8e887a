"""What the organizers are told at once, and how a letter to one of them is made."""

from collections.abc import Sequence
from typing import Any

from mailbot.ledger import outbox
from mailbot.ledger.connection import writing
from mailbot.model.letter import Attachment, Envelope, Letter, LetterKind
from mailbot.reply.envelope import message_id
from mailbot.session import Session


def alert(session: Session, cause: str, text: str) -> None:
    """Tell the organizers at once; the same cause at most once a day."""
    day = session.now().astimezone(session.settings.campaign.zone).date()
    with writing(session.ledger):
        owe_alert(session, f"alert:{cause}:{day}", text)


def owe_alert(session: Session, key: str, text: str, items: Sequence[str] = ()) -> None:
    """Owe every organizer an alert; call inside a transaction.

    Args:
        session: the rooms.
        key: what it is owed for; once only.
        text: what is the case, and what to do.
        items: one by one, what it is about.
    """
    context = {"text": text, "items": list(items), "at": session.now()}
    for address in session.settings.organizers.digest_to:
        outbox.owe(session.ledger, to_organizer(session, key, LetterKind.ALERT, context, address), None, session.now())


def to_organizer(
    session: Session,
    key: str,
    kind: LetterKind,
    context: dict[str, Any],
    address: str,
    attachments: Sequence[Attachment] = (),
) -> Letter:
    """A letter to one organizer that answers no mail."""
    return session.writer.letter(
        key=f"{key}:{address}",
        message_id=message_id(f"{key}:{address}", session.settings.smtp.sender),
        kind=kind,
        envelope=Envelope(address),
        context=context,
        attachments=attachments,
    )
