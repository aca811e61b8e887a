"""How a person's command finds its entry."""

from mailbot.ledger import entries, lists
from mailbot.model.entry import Entry
from mailbot.model.errors import Refused
from mailbot.session import Session


def find(session: Session, told: str) -> Entry:
    """An entry by its number, as a person writes it: whole, in any case, or its running number alone.

    Raises:
        Refused: there is none.
    """
    number = lists.numbered(session.ledger, told)
    entry = entries.by_number(session.ledger, number) if number else None
    if entry is None:
        raise Refused(f"{told}: no such entry. 'mailbot entries' lists them.")
    return entry
