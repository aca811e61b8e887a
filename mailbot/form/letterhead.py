"""The form's own fields: who sends it in, and whom to call about it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.form.header import LabelAnswer
from mailbot.form.records import calls_of_form
from mailbot.form.values import is_blank, person, phone, written
from mailbot.model.form import FormRow
from mailbot.text.folding import key
from mailbot.text.labels import CALLS, Label, unit_rank
from mailbot.text.phones import phones

_SEAL: Final = re.compile(r"\s{0,9}[(（](?:盖章|公章|加盖公章|单位盖章|章|签章|盖公章)[)）]\s*$")


@dataclass(frozen=True, slots=True)
class Letterhead:
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


def letterhead_of(answers: Sequence[LabelAnswer], works: Sequence[FormRow]) -> Letterhead:
    """The form's own fields from its labels and, where the table has a column of units, from that."""
    unit, sure = _unit(answers, works)
    recommender, contact, number = _recommender(answers)
    nobody = bool(works) and not any(work.contact or work.phone for work in works)
    shared = nobody and not recommender and bool(contact or number)
    if not recommender and not shared:
        recommender = " ".join(filter(None, (contact, number)))
    return Letterhead(
        unit,
        recommender,
        person(contact),
        phone(number) or phone(contact),
        shared,
        () if sure else ("unit",),
        own_units=any(work.unit for work in works),
    )


def _unit(answers: Sequence[LabelAnswer], works: Sequence[FormRow]) -> tuple[str, bool]:
    named = [(unit_rank(one.name), _value(one)) for one in answers if one.asked is Label.UNIT]
    filled = [(rank, text) for rank, text in named if text]
    if filled:
        best = min(rank for rank, _ in filled)
        texts = [text for rank, text in filled if rank == best]
        return texts[0], len({key(text) for text in texts}) == 1
    return (works[0].unit if len({key(work.unit) for work in works}) == 1 else ""), True


def _value(answer: LabelAnswer) -> str:
    text = next((cell.text for cell in answer.cells if not is_blank(cell.text)), "")
    return written(_SEAL.sub("", written(text)))


def _recommender(answers: Sequence[LabelAnswer]) -> tuple[str, str, str]:
    """The recommender's text; contact and phone that stand beside the unit, before any work."""
    whole, contact, number, name = "", "", "", ""
    of_form = calls_of_form(answers)
    titled = any(one.asked is Label.TITLE for one in answers)
    for place, one in enumerate(answers):
        text = " ".join(filter(None, (written(cell.text) for cell in one.cells)))
        if one.asked is Label.RECOMMENDER:
            whole, name = _told_again(whole, name, one.name, text)
        elif one.asked in CALLS and (place in of_form or not titled):
            if whole and not phones(whole):
                whole = _with(whole, text)
            elif not whole and one.asked is Label.PHONE:
                number = number or text
            elif not whole:
                contact = contact or text
    return whole, contact, number


def _told_again(whole: str, name: str, again: str, text: str) -> tuple[str, str]:
    """The recommender's text and its label's name, told once more: another label with a phone of its own is not it."""
    if not (phones(whole) and phones(text)) or key(name) == key(again):
        return _with(whole, text), name or again
    return (text, again) if "推荐" in key(again) and "推荐" not in key(name) else (whole, name)


def _with(whole: str, text: str) -> str:
    return whole if not text or text in whole else f"{whole} {text}".strip()
