"""What no row of a mail took, given to works that earlier mails began: by name, else to who waits."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.check.allocate import Claim, allocate
from mailbot.check.changes import Changes
from mailbot.check.match import match, telling_name
from mailbot.check.materials import Material
from mailbot.check.meant import names_entry
from mailbot.check.titles import is_generic
from mailbot.model.decision import EventKind
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import Code, Finding


def complete_earlier(changes: Changes, materials: Sequence[Material]) -> list[Material]:
    """Give what can be given; returns what is left."""

    def waiting() -> list[Entry]:
        return [entry for entry in changes.open_entries() if entry.has_row and entry.number not in changes.made]

    left = _give_named(changes, list(materials))
    left = _give_links_by_name(changes, waiting(), left)
    left = _offer(changes, waiting(), left, by_name_only=True)
    left = _offer(changes, [entry for entry in waiting() if entry.video is None], left)
    faulty = [entry for entry in waiting() if entry.video and entry.status is EntryStatus.REJECTED]
    left = _offer(changes, faulty, left, heed_names=True)
    left = _offer_links(changes, [entry for entry in waiting() if not (entry.video or entry.link)], left)
    return _replace_in_thread(changes, left)


def _give_named(changes: Changes, materials: list[Material]) -> list[Material]:
    """The one video, or else link, of a mail that names one entry by its number is that entry's."""
    mail = changes.arrival.mail
    videos = [material for material in materials if material.video is not None] or materials
    if len(videos) != 1:
        return materials
    named = [entry for entry in changes.open_entries() if entry.has_row and names_entry(mail, entry)]
    if len(named) != 1 or named[0].number in changes.made:
        return materials
    changes.give(named[0], videos[0])
    return [material for material in materials if material is not videos[0]]


def _give_links_by_name(changes: Changes, entries: Sequence[Entry], materials: list[Material]) -> list[Material]:
    """A link beside a work's title is that work's: a person fetches it; the film in hand stays until then."""
    claims = {Claim(entry.title, entry.unit): entry for entry in entries}
    links = [material for material in materials if material.video is None]
    given = match(list(claims), links, by_name_only=True).pairs
    for claim, link in given:
        changes.give(claims[claim], link)
    taken = [link for _, link in given]
    return [material for material in materials if material not in taken]


def _replace_in_thread(changes: Changes, materials: list[Material]) -> list[Material]:
    """A nameless video in answer to a letter about one work is its new one; about several, a person must say whose."""
    entries = [entry for entry in changes.open_entries() if entry.has_row and entry.number in changes.history.thread]
    links = [material for material in materials if material.video is None]
    if len(entries) == len(links) == len(materials) == 1 and entries[0].number not in changes.made:
        changes.give(entries[0], links[0])
        return []
    films = [material for material in materials if material.video and is_generic(telling_name(material))]
    if not entries or not films or any(entry.number in changes.made for entry in entries):
        return materials
    if len(entries) == 1 and len(films) == 1:
        changes.give(entries[0], films[0])
    else:
        _doubt_each(changes, films, entries)
    return [material for material in materials if material not in films]


def _offer(
    changes: Changes,
    entries: Sequence[Entry],
    materials: list[Material],
    *,
    by_name_only: bool = False,
    heed_names: bool = False,
) -> list[Material]:
    claims = [Claim(entry.title, entry.unit, entry) for entry in entries]
    videos = [material for material in materials if material.video is not None]
    pairing = match(claims, videos, by_name_only=by_name_only, heed_names=heed_names)
    for claim, video in pairing.pairs:
        if claim.entry is not None:
            changes.give(claim.entry, video)
    _doubt_each(changes, pairing.contested, [claim.entry for claim in pairing.uncertain if claim.entry])
    taken = {*(video for _, video in pairing.pairs), *pairing.contested}
    return [material for material in materials if material not in taken]


def _doubt_each(changes: Changes, films: Sequence[Material], entries: Sequence[Entry]) -> None:
    """Films that may be any of these entries': each is entered alone, for a person."""
    candidates = "、".join(entry.number for entry in entries)
    for film in films:
        changes.enter_alone(film, Finding(Code.ROW_MATCH_UNCERTAIN, {"candidates": candidates}))


def _offer_links(changes: Changes, entries: Sequence[Entry], materials: list[Material]) -> list[Material]:
    """Give links to entries that have neither video nor link; where it is not clear whose each is, they say so."""
    links = [material for material in materials if material.video is None]
    claims = {Claim(entry.title, entry.unit): entry for entry in entries}
    allocation = allocate(list(claims), links)
    for claim, entry in claims.items():
        chosen, found = allocation.given.get(claim), allocation.doubts.get(claim)
        if chosen is not None:
            changes.give(entry, chosen)
        elif found is not None:
            current = changes.current(entry)
            changes.put(replace(current, notes=(*current.notes, found)), EventKind.CORRECTED)
    return [material for material in materials if material not in links or material in allocation.left]
