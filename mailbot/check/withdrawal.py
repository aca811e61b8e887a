"""Which entries a person takes back, in the person's own words, not in the letter of ours that is quoted below them."""

import re
from collections.abc import Sequence

from mailbot.check.names import folded
from mailbot.model.entry import Entry
from mailbot.model.mail import Mail
from mailbot.model.words import above_quote, clauses, keeps


def own_words(mail: Mail) -> str:
    """The subject and what the sender wrote above the quoted mail."""
    return f"{mail.subject}\n{above_quote(mail.body_text)}"


def named(mail: Mail, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The sender's entries whose number stands in the mail's own words, and not as one that stays."""
    words = "\n".join(folded(clause) for clause in clauses(own_words(mail)) if not keeps(clause))
    return tuple(
        entry for entry in entries if re.search(rf"(?<![0-9]){re.escape(folded(entry.number))}(?![0-9])", words)
    )
