"""The campaign's rules, applied to facts. Each finding carries the measured value and the bound it missed."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField
from mailbot.model.decision import Arrival
from mailbot.model.entry import Entry
from mailbot.model.finding import WAIVED, Code, Details, Finding
from mailbot.model.rules import Campaign, Clock, LatePolicy, VideoRules
from mailbot.model.video import VideoFacts, aspect_label

PHONE: Final = re.compile(
    r"(?:\+?86[- ]?)?1[3-9][0-9]{9}|0[0-9]{2,3}[- ]?[0-9]{7,8}(?:[-转 ][0-9]{1,6})?|[48]00[- ]?[0-9]{3}[- ]?[0-9]{4}"
    r"|\+(?!86)[1-9][0-9]{6,14}"
)
SLACK: Final = 1e-6
"""Seconds or ratio: what a float may be off without being wrong."""


def judge_video(facts: VideoFacts, rules: VideoRules) -> tuple[Finding, ...]:
    """What the campaign has against a video that could be opened."""
    found = [
        *_judge_container(facts, rules),
        *_judge_duration(facts, rules),
        *_judge_size(facts, rules),
        *_judge_aspect(facts, rules),
    ]
    return tuple(found)


def _judge_container(facts: VideoFacts, rules: VideoRules) -> list[Finding]:
    if facts.container in rules.containers:
        return []
    return [Finding(Code.VIDEO_NOT_MP4, {"container": facts.container, "allowed": ", ".join(rules.containers)})]


def _judge_duration(facts: VideoFacts, rules: VideoRules) -> list[Finding]:
    unknown = not facts.duration and facts.container not in rules.containers
    if not facts.width or unknown:
        return []
    details: Details = {
        "duration": round(facts.duration, 2),
        "min_seconds": rules.min_seconds,
        "max_seconds": rules.max_seconds,
    }
    if facts.duration < rules.min_seconds - rules.tolerance_seconds - SLACK:
        return [Finding(Code.VIDEO_TOO_SHORT, {**details, **_hair_off(facts, rules.min_seconds, rules)})]
    if facts.duration > rules.max_seconds + rules.tolerance_seconds + SLACK:
        return [Finding(Code.VIDEO_TOO_LONG, {**details, **_hair_off(facts, rules.max_seconds, rules)})]
    return []


def _hair_off(facts: VideoFacts, bound: float, rules: VideoRules) -> Details:
    """What a player shows of a film that misses a bound by less than a second: the bound itself, in whole seconds."""
    if abs(facts.duration - bound) >= 1:
        return {}
    minutes, seconds = divmod(round(bound), 60)
    return {"shown": f"{minutes}:{seconds:02d}", "tolerance": rules.tolerance_seconds}


def _judge_size(facts: VideoFacts, rules: VideoRules) -> list[Finding]:
    if not facts.width:
        return []
    short, long = sorted((facts.width, facts.height))
    if short >= rules.min_short_side and long >= rules.min_long_side:
        return []
    details = {
        "width": facts.width,
        "height": facts.height,
        "min_short_side": rules.min_short_side,
        "min_long_side": rules.min_long_side,
    }
    return [Finding(Code.VIDEO_LOW_RESOLUTION, details)]


def _judge_aspect(facts: VideoFacts, rules: VideoRules) -> list[Finding]:
    if not facts.width:
        return []
    aspect = aspect_label(facts.width, facts.height, rules.aspects, rules.aspect_tolerance)
    if aspect in rules.aspects:
        return []
    details: Details = {
        "aspect": aspect,
        "width": facts.width,
        "height": facts.height,
        "allowed": ", ".join(rules.aspects),
    }
    return [Finding(Code.VIDEO_WRONG_ASPECT, details)]


def judge_row(entry: Entry, form: CampaignForm) -> tuple[Finding, ...]:
    """What is missing from, or odd in, the row that an entry stands on, by what the form asks for."""
    if not entry.has_row:
        return ()
    found = [finding for one in form.fields if (finding := _missing(one, entry)) is not None]
    if entry.phone and not is_phone(entry.phone):
        found.append(Finding(Code.ROW_PHONE_INVALID, {"phone": entry.phone}))
    return tuple(found)


_MISSING: Final = {
    FieldKind.TITLE: Code.ROW_TITLE_MISSING,
    FieldKind.CHOICE: Code.ROW_THEME_MISSING,
    FieldKind.PERSON: Code.ROW_CONTACT_MISSING,
    FieldKind.PHONE: Code.ROW_PHONE_MISSING,
}


def _missing(field: FormField, entry: Entry) -> Finding | None:
    """That a field is blank which the form requires; a link is missed only together with the video."""
    values: dict[FieldKind, object] = {
        FieldKind.TITLE: entry.title,
        FieldKind.CHOICE: entry.themes,
        FieldKind.PERSON: entry.contact,
        FieldKind.PHONE: entry.phone,
        FieldKind.UNIT: entry.unit,
        FieldKind.RECOMMENDER: entry.recommender,
    }
    if field.kind is FieldKind.LINK or values.get(field.kind, entry.extra.get(field.name)):
        return None
    if not field.required:
        return Finding(Code.FORM_UNIT_MISSING) if field.kind is FieldKind.UNIT else None
    if field.kind in _MISSING:
        return Finding(_MISSING[field.kind])
    return Finding(Code.ROW_FIELD_MISSING, {"field": field.name, "label": field.label})


def is_phone(text: str) -> bool:
    """Whether a text is one or more Chinese mobile, landline or service numbers, or ones with a country's code."""
    numbers = [piece for piece in re.split(r"[、,，;；/\n]+|\s{2,}|或", text.strip()) if piece.strip()]
    return bool(numbers) and all(PHONE.fullmatch(number.strip()) for number in numbers)


def moment(value: date | datetime, campaign: Campaign, *, end_of_day: bool) -> datetime:
    """A configured date or date-time as an instant: a naive one is in the campaign's zone, a date is its whole day."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=campaign.zone)
    day = value + timedelta(days=1) if end_of_day else value
    return datetime.combine(day, time(0), campaign.zone)


def deadline(campaign: Campaign, extra_days: int = 0) -> datetime:
    """The first instant that is too late."""
    grace = timedelta(minutes=campaign.grace_minutes, days=extra_days)
    return moment(campaign.deadline, campaign, end_of_day=True) + grace


def clock_time(arrival: Arrival, campaign: Campaign) -> datetime:
    """When a mail counts as having come, by the campaign's clock and in its zone; never by the sender's own Date."""
    sent = arrival.mail.sent_at if campaign.clock is Clock.SENT else None
    return (sent or arrival.received_at).astimezone(campaign.zone)


def is_late(at: datetime, campaign: Campaign, extra_days: int = 0) -> bool:
    """Whether a mail that arrived at this instant is late. A date-time deadline is itself still in time."""
    last = deadline(campaign, extra_days)
    return at > last if isinstance(campaign.deadline, datetime) else at >= last


def is_answered(received_at: datetime, campaign: Campaign) -> bool:
    """Whether a mail that arrived at this instant may be answered at all: not before `answer_from`."""
    first = campaign.answer_from
    return first is None or received_at >= moment(first, campaign, end_of_day=False)


def late_finding(at: datetime, campaign: Campaign) -> Finding:
    """That a mail came late: when it came, and when it should have."""
    received = at.astimezone(campaign.zone).isoformat(timespec="seconds")
    details: Details = {"received": received, "deadline": deadline(campaign).isoformat()}
    waived: Details = {WAIVED: True} if campaign.late is LatePolicy.ACCEPT else {}
    return Finding(Code.MAIL_LATE, {**details, **waived})


def seasons_year(campaign: Campaign) -> int:
    """The year in entry numbers: the deadline's, so that one campaign's numbers read alike."""
    return campaign.deadline.year
