"""Mails as people's programs write them."""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

MAILBOX = "submissions@example.com"


@dataclass(frozen=True, slots=True)
class Person:
    """A sender."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file in a mail."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SubmitterMail:
    """A mail to the submission mailbox.

    Attributes:
        sender: who.
        received_at: when it reaches the mailbox.
        subject: its subject.
        text: its plain body.
        html: the same as a page; empty: the plain body alone.
        files: what it brings.
        charset: of the plain body.
        headers: more headers.
    """

    sender: Person
    received_at: datetime
    subject: str
    text: str
    html: str = ""
    files: Sequence[MailFile] = ()
    charset: str = "utf-8"
    headers: Sequence[tuple[str, str]] = ()

    def as_bytes(self) -> bytes:
        """The mail as a server gets it."""
        user, _, domain = self.sender.address.partition("@")
        mark = sha256(f"{self.sender.address} {self.received_at} {self.subject}".encode()).hexdigest()[:16]
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self.sender.name, user, domain)
        message["To"] = MAILBOX
        message["Subject"] = self.subject
        message["Date"] = format_datetime(self.received_at)
        message["Message-ID"] = f"<{mark}@{domain}>"
        for name, value in self.headers:
            message[name] = value
        message.set_content(self.text, charset=self.charset)
        if self.html:
            message.add_alternative(self.html, subtype="html")
        for file in self.files:
            guessed = mimetypes.guess_type(file.filename)[0] or "application/octet-stream"
            main, _, sub = guessed.partition("/")
            message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.filename)
        return message.as_bytes()
