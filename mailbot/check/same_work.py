"""One work that comes by two routes: from its maker, and from the bureau that recommends it."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.model.entry import Entry, WorkElsewhere
from mailbot.model.finding import Code, Finding
from mailbot.text.folding import bare
from mailbot.text.units import short_unit


def told_elsewhere(entry: Entry, others: Sequence[WorkElsewhere]) -> Entry:
    """The entry with a note for the first other address's entry of the same unit and title.

    Without a unit two works of one title are nothing strange.
    """
    if not entry.has_row or not entry.title or not entry.unit:
        return entry
    title, unit = bare(entry.title), short_unit(entry.unit)
    titled = (other for other in others if other.sender != entry.sender and bare(other.title) == title)
    same = next((other for other in titled if short_unit(other.unit) == unit), None)
    if same is None:
        return entry
    note = Finding(Code.ENTRY_TWICE, {"number": same.number, "same_sender": False})
    return replace(entry, notes=(*(known for known in entry.notes if known.code is not note.code), note))
