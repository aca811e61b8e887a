"""Rows, videos and links of a mail, merged with what earlier mails of the same sender began.

A row that is known by its title corrects its entry; a video that was sent alone meets its row; a row that waits
meets its video; a rejected work sent again, mended, goes on under its number. What is not clear is not guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.check.allocate import Claim, allocate
from mailbot.check.changes import Changes, EntryChange, give, what_happened, what_was
from mailbot.check.complete import complete_earlier
from mailbot.check.identify import identify
from mailbot.check.materials import Material, lone_materials, new_links, new_videos
from mailbot.check.rows import WorkRow, confirm, fill, is_scan_of, rows_of
from mailbot.model.decision import Arrival
from mailbot.model.entry import Entry, History
from mailbot.model.finding import Finding
from mailbot.model.works import Works
from mailbot.text.links import has_address


@dataclass(frozen=True, slots=True)
class Merged:
    """What a mail makes of its sender's entries, not yet judged.

    Attributes:
        changes: of new and touched entries, in the mail's order.
        resent: entries whose very video came again.
        told: entries that a row of the mail tells again.
        nameless: number of materials that found no row.
    """

    changes: tuple[EntryChange, ...] = ()
    resent: tuple[Entry, ...] = ()
    told: tuple[Entry, ...] = ()
    nameless: int = 0


def merge(arrival: Arrival, works: Works, history: History, pattern: str, year: int, at: datetime) -> Merged:
    """Merge a submission with the sender's history.

    Args:
        arrival: the mail.
        works: what it brought.
        history: of its sender.
        pattern: of entry numbers, with `year` and `seq`.
        year: for the numbers.
        at: when the mail counts as having come.
    """
    changes = Changes(arrival, history, works.links, pattern, year, at)
    rows = rows_of(works)
    known = identify(rows, history.entries, works.videos, arrival.mail, history.thread)
    videos = {video.part.sha256 for video in works.videos}
    links = {link.url for link in works.links}
    resent = tuple(
        entry
        for entry in changes.open_entries()
        if (entry.video and entry.video.part.sha256 in videos) or (entry.link and entry.link.url in links)
    )
    left = _new_materials(changes, works, rows, known, resent)
    if rows:
        left = _merge_rows(changes, rows, known, left)
    left = complete_earlier(changes, left)
    if rows:
        left = [material for material in left if material.video is not None]  # a link beside them says nothing new
    for material in left:
        changes.enter_alone(material)
    told = tuple(entry for entry in known if entry is not None)
    return Merged(tuple(changes.made.values()), resent, told, len(left))


def _new_materials(
    changes: Changes, works: Works, rows: Sequence[WorkRow], known: Sequence[Entry | None], resent: Sequence[Entry]
) -> list[Material]:
    """What this mail brings and its sender's entries do not hold already, unless a row of it tells another work."""
    told = {entry.number for entry in known if entry is not None}
    strangers = None in known
    held = {
        entry.video.part.sha256
        for entry in resent
        if entry.video and (entry.number in told or not strangers or not entry.has_row)
    }
    materials = list(new_videos(works, held))
    if not works.videos or rows:
        linked = {entry.link.url for entry in changes.open_entries() if entry.link}
        materials += new_links(works, [row.row.link for row in rows], linked)
    return materials


def _merge_rows(
    changes: Changes, rows: Sequence[WorkRow], known: Sequence[Entry | None], fresh: Sequence[Material]
) -> list[Material]:
    """Give every row of the mail its entry and, where it is clear, its video or link. Returns what no row took."""
    claims = {
        Claim(row.title, row.unit, entry, has_link=has_address(row.row.link)): row
        for row, entry in zip(rows, known, strict=True)
    }
    told = {entry.number for entry in known if entry is not None}
    allocation = allocate(list(claims), [*fresh, *lone_materials(changes.history.entries, told)])
    for claim, row in claims.items():
        _merge_row(changes, claim.entry, row, allocation.given.get(claim), allocation.doubts.get(claim))
    films = {material.video.part.sha256 for material in allocation.given.values() if material.video}
    left = [material for material in allocation.left if material.entry is None]
    return [material for material in left if not (material.video and material.video.part.sha256 in films)]


def _merge_row(
    changes: Changes, entry: Entry | None, row: WorkRow, material: Material | None, doubt: Finding | None
) -> None:
    lone = material.entry if material is not None else None
    if lone is not None and lone.number in changes.made:
        lone = None  # a link that several rows share: the first row went on under its number
    base = changes.current(entry) if entry else changes.current(lone) if lone else changes.begin()
    after = confirm(base, row) if is_scan_of(row, base) else fill(base, row, changes.links)
    if material is not None:
        after = give(after, material.video, material.link)
    if doubt is not None and after.video is None:
        after = replace(after, notes=(*(note for note in after.notes if note != doubt), doubt))
    if entry is not None and lone is not None:
        changes.give_way(lone, entry.number)
    if after != base:
        known = entry is not None or lone is not None
        changes.put(after, what_happened(base, after, known=known), **(what_was(base, after) if known else {}))
