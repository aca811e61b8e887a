"""What we think of a mail: the pure result that the ledger writes in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import Finding, JsonScalar
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Mail, Verdict
from mailbot.model.order import Order
from mailbot.model.works import Works


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as it came in.

    Attributes:
        mail_id: the ledger's id for it.
        received_at: INTERNALDATE, or the delivery time; where `dated` is False the best that stands for it.
        mail: what it says.
        junk: it lay in a junk folder.
        dated: the mailbox said when it came; else the day is for a person to check.
    """

    mail_id: int
    received_at: datetime
    mail: Mail
    junk: bool = False
    dated: bool = True

    @property
    def sender(self) -> str:
        """Whose entries these are: the address, lower case; a mail without one is a person of its own."""
        return self.mail.sender.addr.lower() or f"no-address.{self.mail_id}"


class Concern(StrEnum):
    """What of a mail a person must look at that is no finding; `Decision.attention` holds either."""

    UNDATED = "mail-undated"
    """Works came, and the mailbox did not say when."""
    UNFETCHED = "mail-not-fetched"
    """The server lists a mail, and does not give it."""
    UNANSWERED = "unanswered"
    """Works came, or were taken back, and no letter may go back."""
    LOOP = "answers-itself"
    """A machine seems to answer our letters, or a thread goes on without anything new."""
    INQUIRY = "inquiry"
    """It asks or tells what only a person can answer."""
    UNPROVEN = "order-unproven"
    """It orders something in an organizer's name, and nobody can tell whose it is: it waits for a confirmation."""
    FORGED = "order-forged"
    """It orders something in an organizer's name, and is not the organizer's, or no person's."""


class EventKind(StrEnum):
    """What can happen to an entry or a mail."""

    CREATED = "created"
    COMPLETED = "completed"
    CORRECTED = "corrected"
    VIDEO_REPLACED = "video-replaced"
    RESENT = "resent"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    """Taken back by its sender, and brought back by the same."""
    EDITED = "edited"
    ATTACHED = "attached"
    FETCHED = "fetched"
    ASSIGNED = "assigned"
    LIKENESS = "resembles"
    NO_PRINT = "no-print"
    """Its film cannot be compared with others: too few usable frames, or none decoded in time."""
    BOUNCED = "bounced"
    SEEN = "seen"
    UNSEEN = "unseen"
    EXTENDED = "extended"
    """A person gave a longer time: to an entry, else to what the details name."""
    WAIVED = "waived"
    MERGED = "merged"
    """Two entries are one work: the one kept, and the one that gave way to it."""
    SPLIT = "split"
    """An entry held two works, or a film that is another's: what it was, and the new one."""
    MESSAGED = "messaged"
    """A person wrote to a group of submitters."""
    ANSWERED = "answered"
    """A person answered a mail from the mailbox itself, past mailbot."""
    LETTER_DROPPED = "letter-dropped"
    LETTER_RELEASED = "letter-released"
    UNIT_MERGED = "unit-merged"
    UNIT_RENAMED = "unit-renamed"
    PURGED = "purged"
    """The personal data of closed campaigns was removed."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A person's words about what they did.

    Attributes:
        note: for colleagues: kept in the history, shown in the digest.
        say: for the submitter: quoted in the letter.
    """

    note: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: what, to which entry, by whom.

    Attributes:
        kind: what.
        number: the entry; empty for a mail's or letter's own event.
        actor: `mailbot`, or the person's name.
        before: status before; None where the entry is new or its status is not touched.
        after: status after.
        note: the person's words for colleagues; no submitter reads them.
        say: the person's words for the submitter, as a letter quotes them.
        details: whatever else tells the story; JSON scalars.
    """

    kind: EventKind
    number: str = ""
    actor: str = "mailbot"
    before: EntryStatus | None = None
    after: EntryStatus | None = None
    note: str = ""
    say: str = ""
    details: Mapping[str, JsonScalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an entry that a person's words changed.

    Attributes:
        number: of the entry.
        field: its name in the campaign's form.
        before: what it held, as the form would show it; empty where it was blank.
        after: what it holds.
    """

    number: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The letter that a mail deserves, before it is worded.

    Attributes:
        kind: which wording.
        entries: the entries it speaks of, in the mail's order.
        unchanged: numbers among them that this mail did not change.
        findings: of the mail as a whole: no form, an unreadable part.
        waiting: other entries of the sender, in which something is still missing.
        changes: what the mail's own words changed of them.
        until: the deadline that a person gave for these works; None where the campaign's counts.
        topic: what a letter to a group is about; names its texts in words.toml.
        discreet: it names neither works nor the mail's subject: who reads it may never have written to us.
    """

    kind: LetterKind
    entries: tuple[Entry, ...] = ()
    unchanged: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    waiting: tuple[Entry, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    until: datetime | None = None
    topic: str = ""
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that follows from one mail.

    Attributes:
        arrival: the mail.
        works: what it brought.
        verdict: what it is to us.
        entries: new and changed entries, as they stand now.
        findings: of the mail as a whole.
        events: what happened, in order.
        answer: the letter owed; None where the mail must not or need not be answered.
        silence: why there is no answer, in English; empty where there is one.
        attention: why a person must look at the mail itself, a finding's code or a word; empty where nobody must.
        orders: an organizer's, and what became of them.
    """

    arrival: Arrival
    works: Works
    verdict: Verdict
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    events: tuple[Event, ...] = ()
    answer: Answer | None = None
    silence: str = ""
    attention: str = ""
    orders: tuple[Order, ...] = ()
