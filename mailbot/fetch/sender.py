"""Who sent a mail, as far as its header tells at a glance, before anything looks inside."""

import re
from typing import Final

_END: Final = re.compile(rb"\r?\n\r?\n")
_FROM: Final = re.compile(rb"^From[ \t]*:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_ADDRESS: Final = re.compile(rb"[^\s<>()@,;:\"]{1,64}@[^\s<>()@,;:\"]{1,255}")
HEAD: Final = 64 * 1024
"""Bytes of a mail in which its From stands."""
LONGEST: Final = 200
"""Bytes that are kept of a From without an address."""


def sender_of(head: bytes) -> str:
    """From's first address, in small letters; where it has none what stands there; empty without a From.

    Good enough to tell whose mails belong together, and for nothing else: `parse` reads who is answered.

    Args:
        head: a mail's beginning, or header fields alone.
    """
    found = _FROM.search(_END.split(head, maxsplit=1)[0])
    if found is None:
        return ""
    address = _ADDRESS.search(found[1])
    return (address[0] if address else found[1].strip()[:LONGEST]).decode("utf-8", "replace").lower()
