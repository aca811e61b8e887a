"""What becomes of an entry behind the first answer: a person decides, a link's video comes, rules change."""

from mailbot.review.anew import Flip, redecide
from mailbot.review.answered import note_answers
from mailbot.review.change import PlannedChange, write
from mailbot.review.exceptions import extend, merge_entries, split, waive
from mailbot.review.fetched import put_fetched
from mailbot.review.find import find
from mailbot.review.hand import assign, edit, put_video, set_fields, settle
from mailbot.review.message import Audience, message
from mailbot.review.orders import obey
from mailbot.review.units import Naming, count_by_roster, merge, recommend, rename, write_naming

__all__ = [
    "Audience",
    "Flip",
    "Naming",
    "PlannedChange",
    "assign",
    "count_by_roster",
    "edit",
    "extend",
    "find",
    "merge",
    "merge_entries",
    "message",
    "note_answers",
    "obey",
    "put_fetched",
    "put_video",
    "recommend",
    "redecide",
    "rename",
    "set_fields",
    "settle",
    "split",
    "waive",
    "write",
    "write_naming",
]
