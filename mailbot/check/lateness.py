"""What a mail after the deadline may still do, by the campaign's policy."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.check.changes import EntryChange
from mailbot.check.extended import campaign_of
from mailbot.check.rules import is_late, late_finding
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.extension import Extension
from mailbot.model.finding import Code
from mailbot.model.rules import Campaign, LatePolicy


def with_lateness(
    changes: Sequence[EntryChange], at: datetime, campaign: Campaign, extensions: Sequence[Extension] = ()
) -> tuple[EntryChange, ...]:
    """The changes of a late mail as far as it may make them: new works are late, what was begun in time stays.

    An entry begun in time may be completed while that time lasts. Under `late = "review"` a person looks at what a
    late mail makes of it.

    Args:
        changes: of new and touched entries, as the mail would have them.
        at: when the mail counts as having come; it is late by the campaign's deadline.
        campaign: its deadline and policy.
        extensions: longer times that persons gave.
    """
    settled = []
    for change in changes:
        earlier, own = change.before, campaign_of(change.after, campaign, extensions)
        if not is_late(at, own):
            settled.append(change)
        elif earlier is None or _is_late(earlier):
            settled.append(replace(change, after=_marked(change.after, at, own)))
        elif not is_late(at, own, campaign.completion_days) and earlier.status is EntryStatus.INCOMPLETE:
            settled.append(change)
        elif campaign.late is not LatePolicy.REJECT:
            settled.append(replace(change, after=_marked(change.after, at, own)))
    return tuple(settled)


def _is_late(entry: Entry) -> bool:
    return any(note.code is Code.MAIL_LATE for note in entry.notes)


def _marked(entry: Entry, at: datetime, campaign: Campaign) -> Entry:
    others = (note for note in entry.notes if note.code is not Code.MAIL_LATE)
    return replace(entry, notes=(*others, late_finding(at, campaign)))
