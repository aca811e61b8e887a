"""Unit and recommender from what a form's labels say, and works that stand beside labels. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.form.labelled import Said
from mailbot.form.marks import NONE, Choice, choose, choose_in_columns
from mailbot.form.table import Work, link_of, title_of, who
from mailbot.form.values import is_blank, person, phone, written
from mailbot.model.document import Cell
from mailbot.model.form import FormRow
from mailbot.text.folding import key
from mailbot.text.labels import Label, unit_rank
from mailbot.text.phones import phones

_SEAL: Final = re.compile(r"\s*[(（](?:盖章|公章|加盖公章|单位盖章|章|签章|盖公章)[)）]\s*$")
CALLS: Final = frozenset({Label.CONTACT, Label.PHONE, Label.CONTACT_PHONE})
_WORK: Final = frozenset({Label.TITLE, Label.THEMES, Label.THEME, Label.LINK, Label.CODE}) | CALLS


@dataclass(frozen=True, slots=True)
class Heads:
    """The form's own fields.

    Attributes:
        unit, recommender: as in `Form`.
        contact, phone: of the form as a whole.
        shared: they belong to rows that name nobody.
        doubts: fields that a person must confirm.
        own_units: works have units of their own.
    """

    unit: str
    recommender: str
    contact: str = ""
    phone: str = ""
    shared: bool = False
    doubts: tuple[str, ...] = ()
    own_units: bool = False


def heads_of(said: Sequence[Said], works: Sequence[Work]) -> Heads:
    """The form's own fields from its labels and, where the table has a column of units, from that."""
    unit, sure = _unit(said, works)
    recommender, contact, number = _recommender(said)
    nobody = bool(works) and not any(work.row.contact or work.row.phone for work in works)
    shared = nobody and not recommender and bool(contact or number)
    if not recommender and not shared:
        recommender = " ".join(filter(None, (contact, number)))
    doubts = () if sure else ("unit",)
    return Heads(
        unit,
        recommender,
        person(contact),
        phone(number) or phone(contact),
        shared,
        doubts,
        own_units=any(work.unit for work in works),
    )


def _unit(said: Sequence[Said], works: Sequence[Work]) -> tuple[str, bool]:
    named = [(unit_rank(one.name), _value(one)) for one in said if one.label is Label.UNIT]
    filled = [(rank, text) for rank, text in named if text]
    if filled:
        best = min(rank for rank, _ in filled)
        texts = list(dict.fromkeys(text for rank, text in filled if rank == best))
        return texts[0], len({key(text) for text in texts}) == 1
    units = {key(work.unit): work.unit for work in works}
    return (works[0].unit if len(units) == 1 else ""), True


def _value(said: Said) -> str:
    text = next((cell.text for cell in said.values if not is_blank(cell.text)), "")
    return written(_SEAL.sub("", written(text)))


def _recommender(said: Sequence[Said]) -> tuple[str, str, str]:
    """The recommender's text; contact and phone that stand beside the unit, before any work."""
    whole, contact, number, name = "", "", "", ""
    of_form = _calls_of_form(said)
    titled = any(one.label is Label.TITLE for one in said)
    for place, one in enumerate(said):
        text = " ".join(filter(None, (written(cell.text) for cell in one.values)))
        if one.label is Label.RECOMMENDER:
            whole, name = _told_again(whole, name, one.name, text)
        elif one.label in CALLS and (place in of_form or not titled):
            if whole and not phones(whole):
                whole = _with(whole, text)
            elif not whole:
                contact, number = _placed(one.label, text, contact, number)
    return whole, contact, number


def _told_again(whole: str, name: str, again: str, text: str) -> tuple[str, str]:
    """The recommender's text and its label's name, told once more: another label with a phone of its own is not it."""
    if not (phones(whole) and phones(text)) or key(name) == key(again):
        return _with(whole, text), name or again
    return (text, again) if "推荐" in key(again) and "推荐" not in key(name) else (whole, name)


def _with(whole: str, text: str) -> str:
    return whole if not text or text in whole else f"{whole} {text}".strip()


def _placed(label: Label, text: str, contact: str, number: str) -> tuple[str, str]:
    if label is Label.PHONE:
        return contact, number or text
    return contact or text, number


# --- works beside labels ---


@dataclass(slots=True)
class _Draft:
    """The cells of one work's labels, by label; `ticks` by theme."""

    cells: dict[Label, list[Cell]] = field(default_factory=dict)
    ticks: dict[str, list[Cell]] = field(default_factory=dict)

    def themes(self) -> str:
        """The themes' cells, those of one row beside one another: a name, and its mark in the next cell."""
        rows: dict[int, list[str]] = {}
        for cell in self.cells.get(Label.THEMES, []):
            rows.setdefault(cell.row, []).append(cell.text)
        return "\n".join(" ".join(texts) for texts in rows.values())

    def texts(self, label: Label) -> str:
        return "\n".join(cell.text for cell in self.cells.get(label, []))


def labelled_works(said: Sequence[Said], themes: tuple[str, ...]) -> list[Work]:
    """The works of tables and paragraphs with the labels at the left."""
    drafts = [one for group in _groups(said) for one in _drafts(group)]
    rows = [_row(draft) for draft in drafts]
    real = [number for number, row in enumerate(rows) if row.title or row.link]
    texts = [draft.themes() for draft in drafts]
    blank = [texts[number] for number in range(len(drafts)) if number not in set(real)]
    chosen = choose([texts[number] for number in real], blank, themes)
    works = []
    for number, choice in zip(real, chosen, strict=True):
        ticks = _ticks(drafts[number], themes)
        works.append(Work(rows[number], ticks if choice is NONE and ticks else choice))
    return works


def _groups(said: Sequence[Said]) -> list[list[Said]]:
    """What belongs to one work: from its title's label to the next; what stands beside the unit is the form's."""
    if not any(one.label is Label.TITLE for one in said):
        return []
    of_form = _calls_of_form(said)
    owned = [one for number, one in enumerate(said) if one.label in _WORK and number not in of_form]
    again = _parted(owned, owned[0].label)
    return again if all(_is_one_work(group) for group in again) else _parted(owned, Label.TITLE)


def _parted(said: Sequence[Said], first: Label) -> list[list[Said]]:
    """Groups that each begin with a label; what stands before the first belongs to it."""
    groups: list[list[Said]] = [[]]
    for one in said:
        if one.label is first and any(other.label is first for other in groups[-1]):
            groups.append([])
        groups[-1].append(one)
    return groups


def _is_one_work(group: Sequence[Said]) -> bool:
    labels = [one.label for one in group if one.label is not Label.THEME]
    return Label.TITLE in labels and len(set(labels)) == len(labels)


def _calls_of_form(said: Sequence[Said]) -> frozenset[int]:
    """Which contacts and phones stand beside the unit and are the form's, not a work's.

    Where there are as many of a label as of titles, and the recommender is named already, each work has its own.
    """
    found: set[int] = set()
    at_unit = named = False
    titles = sum(one.label is Label.TITLE for one in said)
    for number, one in enumerate(said):
        of_works = named and sum(other.label is one.label for other in said) == titles
        if at_unit and one.label in CALLS and not of_works:
            found.add(number)
        calls = one.label is Label.RECOMMENDER or (at_unit and one.label is Label.CONTACT_PHONE)
        named = named or (calls and any(phones(cell.text) for cell in one.values))
        at_unit = one.label in {Label.UNIT, Label.RECOMMENDER} or (at_unit and one.label in CALLS | {Label.OTHER})
    return frozenset(found)


def _drafts(group: Sequence[Said]) -> list[_Draft]:
    """One work; or several side by side, where the title's label has several values."""
    titles = [cell for one in group if one.label is Label.TITLE for cell in one.values if not is_blank(cell.text)]
    columns = [cell.column for cell in titles if cell.column >= 0] if len(titles) > 1 else []
    if not columns:
        return [_draft(group, None)]
    return [_draft(group, column) for column in columns]


def _draft(group: Sequence[Said], column: int | None) -> _Draft:
    draft = _Draft()
    for one in group:
        cells = [cell for cell in one.values if column is None or cell.column == column]
        if one.label is Label.THEME:
            draft.ticks.setdefault(one.name, []).extend(cells)
        else:
            draft.cells.setdefault(one.label, []).extend(cells)
    return draft


def _row(draft: _Draft) -> FormRow:
    links = [(cell.text, cell.link) for cell in draft.cells.get(Label.LINK, [])]
    contact, number, doubts = who(
        draft.texts(Label.CONTACT), draft.texts(Label.PHONE), draft.texts(Label.CONTACT_PHONE)
    )
    return FormRow(
        title=title_of(draft.texts(Label.TITLE)),
        link=link_of(links, [draft.texts(Label.CODE)]),
        contact=contact,
        phone=number,
        doubts=doubts,
    )


def _ticks(draft: _Draft, themes: tuple[str, ...]) -> Choice | None:
    if not draft.ticks:
        return None
    return choose_in_columns([{theme: [cell.text for cell in cells] for theme, cells in draft.ticks.items()}], themes)[
        0
    ]
