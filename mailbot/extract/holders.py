"""Files of mail programs that hold files: winmail.dat (TNEF), Outlook's .msg, a mail saved into an archive.

Each gives the files in it; what cannot be read is given without blocks. Runs in the bounded child.
"""

import email
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from pathlib import Path
from typing import Final

import olefile
from tnefparse import TNEF, TNEFAttachment

from mailbot.text.charset import decode

MOST: Final = 512 * 1024 * 1024
"""Bytes of such a file; its readers hold it whole."""
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, struct.error, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True)
class Holder:
    """A file within.

    Attributes:
        name: decoded.
        blocks: its bytes; None where they cannot be read.
        content_type: where the holder says one.
    """

    name: str
    blocks: tuple[bytes, ...] | None
    content_type: str = ""


def tnef_files(path: Path) -> Iterator[Holder]:
    """The attachments and the body of a winmail.dat (MS-OXTNEF)."""
    if path.stat().st_size > MOST:
        yield Holder("", None)
        return
    try:
        tnef = TNEF(path.read_bytes(), do_checksum=False)
    except _BROKEN:
        yield Holder("", None)
        return
    for attachment in tnef.attachments:
        yield _tnef_file(attachment)
    for name, kind, body in (("body.html", "text/html", tnef.htmlbody), ("body.rtf", "text/rtf", tnef.rtfbody)):
        data = body.encode("utf-8", "replace") if isinstance(body, str) else body
        if isinstance(data, bytes) and data:
            yield Holder(name, (data,), kind)


def _tnef_file(attachment: TNEFAttachment) -> Holder:
    name = _tnef_name(attachment)
    try:
        return Holder(name, (bytes(attachment.data),))
    except _BROKEN:
        return Holder(name, None)


def _tnef_name(attachment: TNEFAttachment) -> str:
    """The long Unicode name, else the raw title: the library raises on every GBK title, whatever its code page."""
    try:
        long_name = attachment.long_filename()
    except _BROKEN:
        long_name = ""
    if isinstance(long_name, bytes):
        long_name = decode(long_name)
    raw = getattr(attachment, "_name", b"")
    title = raw if isinstance(raw, bytes) else str(raw).encode("utf-8", "replace")
    good = isinstance(long_name, str) and long_name and "\ufffd" not in long_name
    return (long_name if good else decode(title)).strip("\0")


# --- Outlook's .msg (MS-OXMSG): a storage an attachment, a stream a property ---

_NAMES: Final = ("3707001F", "3704001F", "3001001F", "3707001E", "3704001E", "3001001E")
_DATA: Final = "37010102"
_MAIL: Final = "3701000D"
"""A storage, not a stream: a mail that was forwarded as an attachment (PidTagAttachDataObject)."""
_BODIES: Final = (
    ("body.html", "text/html", "10130102"),
    ("body.html", "text/html", "1013001F"),
    ("body.txt", "text/plain", "1000001F"),
    ("body.txt", "text/plain", "1000001E"),
)
_DEEPEST: Final = 8


def msg_files(path: Path) -> Iterator[Holder]:
    """The attachments and the body of a mail that Outlook saved, and of the mails that it forwards."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            yield from _msg_mail(ole, [], "")
    except (OSError, *_BROKEN):
        yield Holder("", None)


def _msg_mail(ole: "olefile.OleFileIO", place: list[str], named: str) -> Iterator[Holder]:
    """What a mail at a place in the file holds; files of a mail within have its name before theirs."""
    depth = len(place)
    storages = sorted(
        {
            entry[depth]
            for entry in ole.listdir()
            if entry[:depth] == place and len(entry) > depth and entry[depth].lower().startswith("__attach_version1.0")
        }
    )
    for storage in storages:
        here = [*place, storage]
        name = named + _msg_name(ole, here)
        if ole.exists("/".join([*here, _stream_name(_MAIL)])) and depth < _DEEPEST:
            yield from _msg_mail(ole, [*here, _stream_name(_MAIL)], f"{name or 'mail'}/")
            continue
        data = _stream(ole, here, _DATA)
        yield Holder(name, None if data is None else (data,))
    shown: set[str] = set()
    for name, kind, tag in _BODIES:
        body = _stream(ole, place, tag)
        if body and name not in shown:
            shown.add(name)
            yield Holder(
                named + name, (body.decode("utf-16-le", "replace").encode() if tag.endswith("1F") else body,), kind
            )


def _stream_name(tag: str) -> str:
    return f"__substg1.0_{tag}"


def _stream(ole: "olefile.OleFileIO", place: list[str], tag: str) -> bytes | None:
    name = "/".join([*place, _stream_name(tag)])
    if not ole.exists(name) or ole.get_size(name) > MOST:
        return None
    try:
        return bytes(ole.openstream(name).read())
    except (OSError, *_BROKEN):
        return None


def _msg_name(ole: "olefile.OleFileIO", place: list[str]) -> str:
    for tag in _NAMES:
        raw = _stream(ole, place, tag)
        if raw:
            return (raw.decode("utf-16-le", "replace") if tag.endswith("1F") else decode(raw)).strip("\0")
    return ""


# --- a mail saved into an archive ---


def mail_files(path: Path) -> Iterator[Holder]:
    """The files and bodies of an .eml. Mails that were mailed are opened by `mailbot.parse`, far more thoroughly."""
    if path.stat().st_size > MOST:
        yield Holder("", None)
        return
    try:
        message = email.message_from_bytes(path.read_bytes())
        leaves = [part for part in message.walk() if not part.is_multipart()]
    except (MessageError, *_BROKEN):
        yield Holder("", None)
        return
    for leaf in leaves:
        try:
            name = _mail_name(leaf)
            payload = leaf.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else None
            yield Holder(name, None if data is None else (data,), leaf.get_content_type())
        except (MessageError, *_BROKEN):
            yield Holder("", None)


_RAW_NAME: Final = re.compile(r'name\s{0,9}=\s{0,9}"?([^"\r\n;]{1,500})')


def _mail_name(leaf: Message) -> str:
    """A part's name, from encoded words or from raw bytes, which the library turns into U+FFFD."""
    name = leaf.get_filename() or ""
    if "\ufffd" in name:
        fields = [str(value) for field, value in leaf.raw_items() if field.lower().startswith("content-")]
        raw = _RAW_NAME.search("\n".join(fields))
        name = decode(raw[1].encode("utf-8", "surrogateescape")) if raw else name
    if "=?" not in name:
        return name
    return "".join(
        piece if isinstance(piece, str) else decode(piece, charset or "") for piece, charset in decode_header(name)
    )
