"""What mail-parser makes of a light copy of the mail: its headers and its bodies, the files left out."""

import base64
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from typing import Final

import mailparser
from mailparser.exceptions import MailParserError

from mailbot.model.mail import Address
from mailbot.parse.gather import Body

logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it logs whole header fields of strangers
LIGHT: Final = 1024 * 1024
"""Bytes of a body that mail-parser is given: it holds a mail several times over."""
FIELDS: Final = 256 * 1024
"""Bytes of a header block that mail-parser is given."""
FIELD: Final = 16 * 1024
"""Bytes of one field that it is given: it takes quadratic time over encoded words."""
_BOUNDARY: Final = b"=_light_copy_of_mailbot"
_RAISED: Final = (
    MailParserError,
    MessageError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What mail-parser and the standard library's parser were seen to raise on mails of the wild."""


NOBODY: Final = Address("")


@dataclass(frozen=True, slots=True)
class LightReading:
    """mail-parser's reading; everything empty where it raised.

    Attributes:
        subject: decoded.
        sender: From's first address.
        to: To's addresses.
        cc: Cc's.
        reply_to: Reply-To's.
        date: with its zone, UTC.
        bodies: a text a body, in the order given; empty where their number does not match.
    """

    subject: str = ""
    sender: Address = NOBODY
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    date: datetime | None = None
    bodies: tuple[str, ...] = ()


def read_light(headers: bytes, bodies: Sequence[Body]) -> LightReading:
    """mail-parser's reading of a header block and bodies.

    Args:
        headers: the mail's raw header block.
        bodies: its own bodies; their transfer encodings are undone already.
    """
    try:
        parsed = mailparser.parse_from_bytes(_light_copy(headers[:FIELDS], bodies))
        texts = [_texts(parsed.text_plain), _texts(parsed.text_html)]
        return LightReading(
            subject=str(parsed.subject or ""),
            sender=next(iter(_addresses(parsed.from_)), NOBODY),
            to=_addresses(parsed.to),
            cc=_addresses(parsed.cc),
            reply_to=_addresses(parsed.reply_to),
            date=_aware(parsed.date),
            bodies=_in_order(bodies, texts),
        )
    except _RAISED:
        return LightReading()


def _light_copy(headers: bytes, bodies: Sequence[Body]) -> bytes:
    """A well-formed mail of the same headers and words: nothing in its structure can lead a parser astray."""
    fields = re.findall(rb"[^\n]+(?:\n[ \t][^\n]*)*", headers.replace(b"\r\n", b"\n"))
    kept = [
        field
        for field in fields
        if len(field) < FIELD and field[:1].strip() and not field.lower().startswith((b"content-", b"mime-version:"))
    ]
    kept += [b"MIME-Version: 1.0", b'Content-Type: multipart/mixed; boundary="' + _BOUNDARY + b'"', b""]
    for body in bodies:
        charset = body.leaf.kind.get("charset").encode("ascii", "ignore").replace(b'"', b"")[:60]
        kind = b"html" if body.html else b"plain"
        kept += [b"--" + _BOUNDARY, b"Content-Type: text/" + kind + b'; charset="' + (charset or b"utf-8") + b'"']
        kept += [b"Content-Transfer-Encoding: base64", b"", base64.encodebytes(body.data[:LIGHT])]
    return b"\n".join([*kept, b"--" + _BOUNDARY + b"--", b""])


def _texts(found: object) -> list[str]:
    return [str(text) for text in found] if isinstance(found, list) else []


def _in_order(bodies: Sequence[Body], texts: list[list[str]]) -> tuple[str, ...]:
    plain, html = texts
    filled = [body for body in bodies if body.data]
    if len(plain) != sum(not body.html for body in filled) or len(html) != sum(body.html for body in filled):
        return ()
    queues = {False: iter(plain), True: iter(html)}
    return tuple(next(queues[body.html]) if body.data else "" for body in bodies)


def _addresses(found: object) -> tuple[Address, ...]:
    pairs = found if isinstance(found, list) else []
    return tuple(Address(str(addr), str(name)) for name, addr in pairs if "@" in str(addr))


def _aware(found: object) -> datetime | None:
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
