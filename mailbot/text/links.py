"""Links that stand for files: large attachments, netdisk shares, video pages, plain files. Pure; hosts are data.

A link's code, file name, size and expiry are words near it. An HTML body is laid out as text first, with a sign where
each link stands, so that HTML and plain text are read by the same rules.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice, zip_longest
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from mailbot.model.mail import CHINA, Link
from mailbot.text.addresses import mended, wrapped_address
from mailbot.text.hosts import ELSEWHERE, Host, Hosts, known_hosts
from mailbot.text.html import linked_text, read_html
from mailbot.text.quotes import in_quote

MOST: Final = 500
"""Links of one body that are looked at."""
TEXT: Final = 1024 * 1024
"""Characters of one body that are looked at."""
FEW_WORDS: Final = 30
NEAR: Final = 300
"""Characters behind a link (and half as many before it) whose words may be about it."""


# --- finding ---

_URL: Final = re.compile(
    r"(?:(?P<scheme>https?|ftp)[:：]//(?=[^\s/]{3,260})|(?<![\w.@/-])(?=[^\s/]{3,260}/))"
    r"(?P<rest>(?:(?<=ftp://)[^\s/@]{1,64}@)?(?:(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,10}|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?(?:[/?#][\w~:/?#\[\]@!$&*+;=%,.-]{0,2000})?)",
    re.IGNORECASE | re.ASCII,
)
_SIGN: Final = re.compile("\ue000(\\d{1,6})\ue001")
_TRAILING: Final = ".,;:!?)]}>'\"*~"
_ENDING: Final = r"\.(?:mp4|mov|avi|mkv|wmv|flv|mpe?g|m4v|3gp|zip|rar|7z)"
_FILM: Final = re.compile(rf"{_ENDING}\s*$", re.IGNORECASE)
_SHARED: Final = re.compile(
    r"(?:pan|disk|cloud|box|yun|drive|netdisk|nas|jbox|nextcloud|owncloud|seafile|kod|file|files|share|rec)\d{0,2}\."
    r"[^/]+/(?:index\.php/)?(?:s|f|d|l|u/d|link|share|sharing)/[\w-]{5,}/?$",
    re.IGNORECASE,
)
"""A share on a unit's own netdisk: Nextcloud, Seafile, AnyShare, Synology and their like."""
_LARGE: Final = re.compile(r"超大附件|云附件|大附件|文件中转站")
"""What mail programs write above the links to files that were too large to be attached."""
_DOWNLOAD: Final = re.compile(r"\s*(?:点击|立即|进入)?(?:下载|打开|查看)(?:文件|附件|页面)?\s*")
"""And on the link itself; beside it stands praise of their own programs."""
_LABEL: Final = re.compile(
    r"(?:视频|作品|成片|短片|影片|文件|素材|下载|观看|播放|网盘|云盘|链接)[^\s:：]{0,6}?(?:地址|链接|网址)"
    r"[^\S\n]{0,3}(?:[(（][^()（）\n]{0,12}[)）])?[^\S\n]{0,3}(?:为|是|如下|见|请见)?[^\S\n]{0,3}[:：]?\s{0,3}$"
)
"""What says of the address behind it that a work lies there: 视频下载地址：."""
_NAME: Final = re.compile(rf"[^\s，。；、（）()\"'<>]{{1,100}}?{_ENDING}(?![A-Za-z0-9])", re.IGNORECASE)
"""The rest of an address whose file name is not encoded."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A link's place in the laid-out text; `label` is what an HTML link shows."""

    start: int
    end: int
    url: str
    row: Host
    label: str = ""
    known: Link | None = None


def links_of_cells(cells: Iterable[str]) -> Iterator[Link]:
    """The links that the 视频链接 cells of a form hold: there every address is one."""
    return (link for cell in cells for link in find_links(cell, known_hosts(), html=False, surely=True))


def has_address(text: str) -> bool:
    """Whether a 视频链接 cell holds an address at all: 见附件, a file's name or 视频号：… is none."""
    return re.search(r"(?:https?|ftp)[:：]//\w|magnet:|ed2k:", text) is not None or any(links_of_cells([text]))


def find_links(text: str, hosts: Hosts, *, html: bool, surely: bool = False, answers: bool = False) -> tuple[Link, ...]:
    """Every file or video link of a body, in its order, each address once.

    A host of no row counts where the address or the words on it name a film or an archive, where the words before it
    say that a work lies there, or where the block that it stands in calls itself a large attachment.

    Args:
        text: the body, decoded.
        hosts: the host table.
        html: it is HTML.
        surely: every address counts: the text is the 视频链接 of a form.
        answers: the mail answers another one: where it brings links itself, those in the quoted letter are not sent.
    """
    anchors: list[Mapping[str, str]] = []
    if html:
        text, anchors = linked_text(read_html(text))
    text = mended(text[:TEXT], hosts)
    found = chain(islice(_anchored(text, anchors, hosts), MOST), islice(_written(text, hosts, surely=surely), MOST))
    spots = sorted(found, key=lambda spot: spot.start)
    spots = [spot for spot, beside in zip_longest(spots, spots[1:]) if not _is_cut(spot, beside, hosts)]
    if answers:
        spots = [spot for spot in spots if not in_quote(text, spot.start)] or spots
    return tuple(_shared(text, merge_links(_described(text, spots))))


def _is_cut(spot: _Spot, beside: _Spot | None, hosts: Hosts) -> bool:
    """Whether an HTML link is only the beginning of the address that it shows: a program ended it at an odd sign."""
    if beside is None or beside.start - spot.end > 0 or not beside.url.startswith(spot.url) or beside.url == spot.url:
        return False
    return hosts.is_whole(spot.url.partition("://")[2]) is False


def merge_links(links: Iterable[Link]) -> tuple[Link, ...]:
    """Each address once; what one mention leaves out another may tell."""
    merged: dict[str, Link] = {}
    for link in links:
        key = re.sub(r"^https?://|[?&](?:pwd|password)=\w*|#.*$", "", link.url)
        known = merged.get(key)
        merged[key] = link if known is None else _filled(known, link)
    return tuple(merged.values())


def _filled(known: Link, other: Link) -> Link:
    return replace(
        known,
        code=known.code or other.code,
        expires=known.expires or other.expires,
        filename=known.filename or other.filename,
        size=known.size or other.size,
    )


def _split(url: str) -> SplitResult | None:
    """An address that a browser would open as it reads; None for one with letters that look alike, or a user name.

    Of ftp a name and its password are a part.
    """
    try:
        found = urlsplit(url.strip())
        found.port  # noqa: B018 - raises where it is none
    except ValueError:
        return None
    if found.scheme.lower() not in {"http", "https", "ftp"}:
        return None
    named = "@" in found.netloc and found.scheme.lower() != "ftp"
    if named or not (found.hostname or "").isascii():
        return None
    return found._replace(netloc=found.netloc if "@" in found.netloc else found.netloc.lower())


def _meant(url: SplitResult | None, hosts: Hosts) -> SplitResult | None:
    """The file's own address where a page that warns of it stands before it."""
    aim = _split(wrapped_address(url.geturl())) if url is not None and hosts.find(url) is None else None
    return aim if aim is not None and hosts.find(aim) is not None else url


def _row_of(url: SplitResult | None, hosts: Hosts, *, surely: bool) -> Host | None:
    """The row that an address goes by; None where it stands for no file."""
    if url is None:
        return None
    row = hosts.find(url)
    if row is not None:
        front_page = url.path in {"", "/"} and not url.query
        return None if row.ignore or (front_page and not surely) else row
    shared = _SHARED.match(f"{url.hostname}{url.path}")
    return ELSEWHERE if surely or shared or _FILM.search(unquote(url.path)) else None


def _anchored(text: str, anchors: list[Mapping[str, str]], hosts: Hosts) -> Iterator[_Spot]:
    for sign in _SIGN.finditer(text):
        number = int(sign[1])
        anchor = anchors[number] if number < len(anchors) else {}
        href = re.sub(r"^https?:/{1,3}(?=https?:)", "", anchor.get("href", "").strip())
        url = _meant(_split(href if re.match(r"[a-zA-Z]{2,9}:", href) else f"https://{href.lstrip('/')}"), hosts)
        label = anchor.get("text", "")
        large = _DOWNLOAD.fullmatch(label) and _LARGE.search(text[max(sign.start() - NEAR, 0) : sign.start()])
        told = _FILM.search(label) or _says_so(text, sign.start())
        row = _row_of(url, hosts, surely=bool(large or told))
        if url is not None and row is not None:
            yield _Spot(sign.start(), sign.end(), url.geturl(), row, label, _attributes(anchor))


def _attributes(anchor: Mapping[str, str]) -> Link | None:
    """What NetEase's and QQ's blocks say in attributes: name, size in bytes, expiry in epoch (milli)seconds."""
    stamp = anchor.get("expired") or anchor.get("expiretime", "0")
    size = anchor.get("file-size", "0")
    number = int(stamp) if re.fullmatch(r"[0-9]{10,14}", stamp) else 0
    expires = ""
    if number:
        seconds = number / 1000 if number > 10**11 else number
        expires = datetime.fromtimestamp(seconds, CHINA).isoformat(timespec="seconds")
    bytes_ = int(size) if re.fullmatch(r"[0-9]{1,15}", size) else 0
    return Link("", "", "", expires, anchor.get("file-name", ""), bytes_)


def _written(text: str, hosts: Hosts, *, surely: bool) -> Iterator[_Spot]:
    for found in _URL.finditer(text):
        rest = found["rest"]
        if rest.endswith("...") or text.startswith("…", found.end()):
            continue  # a label that shows the beginning of its link
        name = _NAME.match(text, found.end())
        address = _ends(rest + name[0] if name else rest.rstrip(_TRAILING))
        url = _meant(_split(f"{found['scheme'] or 'https'}://{address}"), hosts)
        row = _row_of(url, hosts, surely=surely or _says_so(text, found.start()))
        if url is not None and row is not None:
            yield _Spot(found.start(), found.start("rest") + len(address), url.geturl(), row)


def _says_so(text: str, at: int) -> bool:
    """Whether the words right before a place say that an address of a work follows."""
    return _LABEL.search(text[max(at - FEW_WORDS, 0) : at]) is not None


def _ends(address: str) -> str:
    """An address up to a bracket that closes what began before it: `[https://…/icon.png]name<https://…>`."""
    close = address.find("]")
    return address[:close] if close >= 0 and "[" not in address[:close] else address


# --- the words around ---

_CODE_WORD: Final = (
    r"(?:(?:提\s?取|访问|分享)\s?密?\s?[码碼吗]|验证码|取件码|密\s?[码钥]|口令|tqm|(?<![\u4e00-\u9fff])[码密](?=[:：])"
    r"|pass(?:word|code|wd)|pwd|(?<![\w])(?:code|key))"
)
_GAP: Final = r"(?:[^\w.。!?！？]|[.。](?=\s?(?-i:[a-z0-9]{4})(?![A-Za-z0-9]))){0,6}"
"""Whatever marks and blanks stand between the word and the code; a full stop only before what looks like one."""
_CODE: Final = re.compile(
    rf"{_CODE_WORD}(?:\s?[(（][\u4e00-\u9fff]{{1,10}}[)）])?{_GAP}(?:就?是|为)?{_GAP}(?!https?\b|www\b)"
    r"([A-Za-z0-9](?:[A-Za-z0-9@#$%&*]{1,6}[A-Za-z0-9]|(?: [A-Za-z0-9]){3}))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_BARE_CODE: Final = re.compile(
    r"\s{0,3}[(（【\[](?P<within>[A-Za-z0-9]{4})[)）】\]]|[^\S\n]{0,9}\n\s{0,9}(?P<below>(?!(?:19|20)\d\d)[a-z0-9]{4})[^\S\n]{0,9}(?=\n|$)"
)
"""Right behind a netdisk's link: （ab12）; or alone in the next line."""
_FOR_ALL: Final = re.compile(
    rf"{_CODE_WORD}\s{{0,3}}(?:(?P<each>分别)|均|都|统一|全部|一律)[^A-Za-z0-9\n]{{0,6}}"
    r"(?P<codes>[A-Za-z0-9]{3,8}(?:[、,，;；/ ]{1,2}[A-Za-z0-9]{3,8})*)",
    re.IGNORECASE,
)
"""提取码均为 ab12; 提取码分别为 ab12、cd34."""
_FILE: Final = re.compile(
    r"([^\s\\/:：*?\"<>|()（）,，。;；「」『』\]\ue000\ue001][^\\/:：*?\"<>|\n\t「」『』\ue000\ue001]{0,150}?"
    r"\.(?:mp4|mov|avi|mkv|wmv|flv|mpg|mpeg|m4v|3gp|zip|rar|7z|docx?|xlsx?|pdf|wps|et|jpg|jpeg|png|pptx?))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(r"(?<![\w.])(\d{1,6}(?:\.\d{1,3})?)\s?([KMGT])i?B?(?![A-Za-z0-9])", re.IGNORECASE)
_TITLE: Final = re.compile(r"《([^《》\n]{1,60})》")
_UNITS: Final = {"K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_WHEN: Final = r"(\d{4})\s?[年/.-]\s?(\d{1,2})\s?[月/.-]\s?(\d{1,2})日?(?:\s{0,3}(\d{1,2})[:：](\d{2}))?"
_EXPIRES: Final = re.compile(
    rf"{_WHEN}\s{{0,3}}(?:前?\s?(?:到期|过期|失效|有效)|expire)|"
    rf"(?:到期|过期|失效|有效期|Expire[sd]?)[^\d\n]{{0,12}}?{_WHEN}",
    re.IGNORECASE,
)


def _described(text: str, spots: list[_Spot]) -> Iterator[Link]:
    """Each spot with what its surroundings say; a code is bound to the link before it unless that has one."""
    taken = -1
    for index, spot in enumerate(spots):
        following = next((other for other in spots[index + 1 :] if other.url != spot.url), None)
        stop = min(following.start if following else len(text), spot.end + NEAR)
        previous = spots[index - 1].end if index else 0
        before = text[max(previous, spot.start - NEAR // 2) : spot.start]
        after = text[spot.end : stop]
        code, taken = _code(spot, before, after, taken)
        yield _link(spot, code.replace(" ", ""), before, after)


def _shared(text: str, links: Sequence[Link]) -> Iterator[Link]:
    """The links, those without a code with the one that the text gives to all of them, or to each in turn."""
    found = _FOR_ALL.search(text)
    open_ = [link.url for link in links if not link.code and link.provider]
    codes = re.split(r"[、,，;；/ ]+", found["codes"]) if found else []
    told = codes if found and found["each"] else codes[:1] * len(open_)
    given = dict(zip(open_, told, strict=True)) if len(told) == len(open_) else {}
    return (replace(link, code=given.get(link.url, link.code)) for link in links)


def _code(spot: _Spot, before: str, after: str, taken: int) -> tuple[str, int]:
    """The extraction code: in the address, behind the link, or before it where nothing else may claim it."""
    split = urlsplit(spot.url)
    query = parse_qs(split.query)
    in_url = next((query[name][0] for name in spot.row.code if name in query), "")
    if in_url:
        return in_url[:16], taken
    address = unquote(spot.url)
    if not address.isascii() and (within := _CODE.search(address)) is not None:
        return within[1], taken
    shown = _SIGN.sub("", unquote(after)) if "%" in after[:60] else after
    behind = _CODE.search(shown)
    if behind is None or "\n" in shown[: behind.start()]:
        # 智造（提取码：aaaa）：https://… above 绿色（提取码：bbbb）：https://…: the one on its own line comes first
        line = before.rpartition("\n")[2]
        beside = None if spot.start - len(line) < taken else _CODE.search(line)
        if beside is not None:
            return beside[1], taken
    if behind is not None:
        return behind[1], spot.end + behind.end()
    if spot.row.provider and (bare := _BARE_CODE.match(after)) is not None:
        return bare["within"] or bare["below"], spot.end + bare.end()
    ahead = None if spot.start - len(before) < taken else _CODE.search(before)
    return (ahead[1], taken) if ahead is not None else ("", taken)


def _link(spot: _Spot, code: str, before: str, after: str) -> Link:
    known = spot.known or Link("", "")
    label = _FILE.search(spot.label)
    near = _SIGN.sub(" ", after)
    line = before.rpartition("\n\n")[2]
    name = known.filename or (label[1] if label else "") or _last(_FILE, line) or _first(_FILE, near[:120])
    size = known.size or _bytes(_SIZE.search(near[:120])) or _bytes(_final(_SIZE, line))
    expires = known.expires or _moment(_EXPIRES.search(near)) or _moment(_final(_EXPIRES, line))
    return Link(spot.url, spot.row.provider, code, expires, name.strip(), size, _named(before))


def _named(before: str) -> str:
    """The words before a link, where they may name a work: a title in its marks, or a few words."""
    line = _CODE.sub("", _SIGN.sub(" ", before)).rstrip().rpartition("\n")[2].strip(" \t:：,，;；-—>》」”")
    quoted = _TITLE.findall(before.rpartition("\n\n")[2])
    if quoted:
        return f"《{quoted[-1]}》"
    return line if len(line) <= FEW_WORDS else ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _final(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one
        pass
    return found


def _last(pattern: re.Pattern[str], text: str) -> str:
    found = _final(pattern, text)
    return found[1] if found else ""


def _bytes(found: re.Match[str] | None) -> int:
    return int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0


def _moment(found: re.Match[str] | None) -> str:
    """ISO 8601, China's time; empty where the numbers are no date."""
    if found is None:
        return ""
    year, month, day, hour, minute = found.groups()[0:5] if found[1] else found.groups()[5:10]
    try:
        when = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=CHINA)
    except ValueError:
        return ""
    return when.isoformat(timespec="minutes") if hour else when.date().isoformat()
