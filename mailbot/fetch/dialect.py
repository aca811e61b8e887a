"""How IMAP servers differ: what they can do, what their refusals mean, how they call their folders. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from mailbot.model.errors import AccountError, MailboxError


class Capability(StrEnum):
    """What a server may offer beyond RFC 3501. 163 has ID, UIDPLUS and SPECIAL-USE of these."""

    ID = "ID"
    """RFC 2971; Coremail opens no folder without it."""
    IDLE = "IDLE"
    """RFC 2177."""
    MOVE = "MOVE"
    """RFC 6851."""
    STARTTLS = "STARTTLS"
    """RFC 3501 §6.2.1."""
    NAMESPACE = "NAMESPACE"
    """RFC 2342."""
    UIDPLUS = "UIDPLUS"
    """RFC 4315: UID EXPUNGE."""
    SPECIAL_USE = "SPECIAL-USE"
    """RFC 6154: \\Sent and \\Junk in LIST."""


def offered(tokens: Iterable[bytes]) -> frozenset[Capability]:
    """The capabilities among the tokens of a CAPABILITY answer."""
    names = {token.decode("ascii", "replace").upper() for token in tokens}
    return frozenset(capability for capability in Capability if capability.value in names)


class Refusal(StrEnum):
    """Why a server refuses."""

    PASSWORD = "password"  # noqa: S105 - a reason, no secret
    UNSAFE_LOGIN = "unsafe_login"
    """NetEase's risk control: IMAP switched off, no ID sent, or an unusual place."""
    THROTTLED = "throttled"
    NO_FOLDER = "no_folder"
    TEMPORARY = "temporary"
    OTHER = "other"


OUT_OF_BREATH: Final = frozenset({Refusal.THROTTLED, Refusal.TEMPORARY})
"""Troubles that pass by themselves."""

_TROUBLES: Final = tuple(
    (refusal, re.compile(pattern, re.IGNORECASE))
    for refusal, pattern in (
        (Refusal.UNSAFE_LOGIN, r"unsafe login"),
        (
            Refusal.THROTTLED,
            r"\[(?:limit|inuse)\]|too (?:many|much|frequent)|frequency|rate limit|try again later|busy|maximum number",
        ),
        (
            Refusal.TEMPORARY,
            r"\[unavailable\]|\[serverbug\]|temporar|internal error|service (?:is )?(?:not )?available",
        ),
        (
            Refusal.PASSWORD,
            r"\[(?:auth(?:entic|oriz)ationfailed|expired)\]|password|authenticat|login fail|invalid credential",
        ),
        (
            Refusal.NO_FOLDER,
            r"\[(?:nonexistent|trycreate)\]|(?:not|n't) exist|(?:no such|unknown) (?:folder|mailbox)",
        ),
    )
)
"""Text patterns for NO, BAD and BYE, tried in this order; codes in brackets are RFC 5530's, words are vendors'."""


def classify(text: str) -> Refusal:
    """What a refusal's text means (`NO LOGIN Login error or password error`, `NO SELECT Unsafe Login. …`)."""
    return next((trouble for trouble, pattern in _TROUBLES if pattern.search(text)), Refusal.OTHER)


class Declined(MailboxError):
    """The server said NO or BAD to a command; the connection lives.

    Attributes:
        trouble: what its words mean.
    """

    def __init__(self, trouble: Refusal, text: str) -> None:
        super().__init__(text)
        self.trouble = trouble


def login_refused(host: str, text: str) -> AccountError | MailboxError:
    """The error for a refused LOGIN: only what a person must mend is an AccountError.

    Args:
        host: of the server.
        text: what it said.
    """
    match classify(text):
        case Refusal.UNSAFE_LOGIN:
            return unsafe_login(host, text)
        case trouble if trouble in OUT_OF_BREATH:
            return Declined(trouble, f"{host} does not let us in for now ({text}). mailbot tries again later.")
        case _:
            return AccountError(
                f"{host} refuses user name or password ({text}). Check mailbox.user and the password; 163, 126 and QQ "
                "want the authorization code (授权码) from the webmail's settings, not the login password."
            )


def unsafe_login(host: str, text: str) -> AccountError:
    """The error for NetEase's risk control, which is no wrong password."""
    return AccountError(
        f"{host} lets us log in but open no folder ({text}): risk control (风控), no wrong password. Open "
        "the webmail, switch on IMAP/SMTP服务 under 设置 → POP3/SMTP/IMAP, make a new authorization code (授权码) "
        "there and use it as the password; answer any security question the webmail shows. Then start mailbot again."
    )


JUNK_NAMES: Final = frozenset(
    {"垃圾邮件", "垃圾箱", "广告邮件", "订阅邮件", "junk", "junk e-mail", "junk email", "spam", "bulk mail"}
)
"""Where NetEase, QQ, Outlook and Dovecot put what they take for junk; compared in lower case."""

SENT_NAMES: Final = ("已发送", "已发送邮件", "sent", "sent messages", "sent items", "sent mail")
"""Sent folders where the server marks none, best first; compared in lower case."""

JUNK_FLAG: Final = "\\junk"
SENT_FLAG: Final = "\\sent"
CLOSED_FLAGS: Final = frozenset({"\\noselect", "\\nonexistent"})
DELIMITERS: Final = re.compile(r"[/.]")


def is_junk(name: str, flags: Iterable[str]) -> bool:
    """Whether a listed folder holds what was sorted out by its attribute (RFC 6154 §2), else by its last name."""
    return JUNK_FLAG in flags or DELIMITERS.split(name)[-1].lower() in JUNK_NAMES


def sent_folder(listed: Iterable[tuple[str, frozenset[str]]]) -> str | None:
    """The folder that keeps what we sent: by its attribute, else by name; None where there is none.

    Args:
        listed: names and lower-case attributes, as LIST gave them.
    """
    folders = tuple(listed)
    for name, flags in folders:
        if SENT_FLAG in flags:
            return name
    by_name = {DELIMITERS.split(name)[-1].lower(): name for name, _ in reversed(folders)}
    return next((by_name[wanted] for wanted in SENT_NAMES if wanted in by_name), None)


def own_name(name: str, prefix: str) -> str:
    """A folder's name under the account's own prefix (RFC 2342 §5: `INBOX.` where all folders lie below INBOX).

    Args:
        name: as configured, levels parted by `/`.
        prefix: of the personal namespace; it ends with the server's delimiter, or is empty.
    """
    if not prefix or name.startswith(prefix):
        return name
    return prefix + name.replace("/", prefix[-1])


def listed_name(name: str, listed: Iterable[str], prefix: str) -> str:
    """The listed folder that a configured name means, itself or under the account's own prefix; empty for none.

    INBOX alone is the same in any case (RFC 3501 §5.1).
    """
    names = tuple(listed)
    if name.upper() == "INBOX":
        return next((found for found in names if found.upper() == "INBOX"), "INBOX")
    return next((wanted for wanted in (name, own_name(name, prefix)) if wanted in names), "")
