"""Which entries a person takes back, in the person's own words, not in the letter of ours that is quoted below them."""

import re
from collections.abc import Sequence
from typing import Final

from mailbot.check.names import folded
from mailbot.model.entry import Entry
from mailbot.model.mail import Mail

QUOTE: Final = re.compile(
    r"^\s*(?:>|-{4,}|_{10,}|发件人\s*[:：]|寄件者\s*[:：]|From\s*:|On .{0,200}wrote\s*:|在.{0,100}写道\s*[:：])",
    re.MULTILINE,
)
"""Where the quoted mail begins: the marks of QQ, 163, Foxmail, Outlook, phones."""


def own_words(mail: Mail) -> str:
    """The subject and what the sender wrote above the quoted mail."""
    begin = QUOTE.search(mail.body_text)
    return f"{mail.subject}\n{mail.body_text[: begin.start()] if begin else mail.body_text}"


def named(mail: Mail, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The sender's entries whose number stands in the mail's own words."""
    words = folded(own_words(mail))
    return tuple(
        entry for entry in entries if re.search(rf"(?<![0-9]){re.escape(folded(entry.number))}(?![0-9])", words)
    )
