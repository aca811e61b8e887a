"""Which earlier entry a row tells again: under its title, or under a mended one.

A title that was mended must not begin a second work, and a second work of a series must not overwrite the first. So a
row goes on under another title only where the two titles hardly differ, or the sender says that something was
corrected, and only where exactly one row and one entry can be meant.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from mailbot.check.intent import corrects
from mailbot.check.meant import names_entry
from mailbot.check.rows import KEY_LENGTH, WorkRow
from mailbot.model.entry import OPEN, Entry, EntryStatus, Field
from mailbot.model.mail import Mail
from mailbot.model.works import VideoFile
from mailbot.text.folding import bare
from mailbot.text.units import short_unit

MENDED: Final = 70
"""rapidfuzz ratio of two bare titles from which they may be one title, mended."""
UNIT_MENDED: Final = 85
"""rapidfuzz ratio of two short names of units from which they may be one, mended."""
ORDINAL: Final = re.compile(r"[0-9a-z一二三四五六七八九十百上中下前后终甲乙丙丁第集篇部期章季回话辑版]*")
"""By which the works of a series differ."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An open entry of the sender with what it is compared by: bare titles, bare and short unit."""

    entry: Entry
    titles: frozenset[str]
    told: str
    unit: str
    short: str
    unit_is_set: bool


Fits = Callable[[WorkRow, _Known], bool]


def identify(
    rows: Sequence[WorkRow],
    entries: Sequence[Entry],
    videos: Sequence[VideoFile],
    mail: Mail,
    thread: Collection[str] = (),
) -> list[Entry | None]:
    """For each row the sender's open entry that it tells again; None where it begins a work.

    Args:
        rows: of the mail's forms.
        entries: of its sender, oldest first.
        videos: that the mail brings.
        mail: itself; it may say that something was corrected.
        thread: numbers that the letters which it answers speak of.
    """
    known = [_known(entry) for entry in entries if entry.status in OPEN and entry.has_row]
    found = _by_title(rows, known)
    held = {entry.video.part.sha256 for entry in entries if entry.video}
    fresh = any(video.part.sha256 not in held for video in videos)
    sent_again = {video.part.sha256 for video in videos} & held
    says_so = corrects(mail)
    short = {row.unit: short_unit(row.unit) for row in rows}

    def unit_mended(row: WorkRow, one: _Known) -> bool:
        mended = says_so or one.entry.number in thread or _same_unit(short[row.unit], one.short)
        return mended and row.key in one.titles

    found = _matched(rows, known, found, unit_mended)
    if says_so:
        named = {one.entry.number for one in known if names_entry(mail, one.entry)}
        found = _matched(rows, known, found, lambda row, one: one.entry.number in named and _unit_fits(row, one))
        found = _matched(rows, known, found, lambda row, one: _unit_fits(row, one) and _near_enough(row, one))
        return _matched(rows, known, found, _unit_fits)
    return _matched(
        rows,
        known,
        found,
        lambda row, one: _unit_fits(row, one) and _mended(row, one, fresh=fresh, sent_again=sent_again),
    )


def _known(entry: Entry) -> _Known:
    title, told = (bare(text)[:KEY_LENGTH] for text in (entry.title, entry.told_title))
    return _Known(
        entry,
        frozenset({title, told} - {""}),
        told or title,
        bare(entry.unit),
        short_unit(entry.unit),
        Field.UNIT in entry.set_by_person,
    )


def _same_unit(left: str, right: str) -> bool:
    """Whether two short names are one unit's, written shorter or with a slip."""
    return left == right or (fuzz.ratio(left, right) >= UNIT_MENDED and not _of_a_series(left, right))


def _unit_fits(row: WorkRow, one: _Known) -> bool:
    return one.unit_is_set or not one.unit or not row.unit_key or one.unit == row.unit_key


def _by_title(rows: Sequence[WorkRow], known: Sequence[_Known]) -> list[Entry | None]:
    """The newest entry of a row's title and unit; where a form tells one title several times, each row its own."""
    titled: dict[str, list[_Known]] = {}
    for one in known:
        for title in one.titles:
            titled.setdefault(title, []).append(one)
    times = Counter((row.key, row.unit_key) for row in rows)
    seen: Counter[tuple[str, str]] = Counter()
    found: list[Entry | None] = []
    for row in rows:
        fitting = [one.entry for one in titled.get(row.key, ()) if _unit_fits(row, one)]
        same = (row.key, row.unit_key)
        place = seen[same] if 1 < times[same] <= len(fitting) else -1
        found.append(fitting[place] if fitting else None)
        seen[same] += 1
    return found


def _matched(
    rows: Sequence[WorkRow], known: Sequence[_Known], found: Sequence[Entry | None], fits: Fits
) -> list[Entry | None]:
    """What was found, and besides each pair of a row and an entry that fit no other."""
    taken = {entry.number for entry in found if entry is not None}
    free = [one for one in known if one.entry.number not in taken]
    choices = {
        index: [one.entry for one in free if fits(rows[index], one)]
        for index, entry in enumerate(found)
        if entry is None
    }
    wanted = Counter(entry.number for fitting in choices.values() for entry in fitting)
    pairs = {
        index: fitting[0] for index, fitting in choices.items() if len(fitting) == 1 and wanted[fitting[0].number] == 1
    }
    return [pairs.get(index, entry) for index, entry in enumerate(found)]


def _mended(row: WorkRow, one: _Known, *, fresh: bool, sent_again: set[str]) -> bool:
    """Whether a row is an entry's own under a mended title, though its sender does not say so.

    A new film beside a title that is nearly the same is a new work, unless the entry waits to be mended; the same film
    under another theme is a question for a person.
    """
    entry = one.entry
    if fresh and entry.status not in {EntryStatus.INCOMPLETE, EntryStatus.REJECTED}:
        return False
    same_film = entry.video is not None and entry.video.part.sha256 in sent_again
    if same_film and row.row.themes and not set(row.row.themes) & set(entry.themes):
        return False
    return _near_enough(row, one)


def _near_enough(row: WorkRow, one: _Known) -> bool:
    if not one.told or not row.key:
        return _same_person(row, one.entry)
    return bool(fuzz.ratio(row.key, one.told, score_cutoff=MENDED)) and not _of_a_series(row.key, one.told)


def _same_person(row: WorkRow, entry: Entry) -> bool:
    """Whether a row without a title, or the one that brings it at last, has the entry's contact and phone."""
    pairs = (row.row.contact, entry.contact), (row.row.phone, entry.phone)
    return any(new for new, _ in pairs) and all(new == old for new, old in pairs if new and old)


def _of_a_series(one: str, other: str) -> bool:
    """Whether two titles differ by numbers and parts alone: 上 and 下, 第一集 and 第二集."""
    return all(
        ORDINAL.fullmatch(one[piece.src_start : piece.src_end])
        and ORDINAL.fullmatch(other[piece.dest_start : piece.dest_end])
        for piece in Indel.opcodes(one, other)
        if piece.tag != "equal"
    )
