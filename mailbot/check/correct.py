"""What follows from a mail whose words correct its sender's entries: what is clear is done, the rest is a person's."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mailbot.check.answer import answer_submission
from mailbot.check.extended import campaign_of_sender
from mailbot.check.intent import corrects
from mailbot.check.judge import judge
from mailbot.check.materials import link_of_cell
from mailbot.check.precedence import after_a_person
from mailbot.check.rules import clock_time, is_late, is_phone
from mailbot.check.told import attention, mail_findings
from mailbot.check.trust import is_suspect
from mailbot.model.campaign_form import FieldKind
from mailbot.model.decision import Arrival, Concern, Decision, Event, EventKind, FieldChange
from mailbot.model.entry import OPEN, Entry, Field, History, extra_field
from mailbot.model.mail import Link, Verdict
from mailbot.model.rules import Rules
from mailbot.model.works import Works
from mailbot.text.corrections import Correction, read_corrections
from mailbot.text.folding import bare, comparable
from mailbot.text.values import of_kind

OWN: Final = {
    FieldKind.TITLE: Field.TITLE,
    FieldKind.CHOICE: Field.THEMES,
    FieldKind.UNIT: Field.UNIT,
    FieldKind.RECOMMENDER: Field.RECOMMENDER,
    FieldKind.PERSON: Field.CONTACT,
    FieldKind.PHONE: Field.PHONE,
    FieldKind.LINK: Field.VIDEO,
}
"""Roles of the form, and what of an entry a person sets where they set it."""
SHARED: Final = frozenset({FieldKind.UNIT, FieldKind.RECOMMENDER, FieldKind.PERSON, FieldKind.PHONE})
"""Roles that are the sender's rather than one work's."""
SINGLE: Final = frozenset({FieldKind.TITLE, FieldKind.LINK})
"""Roles that no two works share."""
BETWEEN: Final = "、"


def correct(arrival: Arrival, works: Works, verdict: Verdict, history: History, rules: Rules) -> Decision | None:
    """The decision on a mail's corrections; None where it makes none that are clear, comes too late or is suspect.

    Nor where it brings a link that its words give to none of the entries: that is a work of its own.
    """
    at = clock_time(arrival, rules.campaign)
    campaign = campaign_of_sender(arrival.sender, rules.campaign, history.extensions)
    if is_late(at, campaign) or is_suspect(arrival.mail.authentication):
        return None
    entries = _meant(arrival, history)
    titles = [entry.title for entry in entries]
    said = read_corrections(arrival.mail.body_text, rules.form, history.letters, titles)
    says_so = corrects(arrival.mail)
    new = {link.url for link in works.links} - _urls(history.entries)
    if new and not (history.thread or all(one.anew for one in said.told)):
        return None
    before = {entry.number: entry for entry in entries}
    after, unclear = dict(before), said.rest
    told: dict[tuple[str, str], Correction] = {}
    for one in said.told:
        meant = _which(one, list(after.values()))
        unclear = unclear or not meant
        for entry in meant:
            made = _set(entry, one, works.links, rules) if says_so or _is_meant(entry, one) else None
            if made is None or told.setdefault((entry.number, one.field.name), one).value != one.value:
                unclear = True
            else:
                after[entry.number] = made
    values = (
        (number, one, _value(before[number], one), _value(after[number], one)) for (number, _), one in told.items()
    )
    changes = [FieldChange(number, one.field.name, old, new) for number, one, old, new in values if old != new]
    if not changes or new - _urls(after.values()):
        return None
    touched = [entry for number, entry in after.items() if entry != before[number]]
    changed = [_judged(entry, before[entry.number], history, rules) for entry in touched]
    findings = mail_findings(arrival, works)
    own = [entry for entry in history.entries if entry.sender == arrival.sender]
    answer = replace(answer_submission(changed, (), findings, own, late=False), changes=tuple(changes))
    events = [_event(entry, before[entry.number], changes) for entry in changed]
    concern = attention(findings) or (Concern.INQUIRY if unclear else "")
    return Decision(arrival, works, verdict, tuple(changed), findings, tuple(events), answer, attention=concern)


def _urls(entries: Iterable[Entry]) -> set[str]:
    return {entry.link.url for entry in entries if entry.link}


def _meant(arrival: Arrival, history: History) -> list[Entry]:
    """The entries that the answered letter speaks of, in its order; the sender's own where it answers none of ours."""
    of = {entry.number: entry for entry in history.entries if entry.status in OPEN}
    told = [of[number] for number in history.thread if number in of]
    return told or [entry for entry in of.values() if entry.sender == arrival.sender]


def _which(said: Correction, entries: Sequence[Entry]) -> Sequence[Entry]:
    """The works that a correction means; none where that is not clear.

    What is no single work's (a unit, a person) and is the same in all of them is set in all of them.
    """
    which, kind = said.which, said.field.kind
    if which is None:
        alike = kind in SHARED and len({_value(entry, said) for entry in entries}) == 1
        return entries if alike or len(entries) == 1 else ()
    if which.every:
        fits = which.count in {0, len(entries)} and (kind not in SINGLE or len(entries) == 1)
        return entries if fits else ()
    if which.nth:
        return entries[which.nth - 1 : which.nth]
    number, title = comparable(which.number), bare(which.title)
    fitting = [one for one in entries if comparable(one.number) == number or (title and bare(one.title) == title)]
    return fitting if len(fitting) == 1 else ()


def _is_meant(entry: Entry, said: Correction) -> bool:
    """Whether a line sets a field, and does not only tell who writes: 电话：… below a name replaces no good phone."""
    if said.anew or said.which is not None or said.field.kind not in SHARED:
        return True
    value = _value(entry, said)
    return not value or (said.field.kind is FieldKind.PHONE and not is_phone(value))


def _set(entry: Entry, said: Correction, links: Sequence[Link], rules: Rules) -> Entry | None:
    """The entry with the value; None where it is none of the field's, or a person has set that field.

    Nor is a link set beside a film that is there already: whether it shall replace the film is for a person to say.
    """
    kind, value = said.field.kind, said.value.strip()
    if not kind.is_role:
        person = extra_field(said.field.name) in entry.set_by_person
        value = of_kind(kind, value) or value
        return None if person or not value else replace(entry, extra={**entry.extra, said.field.name: value})
    own = OWN.get(kind)
    if own is None or own in entry.set_by_person or not value:
        return None
    if kind is FieldKind.LINK:
        link = link_of_cell(value, links)
        return None if link is None or entry.video else replace(entry, link=link)
    if kind is FieldKind.CHOICE:
        themes = _themes(value, rules.campaign.themes)
        return replace(entry, themes=themes, has_row=True) if themes else None
    if kind is FieldKind.PHONE and not is_phone(value):
        return None
    told = {"told_title": value} if kind is FieldKind.TITLE else {}
    return replace(entry, **{own.value: value}, **told, has_row=True)  # type: ignore[arg-type]


def _themes(value: str, known: Sequence[str]) -> tuple[str, ...]:
    """The themes that a value names; none where it names anything else."""
    left = comparable(value)
    found = []
    for theme in known:
        if comparable(theme) in left:
            found.append(theme)
            left = left.replace(comparable(theme), " ")
    return tuple(found) if not left.strip("、,，和及与/ ") else ()


def _value(entry: Entry, said: Correction) -> str:
    """What a field holds, as the form would show it."""
    if said.field.kind is FieldKind.LINK:
        return f"{entry.link.url} {entry.link.code}".strip() if entry.link else ""
    own = OWN.get(said.field.kind)
    if own is None:
        return entry.extra.get(said.field.name, "")
    return BETWEEN.join(entry.themes) if own is Field.THEMES else str(getattr(entry, own.value))


def _judged(entry: Entry, before: Entry, history: History, rules: Rules) -> Entry:
    return judge(after_a_person(entry, before), rules, history.holders(entry))


def _event(entry: Entry, before: Entry, changes: Sequence[FieldChange]) -> Event:
    """The correction, with what each field held before."""
    details = {change.field: change.before for change in changes if change.number == entry.number}
    return Event(EventKind.CORRECTED, entry.number, before=before.status, after=entry.status, details=details)
