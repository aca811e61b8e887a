"""Signed orders: what a link in the digest puts into a mail's subject, so that one click settles an entry. Pure.

A token is `7-492x1-0f3a…`: the version of what it is about, the hour until which it is good (base 36), and a truncated
HMAC-SHA256 (RFC 2104 §5) over these, the organizer's address, the verb and the target. Once the entry has changed the
version no longer fits: an order works once, and never on an entry that looks different from what the organizer saw.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from mailbot.model.order import Verb

GOOD_FOR: Final = timedelta(hours=72)
DIGITS: Final = 32
"""Hex digits of the signature: 128 bits."""
TOKEN: Final = re.compile(rf"\b([0-9]{{1,9}})-([0-9a-z]{{3,8}})-([0-9a-f]{{{DIGITS}}})\b")
HOUR: Final = 3600
LETTERS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows, to whom.

    Attributes:
        organizer: the address that it was sent to.
        verb: what may be done.
        target: an entry's number, or a mail's id.
        version: of the entry as the organizer saw it; 0 for a mail.
    """

    organizer: str
    verb: Verb
    target: str
    version: int = 0


class Standing(StrEnum):
    """What a token is worth now."""

    GOOD = "good"
    EXPIRED = "expired"
    FOREIGN = "foreign"
    """Signed for somebody else or something else, altered, or not by this mailbot."""


def token(grant: Grant, secret: bytes, now: datetime) -> str:
    """A token that is good for 72 hours."""
    return _token(grant, secret, int((now + GOOD_FOR).timestamp()) // HOUR)


def _token(grant: Grant, secret: bytes, hour: int) -> str:
    message = "\0".join((grant.organizer.lower(), grant.verb, grant.target, str(grant.version), str(hour)))
    signature = hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()[:DIGITS]
    return f"{grant.version}-{_base36(hour)}-{signature}"


def standing(text: str, grant: Grant, secret: bytes, now: datetime) -> Standing:
    """What a token is worth for a grant; its own version is taken from the token.

    Args:
        text: the token.
        grant: who asks for what; its version is not looked at.
        secret: that signs.
        now: the present.
    """
    found = TOKEN.fullmatch(text)
    if found is None:
        return Standing.FOREIGN
    hour = int(found[2], 36)
    own = _token(Grant(grant.organizer, grant.verb, grant.target, int(found[1])), secret, hour)
    if not hmac.compare_digest(text, own):
        return Standing.FOREIGN
    return Standing.GOOD if datetime.fromtimestamp(hour * HOUR, UTC) >= now else Standing.EXPIRED


def version(text: str) -> int:
    """The version that a token is about."""
    return int(text.partition("-")[0])


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        digits = LETTERS[rest] + digits
    return digits or "0"
