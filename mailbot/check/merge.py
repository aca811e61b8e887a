"""Rows, videos and links of a mail, laid beside what earlier mails of the same sender began.

A row that is known by its title corrects its entry; a video that was sent alone meets its row; a row that waits
meets its video; a rejected work sent again, mended, goes on under its number. What is not clear is not guessed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.check.gather import Material, Row, fill, lone_materials, rows_of, tells
from mailbot.check.known import told_again
from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.match import Wanted, match
from mailbot.model.decision import Arrival, Event, EventKind
from mailbot.model.entry import OPEN, Entry, EntryStatus, Field, History
from mailbot.model.finding import Code, Finding
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
    """

    entries: tuple[Entry, ...] = ()
    events: tuple[Event, ...] = ()
    resent: tuple[Entry, ...] = ()
    told: tuple[Entry, ...] = ()
    nameless: int = 0


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
    rows = list(zip(told_again(told, history.entries, works.videos, arrival.mail), told, strict=True))
    videos = {video.part.sha256: video for video in works.videos}
    resent = [entry for entry in table.open_entries() if entry.video and entry.video.part.sha256 in videos]
    fresh = _fresh_materials(works, rows, resent)
    left = _lay_rows(table, rows, fresh)
    left = _lay_on_earlier(table, left)
    for material in left:
        _lay_alone(table, material)
    known = tuple(entry for entry, _ in rows if entry is not None)
    return Merged(tuple(table.touched.values()), tuple(table.events), tuple(resent), known, len(left))


def _fresh_materials(works: Works, rows: Sequence[tuple[Entry | None, Row]], resent: Sequence[Entry]) -> list[Material]:
    """What this mail brings and its sender's entries do not hold already, unless a row of it tells another work."""
    told = {entry.number for entry, _ in rows if entry is not None}
    strangers = any(entry is None for entry, _ in rows)
    held = {
        entry.video.part.sha256
        for entry in resent
        if entry.video and (entry.number in told or not strangers or not entry.has_row)
    }
    materials = [Material(video.part.filename, video=video) for video in works.videos if video.part.sha256 not in held]
    if not works.videos or rows:
        used = [row.row.link for _, row in rows if row.row.link]
        materials += [
            Material(link.filename, link=link) for link in works.links if not any(tells(text, link) for text in used)
        ]
    return materials


def _lay_rows(table: _Table, rows: Sequence[tuple[Entry | None, Row]], fresh: Sequence[Material]) -> list[Material]:
    """Give every row of the mail its entry and, where it is clear, its video. Returns what no row took."""
    if not rows:
        return list(fresh)
    pool = [*fresh, *lone_materials(table.history.entries)]
    wanted = [Wanted(row.row.title, row.unit) for _, row in rows]
    videos = [index for index, material in enumerate(pool) if material.video is not None]
    taken = _assign(wanted, pool, videos, _hungry(rows))
    links = [index for index, material in enumerate(pool) if material.video is None]
    thirsty = [index for index, (entry, row) in enumerate(rows) if index not in taken.pairs and not row.row.link]
    by_link = _assign(wanted, pool, links, thirsty)
    shared = _shared_link(links, thirsty, by_link)
    used: set[int] = set()
    for index, (entry, row) in enumerate(rows):
        chosen = taken.pairs.get(index, by_link.pairs.get(index, shared))
        used |= {chosen} if chosen is not None else set()
        doubt = taken.doubt(index, pool)
        _lay_row(table, entry, row, pool[chosen] if chosen is not None else None, doubt)
    used |= taken.contested
    return [material for index, material in enumerate(pool) if index not in used and material.entry is None]


@dataclass(frozen=True, slots=True)
class _Assigned:
    """Row index -> pool index, and what stayed open."""

    pairs: dict[int, int]
    uncertain: frozenset[int] = frozenset()
    contested: frozenset[int] = frozenset()

    def doubt(self, row: int, pool: Sequence[Material]) -> Finding | None:
        if row not in self.uncertain:
            return None
        return _match_doubt(pool[index] for index in sorted(self.contested))


def _match_doubt(materials: Iterable[Material]) -> Finding:
    videos = [material for material in materials if material.video]
    names = "、".join(material.name or "（无文件名）" for material in videos)
    contents = " ".join(material.video.part.sha256 for material in videos if material.video)
    return Finding(Code.ROW_MATCH_UNCERTAIN, {"candidates": names, "files": contents})


def _assign(wanted: Sequence[Wanted], pool: Sequence[Material], choice: list[int], rows: list[int]) -> _Assigned:
    pairing = match([wanted[row] for row in rows], [pool[index].name for index in choice])
    return _Assigned(
        {rows[row]: choice[video] for row, video in pairing.pairs},
        frozenset(rows[row] for row in pairing.uncertain),
        frozenset(choice[video] for video in pairing.contested),
    )


def _hungry(rows: Sequence[tuple[Entry | None, Row]]) -> list[int]:
    """Rows that may take a video: those without one first; where none is without, a better one may replace any."""
    without = [index for index, (entry, _) in enumerate(rows) if entry is None or entry.video is None]
    return without or list(range(len(rows)))


def _shared_link(links: list[int], thirsty: list[int], by_link: _Assigned) -> int | None:
    """One folder link for all the rows that have neither file nor link of their own."""
    return links[0] if len(links) == 1 and len(thirsty) > 1 and not by_link.pairs else None


def _lay_row(table: _Table, entry: Entry | None, row: Row, material: Material | None, doubt: Finding | None) -> None:
    lone = material.entry if material is not None else None
    if lone is not None and lone.number in table.touched:
        lone = None  # a link that several rows share: the first row went on under its number
    base = table.current(entry) if entry else table.current(lone) if lone else table.begin()
    after = fill(base, row, table.links)
    if material is not None:
        after = give(after, material.video, material.link)
    if doubt is not None and after.video is None:
        after = replace(after, notes=(*after.notes, doubt))
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
    if before.video != after.video or before.has_row != after.has_row:
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
    """Give videos that no row of this mail took to entries that earlier mails began: by name, else to who waits."""

    def waiting() -> list[Entry]:
        return [entry for entry in table.open_entries() if entry.has_row and entry.number not in table.touched]

    left = _offer(table, waiting(), list(materials), by_name_only=True)
    left = _offer(table, [entry for entry in waiting() if entry.video is None], left)
    faulty = [entry for entry in waiting() if entry.video and entry.status is EntryStatus.REJECTED]
    return _offer(table, faulty, left, heed_names=True)


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
    names = [material.name for material in videos]
    pairing = match(wanted, names, by_name_only=by_name_only, heed_names=heed_names)
    for index, video in pairing.pairs:
        before = table.current(entries[index])
        after = give(before, videos[video].video)
        if after != before:
            table.put(after)
            table.tell(_what_happened(before, after, known=True), after, **_was(before, after))
    taken = [videos[video] for _, video in pairing.pairs]
    for index in pairing.contested:
        doubt = Finding(
            Code.ROW_MATCH_UNCERTAIN, {"candidates": "、".join(entries[row].number for row in pairing.uncertain)}
        )
        _lay_alone(table, videos[index], doubt)
        taken.append(videos[index])
    return [material for material in materials if material not in taken]


def _lay_alone(table: _Table, material: Material, doubt: Finding | None = None) -> None:
    """A video or link that no row tells of becomes an entry of its own, so that it has a number and is not lost."""
    entry = table.begin()
    notes = (doubt,) if doubt else ()
    table.put(replace(entry, video=material.video, link=material.link, notes=notes))
    table.tell(EventKind.CREATED, entry, filename=material.name)
