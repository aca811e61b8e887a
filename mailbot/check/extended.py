"""The campaign as an entry meets it: with a deadline of its own, where a person gave a longer time."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.check.rules import deadline
from mailbot.model.entry import Entry
from mailbot.model.extension import Extension, Scope
from mailbot.model.rules import Campaign
from mailbot.text.units import short_unit


def campaign_of(entry: Entry, campaign: Campaign, extensions: Sequence[Extension]) -> Campaign:
    """The campaign with the deadline that counts for an entry."""
    return _extended(campaign, (one for one in extensions if _covers(one, entry)))


def campaign_of_sender(sender: str, campaign: Campaign, extensions: Sequence[Extension]) -> Campaign:
    """The campaign with the deadline that counts for whatever an address sends."""
    mine = (one for one in extensions if one.scope is Scope.ADDRESS and one.target == sender)
    return _extended(campaign, mine)


def longest(
    entries: Iterable[Entry], campaign: Campaign, extensions: Sequence[Extension], sender: str
) -> datetime | None:
    """The latest deadline that counts for any of these entries, or for what an address sends; None: the campaign's."""
    own = [campaign_of_sender(sender, campaign, extensions)]
    own += [campaign_of(entry, campaign, extensions) for entry in entries]
    latest = max(map(deadline, own))
    return latest if latest > deadline(campaign) else None


def _covers(extension: Extension, entry: Entry) -> bool:
    target = extension.target
    match extension.scope:
        case Scope.ADDRESS:
            return target == entry.sender
        case Scope.UNIT:
            return bool(entry.unit) and target == short_unit(entry.unit)
        case Scope.ENTRY:
            return target == entry.number


def _extended(campaign: Campaign, extensions: Iterable[Extension]) -> Campaign:
    """Whatever was given, nobody's time is shorter than the campaign's."""
    until = max((one.until for one in extensions), default=None)
    if until is None or until <= deadline(campaign):
        return campaign
    return replace(campaign, deadline=until, grace_minutes=0)
