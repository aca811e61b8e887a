"""Dates as mail programs write them (RFC 5322 §3.3 and what is no such thing). Pure, never raises."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

from mailbot.model.mail import CHINA

_NUMBERS: Final = re.compile(
    r"(\d{4})\s{0,3}[-/.年]\s{0,3}(\d{1,2})\s{0,3}[-/.月]\s{0,3}(\d{1,2})日?\D{0,12}?"
    r"(?:(上午|下午|晚上|AM|PM)\s{0,3})?(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?",
    re.IGNORECASE,
)
_ZONE: Final = re.compile(r"([+-])(\d{2}):?(\d{2})\b")
_WORDS: Final = re.compile(
    r"(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*[\s,.-]+(\d{4}|\d{2})[\s,]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?"
)
_HALF: Final = re.compile(r"\b(\d{1,2})((?::\d{2}){1,2})\s{0,2}([AP])M\b", re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOON: Final = 12


def read_date(value: str) -> datetime | None:
    """A date with its zone (UTC+8 where it names none); None where nobody can read it."""
    text = re.sub(r"\s+", " ", value[:200]).strip()
    text = _HALF.sub(_by_24_hours, text)
    text = re.sub(r"([+-]\d{3})$", r"\g<1>0", text)  # a zone of three digits
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        found = None
    if found is None:
        found = _by_numbers(text) or _by_words(text)
    if found is None or found.tzinfo is not None:
        return found
    return found.replace(tzinfo=UTC if "-0000" in text or text.endswith(("GMT", "UTC", "Z")) else CHINA)


def _by_24_hours(found: re.Match[str]) -> str:
    """`06:09 PM` as `18:09`: the standard library passes over the PM without a word."""
    hour = int(found[1]) % _NOON + (_NOON if found[3] in "Pp" else 0)
    return f"{hour:02}{found[2]}"


def _by_numbers(text: str) -> datetime | None:
    found = _NUMBERS.search(text)
    if found is None:
        return None
    year, month, day, half, hour, minute, second = found.groups()
    hours = int(hour)
    if half and half.upper() in {"下午", "晚上", "PM"} and hours < _NOON:
        hours += _NOON
    return _date((int(year), int(month), int(day), hours, int(minute), int(second or 0)), text[found.end() :])


def _by_words(text: str) -> datetime | None:
    found = _WORDS.search(text)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    year = int(found[3]) if len(found[3]) == 4 else 2000 + int(found[3])  # four digits
    month = _MONTHS.index(found[2].lower()) + 1
    return _date((year, month, int(found[1]), int(found[4]), int(found[5]), int(found[6] or 0)), text[found.end() :])


def _date(numbers: tuple[int, int, int, int, int, int], rest: str) -> datetime | None:
    zone = _ZONE.search(rest)
    try:
        when = datetime(*numbers)  # noqa: DTZ001 - the zone follows
        if zone is None:
            return when
        shift = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
        return when.replace(tzinfo=timezone(-shift if zone[1] == "-" else shift))
    except ValueError:
        return None


def received_date(received: bytes) -> datetime | None:
    """The date of a Received field (RFC 5321 §4.4: behind its last `;`); None where there is none."""
    return read_date(received.rpartition(b";")[2].decode("latin-1")) if b";" in received else None
