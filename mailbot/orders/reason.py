"""What of an organizer's words goes out: the reason, without signature, phone, quotes, disclaimers. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from mailbot.text.signatures import CLOSING, signs

LONGEST: Final = 500
"""Characters of a reason."""


def own_reason(behind: str, below: Sequence[str]) -> str:
    """The reason that goes out.

    Args:
        behind: what stands behind the order in its own line.
        below: the lines under it, up to the next order or the quoted mail.
    """
    kept = _without_signature(below, has_words=bool(behind))
    text = "\n".join([*([behind] if behind else []), *kept])
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:LONGEST].strip()


def _without_signature(lines: Sequence[str], *, has_words: bool) -> list[str]:
    """The lines above the signature: the first mark ends them, or a paragraph of names, units and dates alone."""
    kept: list[str] = []
    for at, line in enumerate(lines):
        if CLOSING.search(line):
            return _without_names(kept)
        opens = line.strip() and (not kept or not kept[-1].strip())
        if opens and (has_words or any(word.strip() for word in kept)) and _signs(lines[at:]):
            return kept
        kept.append(line)
    return _without_names(kept)


def _without_names(lines: list[str]) -> list[str]:
    """Lines without the names and units at their end."""
    while lines and (not lines[-1].strip() or signs(lines[-1])):
        lines.pop()
    return lines


def _signs(lines: Sequence[str]) -> bool:
    """Whether a paragraph is a signature: each of its lines is a name, a unit, a date or a mark."""
    paragraph: list[str] = []
    for line in lines:
        if not line.strip():
            break
        paragraph.append(line)
    return all(CLOSING.search(line) or signs(line) for line in paragraph)
