"""Letters that we owe, from the decision until they have left."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final


class LetterKind(StrEnum):
    """Which wording: the value names the templates `<kind>.subject.j2`, `<kind>.txt.j2`, `<kind>.html.j2`."""

    ACCEPTED = "accepted"
    """Every work of the mail is in."""
    REJECTED = "rejected"
    """Every work of the mail is against a rule."""
    PARTIAL = "partial"
    """Works of one mail fared differently."""
    INCOMPLETE = "incomplete"
    """Something is missing."""
    REVIEW = "review"
    """Received; a person looks."""
    NOTHING = "nothing"
    """Nothing submitted was found: how to submit."""
    STATE = "state"
    """How the sender's entries stand: after a question, or the same sent again."""
    LATE = "late"
    """After the deadline."""
    WITHDRAWN = "withdrawn"
    """A withdrawal confirmed."""
    REMINDER = "reminder"
    """An incomplete entry, shortly before the deadline."""
    DECIDED = "decided"
    """A person has decided."""
    MESSAGE = "message"
    """A person writes to a group of submitters."""
    DIGEST = "digest"
    """To the organizers, daily."""
    ALERT = "alert"
    """To the organizers, at once."""
    CANARY = "canary"
    """From the mailbox to itself, by `mailbot setup`: whether what goes out comes in, and is answered."""
    ORDERS = "orders"
    """To an organizer: what became of the orders in a mail."""


class Priority(IntEnum):
    """Which letters leave first, where not all may leave today."""

    ORGANIZERS = 0
    DECISION = 1
    """What a person decided."""
    FIRST_RECEIPT = 2
    """The first letter about works to an address."""
    ACCEPTED = 3
    REJECTED = 4
    """And every other outcome of a mail."""
    STATE = 5
    REMINDER = 6
    """And what is written to many."""
    NOTHING = 7
    """To somebody who submitted nothing, or whose mail fails the server's checks: anybody can make us owe thousands of
    these."""


PRIORITIES: Final = {
    LetterKind.DIGEST: Priority.ORGANIZERS,
    LetterKind.ALERT: Priority.ORGANIZERS,
    LetterKind.ORDERS: Priority.ORGANIZERS,
    LetterKind.CANARY: Priority.ORGANIZERS,
    LetterKind.DECIDED: Priority.DECISION,
    LetterKind.ACCEPTED: Priority.ACCEPTED,
    LetterKind.STATE: Priority.STATE,
    LetterKind.REMINDER: Priority.REMINDER,
    LetterKind.MESSAGE: Priority.REMINDER,
    LetterKind.NOTHING: Priority.NOTHING,
}
"""By wording; every other one is `REJECTED`."""


class LetterState(StrEnum):
    """Where a letter stands in the outbox."""

    DUE = "due"
    """To be sent as soon as the pace allows."""
    HELD = "held"
    """Waits for `mailbot outbox release`."""
    SENDING = "sending"
    """Handed to the SMTP server; found so after a crash, nobody knows whether it left."""
    SENT = "sent"
    """The server took it."""
    UNKNOWN = "unknown"
    """The connection died after the text was handed over; held for a person."""
    FAILED = "failed"
    """Refused for good."""
    DROPPED = "dropped"
    """Cancelled, or overtaken by a newer decision."""
    UNDELIVERABLE = "undeliverable"
    """Sent, and it came back."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom a letter goes and to which mail it answers.

    Attributes:
        recipient: one address.
        in_reply_to: Message-ID of the mail that is answered; empty for a letter that answers none.
        references: the thread, oldest first.
        subject_of: the subject of the mail that is answered.
    """

    recipient: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject_of: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter.

    Attributes:
        filename: shown to the reader.
        content_type: `type/subtype`.
        sha256: its content in the store.
    """

    filename: str
    content_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, worded.

    Attributes:
        key: unique; what makes a second letter for the same cause impossible.
        message_id: made from the key, with its angle brackets.
        kind: which wording.
        envelope: to whom, in answer to what.
        subject: one line.
        text: the plain twin.
        html: the page, styles inlined.
        numbers: the entries it speaks of.
        attachments: files that go with it.
        held: waits for a person.
        doubtful: answers a mail that fails the server's checks, to an address never answered before: it leaves last.
    """

    key: str
    message_id: str
    kind: LetterKind
    envelope: Envelope
    subject: str
    text: str
    html: str
    numbers: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    held: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A letter in the outbox.

    Attributes:
        id: the ledger's id.
        letter: what it says.
        state: where it stands.
        attempts: how often it was handed to the server.
        due_at: not before.
        created_at: when it was owed.
        mail_id: the mail it answers; None where it answers none.
        error: what the server said last; empty where nothing went wrong.
        claimed_at: when it was handed to the server last; None where it never was.
    """

    id: int
    letter: Letter
    state: LetterState
    attempts: int
    due_at: datetime
    created_at: datetime
    mail_id: int | None
    error: str = ""
    claimed_at: datetime | None = None
