"""The form of its labels and its works: who sends it in, and whom to call about it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailbot.form.answers import LabelAnswer, calls_of_form
from mailbot.model.form import Form, FormRow
from mailbot.text.folding import key
from mailbot.text.labels import CALLS, Label, unit_rank
from mailbot.text.phones import phones
from mailbot.text.values import is_blank, person, phone, written

_SEAL: Final = re.compile(r"\s{0,9}[(（](?:盖章|公章|加盖公章|单位盖章|章|签章|盖公章)[)）]\s*$")

_UNKNOWN: Final = re.compile(r"[\ufffd\ue000-\uf8ff]")
"""A letter of whose looks only its font, or nobody, knows."""


def form_of(answers: Sequence[LabelAnswer], works: Sequence[FormRow], *, scanned: bool) -> Form:
    """The form: its own fields, of its labels and, where the table has a column of units, of that; its works."""
    unit, sure = _unit(answers, works)
    recommender, contact, number = _recommender(answers)
    rows = list(works)
    if not recommender and (contact or number):
        if works and not any(work.contact or work.phone for work in works):
            # whom to call about every work
            who, calls = person(contact), phone(number) or phone(contact)
            rows = [replace(work, contact=who, phone=calls) for work in works]
        else:
            recommender = " ".join(filter(None, (contact, number)))
    own_units = any(work.unit for work in works)
    settled = (_settled(row, unit, own_units=own_units, scanned=scanned) for row in rows)
    return Form(unit, recommender, tuple(settled), scanned, () if sure else ("unit",))


def _settled(row: FormRow, unit: str, *, own_units: bool, scanned: bool) -> FormRow:
    """A row of a form whose unit is known; `own_units`: its works have units of their own."""
    # a column of units that this row leaves blank: nobody's word says whose work it is
    lost = own_units and not row.unit and not unit
    # a scan's phone that is none was not read right: half a number is no number
    misread = scanned and bool(row.phone) and not phones(row.phone)
    unknown = [name for name in ("title", "contact") if _UNKNOWN.search(getattr(row, name))]
    doubts = (*row.doubts, *(["unit"] if lost else []), *(["phone"] if misread else []), *unknown)
    own = row.unit if key(row.unit) != key(unit) else ""
    return replace(row, unit=own, phone="" if misread else row.phone, doubts=doubts)


def _unit(answers: Sequence[LabelAnswer], works: Sequence[FormRow]) -> tuple[str, bool]:
    named = [(unit_rank(one.name), text) for one in answers if one.asked is Label.UNIT and (text := _value(one))]
    if not named:
        return (works[0].unit if len({key(work.unit) for work in works}) == 1 else ""), True
    texts = [text for rank, text in named if rank == min(named)[0]]
    return texts[0], len(set(map(key, texts))) == 1


def _value(answer: LabelAnswer) -> str:
    text = next((cell.text for cell in answer.cells if not is_blank(cell.text)), "")
    return written(_SEAL.sub("", written(text)))


def _recommender(answers: Sequence[LabelAnswer]) -> tuple[str, str, str]:
    """The recommender's text; contact and phone that stand beside the unit, before any work."""
    whole, name, told = "", "", {True: "", False: ""}
    of_form = calls_of_form(answers)
    titled = any(one.asked is Label.TITLE for one in answers)
    for place, one in enumerate(answers):
        text = " ".join(filter(None, (written(cell.text) for cell in one.cells)))
        if one.asked is Label.RECOMMENDER:
            if not (phones(whole) and phones(text)) or key(name) == key(one.name):
                whole, name = _with(whole, text), name or one.name
            elif "推荐" in key(one.name) and "推荐" not in key(name):
                whole, name = text, one.name  # another label with a phone of its own is not it
        elif one.asked in CALLS and (place in of_form or not titled):
            number = one.asked is Label.PHONE
            told[number] = told[number] or ("" if whole else text)
            whole = _with(whole, text) if whole and not phones(whole) else whole
    return whole, told[False], told[True]


def _with(whole: str, text: str) -> str:
    return whole if not text or text in whole else f"{whole} {text}".strip()
