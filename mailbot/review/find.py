"""How a person's command finds its entry."""

from mailbot.ledger import entries
from mailbot.model.entry import Entry
from mailbot.model.errors import Refused
from mailbot.session import Session


def find(session: Session, number: str) -> Entry:
    """An entry by its number.

    Raises:
        Refused: there is none.
    """
    entry = entries.by_number(session.ledger, number)
    if entry is None:
        raise Refused(f"{number}: no such entry. 'mailbot entries' lists them.")
    return entry
