"""What organizers order by mail, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from mailbot.model.letter import Letter


class Verb(StrEnum):
    """What an order asks for."""

    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    EDIT = "edit"
    SEEN = "seen"
    """A mail is answered, or needs no answer."""
    UNSEEN = "unseen"
    """It needs one after all."""
    CONFIRM = "confirm"
    """The orders of a held mail are the organizer's own."""

    @property
    def is_of_mail(self) -> bool:
        """Whether it is about a mail; the others are about an entry."""
        return self in {Verb.SEEN, Verb.UNSEEN, Verb.CONFIRM}


class OrderState(StrEnum):
    """Where an order stands."""

    DONE = "done"
    REFUSED = "refused"
    """It cannot be carried out; the organizer is told why."""
    HELD = "held"
    """Nobody can tell whose it is: it waits until the organizer confirms it."""
    FORGED = "forged"
    """The server's checks speak against its sender: nothing is done, and the digest tells of it."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the ledger keeps it.

    Attributes:
        organizer: in whose name it came, lower case.
        verb: what is asked for.
        target: an entry's number, or a mail's id.
        state: what became of it.
        version: of the entry that it is about; 0 where it is about none.
        reason: what goes out to the submitter.
        values: for an edit: `name=value`, one a field.
    """

    organizer: str
    verb: Verb
    target: str
    state: OrderState
    version: int = 0
    reason: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What came of a mail in an organizer's name.

    Attributes:
        orders: each order in it, and what became of it.
        letters: the one letter that tells the organizer; none where there is nothing to tell, or nobody to tell it to.
        attention: why a person must look at the mail; empty where nobody must.
        reason: what it was, for the admin, in English.
    """

    orders: tuple[Order, ...] = ()
    letters: tuple[Letter, ...] = ()
    attention: str = ""
    reason: str = ""
