"""A person's hand: accept, reject, withdraw, edit, assign, attach.

Each function gives a `PlannedChange`, which `write` makes so: an event with who, when and why, the entry decided
again, and one letter to its submitter that quotes what the person says. What a person set, no later mail overwrites.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.recommend import counted_as
from mailbot.ledger import entries
from mailbot.model.campaign_form import CampaignForm, FieldKind
from mailbot.model.decision import EventKind, Remark
from mailbot.model.entry import OPEN, Entry, EntryStatus, Field, extra_field
from mailbot.model.errors import Refused
from mailbot.model.finding import Code
from mailbot.model.works import VideoFile
from mailbot.review.change import PlannedChange, changing, decided_again
from mailbot.review.find import find
from mailbot.session import Session

NOTHING_SAID: Final = Remark()
MIN_DIGITS: Final = 8
"""So many hex digits of a SHA-256 name a video of one sender."""
OWN: Final = {
    FieldKind.TITLE: Field.TITLE,
    FieldKind.UNIT: Field.UNIT,
    FieldKind.RECOMMENDER: Field.RECOMMENDER,
    FieldKind.PERSON: Field.CONTACT,
    FieldKind.PHONE: Field.PHONE,
}
"""Roles of the form whose text an entry keeps in a field of its own."""


def settle(
    session: Session, number: str, status: EntryStatus, actor: str, remark: Remark = NOTHING_SAID
) -> PlannedChange:
    """A person's decision on an entry.

    Args:
        session: the rooms.
        number: of the entry.
        status: accepted, rejected or withdrawn.
        actor: who decides.
        remark: the person's words.

    Raises:
        Refused: there is no such entry, or it cannot be moved there.
    """
    before = find(session, number)
    if not may_move(before.status, status, Cause.PERSON):
        raise Refused(f"{number} is {before.status}: it cannot become {status}.")
    notes, findings = (
        tuple(found for found in listed if found.code is not Code.ENTRY_MENDED)
        for listed in (before.notes, before.findings)
    )
    after = replace(
        before,
        status=status,
        notes=notes,
        findings=findings,
        set_by_person=before.set_by_person | {Field.STATUS},
    )
    return changing(session, [(before, after)], EventKind.DECIDED, actor, remark)


def edit(
    session: Session,
    number: str,
    changes: Mapping[Field, object],
    actor: str,
    remark: Remark = NOTHING_SAID,
    extra: Mapping[str, str] | None = None,
) -> PlannedChange:
    """Mend what was read of an entry, field by field; the entry is decided again.

    Args:
        changes: new values of title, themes, unit, recommender, recommending unit, contact, phone.
        extra: new values of the campaign's other fields, by their names.

    Raises:
        Refused: there is no such entry, a theme is not the campaign's, or nothing is changed.
    """
    before = find(session, number)
    others = dict(extra or {})
    unknown = [theme for theme in _themes(changes) if theme not in session.settings.campaign.themes]
    if unknown:
        raise Refused(
            f"{'、'.join(unknown)}: no theme of this campaign. It has {'、'.join(session.settings.campaign.themes)}."
        )
    if not changes and not others:
        raise Refused("Nothing to change: name a field, for example --title or --theme.")
    values = {field.value: value for field, value in changes.items()}
    if Field.RECOMMENDING_UNIT in changes:
        values["recommending_unit"] = counted_as(str(changes[Field.RECOMMENDING_UNIT]), session.settings.roster)
    # who recommends a work is counted for the organizers: no row of the submitter's, and no letter to it
    inward = set(changes) == {Field.RECOMMENDING_UNIT} and not others
    told = replace(
        before,
        **values,  # type: ignore[arg-type]
        extra={**before.extra, **others},
        has_row=before.has_row or not inward,
        set_by_person=before.set_by_person | set(changes) | set(map(extra_field, others)),
    )
    after = decided_again(session, told)
    details = {name: str(value) for name, value in {**values, **others}.items()}
    quiet = inward and after.status is before.status
    return changing(
        session, [(before, after)], EventKind.EDITED, actor, remark, details, told=set[str]() if quiet else None
    )


def set_fields(form: CampaignForm, told: Iterable[str]) -> tuple[dict[Field, object], dict[str, str]]:
    """What `name=value` texts set: an entry's own fields, and the campaign's others by their names.

    Args:
        form: the campaign's; a field goes by its name, its label or another of its labels.
        told: such as `author=王一鸣` or `征选主题=高端升级、绿色低碳`.

    Raises:
        Refused: a text names no field, or one that is not set this way.
    """
    own: dict[Field, object] = {}
    others: dict[str, str] = {}
    for text in told:
        name, equals, value = (part.strip() for part in text.partition("="))
        found = form.called(name) if equals else None
        if found is None:
            raise Refused(f"{text}: names no field of the form. Write NAME=VALUE; it has {_names(form)}.")
        if not found.kind.is_role:
            others[found.name] = value
        elif found.kind is FieldKind.CHOICE:
            own[Field.THEMES] = tuple(theme for theme in re.split(r"[、,，;；]\s*", value) if theme)
        elif found.kind in OWN:
            own[OWN[found.kind]] = value
        else:
            raise Refused(f"{text}: a link is not set by hand. Fetch the video, then: mailbot attach NUMBER FILE.")
    return own, others


def _names(form: CampaignForm) -> str:
    return ", ".join(one.name for one in form.fields)


def _themes(changes: Mapping[Field, object]) -> tuple[str, ...]:
    value = changes.get(Field.THEMES, ())
    return value if isinstance(value, tuple) else ()


def assign(session: Session, number: str, content: str, actor: str, remark: Remark = NOTHING_SAID) -> PlannedChange:
    """Say which received video is an entry's; the entry is decided again.

    Args:
        content: the video's SHA-256, or enough of its first digits.

    Raises:
        Refused: unknown entry or video, or digits that fit several videos.
    """
    before = find(session, number)
    if len(content) < MIN_DIGITS:
        raise Refused(
            f"{content}: give at least {MIN_DIGITS} digits of the video's SHA-256 (mailbot entry {number} lists them)."
        )
    found = entries.received_videos(session.ledger, before.sender, content.lower())
    if len(found) != 1:
        raise Refused(f"{content}: {'several videos' if found else 'no video'} of {number}'s sender have this SHA-256.")
    return put_video(session, before, found[0], EventKind.ASSIGNED, actor, remark)


def put_video(
    session: Session, before: Entry, video: VideoFile, kind: EventKind, actor: str, remark: Remark = NOTHING_SAID
) -> PlannedChange:
    """Give an entry a video by a person's hand; an entry that held it alone gives way.

    Raises:
        Refused: the entry does not count any more.
    """
    if before.status not in OPEN:
        raise Refused(
            f"{before.number} is {before.status}: it takes no video. 'mailbot accept' takes it back in first."
        )
    notes = tuple(item for item in before.notes if item.code.value not in {"row-match-uncertain", "video-similar"})
    told = replace(before, video=video, notes=notes, set_by_person=before.set_by_person | {Field.VIDEO})
    changes = [(before, told), *_giving_way(session, before, video)]
    gone = {entry.number for entry, _ in changes[1:]}
    after = decided_again(session, told, gone)
    return changing(session, [(before, after), *changes[1:]], kind, actor, remark, {"sha256": video.part.sha256})


def _giving_way(session: Session, entry: Entry, video: VideoFile) -> Iterable[tuple[Entry, Entry]]:
    for other in entries.by_sender(session.ledger, entry.sender):
        holds = other.video is not None and other.video.part.sha256 == video.part.sha256
        lone = holds and not other.has_row and other.number != entry.number
        if lone and may_move(other.status, EntryStatus.REPLACED, Cause.MERGE):
            yield other, replace(other, status=EntryStatus.REPLACED)
