"""Rows, videos and links of a mail, laid beside what earlier mails of the same sender began.

A row that is known by its title corrects its entry; a video that was sent alone meets its row; a row that waits
meets its video; a rejected work sent again, mended, goes on under its number. What is not clear is not guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.check.assign import Told, hand_out
from mailbot.check.gather import (
    Material,
    Row,
    confirm,
    fill,
    is_scan_of,
    lone_materials,
    of_link,
    of_video,
    rows_of,
    tells,
)
from mailbot.check.known import told_again
from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.match import Wanted, match
from mailbot.check.names import core, is_generic
from mailbot.check.withdrawal import speaks_of
from mailbot.model.decision import Arrival, Event, EventKind
from mailbot.model.entry import OPEN, Entry, EntryStatus, Field, History
from mailbot.model.finding import Code, Finding
from mailbot.model.form import FormRow
from mailbot.model.mail import Link
from mailbot.model.works import VideoFile, Works


@dataclass(frozen=True, slots=True)
class Merged:
    """What a mail makes of its sender's entries, not yet judged.

    Attributes:
        entries: new and touched entries, in the mail's order.
        events: what happened to them.
        resent: entries whose very video came again.
        told: entries that a row of the mail tells again.
        nameless: number of materials that found no row.
        known: the sender's entries as they were.
    """

    entries: tuple[Entry, ...] = ()
    events: tuple[Event, ...] = ()
    resent: tuple[Entry, ...] = ()
    told: tuple[Entry, ...] = ()
    nameless: int = 0
    known: tuple[Entry, ...] = ()


@dataclass(slots=True)
class _Table:
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
        return self.touched.get(entry.number, entry)

    def put(self, entry: Entry) -> None:
        self.touched[entry.number] = entry

    def begin(self) -> Entry:
        number = self.pattern.format(year=self.year, seq=self.history.next_seq + self.seq)
        self.seq += 1
        return Entry(
            number=number,
            sender=self.arrival.mail.sender.addr.lower(),
            mail_id=self.arrival.mail_id,
            received_at=self.at,
        )

    def tell(self, kind: EventKind, entry: Entry, **details: str) -> None:
        self.events.append(Event(kind, entry.number, details=details))

    def open_entries(self) -> list[Entry]:
        return [current for entry in self.history.entries if (current := self.current(entry)).status in OPEN]


def merge(arrival: Arrival, works: Works, history: History, pattern: str, year: int, at: datetime) -> Merged:
    """Lay a submission beside the sender's history.

    Args:
        arrival: the mail.
        works: what it brought.
        history: of its sender.
        pattern: of entry numbers, with `year` and `seq`.
        year: for the numbers.
        at: when the mail counts as having come.
    """
    table = _Table(arrival, history, works.links, pattern, year, at)
    told = rows_of(works)
    rows = list(zip(told_again(told, history.entries, works.videos, arrival.mail, history.thread), told, strict=True))
    videos = {video.part.sha256: video for video in works.videos}
    links = {link.url for link in works.links}
    resent = [
        entry
        for entry in table.open_entries()
        if (entry.video and entry.video.part.sha256 in videos) or (entry.link and entry.link.url in links)
    ]
    fresh = _fresh_materials(works, rows, resent, table.open_entries())
    left = _lay_rows(table, rows, fresh)
    left = _lay_on_earlier(table, left)
    if rows or works.videos:
        left = [material for material in left if material.video is not None]  # a link beside them says nothing new
    for material in left:
        _lay_alone(table, material)
    repeated = tuple(entry for entry, _ in rows if entry is not None)
    return Merged(
        tuple(table.touched.values()), tuple(table.events), tuple(resent), repeated, len(left), history.entries
    )


def _fresh_materials(
    works: Works, rows: Sequence[Told], resent: Sequence[Entry], entries: Sequence[Entry]
) -> list[Material]:
    """What this mail brings and its sender's entries do not hold already, unless a row of it tells another work."""
    told = {entry.number for entry, _ in rows if entry is not None}
    strangers = any(entry is None for entry, _ in rows)
    held = {
        entry.video.part.sha256
        for entry in resent
        if entry.video and (entry.number in told or not strangers or not entry.has_row)
    }
    materials = [of_video(video) for video in _by_each_name(works) if video.part.sha256 not in held]
    if not works.videos or rows:
        used = [row.row.link for _, row in rows if row.row.link]
        known = {entry.link.url for entry in entries if entry.link}
        materials += [
            of_link(link)
            for link in works.links
            if link.url not in known and not any(tells(text, link) for text in used)
        ]
    return materials


def _by_each_name(works: Works) -> Iterator[VideoFile]:
    """Every video; one that lies in the mail under several names under each: it may be sent for several rows.

    Names that differ by (1) or 终版 alone are one.
    """
    told: set[tuple[str, str]] = set()
    for video in works.videos:
        for part in (video.part, *(part for part in works.parts if part.sha256 == video.part.sha256)):
            name = (part.sha256, core(part.filename))
            if name not in told:
                told.add(name)
                yield replace(video, part=replace(part, kind=video.part.kind))


def _lay_rows(table: _Table, rows: Sequence[Told], fresh: Sequence[Material]) -> list[Material]:
    """Give every row of the mail its entry and, where it is clear, its video or link. Returns what no row took."""
    if not rows:
        return list(fresh)
    pool = [*fresh, *lone_materials(table.history.entries)]
    handed = hand_out(rows, pool)
    for index, (entry, row) in enumerate(rows):
        chosen = handed.given.get(index)
        _lay_row(table, entry, row, pool[chosen] if chosen is not None else None, handed.doubts.get(index))
    films = {video.part.sha256 for index in handed.given.values() if (video := pool[index].video)}
    left = [pool[index] for index in handed.left if pool[index].entry is None]
    return [material for material in left if not (material.video and material.video.part.sha256 in films)]


def _lay_row(table: _Table, entry: Entry | None, row: Row, material: Material | None, doubt: Finding | None) -> None:
    lone = material.entry if material is not None else None
    if lone is not None and lone.number in table.touched:
        lone = None  # a link that several rows share: the first row went on under its number
    base = table.current(entry) if entry else table.current(lone) if lone else table.begin()
    after = confirm(base, row) if is_scan_of(row, base) else fill(base, row, table.links)
    if material is not None:
        after = give(after, material.video, material.link)
    if doubt is not None and after.video is None:
        after = replace(after, notes=(*(note for note in after.notes if note != doubt), doubt))
    if entry is not None and lone is not None:
        _give_way(table, lone, entry.number)
    if after == base:
        return
    table.put(after)
    known = entry is not None or lone is not None
    table.tell(_what_happened(base, after, known=known), after, **(_was(base, after) if known else {}))


def _what_happened(before: Entry, after: Entry, *, known: bool) -> EventKind:
    if not known:
        return EventKind.CREATED
    if before.video is not None and before.has_row and after.video != before.video:
        return EventKind.VIDEO_REPLACED
    if before.video != after.video or before.has_row != after.has_row or (after.link and not before.link):
        return EventKind.COMPLETED
    return EventKind.CORRECTED


def _was(before: Entry, after: Entry) -> dict[str, str]:
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


def _give_way(table: _Table, lone: Entry, number: str) -> None:
    current = table.current(lone)
    if may_move(current.status, EntryStatus.REPLACED, Cause.MERGE):
        table.put(replace(current, status=EntryStatus.REPLACED))
        table.events.append(
            Event(
                EventKind.COMPLETED,
                lone.number,
                before=current.status,
                after=EntryStatus.REPLACED,
                details={"by": number},
            )
        )


def give(entry: Entry, video: VideoFile | None, link: Link | None = None) -> Entry:
    """An entry with a video (or a link to one), unless a person has set its video."""
    if Field.VIDEO in entry.set_by_person:
        return entry
    notes = tuple(note for note in entry.notes if note.code not in {Code.ROW_MATCH_UNCERTAIN, Code.VIDEO_SIMILAR})
    if video is not None:
        return replace(entry, video=video, notes=notes)
    return replace(entry, link=link or entry.link)


def _lay_on_earlier(table: _Table, materials: Sequence[Material]) -> list[Material]:
    """Give what no row of this mail took to entries that earlier mails began: by name, else to who waits."""

    def waiting() -> list[Entry]:
        return [entry for entry in table.open_entries() if entry.has_row and entry.number not in table.touched]

    left = _give_named(table, list(materials))
    left = _offer(table, waiting(), left, by_name_only=True)
    left = _offer(table, [entry for entry in waiting() if entry.video is None], left)
    faulty = [entry for entry in waiting() if entry.video and entry.status is EntryStatus.REJECTED]
    left = _offer(table, faulty, left, heed_names=True)
    left = _offer_links(table, [entry for entry in waiting() if not (entry.video or entry.link)], left)
    return _replace_in_thread(table, left)


def _give_named(table: _Table, materials: list[Material]) -> list[Material]:
    """The one video of a mail that names one entry by its number is that entry's."""
    named = [entry for entry in table.open_entries() if entry.has_row and speaks_of(table.arrival.mail, entry)]
    videos = [material for material in materials if material.video is not None]
    if len(named) != 1 or len(videos) != 1 or named[0].number in table.touched:
        return materials
    _complete(table, named[0], videos[0])
    return [material for material in materials if material is not videos[0]]


def _replace_in_thread(table: _Table, materials: list[Material]) -> list[Material]:
    """A nameless video in answer to a letter about one work is its new one; about several, a person must say whose."""
    entries = [entry for entry in table.open_entries() if entry.has_row and entry.number in table.history.thread]
    links = [material for material in materials if material.video is None]
    if len(entries) == len(links) == len(materials) == 1 and entries[0].number not in table.touched:
        _complete(table, entries[0], links[0])  # a person fetches it; the film in hand stays until then
        return []
    films = [material for material in materials if material.video and is_generic(material.offered.telling(()))]
    if not entries or not films or any(entry.number in table.touched for entry in entries):
        return materials
    if len(entries) == 1 and len(films) == 1:
        _complete(table, entries[0], films[0])
    else:
        candidates = "、".join(entry.number for entry in entries)
        for film in films:
            _lay_alone(table, film, Finding(Code.ROW_MATCH_UNCERTAIN, {"candidates": candidates}))
    return [material for material in materials if material not in films]


def _offer(
    table: _Table,
    entries: Sequence[Entry],
    materials: list[Material],
    *,
    by_name_only: bool = False,
    heed_names: bool = False,
) -> list[Material]:
    videos = [material for material in materials if material.video is not None]
    wanted = [Wanted(entry.title, entry.unit) for entry in entries]
    offered = [material.offered for material in videos]
    pairing = match(wanted, offered, by_name_only=by_name_only, heed_names=heed_names)
    for index, video in pairing.pairs:
        _complete(table, entries[index], videos[video])
    taken = [videos[video] for _, video in pairing.pairs]
    for index in pairing.contested:
        candidates = "、".join(entries[row].number for row in pairing.uncertain)
        _lay_alone(table, videos[index], Finding(Code.ROW_MATCH_UNCERTAIN, {"candidates": candidates}))
        taken.append(videos[index])
    return [material for material in materials if material not in taken]


def _offer_links(table: _Table, entries: Sequence[Entry], materials: list[Material]) -> list[Material]:
    """Give links to entries that have neither video nor link; where it is not clear whose each is, they say so."""
    links = [material for material in materials if material.link is not None and material.video is None]
    if not links or not entries:
        return materials
    rows = [(entry, Row(FormRow(entry.title), entry.unit)) for entry in entries]
    handed = hand_out(rows, links)
    for index, entry in enumerate(entries):
        chosen, found = handed.given.get(index), handed.doubts.get(index)
        if chosen is not None:
            _complete(table, entry, links[chosen])
        elif found is not None:
            table.put(replace(table.current(entry), notes=(*entry.notes, found)))
            table.tell(EventKind.CORRECTED, entry)
    left = [links[index] for index in handed.left]
    return [material for material in materials if material not in links or material in left]


def _complete(table: _Table, entry: Entry, material: Material) -> None:
    before = table.current(entry)
    after = give(before, material.video, material.link)
    if after != before:
        table.put(after)
        table.tell(_what_happened(before, after, known=True), after, **_was(before, after))


def _lay_alone(table: _Table, material: Material, doubt: Finding | None = None) -> None:
    """A video or link that no row tells of becomes an entry of its own, so that it has a number and is not lost."""
    entry = table.begin()
    notes = (doubt,) if doubt else ()
    table.put(replace(entry, video=material.video, link=material.link, notes=notes))
    table.tell(EventKind.CREATED, entry, filename=material.name)
