"""What we owe goes out: letters to submitters, reminders, and what the organizers are told."""

from mailbot.outgoing.digest import (
    accepted_works,
    digest_letter,
    judges_workbook,
    make_digest,
    owe_digest,
    send_digest,
    write_preview,
)
from mailbot.outgoing.first_round import end_first_round, first_round_over, hold_first_round
from mailbot.outgoing.links import warn_of_links
from mailbot.outgoing.organizers import alert, report
from mailbot.outgoing.reminders import owe_reminders
from mailbot.outgoing.send import send_due, settle_unknown

__all__ = [
    "accepted_works",
    "alert",
    "digest_letter",
    "end_first_round",
    "first_round_over",
    "hold_first_round",
    "judges_workbook",
    "make_digest",
    "owe_digest",
    "owe_reminders",
    "report",
    "send_digest",
    "send_due",
    "settle_unknown",
    "warn_of_links",
    "write_preview",
]
