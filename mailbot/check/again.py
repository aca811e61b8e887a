"""Decide an entry again from its stored facts: after a change of rules, of the deadline, or of a field."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.check.judge import judge
from mailbot.check.rules import is_late, late_finding
from mailbot.model.entry import Entry, Twin
from mailbot.model.finding import Code
from mailbot.model.rules import LatePolicy, Rules


def decide_again(entry: Entry, rules: Rules, twins: Sequence[Twin]) -> Entry:
    """The entry as today's rules see it: lateness, findings and status made anew."""
    notes = [note for note in entry.notes if note.code is not Code.MAIL_LATE]
    if rules.campaign.late is not LatePolicy.ACCEPT and is_late(entry.received_at, rules.campaign):
        notes.append(late_finding(entry.received_at, rules.campaign))
    return judge(replace(entry, notes=tuple(notes)), rules, twins)
