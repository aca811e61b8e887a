"""Records of works become rows, each field read by one rule, whatever the layout. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailbot.form.choices import NONE, Choice, choose, choose_in_columns
from mailbot.form.records import Record
from mailbot.model.campaign_form import FormField
from mailbot.model.document import STRUCK_OPEN
from mailbot.model.form import FormRow
from mailbot.text.folding import key
from mailbot.text.labels import Label, Vocabulary
from mailbot.text.phones import phones
from mailbot.text.values import address, is_blank, of_kind, person, phone, written

_DITTO: Final = frozenset(
    map(key, ("同上", "〃", "″", "”", '"', "〞", "同前", "上同", "ditto", "asabove", "sameasabove"))
)


def works_of(records: Sequence[Record], vocabulary: Vocabulary) -> list[FormRow]:
    """The works of a table or of a set of cards; records that were left blank tell how the form looked before."""
    drafts = [_draft(record) for record in records]
    filled = [
        # a card's labels stand there whether it is filled in or not, and whom to call may be printed beside them
        bool(row.title or row.link or (record.row >= 0 and (row.contact or row.phone or row.extra)))
        for row, record in zip(drafts, records, strict=True)
    ]
    choices = _choices(records, filled, vocabulary.themes)
    works: list[FormRow] = []
    for row, record, choice, is_work in zip(drafts, records, choices, filled, strict=True):
        # ticks and nothing else are a work whose row was not filled in; a card's may be printed
        if is_work or (choice.themes and choice.marked and record.row >= 0):
            doubts = (*row.doubts, *(["themes"] if choice.doubtful else []))
            chosen = replace(row, themes=choice.themes, doubts=doubts)
            works.append(_repeated(chosen, works[-1]) if works else chosen)
    return works


def _repeated(row: FormRow, above: FormRow) -> FormRow:
    """同上 means what stands above."""
    values = [(row.contact, above.contact), (row.phone, above.phone), (row.unit, above.unit)]
    contact, number, unit = (again if key(value) in _DITTO else value for value, again in values)
    extra = {name: above.extra.get(name, "") if key(value) in _DITTO else value for name, value in row.extra.items()}
    return replace(row, contact=contact, phone=number, unit=unit, extra=extra)


def _draft(record: Record) -> FormRow:
    """A record's fields but the choice."""
    if record.inherits:
        return FormRow()
    title = next((cell.text for cell in record.cells.get(Label.TITLE, ())), None)
    lost = title is None or (STRUCK_OPEN in title and is_blank(title))
    contact, number = _who(*(record.text(asked) for asked in (Label.CONTACT, Label.PHONE, Label.CONTACT_PHONE)))
    extra, unsure = _extra(record)
    return FormRow(
        title=written(record.text(Label.TITLE)),
        link=_link(record),
        contact=contact,
        phone=number,
        doubts=(*(["title"] if lost else []), *unsure),
        unit=next((unit for cell in record.filled(Label.UNIT) if (unit := written(cell.text))), ""),
        extra=extra,
    )


def _link(record: Record) -> str:
    """A link as written, with the extraction code of a field of its own behind it."""
    found = " ".join(filter(None, (address(cell.text, cell.link) for cell in record.cells.get(Label.LINK, ()))))
    code = " ".join(filter(None, (written(cell.text) for cell in record.filled(Label.CODE))))
    return f"{found} 提取码：{code}" if found and code and code not in found else found


def _who(contact: str, number: str, both: str) -> tuple[str, str]:
    """Contact and phone of a row, whichever cell each stands in: the contact's, the phone's or the shared field's."""
    name = person(contact) or person(both if phones(both) or not contact else "")
    calls = next((phone(text) for text in (number, both, contact) if phones(text)), "") or written(number)
    name = name or (person(number) if phones(number) else "")
    return name, calls


def _extra(record: Record) -> tuple[dict[str, str], list[str]]:
    """The fields without a role by their names, and those of them that are not what they should be."""
    values: dict[str, str] = {}
    unsure: list[str] = []
    for asked in (one for one in record.cells if isinstance(one, FormField)):
        text = written(record.text(asked))
        told = of_kind(asked.kind, text)
        values |= {asked.name: told or text} if text else {}
        unsure += [asked.name] if text and not told and key(text) not in _DITTO else []
    return values, unsure


# --- the choice ---


def _choices(records: Sequence[Record], filled: Sequence[bool], themes: tuple[str, ...]) -> list[Choice]:
    if not themes:
        return [NONE] * len(records)
    texts = [record.themes for record in records]
    own, blank = (
        [text for text, is_work in zip(texts, filled, strict=True) if is_work is one] for one in (True, False)
    )
    # rows with ticks and nothing else are read among themselves, so that they are not lost
    cells = {True: iter(choose(own, blank, themes)), False: iter(choose(blank, blank, themes))}
    columns = choose_in_columns([record.ticks for record in records], themes)
    found: list[Choice] = []
    for record, text, is_work, column in zip(records, texts, filled, columns, strict=True):
        told = next(cells[is_work])
        told = column if told == NONE else told
        if told == NONE and record.heading and Label.THEMES not in record.cells:
            told = Choice((record.heading,))
        found.append(found[-1] if key(text) in _DITTO and found else told)
    return found
