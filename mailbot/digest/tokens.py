"""Signed orders: a line in the digest that lets an organizer settle an entry by one mail.

The subject of such a mail is `[mailbot] accept GYQG-2024-0001 7-0f3a…`: the order, the entry, the entry's version
and a truncated HMAC-SHA256 (RFC 2104 §5) over them. Once the entry has changed, the version no longer fits: an order
works once, and never on an entry that looks different from what the organizer saw.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MARK: Final = "[mailbot]"
DIGITS: Final = 32
"""Hex digits of the signature: 128 bits."""
ORDER: Final = re.compile(rf"\[mailbot\] (accept|reject) (\S{{1,64}}) ([0-9]{{1,9}})-([0-9a-f]{{{DIGITS}}})")


class Verb(StrEnum):
    """What an order asks for."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Order:
    """An organizer's order.

    Attributes:
        verb: what.
        number: to which entry.
        version: the entry as the organizer saw it.
    """

    verb: Verb
    number: str
    version: int


def subject(order: Order, secret: bytes) -> str:
    """The subject that carries an order."""
    return f"{MARK} {order.verb} {order.number} {order.version}-{_sign(order, secret)}"


def read(text: str, secret: bytes) -> Order | None:
    """The order in a mail's subject; None where there is none, or its signature is not ours."""
    found = ORDER.search(text)
    if found is None:
        return None
    order = Order(Verb(found[1]), found[2], int(found[3]))
    return order if hmac.compare_digest(found[4], _sign(order, secret)) else None


def _sign(order: Order, secret: bytes) -> str:
    message = f"{order.verb}\0{order.number}\0{order.version}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:DIGITS]
