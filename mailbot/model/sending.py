"""What became of a letter that was handed to a mail server."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a server's answer means for a letter and for the outbox."""

    SENT = "sent"
    """Taken: the server answers for it now. Not yet delivered."""
    RETRY = "retry"
    """Not taken, temporarily: again in some minutes."""
    TOMORROW = "tomorrow"
    """The day's quota is used up: the whole outbox waits for the next day."""
    REJECTED = "rejected"
    """This message or this recipient is refused for good."""
    ACCOUNT = "account"
    """The account or the address we send from is refused: stop the outbox, tell the organizers."""
    UNKNOWN = "unknown"
    """The connection died after the whole text had left and before the answer came: nobody knows."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a server said to one letter.

    Attributes:
        outcome: what it means.
        reply_text: the server's words, or what happened to the connection, on one line.
        queue_id: the server's own name for the letter (a NetEase bounce quotes it as TransID); empty where none.
        about_letter: it was said of this letter or its recipient, not of the account, the server or the network.
    """

    outcome: Outcome
    reply_text: str
    queue_id: str = ""
    about_letter: bool = False
