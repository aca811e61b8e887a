"""What we owe goes out: letters to submitters, reminders, and what the organizers are told."""

from mailbot.outgoing.first_round import end_first_round, first_round_over, hold_first_round
from mailbot.outgoing.links import warn_of_links
from mailbot.outgoing.organizers import (
    accepted_workbook,
    alert,
    digest_letter,
    make_digest,
    owe_digest,
    send_digest,
    write_preview,
)
from mailbot.outgoing.reminders import owe_reminders
from mailbot.outgoing.send import send_due, settle_unknown

__all__ = [
    "accepted_workbook",
    "alert",
    "digest_letter",
    "end_first_round",
    "first_round_over",
    "hold_first_round",
    "make_digest",
    "owe_digest",
    "owe_reminders",
    "send_digest",
    "send_due",
    "settle_unknown",
    "warn_of_links",
    "write_preview",
]
