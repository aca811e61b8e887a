"""A spooled mail read: its words, its sender's intent, every file in it. The one edge of this room.

`split` takes the mail apart in one streaming pass and `gather` puts every file, decoded and hashed on the way, into
the store. mail-parser then reads a light copy (headers and bodies); what it loses or garbles is mended from the raw
bytes (`headers`, `addresses`, `dates`, `charset`). Uuencode, yEnc and nested mails are opened here; archives and
winmail.dat are opened by `extract/archive.py`, in a bounded child.
"""

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from mailbot.model.finding import Code, Finding
from mailbot.model.limits import Limits
from mailbot.model.mail import Address, Authentication, Link, Mail
from mailbot.parse.addresses import read_addresses, read_id, read_ids
from mailbot.parse.automatic import Evidence, read_signs
from mailbot.parse.body import LINE_END, decode_body, forwarded_from, unflow
from mailbot.parse.dates import read_date, received_date
from mailbot.parse.gather import Body, Gathered, Gatherer
from mailbot.parse.headers import Headers, read_field
from mailbot.parse.second import LIGHT, LightReading, read_light
from mailbot.parse.split import Splitter
from mailbot.store import Store
from mailbot.text.charset import clean, codec_name
from mailbot.text.hosts import known_hosts
from mailbot.text.html import html_text, read_html
from mailbot.text.links import find_links, merge_links
from mailbot.text.subjects import is_answer


def parse_mail(path: Path, store: Store, own: frozenset[str], limits: Limits) -> Mail:
    """What a spooled mail says and brings.

    Args:
        path: the raw mail.
        store: takes every leaf that is not a body, decoded.
        own: addresses of this mailbox, lower case; empty where not known.
        limits: `depth` and `parts` bound what is looked at.

    Raises:
        OSError: from our own disk; nothing that a mail holds makes it raise.
    """
    gatherer = Gatherer(store, limits)
    with path.open("rb") as file:
        splitter = Splitter(file, limits.depth)
        gatherer.take(splitter)
    return _mail(splitter, gatherer.found, own)


def _mail(splitter: Splitter, found: Gathered, own: frozenset[str]) -> Mail:
    headers = splitter.headers
    mine = [body for body in found.bodies if not body.inside]
    hint = next((label for body in mine if codec_name(label := body.leaf.kind.get("charset"))), "")
    light = read_light(splitter.block, mine)
    texts = [_body_text(body, text) for body, text in zip(mine, light.bodies or [""] * len(mine), strict=True)]
    html = "\n".join(text for body, text in zip(mine, texts, strict=True) if body.html)
    text = _readable([text for body, text in zip(mine, texts, strict=True) if not body.html], html)
    subject = headers.text("subject", hint) or light.subject
    sender = _sender(headers, light, hint)
    to = read_addresses(headers.get("to"), hint) or light.to
    cc = read_addresses(headers.get("cc"), hint) or light.cc
    kind = read_field(headers.get("content-type"))
    forwarded = forwarded_from(subject, text)
    answers = forwarded is None and ("in-reply-to" in headers or is_answer(subject))
    links = _links(subject, found.bodies, texts, answers=answers)
    evidence = Evidence(headers, kind, subject, sender, own, tuple(found.reports), tuple(found.nested), text, html)
    signs = read_signs(evidence, brings=bool(found.parts or links))
    return Mail(
        message_id=read_id(headers.get("message-id")),
        sender=sender,
        subject=subject,
        in_reply_to=read_id(headers.get("in-reply-to")),
        references=read_ids(headers.get("references")),
        reply_to=read_addresses(headers.get("reply-to"), hint) or light.reply_to,
        to=to,
        cc=cc,
        date=read_date(headers.text("date")) or light.date,
        sent_at=received_date(headers.get("received")),
        body_text=text,
        body_html=html,
        parts=tuple(found.parts),
        links=links,
        forwarded_from=forwarded,
        automatic=signs.automatic,
        answerable=signs.answerable,
        automatic_reason=signs.reason,
        bounced_ids=signs.bounced_ids,
        bounced_recipients=signs.bounced_recipients,
        findings=(*found.findings, *_structure(splitter)),
        sole_author=len(read_addresses(b",".join(headers.all("from")), hint)) == 1,
        authentication=_authentication(headers),
        spam=_spam(headers),
        addressed=_addressed(headers, (*to, *cc), own),
    )


def _structure(splitter: Splitter) -> list[Finding]:
    if splitter.headers.fields:
        return []
    return [Finding(Code.MAIL_UNREADABLE, {"reason": "no header field"})]


# --- words ---


def _body_text(body: Body, theirs: str) -> str:
    """A body's text: mail-parser's, where the label means what Python thinks it means and nothing broke; else ours."""
    label = body.leaf.kind.get("charset")
    plain = codec_name(label) in {"utf-8", "ascii"} and len(body.data) <= LIGHT
    if plain and theirs and "\ufffd" not in theirs:
        text = LINE_END.sub("\n", clean(theirs))
    else:
        text = decode_body(body.data, label, html=body.html)
    if not body.html and body.leaf.kind.get("format").lower() == "flowed":
        return unflow(text, delsp=body.leaf.kind.get("delsp").lower() == "yes")
    return text


def _readable(plain: Sequence[str], html: str) -> str:
    """The plain text, unless it is a stub beside the real, HTML one."""
    text = "\n".join(plain).strip()
    if not html or len(text) > 200:  # no stub is so long
        return text
    shown = html_text(read_html(html))
    return shown if len(shown) > 4 * len(text) else text


def _links(subject: str, bodies: Sequence[Body], own_texts: Sequence[str], *, answers: bool) -> tuple[Link, ...]:
    """Links of every body, HTML before text: it names files and expiry; and of the subject; each address once."""
    nested = [body for body in bodies if body.inside]
    texts = [*zip([body for body in bodies if not body.inside], own_texts, strict=True)]
    texts += [(body, _body_text(body, "")) for body in nested]
    ordered = sorted(texts, key=lambda pair: not pair[0].html)
    found = (
        find_links(text, known_hosts(), html=body.html, answers=answers and not body.inside) for body, text in ordered
    )
    return merge_links(chain(*found, find_links(subject, known_hosts(), html=False)))


# --- headers ---


def _sender(headers: Headers, light: LightReading, hint: str) -> Address:
    """From's first address; where it has none the one within its name, then Sender, Reply-To and Return-Path."""
    from_field = (*read_addresses(headers.get("from"), hint), light.sender)
    written = (*from_field, *read_addresses(headers.get("sender"), hint))
    name = next((one.name for one in from_field if one.name), "")
    within = read_addresses(name.encode()) if "@" in name else ()
    others = (found for field in ("reply-to", "return-path") for found in read_addresses(headers.get(field)))
    found = next((one for one in (*from_field, *within, *written, *others) if "@" in one.addr), None)
    if found is None:
        return Address("", name)
    return found if found in written else Address(found.addr, next((one.name for one in within if one.name), name))


def _authentication(headers: Headers) -> Authentication | None:
    value = headers.get("authentication-results").decode("latin-1")
    received = re.match(rb"\s{0,9}([A-Za-z]{2,20})", headers.get("received-spf"))
    if not value and received is None:
        return None
    bare = re.sub(r"\([^()]*\)", " ", value)
    server, _, rest = bare.partition(";")
    results: dict[str, str] = {}
    for method, result in re.findall(
        r"(?:^|[;\s])(spf|dkim|dmarc)\s{0,3}=\s{0,3}([A-Za-z]{2,20})", rest, re.IGNORECASE
    ):
        known = results.setdefault(method.lower(), result.lower())
        if known != "pass" and result.lower() == "pass":
            results[method.lower()] = "pass"
    if received is not None:  # RFC 7208 §9.1
        results.setdefault("spf", received[1].decode("ascii").lower())
    name = (server.split() or [""])[0]
    names = [field for field, _ in headers.fields if field in {"received", "authentication-results"}]
    on_top = "received" not in names or names[0] == "authentication-results"
    return Authentication(
        name, results.get("spf", ""), results.get("dkim", ""), results.get("dmarc", ""), on_top, _vouched(rest)
    )


_PASSING: Final = re.compile(r"\b(?:spf|dkim)\s{0,3}=\s{0,3}pass\b", re.IGNORECASE)
_ABOUT: Final = re.compile(r"(?:smtp\.mail(?:from)?|header\.[di])\s{0,3}=\s{0,3}\"?([^\s;\"]{1,255})", re.IGNORECASE)


def _vouched(results: str) -> tuple[str, ...]:
    """The domains that a passing SPF or DKIM is about: `smtp.mailfrom=a@b.example`, `header.d=b.example`."""
    passing = (text for text in results.split(";") if _PASSING.search(text))
    found = (match for text in passing for match in _ABOUT.findall(text))
    return tuple(dict.fromkeys(value.rpartition("@")[2].lower() for value in found))


def _spam(headers: Headers) -> bool:
    return headers.get("x-spam-flag").strip().lower().startswith(b"yes") or headers.get(
        "x-spam-status"
    ).strip().lower().startswith(b"yes")


def _addressed(headers: Headers, listed: Sequence[Address], own: frozenset[str]) -> bool:
    others = ("resent-to", "resent-cc", "delivered-to", "x-original-to", "envelope-to")
    extra = [address for name in others for value in headers.all(name) for address in read_addresses(value)]
    return not own or any(address.mailbox in own for address in (*listed, *extra))
