"""A letter into a mail: RFC 5322 headers, RFC 3834 §3.1 marks, plain text first, the page second, files last."""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
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


REGISTRY: Final = HeaderRegistry()
for _name in ("In-Reply-To", "References"):
    REGISTRY.map_to_type(_name, MessageIds)
for _name in ("Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", LOOP_HEADER, "List-Id",
              "Content-Language"):  # fmt: skip
    REGISTRY.map_to_type(_name, Words)
LETTER: Final = SMTP.clone(header_factory=REGISTRY)


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
    mail["From"] = sender
    mail["To"] = letter.envelope.recipient
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
    return mail


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
