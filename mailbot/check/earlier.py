"""What no row of a mail took, given to works that earlier mails began: by name, else to who waits."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.check.assign import hand_out
from mailbot.check.gather import Material, Row
from mailbot.check.intent import names_entry
from mailbot.check.match import Wanted, match
from mailbot.check.names import is_generic
from mailbot.check.table import Table, complete, lay_alone
from mailbot.model.decision import EventKind
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.form import FormRow


def lay_on_earlier(table: Table, materials: Sequence[Material]) -> list[Material]:
    """Give what can be given; returns what is left."""

    def waiting() -> list[Entry]:
        return [entry for entry in table.open_entries() if entry.has_row and entry.number not in table.touched]

    left = _give_named(table, list(materials))
    left = _offer(table, waiting(), left, by_name_only=True)
    left = _offer(table, [entry for entry in waiting() if entry.video is None], left)
    faulty = [entry for entry in waiting() if entry.video and entry.status is EntryStatus.REJECTED]
    left = _offer(table, faulty, left, heed_names=True)
    left = _offer_links(table, [entry for entry in waiting() if not (entry.video or entry.link)], left)
    return _replace_in_thread(table, left)


def _give_named(table: Table, materials: list[Material]) -> list[Material]:
    """The one video of a mail that names one entry by its number is that entry's."""
    named = [entry for entry in table.open_entries() if entry.has_row and names_entry(table.arrival.mail, entry)]
    videos = [material for material in materials if material.video is not None]
    if len(named) != 1 or len(videos) != 1 or named[0].number in table.touched:
        return materials
    complete(table, named[0], videos[0])
    return [material for material in materials if material is not videos[0]]


def _replace_in_thread(table: Table, materials: list[Material]) -> list[Material]:
    """A nameless video in answer to a letter about one work is its new one; about several, a person must say whose."""
    entries = [entry for entry in table.open_entries() if entry.has_row and entry.number in table.history.thread]
    links = [material for material in materials if material.video is None]
    if len(entries) == len(links) == len(materials) == 1 and entries[0].number not in table.touched:
        complete(table, entries[0], links[0])  # a person fetches it; the film in hand stays until then
        return []
    films = [material for material in materials if material.video and is_generic(material.offered.telling(()))]
    if not entries or not films or any(entry.number in table.touched for entry in entries):
        return materials
    if len(entries) == 1 and len(films) == 1:
        complete(table, entries[0], films[0])
    else:
        candidates = "、".join(entry.number for entry in entries)
        for film in films:
            lay_alone(table, film, Finding(Code.ROW_MATCH_UNCERTAIN, {"candidates": candidates}))
    return [material for material in materials if material not in films]


def _offer(
    table: Table,
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
        complete(table, entries[index], videos[video])
    taken = [videos[video] for _, video in pairing.pairs]
    for index in pairing.contested:
        candidates = "、".join(entries[row].number for row in pairing.uncertain)
        lay_alone(table, videos[index], Finding(Code.ROW_MATCH_UNCERTAIN, {"candidates": candidates}))
        taken.append(videos[index])
    return [material for material in materials if material not in taken]


def _offer_links(table: Table, entries: Sequence[Entry], materials: list[Material]) -> list[Material]:
    """Give links to entries that have neither video nor link; where it is not clear whose each is, they say so."""
    links = [material for material in materials if material.link is not None and material.video is None]
    if not links or not entries:
        return materials
    rows = [(entry, Row(FormRow(entry.title), entry.unit)) for entry in entries]
    handed = hand_out(rows, links)
    for index, entry in enumerate(entries):
        chosen, found = handed.given.get(index), handed.doubts.get(index)
        if chosen is not None:
            complete(table, entry, links[chosen])
        elif found is not None:
            table.put(replace(table.current(entry), notes=(*entry.notes, found)))
            table.tell(EventKind.CORRECTED, entry)
    left = [links[index] for index in handed.left]
    return [material for material in materials if material not in links or material in left]
