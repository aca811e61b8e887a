"""The table on which a mail is laid out beside its sender's entries, and the moves that all who lay make."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.check.gather import Material
from mailbot.model.decision import Arrival, Event, EventKind
from mailbot.model.entry import OPEN, Entry, Field, History
from mailbot.model.finding import Code, Finding
from mailbot.model.mail import Link
from mailbot.model.works import VideoFile


@dataclass(slots=True)
class Table:
    """The table on which a mail is laid out; lives for one call of `merge`."""

    arrival: Arrival
    history: History
    links: tuple[Link, ...]
    pattern: str
    year: int
    at: datetime
    touched: dict[str, Entry] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    seq: int = 0

    def current(self, entry: Entry) -> Entry:
        """An entry as the mail has left it so far."""
        return self.touched.get(entry.number, entry)

    def put(self, entry: Entry) -> None:
        """Lay an entry down, changed or new."""
        self.touched[entry.number] = entry

    def begin(self) -> Entry:
        """A new entry with the next number, not yet laid down."""
        number = self.pattern.format(year=self.year, seq=self.history.next_seq + self.seq)
        self.seq += 1
        return Entry(
            number=number,
            sender=self.arrival.mail.sender.addr.lower(),
            mail_id=self.arrival.mail_id,
            received_at=self.at,
        )

    def tell(self, kind: EventKind, entry: Entry, **details: str) -> None:
        """Note what happened to an entry."""
        self.events.append(Event(kind, entry.number, details=details))

    def open_entries(self) -> list[Entry]:
        """The sender's earlier entries that may still change, as they stand now."""
        return [current for entry in self.history.entries if (current := self.current(entry)).status in OPEN]


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


def give(entry: Entry, video: VideoFile | None, link: Link | None = None) -> Entry:
    """An entry with a video (or a link to one), unless a person has set its video."""
    if Field.VIDEO in entry.set_by_person:
        return entry
    notes = tuple(note for note in entry.notes if note.code not in {Code.ROW_MATCH_UNCERTAIN, Code.VIDEO_SIMILAR})
    if video is not None:
        return replace(entry, video=video, notes=notes)
    return replace(entry, link=link or entry.link)


def complete(table: Table, entry: Entry, material: Material) -> None:
    """Give an entry a video or a link."""
    before = table.current(entry)
    after = give(before, material.video, material.link)
    if after != before:
        table.put(after)
        table.tell(what_happened(before, after, known=True), after, **what_was(before, after))


def lay_alone(table: Table, material: Material, doubt: Finding | None = None) -> None:
    """A video or link that no row tells of becomes an entry of its own, so that it has a number and is not lost."""
    entry = table.begin()
    notes = (doubt,) if doubt else ()
    table.put(replace(entry, video=material.video, link=material.link, notes=notes))
    table.tell(EventKind.CREATED, entry, filename=material.name)
