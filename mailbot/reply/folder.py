"""Letters into a folder instead of the post: each as an .eml, for trials and tests."""

import hashlib
import os
import re
import tempfile
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from mailbot.model.sending import Outcome, Receipt
from mailbot.reply.mime import to_bytes

UNSAFE: Final = re.compile(r"[^A-Za-z0-9@._=+-]")
LONGEST: Final = 180
"""Characters of a file name that are surely allowed, suffix apart."""


class FolderSender:
    """A `Sender` that writes to a folder.

    Args:
        root: the folder; made at need.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to do."""

    def check(self) -> None:
        """A folder is always ready."""

    def send(self, message: EmailMessage | bytes, recipient: str) -> Receipt:
        """Write a letter under its Message-ID; the same letter twice is one file.

        Args:
            message: the letter, headers and all.
            recipient: is in the letter's To; the folder needs no envelope.
        """
        del recipient
        raw = message if isinstance(message, bytes) else to_bytes(message)
        told = message["Message-ID"] if isinstance(message, EmailMessage) else _message_id(raw)
        target = self._root / f"{_name(str(told or ''), raw)}.eml"
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            _write(target, raw)
        except OSError as error:
            return Receipt(Outcome.RETRY, f"{target}: {error.strerror}. Check smtp.path and the disk.")
        return Receipt(Outcome.SENT, f"written to {target.name}", target.name)


def _message_id(raw: bytes) -> str:
    return str(BytesHeaderParser(policy=policy.compat32).parsebytes(raw).get("Message-ID", ""))


def _name(told: str, raw: bytes) -> str:
    """The Message-ID as a file name; a hash of the letter where it has none, of the Message-ID where it is long."""
    message_id = told.strip(" <>\r\n\t")
    if not message_id:
        return hashlib.sha256(raw).hexdigest()
    name = UNSAFE.sub("_", message_id).lstrip(".")
    if name == message_id and len(name) <= LONGEST:
        return name
    return f"{name[:100]}-{hashlib.sha256(message_id.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def _write(target: Path, raw: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".writing-", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
