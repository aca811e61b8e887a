"""What a mail after the deadline may still do, by the campaign's policy."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.check.rules import is_late, late_finding
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import Code
from mailbot.model.rules import Campaign, LatePolicy


def with_lateness(
    entries: Sequence[Entry], before: Mapping[str, Entry], at: datetime, campaign: Campaign
) -> tuple[Entry, ...]:
    """The entries of a late mail as far as it may change them: new works are late, what was begun in time stays.

    An entry begun in time may be completed while that time lasts. Under `late = "review"` a person looks at what a
    late mail makes of it.

    Args:
        entries: new and touched ones, as the mail would have them.
        before: those that were there, by number.
        at: when the mail counts as having come; it is late.
        campaign: its deadline and policy.
    """
    settled = []
    for entry in entries:
        earlier = before.get(entry.number)
        if earlier is None or _is_late(earlier):
            settled.append(_marked(entry, at, campaign))
        elif not is_late(at, campaign, campaign.completion_days) and earlier.status is EntryStatus.INCOMPLETE:
            settled.append(entry)
        elif campaign.late is not LatePolicy.REJECT:
            settled.append(_marked(entry, at, campaign))
    return tuple(settled)


def _is_late(entry: Entry) -> bool:
    return any(note.code is Code.MAIL_LATE for note in entry.notes)


def _marked(entry: Entry, at: datetime, campaign: Campaign) -> Entry:
    others = (note for note in entry.notes if note.code is not Code.MAIL_LATE)
    return replace(entry, notes=(*others, late_finding(at, campaign)))
