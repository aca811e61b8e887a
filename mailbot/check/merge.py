"""Rows, videos and links of a mail, laid beside what earlier mails of the same sender began.

A row that is known by its title corrects its entry; a video that was sent alone meets its row; a row that waits
meets its video; a rejected work sent again, mended, goes on under its number. What is not clear is not guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.check.assign import Told, hand_out
from mailbot.check.earlier import lay_on_earlier
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
from mailbot.check.names import core
from mailbot.check.table import Table, give, lay_alone, what_happened, what_was
from mailbot.model.decision import Arrival, Event, EventKind
from mailbot.model.entry import Entry, EntryStatus, History
from mailbot.model.finding import Finding
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
    table = Table(arrival, history, works.links, pattern, year, at)
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
    left = lay_on_earlier(table, left)
    if rows or works.videos:
        left = [material for material in left if material.video is not None]  # a link beside them says nothing new
    for material in left:
        lay_alone(table, material)
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


def _lay_rows(table: Table, rows: Sequence[Told], fresh: Sequence[Material]) -> list[Material]:
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


def _lay_row(table: Table, entry: Entry | None, row: Row, material: Material | None, doubt: Finding | None) -> None:
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
    table.tell(what_happened(base, after, known=known), after, **(what_was(base, after) if known else {}))


def _give_way(table: Table, lone: Entry, number: str) -> None:
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
