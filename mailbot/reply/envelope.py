"""To whom an answer goes, under which subject, in which thread (RFC 3834 §3, RFC 5322 §3.6.4)."""

import hashlib
import re
from typing import Final

from mailbot.model.letter import Envelope
from mailbot.model.mail import Address, Mail
from mailbot.text.persons import names_someone
from mailbot.text.subjects import bare_subject

LOCAL: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x20\x7f-\x9f]{1,64}")
"""Characters that are no ASCII need a server with SMTPUTF8 (RFC 6531)."""
DOMAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})[A-Za-z0-9]")
NEVER: Final = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|listserv|majordomo|bounces?|owner-.*|.*-request|.*-owner)@",
    re.IGNORECASE,
)
"""Addresses of programs (RFC 5230 §4.6): nobody reads an answer there."""
MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,500}>")
"""Printable ASCII within angle brackets: nothing else may go into a header of ours."""
SUBJECT_LENGTH: Final = 120
REFERENCES: Final = 20
"""How many ids of a long thread are kept: the first and the newest."""


def mailable(address: str) -> str:
    """An address as an envelope has it, an international domain in ASCII (IDNA, RFC 3490); empty where it is none."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    well = LOCAL.fullmatch(local) and local.isprintable() and DOMAIN.fullmatch(ascii_domain)
    return f"{local}@{ascii_domain}" if well and ".." not in address else ""


def is_sane(address: str) -> bool:
    """Whether an address can be written to, and a person may read it."""
    return mailable(address) != "" and NEVER.match(address) is None


def recipient(mail: Mail, own: frozenset[str]) -> Address | None:
    """Reply-To where one sane address, and not ours, stands in it, else From; None where there is nobody to answer.

    Args:
        mail: the mail to answer.
        own: addresses of this mailbox, lower case: never answered.
    """
    others = [one for one in mail.reply_to if one.mailbox not in own]
    chosen = others[0] if len(others) == 1 and is_sane(others[0].addr) else mail.sender
    if not is_sane(chosen.addr) or chosen.mailbox in own:
        return None
    return chosen


def envelope_for(mail: Mail, to: Address) -> Envelope:
    """The answer's place in the thread."""
    known = mail.references or (mail.in_reply_to,)
    thread = [one for one in (*known, mail.message_id) if MESSAGE_ID.fullmatch(one)]
    if len(thread) > REFERENCES:
        thread = [thread[0], *thread[1 - REFERENCES :]]
    answered = mail.message_id if MESSAGE_ID.fullmatch(mail.message_id) else ""
    return Envelope(mailable(to.addr) or to.addr, answered, tuple(thread), topic(mail.subject))


def topic(subject: str) -> str:
    """What an answer's subject quotes of the mail's: without its Re: and 转发：, of bearable length."""
    bare = bare_subject(subject)
    return bare if len(bare) <= SUBJECT_LENGTH else bare[: SUBJECT_LENGTH - 1] + "…"


def message_id(key: str, sender: str) -> str:
    """The Message-ID that a letter's key gives it, in the sending account's own domain."""
    domain = sender.rsplit("@", 1)[-1].rstrip(">") or "localhost"
    return f"<mailbot.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def greeting(to: Address, contact: str = "") -> str:
    """How the letter addresses its reader: the sender's own name, else the form's contact; empty where neither is one.

    A display name that is an account's (admin), an address or a number is no name.
    """
    return next((" ".join(name.split()) for name in (to.name, contact) if names_someone(name)), "")
