"""One work that comes by two routes: from its maker, and from the bureau that recommends it."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.model.entry import Entry, Namesake
from mailbot.model.finding import Code, Finding
from mailbot.text.folding import bare
from mailbot.text.units import short_unit


def told_elsewhere(entry: Entry, others: Sequence[Namesake]) -> Entry:
    """The entry with a note for the first other address's entry of the same unit and title.

    Without a unit two works of one title are nothing strange.
    """
    if not entry.has_row or not entry.title or not entry.unit:
        return entry
    same = next((other for other in others if _same(entry, other)), None)
    if same is None:
        return entry
    note = Finding(Code.ENTRY_TWICE, {"number": same.number, "same_sender": False})
    return replace(entry, notes=(*(known for known in entry.notes if known.code is not note.code), note))


def _same(entry: Entry, other: Namesake) -> bool:
    return (
        other.sender != entry.sender
        and bare(other.title) == bare(entry.title)
        and short_unit(other.unit) == short_unit(entry.unit)
    )
