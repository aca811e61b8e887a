"""Decide an entry again from its stored facts: after a change of rules, of the deadline, or of a field."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.check.extended import campaign_of
from mailbot.check.judge import judge
from mailbot.check.rules import is_late, late_finding
from mailbot.model.entry import Entry, SameFile
from mailbot.model.extension import Extension
from mailbot.model.finding import Code, Finding
from mailbot.model.rules import Campaign, Rules


def decide_again(
    entry: Entry, rules: Rules, same_files: Sequence[SameFile], extensions: Sequence[Extension] = ()
) -> Entry:
    """The entry as today's rules, and what persons granted, see it: lateness, findings and status made anew."""
    notes = [note for note in entry.notes if note.code is not Code.MAIL_LATE]
    late = _late(entry, campaign_of(entry, rules.campaign, extensions))
    return judge(replace(entry, notes=(*notes, *late)), rules, same_files)


def _late(entry: Entry, campaign: Campaign) -> tuple[Finding, ...]:
    """What is late about an entry: the mail that began it, or a later one that changed it."""
    told = [
        str(note.details["received"])
        for note in entry.notes
        if note.code is Code.MAIL_LATE and "received" in note.details
    ]
    moments = [entry.received_at, *map(datetime.fromisoformat, told)]
    found = [late_finding(moment, campaign) for moment in moments if is_late(moment, campaign)]
    return tuple(finding for index, finding in enumerate(found) if finding not in found[:index])
