"""Addresses that people and programs broke, whole again: over lines, by blanks, in full-width signs, with 。 in them.

Pure. Three things tell that an address goes on behind a line's end: its host gives addresses of one length (`whole` in
`hosts.toml`), what follows can be nothing but an address's rest, or the line is as long as mail programs make lines.
"""

import re
import unicodedata
from itertools import islice
from typing import Final
from urllib.parse import unquote

from mailbot.text.hosts import Hosts

_NARROW: Final = {
    wide: wide - 0xFEE0
    for first, last in ("０９", "Ａｚ")
    for wide in range(ord(first), ord(last) + 1)
    if chr(wide).isalnum()
}
"""Full-width letters and digits, which Chinese input methods write, as the ones that codes are made of."""
_WIDE: Final = re.compile(r"https?：／／[!-~！-～]{1,300}", re.IGNORECASE)
_STOPS: Final = re.compile(
    r"(?<=[a-z0-9])[。点](?=(?:[a-z0-9-]{1,63}[。点.]){0,3}(?:com|cn|net|org)\b)", re.IGNORECASE | re.ASCII
)
_SCHEME: Final = re.compile(
    r"\bh(?:tt?|ttt|xx)p(s?)[ \t]?[:：][ \t]?([/\\]{1,3})[ \t]?(?=[a-z0-9])([!-~]*)", re.IGNORECASE
)
"""How an address begins, also mistyped, with a blank within, or with its strokes the other way round."""
_GAPS: Final = re.compile(
    r"(?<![\w.-])(?P<host>[a-z0-9-]{1,63}(?:[ \t]{0,2}\.[ \t]{0,2}[a-z0-9-]{1,63}){1,4})"
    r"(?P<path>(?:(?:/|[ \t]{1,2}/[ \t]{1,2})[\w-]{1,200}){1,4})",
    re.IGNORECASE | re.ASCII,
)
"""An address with blanks around its points and strokes."""
_BARE: Final = re.compile(
    r"(?P<before>百度(?:网盘|云盘?)?[^\w\n/]{0,6}|(?:链接|网盘|地址)[^\w\n/]{0,6}(?=/?s/)|^[^\S\n]*(?=/s/))(?:/?s/)?(?P<key>1[A-Za-z0-9_-]{22})"
    r"(?![\w-])",
    re.MULTILINE,
)
"""A Baidu share without its host, which its sender left out so that no filter takes it."""
_HOST: Final = re.compile(r"(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,6}(?=[/\s])", re.IGNORECASE | re.ASCII)
_PATH: Final = re.compile(r"[!-;=?-~]{0,2000}", re.ASCII)
_PIECE: Final = re.compile(r"[\s>|]{1,9}([\w/?=&-]{1,200})", re.ASCII)
MOST: Final = 1000
"""Addresses of one text that are looked at for their missing pieces."""
_PIECES: Final = 3
"""Pieces into which one address is thought to be broken."""
_BEGUN: Final = re.compile(r"<?https?://[!-~]{20,2000}", re.IGNORECASE)
_REST: Final = re.compile(r"(?!https?:)[!-;=?-~]{5,2000}(?=>|\s|$)", re.IGNORECASE)
"""How an address goes on in the next line: with a whole word, longer than a code."""
_NO_WORD: Final = re.compile(
    r"[?&=%/](?=[A-Za-z0-9])|[\w.~/-]{0,200}(?:&[A-Za-z]\w{0,20}=|%[0-9A-F]{2})"
    r"|(?=[\w-]{0,200}[a-z])(?=[\w-]{0,200}[A-Z])(?=[\w-]{0,200}[0-9])[\w-]{16,}(?:[?&/=]|\s|$)",
    re.ASCII,
)
"""What can only be an address's rest: it begins with a sign within one, has a parameter or an escape, or is a key."""
_QUOTED: Final = re.compile(r"(?:[>|][ \t]?)+")
WRAPPED: Final = (66, 80)
"""Characters of a line that a mail program broke: RFC 5322 §2.1.1 advises 78."""
_UNENDED: Final = frozenset("=&?%")
"""Signs that end no address."""
_ENDED: Final = re.compile(r"\.(?:mp4|mov|avi|mkv|zip|rar|7z|html?)$", re.IGNORECASE)
_WITHIN: Final = re.compile(r"/v\d/__(https?:/.+?)__;|[?&][\w-]{1,20}=(https?(?:://|%3A%2F%2F)[^&\s]+)", re.IGNORECASE)
"""An address within that of a page that warns before it (Proofpoint's, a search engine's, a webmail's)."""


def mended(text: str, hosts: Hosts) -> str:
    """Text whose addresses can be read: in letters of one width, with points for 。, not broken by lines or blanks."""
    plain = re.sub("[\u200b-\u200f\u2060\ufeff]", "", text).translate(_NARROW)
    plain = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), plain)
    plain = _SCHEME.sub(lambda found: f"http{found[1]}://" + _stroked(found[3], found[2]), plain)
    plain = _GAPS.sub(lambda found: _closed(found, hosts), _STOPS.sub(".", plain))
    plain = _BARE.sub(r"\g<before>https://pan.baidu.com/s/\g<key>", plain)
    lines: list[str] = []
    width = 0
    for line in _completed(plain, hosts).split("\n"):
        rest = _beside(lines[-1], line) if lines else line
        if lines and _goes_on(lines[-1], rest, width, hosts):
            lines[-1] += rest.lstrip(" \t\u3000")
            width = max(width, len(line))  # of a block whose lines are equally long the last one is shorter
        else:
            lines.append(line)
            width = len(line)
    return "\n".join(lines)


def _stroked(rest: str, begun: str) -> str:
    return rest.replace("\\", "/") if "\\" in begun else rest


def _closed(found: re.Match[str], hosts: Hosts) -> str:
    """An address without the blanks in it, where its host is a known one."""
    host = re.sub(r"\s", "", found["host"])
    return host + re.sub(r"\s", "", found["path"]) if hosts.lists(host) else found[0]


def _completed(text: str, hosts: Hosts) -> str:
    """Text in which the addresses of hosts that give them one length have it, whatever stands between their pieces."""
    done: list[str] = []
    position = 0
    for found in islice(_HOST.finditer(text), MOST):
        if found.start() < position or hosts.is_whole(found[0]) is None:
            continue
        path = _PATH.match(text, found.end())
        end = path.end() if path is not None else found.end()
        address, whole = text[found.start() : end], False
        for _ in range(_PIECES):
            piece = None if (whole := bool(hosts.is_whole(address))) else _PIECE.match(text, end)
            if piece is None:
                break
            address, end = address + piece[1], piece.end()
        if whole or hosts.is_whole(address):
            done += [text[position : found.start()], address]
            position = end
    return "".join([*done, text[position:]])


def _beside(above: str, line: str) -> str:
    """A line without the marks of its quote, where the one above stands in the same."""
    mark, own = _QUOTED.match(above), _QUOTED.match(line)
    same = mark is not None and own is not None and mark[0].split() == own[0].split()
    return line[own.end() :] if own is not None and same else line


def _goes_on(above: str, line: str, width: int, hosts: Hosts) -> bool:
    """Whether a line begins with the rest of the address at the end of the line above.

    Args:
        above: that line, joined with those before it whose address goes on in it.
        line: the next one, without the marks of a quote.
        width: of the lines that `above` was joined from.
        hosts: the host table.
    """
    if "://" not in above or not _BEGUN.fullmatch(address := above[max(above.rfind(" "), above.rfind("：")) + 1 :]):
        return False
    rest = line.lstrip(" \t\u3000")
    if _REST.match(rest) is None:
        return False
    if address.startswith("<"):
        return True
    known = hosts.is_whole(address.partition("://")[2])
    if _NO_WORD.match(rest) and not _ENDED.search(address):
        return not known or rest[0] in "?&"
    wide = WRAPPED[0] <= width <= WRAPPED[1] or len(line) == width or len(above) > width or address[-1] in _UNENDED
    return wide and not known and rest == line


def wrapped_address(url: str) -> str:
    """The address that another one leads to, where it says so itself; empty where it leads nowhere else."""
    found = _WITHIN.search(url)
    return unquote(found[1] or found[2]) if found else ""
