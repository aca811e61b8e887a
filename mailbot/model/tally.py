"""What the ledger counted, and what waits for a person, for the digest and the workbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from mailbot.model.entry import EntryStatus


class OpenKind(StrEnum):
    """What an open item is about."""

    ENTRY = "entry"
    """A work that a person must decide."""
    LINK = "link"
    """A video that is to be fetched from its link."""
    MAIL = "mail"
    """A mail that a person must read."""
    LETTER = "letter"
    """A letter of ours that did not leave, or came back."""


UNCLEAR_RECOMMENDER = "recommender-unclear"
"""The cause for which a person must say which unit recommends works."""
MOST_URGENT = (
    "order-forged", "order-unproven", "withdrawal-unconfirmed", "unanswered", "answers-itself",
    "mail-late", "mail-undated", "video-similar", "video-duplicate", "row-match-uncertain",
    "entry-mended", "form-scanned", "failed-mail", "mail-not-fetched", "inquiry",
    UNCLEAR_RECOMMENDER, "link-failed", "unknown", "failed",
    "undeliverable", "held",
)  # fmt: skip
"""Causes in the order in which a person should see to them; others come behind. A dying link comes before all."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One thing that waits for a person: a row of the view `attention`.

    Attributes:
        kind: what it is about.
        cause: why: a finding's code, a concern, a letter's or an order's state; empty where nobody knows.
        since: when it began.
        number: of the entry; empty where it is about none.
        mail_id: of the mail; None where it is about none.
        about: title, or sender and subject.
        until: when its link dies, as the mail wrote it; empty where there is no end.
        error: what a server or a reader said; empty where nothing.
        why: the codes of all that is wrong, for an entry.
    """

    kind: OpenKind
    cause: str
    since: datetime
    number: str = ""
    mail_id: int | None = None
    about: str = ""
    until: str = ""
    error: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open items of one cause, counted.

    Attributes:
        kind: what they are about.
        cause: as in `OpenItem`.
        count: how many.
        since: when the oldest began.
    """

    kind: OpenKind
    cause: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of works.

    Attributes:
        received: all that count, whatever their status.
        accepted: in the competition.
        rejected: against a rule.
        incomplete: something is missing.
        review: a person must look.
        withdrawn: taken back; not in `received`.
    """

    received: int = 0
    accepted: int = 0
    rejected: int = 0
    incomplete: int = 0
    review: int = 0
    withdrawn: int = 0

    @property
    def waiting(self) -> int:
        """What is not settled: a person must look, or something is missing."""
        return self.review + self.incomplete

    def as_dict(self) -> dict[str, int]:
        """Name -> count, as the ledger keeps a digest's figures."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class DayTally:
    """A day of the campaign's time zone.

    Attributes:
        day: which.
        mails: that came.
        works: whose first mail came on it.
    """

    day: date
    mails: int = 0
    works: Figures = Figures()


@dataclass(frozen=True, slots=True)
class UnitTally:
    """What a unit sent in, or recommended.

    Attributes:
        unit: its name; empty for works without one.
        works: counts.
        themes: theme -> works received that tick it.
    """

    unit: str
    works: Figures = Figures()
    themes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThemeTally:
    """A theme's works; one that ticks several themes counts for each.

    Attributes:
        theme: its name.
        received: works that tick it.
        accepted: those of them that are accepted.
    """

    theme: str
    received: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """Letters that wait in the outbox.

    Attributes:
        due: that leave as pace and quota allow.
        held: that wait for a person.
        sent_today: that left since midnight.
        out_on: the day on which the last one due will have left, at today's quota; None where none waits.
    """

    due: int = 0
    held: int = 0
    sent_today: int = 0
    out_on: date | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that became of an entry.

    Attributes:
        at: when.
        kind: the event's kind.
        number: of the entry.
        title: of the entry, as it stands.
        actor: who did it; `mailbot` for what a mail brought about.
        after: the status that it came to; None where that is not told.
        note: the person's words.
    """

    at: datetime
    kind: str
    number: str
    title: str
    actor: str
    after: EntryStatus | None
    note: str = ""
