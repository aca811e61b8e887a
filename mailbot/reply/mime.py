"""A letter into a mail: RFC 5322 headers, RFC 3834 §3.1 marks, plain text first, the page second, files last."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from mailbot.model.letter import Attachment, Letter, LetterKind

LOOP_HEADER: Final = "X-Mailbot"
"""Our own mark: a mail that carries it is one of ours, however it came back."""
UNASKED: Final = frozenset(
    {LetterKind.DIGEST, LetterKind.ALERT, LetterKind.REMINDER, LetterKind.DECIDED, LetterKind.MESSAGE}
)


TO_MANY: Final = frozenset({LetterKind.DIGEST, LetterKind.ALERT})
"""Letters of one text to all organizers: List-Id (RFC 2919 §3) keeps their vacation programs silent (RFC 5230 §4.6)."""


class Words(BaseHeader):
    """A header of words in ASCII that is neither parsed nor encoded: most of a letter's, at a tenth of the cost."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take it as it is; line ends were refused before (`EmailPolicy.header_store_parse`)."""
        kwds |= {"decoded": value, "defects": []}

    def init(self, *args: Any, **kw: Any) -> None:  # noqa: ANN401 - the library's own
        """Keep no parsed words besides."""
        super().init(*args, parse_tree=None, **kw)  # type: ignore[arg-type] # what `fold` alone would read

    def fold(self, *, policy: Policy) -> str:
        """The header's line."""
        return f"{self.name}: {self}{policy.linesep}"


class MessageIds(Words):
    """In-Reply-To and References: one id a line, whole.

    The library's own folding makes an id of more than 77 characters, as Outlook's are, an encoded word that no mail
    program takes for the thread (RFC 5322 §3.6.4).
    """

    def fold(self, *, policy: Policy) -> str:
        """The header's lines."""
        ids = f"{policy.linesep} ".join(str(self).split())
        return f"{self.name}: {ids}{policy.linesep}"


class HeaderTypes(HeaderRegistry):
    """The library's types of headers, each made once; the library's own registry makes a class for every header."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        """The type of a header."""
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


REGISTRY: Final = HeaderTypes()
for _name in ("In-Reply-To", "References"):
    REGISTRY.map_to_type(_name, MessageIds)
for _name in ("Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", LOOP_HEADER, "List-Id",
              "Content-Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"):  # fmt: skip
    REGISTRY.map_to_type(_name, Words)
LINE: Final = 76
"""Characters of a line that holds an encoded word (RFC 2047 §2)."""
LETTER: Final = SMTP.clone(header_factory=REGISTRY, max_line_length=LINE)


def to_mail(letter: Letter, sender: str, now: datetime, files: Mapping[str, Path], language: str = "") -> EmailMessage:
    """Make the mail that leaves.

    Args:
        letter: what it says.
        sender: the From header, `name <address>`.
        now: for the Date header, with the campaign's zone.
        files: where each attachment's content lies, by SHA-256.
        language: a tag of RFC 5646 for Content-Language (RFC 3282 §2); empty leaves it out.
    """
    mail = EmailMessage(policy=LETTER)
    mail["From"] = _address("From", sender)
    mail["To"] = _address("To", letter.envelope.recipient)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = letter.message_id
    if letter.envelope.in_reply_to:
        mail["In-Reply-To"] = letter.envelope.in_reply_to
    if letter.envelope.references:
        mail["References"] = " ".join(letter.envelope.references)
    mail["Auto-Submitted"] = "auto-generated" if letter.kind in UNASKED else "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail[LOOP_HEADER] = letter.kind.value
    if letter.kind in TO_MANY:
        mail["List-Id"] = f"<{letter.kind}.{letter.message_id.rstrip('>').rpartition('@')[2]}>"
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    for attachment in letter.attachments:
        _enclose(mail, attachment, files[attachment.sha256].read_bytes(), shown=picture(attachment) in letter.html)
    if language:
        mail["Content-Language"] = language  # last: the library moves such fields into the parts that it makes
    _part(mail)
    return mail


@lru_cache(maxsize=64)
def _address(name: str, told: str) -> str:
    """A header of one address: as a line where it fits one, else what the library parses, encodes and folds."""
    address = parseaddr(told)
    line = formataddr(address, "utf-8") if all(map(str.isascii, address[1:])) and "@" in address[1] else told
    fits = line.isascii() and line.isprintable() and len(f"{name}: {line}") <= LINE
    return Words(name, line) if fits and parseaddr(line)[1] == address[1] else told


def _part(mail: EmailMessage) -> None:
    """Give each multipart its boundary, else the library writes and searches every part to find one.

    "=_" stands in nothing that is encoded as base64 (RFC 2045 §6.7 end), as everything in a letter is.
    """
    token = hashlib.sha256(str(mail["Message-ID"]).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    for number, part in enumerate(one for one in mail.walk() if one.is_multipart()):
        part.set_boundary(f"=_{number}_{token}")


def to_bytes(mail: EmailMessage, *, utf8: bool = False) -> bytes:
    """A letter as it leaves.

    Args:
        mail: the letter.
        utf8: its headers are UTF-8 (RFC 6532), for an address that is none in ASCII.
    """
    return mail.as_bytes(policy=SMTP.clone(max_line_length=LINE, utf8=utf8))


def picture(attachment: Attachment) -> str:
    """How a page refers to a picture that travels with it (RFC 2392)."""
    return f"cid:{attachment.sha256}"


def _enclose(mail: EmailMessage, attachment: Attachment, content: bytes, *, shown: bool) -> None:
    """A file at the end of the mail, or a picture beside the page that shows it (RFC 2387)."""
    main, _, sub = attachment.content_type.partition("/")
    page = mail.get_body(("html",))
    if shown and isinstance(page, EmailMessage):
        page.add_related(content, maintype=main, subtype=sub, cid=f"<{attachment.sha256}>")
    else:
        mail.add_attachment(content, maintype=main, subtype=sub, filename=attachment.filename)


def sender_address(sender: str) -> str:
    """The bare address of a From header, lower case."""
    return parseaddr(sender)[1].lower()
