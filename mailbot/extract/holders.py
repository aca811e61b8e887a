"""Files of mail programs that hold files: winmail.dat (TNEF), Outlook's .msg, a mail saved into an archive.

Each gives the files in it; what cannot be read is given without blocks. Runs in the bounded child.
"""

import email
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from pathlib import Path
from typing import Final

import olefile
from tnefparse import TNEF, TNEFAttachment

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
        long_name = decode_name(long_name)
    raw = getattr(attachment, "_name", b"")
    title = raw if isinstance(raw, bytes) else str(raw).encode("utf-8", "replace")
    good = isinstance(long_name, str) and long_name and "\ufffd" not in long_name
    return (long_name if good else decode_name(title)).strip("\0")


def decode_name(raw: bytes) -> str:
    """A name without a charset: UTF-8 proves itself, else it is the code page of China."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


# --- Outlook's .msg (MS-OXMSG): a storage an attachment, a stream a property ---

_NAMES: Final = ("3707001F", "3704001F", "3001001F", "3707001E", "3704001E", "3001001E")
_DATA: Final = "37010102"
_HTML: Final = "10130102"
_TEXT: Final = "1000001F"


def msg_files(path: Path) -> Iterator[Holder]:
    """The attachments and the body of a mail that Outlook saved."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            storages = sorted(
                {entry[0] for entry in ole.listdir() if entry[0].lower().startswith("__attach_version1.0")}
            )
            for storage in storages:
                data = _stream(ole, f"{storage}/__substg1.0_{_DATA}")
                yield Holder(_msg_name(ole, storage), None if data is None else (data,))
            for name, kind, tag in (("body.html", "text/html", _HTML), ("body.txt", "text/plain", _TEXT)):
                body = _stream(ole, f"__substg1.0_{tag}")
                if body:
                    text = body.decode("utf-16-le", "replace").encode() if tag == _TEXT else body
                    yield Holder(name, (text,), kind)
    except (OSError, *_BROKEN):
        yield Holder("", None)


def _stream(ole: "olefile.OleFileIO", name: str) -> bytes | None:
    if not ole.exists(name) or ole.get_size(name) > MOST:
        return None
    try:
        return bytes(ole.openstream(name).read())
    except (OSError, *_BROKEN):
        return None


def _msg_name(ole: "olefile.OleFileIO", storage: str) -> str:
    for tag in _NAMES:
        raw = _stream(ole, f"{storage}/__substg1.0_{tag}")
        if raw:
            return raw.decode("utf-16-le", "replace") if tag.endswith("1F") else decode_name(raw)
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
            name = str(make_header(decode_header(leaf.get_filename() or "")))
            payload = leaf.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else None
            yield Holder(name, None if data is None else (data,), leaf.get_content_type())
        except (MessageError, *_BROKEN):
            yield Holder("", None)
