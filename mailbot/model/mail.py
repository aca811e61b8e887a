"""A mail, from the moment it is seen in a mailbox until its parts are known."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from mailbot.model.finding import Finding

CHINA: Final = timezone(timedelta(hours=8))
"""What a date without a zone means: the campaign's senders, and their servers' clocks, are in China."""
BY_SUBJECT: Final = "subject of a"
"""How `Mail.automatic_reason` begins where nothing but the subject tells; with works attached it is a title."""
RECEIPT_BY_SUBJECT: Final = f"{BY_SUBJECT} read receipt"


@dataclass(frozen=True, slots=True)
class MailRef:
    """Where a mail lies on a server (RFC 3501 §2.3.1.1).

    Attributes:
        mailbox: the configured mailbox's name.
        folder: the folder's name, decoded.
        uidvalidity: 1 where the store has none (Maildir).
        uid: unique within (mailbox, folder, uidvalidity).
        received_at: INTERNALDATE, with its zone; a Maildir file's delivery time; None where nobody can read it.
        key: what the source itself needs to find it again (a Maildir file name); empty for IMAP.
        junk: it lies in a junk, advertisement or subscription folder.
        size: RFC822.SIZE in bytes, which some servers get wrong; None where nothing is said that could be believed.
    """

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    received_at: datetime | None
    key: str = ""
    junk: bool = False
    size: int | None = None


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail's bytes, kept.

    Attributes:
        sha256: hex digest of the raw bytes; the spool's name for it.
        size: bytes.
    """

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address (RFC 5322 §3.4): `addr` lower-cased in its domain, `name` decoded, either may be empty."""

    addr: str
    name: str = ""

    @property
    def mailbox(self) -> str:
        """The address in lower case without its +tag (RFC 5233): whose mailbox it is."""
        local, at, domain = self.addr.lower().rpartition("@")
        return f"{local.partition('+')[0]}{at}{domain}"


class MailState(StrEnum):
    """Where a mail stands in our hands."""

    SPOOLED = "spooled"
    """Kept whole; nobody has looked inside yet, or a temporary trouble of ours made it wait."""
    DONE = "done"
    """Everything that follows from it is written."""
    COPY = "copy"
    """The same mail again under another place or with other transport headers; it follows the first one."""
    FAILED = "failed"
    """It could not be processed; a person must look."""


class Triage(StrEnum):
    """What a mail is to us."""

    SUBMISSION = "submission"
    """A form, a video or a link to one is in it."""
    INQUIRY = "inquiry"
    """A person's mail with nothing submitted."""
    WITHDRAWAL = "withdrawal"
    """A person takes an entry back."""
    AUTO_REPLY = "auto_reply"
    """A vacation answer, a read receipt, or other mail that a program made."""
    BOUNCE = "bounce"
    """A letter of ours came back."""
    LIST = "list"
    """A mailing list's or a bulk sender's."""
    OWN = "own"
    """Sent by this mailbox itself."""
    ORDER = "order"
    """An organizer's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two things apart: what the mail is, and whether it may be answered.

    Attributes:
        triage: what it is.
        answer: whether a letter may go back (RFC 3834 §2).
        reason: why, for the admin, in English.
    """

    triage: Triage
    answer: bool
    reason: str


class PartKind(StrEnum):
    """What a part turned out to be, by its content."""

    FORM = "form"
    VIDEO = "video"
    ARCHIVE = "archive"
    MAIL = "mail"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail that is not its body, or a member of an archive in it.

    Attributes:
        filename: as the sender wrote it, decoded; empty where there is none. For display only.
        content_type: as declared, lower case.
        sha256: hex digest of the decoded bytes; the store's name for it.
        size: decoded bytes.
        kind: what it is by content; `OTHER` until somebody looked.
        inside: names of the archives or mails around it, outermost first.
    """

    filename: str
    content_type: str
    sha256: str
    size: int
    kind: PartKind = PartKind.OTHER
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a file or a video page that stands for an attachment.

    Attributes:
        url: as a person would click it, entities decoded.
        provider: the host table's name for it (`163`, `qq`, `baidu`, …).
        code: the extraction code (提取码) bound to it.
        expires: as written in the mail, ISO 8601 where it could be read, else empty.
        filename: the file's name as written beside it.
        size: bytes as written beside it; 0 where unknown.
        near: the words before it, where they may name the work.
    """

    url: str
    provider: str
    code: str = ""
    expires: str = ""
    filename: str = ""
    size: int = 0
    near: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Authentication:
    """The topmost Authentication-Results (RFC 8601). An empty result is unknown, not failed.

    Attributes:
        server: its authserv-id; only the receiving server's own may be believed.
        spf: `pass`, `fail`, `softfail`, `none`, …; likewise the others.
        dkim: the best of several signatures.
        dmarc: of the From domain.
        on_top: it stands above every Received field, where only the receiving server can write.
        domains: whose passing SPF and DKIM it tells of, lower case; empty where it tells of none.
    """

    server: str
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    on_top: bool = True
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail in the Sent folder that mailbot did not write: a person answered from the mailbox itself.

    Attributes:
        message_id: with its angle brackets.
        answers: Message-IDs of its In-Reply-To and References.
    """

    message_id: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says, once its bytes are read.

    Attributes:
        message_id: with its angle brackets (RFC 5322 §3.6.4); empty where there is none.
        in_reply_to: likewise.
        references: oldest first.
        sender: From's first address.
        reply_to: Reply-To's addresses.
        to: To's addresses.
        cc: Cc's addresses.
        subject: decoded, on one line.
        date: the sender's own clock; None where nobody can read it.
        sent_at: the first trusted Received header; None where there is none.
        body_text: the readable text, of text/plain or made from HTML.
        body_html: the HTML body as sent; empty where there is none.
        parts: every leaf that is not the body, in the mail's order.
        links: file and video links in the body, in their order.
        forwarded_from: the original sender of a forwarded (转发) mail, as context; None where not forwarded.
        automatic: what its headers and subject say of a program behind it; None for a person's mail.
        answerable: whether headers allow an answer at all, with the reason in `automatic_reason`.
        automatic_reason: why `automatic` or `answerable` are as they are, in English; empty for a plain mail.
        bounced_ids: for a bounce, the Message-IDs of our letters that it quotes.
        bounced_recipients: for a bounce, the addresses that could not be reached.
        findings: what was wrong with the mail's own structure.
        sole_author: there is one From field with one address; of two one is shown and the other judged.
        authentication: what the receiving server says of the sender; None where it says nothing.
        spam: the receiving server marked it as spam.
        addressed: this mailbox is among its recipients, or its own addresses are not known; false for blind copies.
    """

    message_id: str
    sender: Address
    subject: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: datetime | None = None
    sent_at: datetime | None = None
    body_text: str = ""
    body_html: str = field(default="", repr=False)
    parts: tuple[Part, ...] = ()
    links: tuple[Link, ...] = ()
    forwarded_from: Address | None = None
    automatic: Triage | None = None
    answerable: bool = True
    automatic_reason: str = ""
    bounced_ids: tuple[str, ...] = ()
    bounced_recipients: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    sole_author: bool = True
    authentication: Authentication | None = None
    spam: bool = False
    addressed: bool = True
