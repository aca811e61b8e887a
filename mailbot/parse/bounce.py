"""Which of our letters came back, and from whom (RFC 3464; NetEase and QQ have formats of their own). Pure."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from mailbot.parse.addresses import read_ids
from mailbot.parse.headers import Headers, read_block

_SENDERS: Final = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@|^mailer-daemon$", re.IGNORECASE)
_SUBJECTS: Final = re.compile(
    r".{0,24}?(?:退信|退回|被退|(?:未能?|无法|不能)(?:成功)?(?:送达|投递|传递|递送)|(?:传送|传递|发送|发信|投递|递送)失败"
    r"|undeliver|non.?delivery|delivery (?:status|failure|has failed|failed|problem|notification)|failure notice"
    r"|returned mail|mail delivery|(?:could|can)(?: ?not|n't) be delivered|not (?:been )?delivered"
    r"|message delivery fail|mail system error|email is returned|\s*rejected\s*:)",
    re.IGNORECASE,
)
_DAEMON: Final = re.compile(r"(?:^|[<\s])mailer-daemon(?:@|$)", re.IGNORECASE)
"""Nobody but a mail system writes under this name."""
_LATE: Final = re.compile(r"warning|delay|still being retried|deferred|延迟|推迟|暂时", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[\w.+%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}", re.ASCII)
_BOUNCED: Final = re.compile(r"BouncedRcpt=([^&\"'\s<>]{3,320})")
_CELL: Final = re.compile(
    r"(?:收\s{0,4}件\s{0,4}人|无法发送到|Recipient|To)\s{0,3}[:：]?\s{0,10}<?([^\s<>]{3,320}@[^\s<>,;，；]{3,250})"
)
_ID_LINE: Final = re.compile(r"Message-ID\s{0,3}:\s{0,4}(<[^<>\s]{3,500}>)", re.IGNORECASE)


def is_bounce(sender: str, subject: str, headers: Headers, report_type: str) -> str:
    """Why a mail is a delivery report about a letter of ours; empty where it is none.

    A person may write about 退信 too: the subject counts only from a mail system's own address. MAILER-DAEMON needs no
    known subject; where it only warns of a delay it reports no failure.
    """
    if report_type == "delivery-status":
        return "multipart/report of delivery-status (RFC 3464)"
    if "x-failed-recipients" in headers:
        return "X-Failed-Recipients"
    system = _SENDERS.search(sender) is not None
    if system and _SUBJECTS.match(subject):
        return f"delivery report from {sender}"
    if _DAEMON.search(sender) and not _LATE.search(subject):
        return f"delivery report from {sender}"
    null = any(value.strip() == b"<>" for value in headers.all("return-path"))
    if null and (system or _SUBJECTS.match(subject)):
        return "null return path on a delivery report (RFC 3834 §2)"
    return ""


def is_delay(reports: Iterable[tuple[str, bytes]]) -> bool:
    """Whether every report only says that the letter is late: it is still under way."""
    actions = [
        headers.get("action").strip().lower()
        for report in reports
        for headers in _groups(report)
        if "action" in headers
    ]
    return bool(actions) and all(action in {b"delayed", b"relayed", b"delivered", b"expanded"} for action in actions)


def bounced_recipients(
    headers: Headers, reports: Iterable[tuple[str, bytes]], text: str, html: str, own: frozenset[str]
) -> tuple[str, ...]:
    """The addresses that could not be reached, lower case: the report's word first, else the letter's."""
    found = [
        address
        for report in reports
        for group in _groups(report)
        if group.get("action").strip().lower() not in {b"delayed", b"delivered", b"relayed"}
        for field in ("final-recipient", "original-recipient")
        for address in _ADDRESS.findall(group.get(field).decode("latin-1"))
    ]
    found = found or _ADDRESS.findall(headers.get("x-failed-recipients").decode("latin-1"))
    found = found or [address for raw in _BOUNCED.findall(html) for address in _ADDRESS.findall(unquote(raw))]
    found = found or [address for raw in _CELL.findall(text) for address in _ADDRESS.findall(raw)]
    return tuple(dict.fromkeys(lower for address in found if (lower := address.lower()) not in own))[:100]


def bounced_ids(
    headers: Headers, reports: Iterable[tuple[str, bytes]], nested: Iterable[Headers], text: str
) -> tuple[str, ...]:
    """The Message-IDs of our letters that a bounce quotes, in a returned mail, its headers, or its own threading."""
    found = [one for mail in nested for one in read_ids(mail.get("message-id"))[:1]]
    found += [one for kind, data in reports if kind == "text/rfc822-headers" for one in _quoted(data)]
    for field in ("in-reply-to", "references"):
        found += read_ids(headers.get(field))
    found += _ID_LINE.findall(text[:200_000])
    return tuple(dict.fromkeys(found))[:20]


def _quoted(data: bytes) -> tuple[str, ...]:
    return read_ids(read_block(data).get("message-id"))[:1]


def _groups(report: tuple[str, bytes]) -> list[Headers]:
    """A delivery-status report's groups of fields: the message's, then one a recipient (RFC 3464 §2.1)."""
    kind, data = report
    if kind != "message/delivery-status":
        return []
    return [read_block(group) for group in re.split(rb"\r?\n[ \t]*\r?\n", data)]
