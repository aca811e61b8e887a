"""What a mail changes: entries before and after, with what happened to them, gathered while it is merged."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.materials import Material
from mailbot.model.decision import Arrival, Event, EventKind
from mailbot.model.entry import OPEN, Entry, EntryStatus, Field, History
from mailbot.model.finding import Code, Finding
from mailbot.model.mail import Link
from mailbot.model.works import VideoFile


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What a mail makes of one entry.

    Attributes:
        before: as the ledger has it; None for one that the mail begins.
        after: as it shall stand.
        events: what happened to it, in order; their statuses are told when all is decided.
    """

    before: Entry | None
    after: Entry
    events: tuple[Event, ...] = ()

    @property
    def number(self) -> str:
        """The entry's."""
        return self.after.number

    @property
    def made(self) -> bool:
        """Whether it changes anything."""
        return self.after != self.before


@dataclass(slots=True)
class Changes:
    """The changes of one mail, by entry, in the order in which they were begun; lives for one call of `merge`."""

    arrival: Arrival
    history: History
    links: tuple[Link, ...]
    pattern: str
    year: int
    at: datetime
    made: dict[str, EntryChange] = field(default_factory=dict)
    seq: int = 0

    def current(self, entry: Entry) -> Entry:
        """An entry as the mail has left it so far."""
        change = self.made.get(entry.number)
        return change.after if change else entry

    def put(self, after: Entry, kind: EventKind, **details: str) -> None:
        """Change or begin an entry, and note what happened to it."""
        known = self.made.get(after.number)
        before = next((one for one in self.history.entries if one.number == after.number), None)
        events = (*(known.events if known else ()), Event(kind, after.number, details=details))
        self.made[after.number] = EntryChange(before, after, events)

    def begin(self) -> Entry:
        """A new entry with the next number, not yet put."""
        number = self.pattern.format(year=self.year, seq=self.history.next_seq + self.seq)
        self.seq += 1
        return Entry(
            number=number,
            sender=self.arrival.sender,
            mail_id=self.arrival.mail_id,
            received_at=self.at,
        )

    def open_entries(self) -> list[Entry]:
        """The sender's earlier entries that may still change, as they stand now."""
        return [current for entry in self.history.entries if (current := self.current(entry)).status in OPEN]

    def give(self, entry: Entry, material: Material) -> None:
        """Give an entry a video or a link."""
        before = self.current(entry)
        after = give(before, material.video, material.link)
        if after != before:
            self.put(after, what_happened(before, after, known=True), **what_was(before, after))

    def enter_alone(self, material: Material, doubt: Finding | None = None) -> None:
        """A video or link that no row tells of becomes an entry of its own: it has a number and is not lost."""
        notes = (doubt,) if doubt else ()
        entry = replace(self.begin(), video=material.video, link=material.link, notes=notes)
        self.put(entry, EventKind.CREATED, filename=material.name)

    def give_way(self, lone: Entry, number: str) -> None:
        """A video's own entry gives way to the row that it belongs to."""
        current = self.current(lone)
        if may_move(current.status, EntryStatus.REPLACED, Cause.MERGE):
            self.put(replace(current, status=EntryStatus.REPLACED), EventKind.COMPLETED, by=number)


def give(entry: Entry, video: VideoFile | None, link: Link | None = None) -> Entry:
    """An entry with a video (or a link to one), unless a person has set its video."""
    if Field.VIDEO in entry.set_by_person:
        return entry
    notes = tuple(note for note in entry.notes if note.code not in {Code.ROW_MATCH_UNCERTAIN, Code.VIDEO_SIMILAR})
    if video is not None:
        return replace(entry, video=video, notes=notes)
    return replace(entry, link=link or entry.link)


def what_happened(before: Entry, after: Entry, *, known: bool) -> EventKind:
    """What the history calls a change of an entry."""
    if not known:
        return EventKind.CREATED
    if before.video is not None and before.has_row and after.video != before.video:
        return EventKind.VIDEO_REPLACED
    if before.video != after.video or before.has_row != after.has_row or (after.link and not before.link):
        return EventKind.COMPLETED
    return EventKind.CORRECTED


def what_was(before: Entry, after: Entry) -> dict[str, str]:
    """What the changed fields held before: nothing is overwritten without its trace."""
    old = {
        "title": (before.title, after.title),
        "themes": ("、".join(before.themes), "、".join(after.themes)),
        "unit": (before.unit, after.unit),
        "recommender": (before.recommender, after.recommender),
        "contact": (before.contact, after.contact),
        "phone": (before.phone, after.phone),
        "link": (before.link.url if before.link else "", after.link.url if after.link else ""),
        "video": tuple(entry.video.part.sha256 if entry.video else "" for entry in (before, after)),
    }
    return {f"{name}_was": was for name, (was, now) in old.items() if was != now}
