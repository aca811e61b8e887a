"""Which earlier entry a row tells again: under its title, or under a mended one.

A title that was mended must not begin a second work, and a second work of a series must not overwrite the first. So a
row goes on under another title only where the two titles hardly differ, or the sender says that something was
corrected, and only where exactly one row and one entry can be meant.
"""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz import fuzz

from mailbot.check.gather import Row, same_unit
from mailbot.check.intent import corrects, names_entry
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

Fits = Callable[[Row, Entry], bool]


def told_again(
    rows: Sequence[Row],
    entries: Sequence[Entry],
    videos: Sequence[VideoFile],
    mail: Mail,
    thread: frozenset[str] = frozenset(),
) -> list[Entry | None]:
    """For each row the sender's open entry that it tells again; None where it begins a work.

    Args:
        rows: of the mail's forms.
        entries: of its sender, oldest first.
        videos: that the mail brings.
        mail: itself; it may say that something was corrected.
        thread: numbers that the letters which it answers speak of.
    """
    found = [_by_title(row, entries) for row in rows]
    held = {entry.video.part.sha256 for entry in entries if entry.video}
    fresh = any(video.part.sha256 not in held for video in videos)
    sent_again = {video.part.sha256 for video in videos} & held
    says_so = corrects(mail)

    def unit_mended(row: Row, entry: Entry) -> bool:
        known = says_so or entry.number in thread or _units_alike(row.unit, entry.unit)
        return known and bool(row.key) and row.key in {bare(entry.title), bare(entry.told_title)}

    found = _matched(rows, entries, found, unit_mended)
    if says_so:
        found = _matched(rows, entries, found, _with_unit(lambda _row, entry: names_entry(mail, entry)))
        found = _matched(rows, entries, found, _with_unit(_near_enough))
        return _matched(rows, entries, found, _with_unit(lambda _row, _entry: True))
    return _matched(
        rows,
        entries,
        found,
        _with_unit(lambda row, entry: _mended(row, entry, fresh=fresh, sent_again=sent_again)),
    )


def _with_unit(fits: Fits) -> Fits:
    return lambda row, entry: _unit_fits(row, entry) and fits(row, entry)


def _units_alike(one: str, other: str) -> bool:
    """Whether two names are one unit's, written shorter or with a slip."""
    left, right = short_unit(one), short_unit(other)
    return left == right or (fuzz.ratio(left, right) >= UNIT_MENDED and not _of_a_series(left, right))


def _by_title(row: Row, entries: Sequence[Entry]) -> Entry | None:
    for entry in reversed(entries):
        titles = {bare(entry.title), bare(entry.told_title)} - {""}
        if entry.status in OPEN and entry.has_row and row.key in titles and _unit_fits(row, entry):
            return entry
    return None


def _unit_fits(row: Row, entry: Entry) -> bool:
    return Field.UNIT in entry.set_by_person or same_unit(entry.unit, row.unit)


def _matched(
    rows: Sequence[Row], entries: Sequence[Entry], found: Sequence[Entry | None], fits: Fits
) -> list[Entry | None]:
    """What was found, and besides each pair of a row and an entry that fit no other."""
    taken = {entry.number for entry in found if entry is not None}
    free = [entry for entry in entries if entry.status in OPEN and entry.has_row and entry.number not in taken]
    open_rows = [index for index, entry in enumerate(found) if entry is None]
    choices = {index: [entry for entry in free if fits(rows[index], entry)] for index in open_rows}
    wanted = [entry.number for fitting in choices.values() for entry in fitting]
    pairs = {
        index: fitting[0]
        for index, fitting in choices.items()
        if len(fitting) == 1 and wanted.count(fitting[0].number) == 1
    }
    return [pairs.get(index, entry) for index, entry in enumerate(found)]


def _mended(row: Row, entry: Entry, *, fresh: bool, sent_again: set[str]) -> bool:
    """Whether a row is an entry's own under a mended title, though its sender does not say so.

    A new film beside a title that is nearly the same is a new work, unless the entry waits to be mended; the same film
    under another theme is a question for a person.
    """
    if fresh and entry.status not in {EntryStatus.INCOMPLETE, EntryStatus.REJECTED}:
        return False
    same_film = entry.video is not None and entry.video.part.sha256 in sent_again
    if same_film and row.row.themes and not set(row.row.themes) & set(entry.themes):
        return False
    return _near_enough(row, entry)


def _near_enough(row: Row, entry: Entry) -> bool:
    old = bare(entry.told_title or entry.title)
    if not old or not row.key:
        return _same_person(row, entry)
    return fuzz.ratio(row.key, old) >= MENDED and not _of_a_series(row.key, old)


def _same_person(row: Row, entry: Entry) -> bool:
    """Whether a row without a title, or the one that brings it at last, has the entry's contact and phone."""
    told, known = (row.row.contact, row.row.phone), (entry.contact, entry.phone)
    return any(told) and all(new == old for new, old in zip(told, known, strict=True) if new and old)


def _of_a_series(one: str, other: str) -> bool:
    """Whether two titles differ by numbers and parts alone: 上 and 下, 第一集 and 第二集."""
    pieces = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return all(
        ORDINAL.fullmatch(one[start:end]) and ORDINAL.fullmatch(other[first:last])
        for kind, start, end, first, last in pieces
        if kind != "equal"
    )
