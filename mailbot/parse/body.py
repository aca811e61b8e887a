"""A body's text: its charset, format=flowed (RFC 3676), and whose words a forwarded mail carries. Pure."""

import re
from typing import Final

from mailbot.model.mail import Address
from mailbot.parse.addresses import read_addresses
from mailbot.text.charset import codec_name, decode
from mailbot.text.html import html_charset

LINE_END: Final = re.compile(r"\r{0,9}\n|\r")
"""Some gateways end lines with CR CR LF."""


def decode_body(data: bytes, label: str, *, html: bool) -> str:
    """A body's text: the MIME label first, then the document's own, which webmails leave behind when they re-encode."""
    own = html_charset(data) if html else ""
    label = label if codec_name(label) else own
    return LINE_END.sub("\n", decode(data, label, own))


def unflow(text: str, *, delsp: bool) -> str:
    """RFC 3676 format=flowed as paragraphs: a line that ends with a blank goes on in the next of its quote depth."""
    out: list[str] = []
    going = False
    depth = 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        level = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flowed = bare.endswith(" ") and bare != "-- "
        if flowed and delsp:
            bare = bare[:-1]
        if going and level == depth and bare != "-- ":
            out[-1] += bare
        else:
            out.append("> " * level + bare)
        going, depth = flowed, level
    return "\n".join(out)


# --- forwarded mails ---

_FORWARD_MARK: Final = re.compile(
    r"^[> \t\xa0]{0,40}[-—_=*]{3,80}[ \xa0]{0,9}"
    r"(?:转发邮件信息|转发的邮件|转发邮件|转发信息|Forwarded [Mm]essage|Forwarded mail|"
    r"Original [Mm]essage|原始邮件|原邮件信息|原邮件)[ \xa0]{0,9}[-—_=*]{0,80}",
    re.MULTILINE,
)
_FORWARD_SUBJECT: Final = re.compile(r"\s*(?:转发|轉寄|转|Fwd?|FW)\s*[:：]", re.IGNORECASE)
_FROM_LINE: Final = re.compile(
    r"^[> \t\xa0*]{0,40}(?:发\s{0,4}件\s{0,4}人|发送人|寄件者|From)"
    r"[^\S\n]{0,4}[*\"]?[^\S\n]{0,4}[:：][^\S\n]{0,9}(.{1,300})$",
    re.MULTILINE,
)
_ADDRESS: Final = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}", re.ASCII)


def forwarded_from(subject: str, text: str) -> Address | None:
    """The original sender a forwarded (转发) mail names in its body; None where the mail is not forwarded.

    A reply quotes its original too, so the subject has to say 转发 or the marker has to.
    """
    mark = _FORWARD_MARK.search(text)
    forwarded = bool(_FORWARD_SUBJECT.match(subject)) or (mark is not None and re.search("转发|Forward", mark[0]))
    if not forwarded:
        return None
    found = _FROM_LINE.search(text, mark.end() if mark is not None else 0)
    return _named(found[1]) if found is not None else None


def _named(line: str) -> Address | None:
    address = _ADDRESS.search(line)
    if address is None:
        name = line.strip(" \"'<>*;；")
        return Address("", name) if name else None
    name = re.sub(r"[<\[(（\"'*]|mailto:", " ", line[: address.start()]).strip()
    plain = read_addresses(address[0].encode())
    return Address(plain[0].addr if plain else address[0], name)
