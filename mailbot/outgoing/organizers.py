"""What the organizers are told at once."""

from collections.abc import Mapping, Sequence

from mailbot.ledger import digests, outbox
from mailbot.ledger.connection import writing
from mailbot.model.letter import LetterKind
from mailbot.session import Session


def alert(session: Session, cause: str, about: str = "", items: Sequence[str] = (), **details: object) -> None:
    """Tell the organizers at once; the same cause about the same thing at most once a day.

    Args:
        session: the rooms.
        cause: names its texts in words.toml, tables `alert` and `alert_subject`.
        about: which of several things, such as a mailbox.
        items: one by one, what it is about.
        details: what the texts quote.
    """
    day = session.now().astimezone(session.settings.campaign.zone).date()
    with writing(session.ledger):
        owe_alert(session, f"alert:{cause}:{about}:{day}", cause, details, items)


def report(
    session: Session, cause: str, about: str = "", items: Sequence[str] = (), *, lasts: bool, **details: object
) -> None:
    """Tell the organizers of trouble while it lasts, once a day, and once that it is over.

    Args:
        session: the rooms.
        cause: names its texts in words.toml, tables `alert`, `alert_subject` and `trouble`.
        about: which of several things.
        items: one by one, what it is about.
        lasts: whether the trouble is there now.
        details: what the texts quote.
    """
    name = f"trouble:{cause}:{about}"
    since = digests.mark(session.ledger, name)
    if lasts:
        alert(session, cause, about, items, **details)
        if not since:
            digests.set_mark(session.ledger, name, session.now().isoformat())
    elif since:
        what = session.writer.wording.word(f"trouble.{cause}", about=about)
        alert(session, "over", f"{cause}:{about}:{since}", what=what)
        digests.set_mark(session.ledger, name, "")


def owe_alert(session: Session, key: str, cause: str, details: Mapping[str, object], items: Sequence[str] = ()) -> None:
    """Owe every organizer an alert; call inside a transaction.

    Args:
        session: the rooms.
        key: what it is owed for; once only.
        cause: names its texts.
        details: what they quote.
        items: one by one, what it is about.
    """
    context = {"cause": cause, "details": dict(details), "items": list(items), "at": session.now()}
    for letter in session.writer.to_organizers(key, LetterKind.ALERT, context):
        outbox.owe(session.ledger, letter, None, session.now())
