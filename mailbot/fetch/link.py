"""A file behind a link, downloaded: bounded in size, time and addresses, resumed where it was cut.

httpcore and not a larger client: a host's addresses must be looked at after they are resolved and before they are
connected to, at every redirect anew, and its network backend is the one place where that can be said.
"""

import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpcore

from mailbot.fetch.reach import Admits, is_listed, is_public, web_address
from mailbot.model.errors import LinkCut, LinkRefused

REDIRECTS: Final = 5
CUTS: Final = 20
"""How often one download may be cut and go on, each time with something new."""
GONE: Final = frozenset({404, 410})
LOCKED: Final = frozenset({401, 402, 403, 407})
LATER: Final = frozenset({408, 425, 429})
MOVED: Final = frozenset({301, 302, 303, 307, 308})
PARTIAL, UNSATISFIABLE, OK = 206, 416, 200
HEADERS: Final = [(b"User-Agent", b"mailbot"), (b"Accept", b"*/*"), (b"Accept-Encoding", b"identity")]


@dataclass(frozen=True, slots=True)
class DownloadTerms:
    """What a download may cost, and where it may lead.

    Attributes:
        hosts: host names; `*.name` takes every host below it.
        most: bytes.
        seconds: for the whole of it.
        silence: seconds without a byte after which the connection counts as dead.
        admits: whether an address may be connected to.
    """

    hosts: tuple[str, ...]
    most: int
    seconds: float
    silence: float
    admits: Admits = is_public


def download(url: str, partial: Path, terms: DownloadTerms, stopped: Callable[[], bool] = lambda: False) -> str:
    """Fetch a file; `partial` holds all of it afterwards.

    Args:
        url: http or https.
        partial: where it grows; what an earlier try left there is gone on with where the server still has that file
            (RFC 9110 §13.1.5, §14).
        terms: bounds.
        stopped: mailbot is asked to end.

    Returns:
        The file's name as the server or the address tells it; never a path.

    Raises:
        LinkRefused: not allowed, not there, too large, or a page instead of a file.
        LinkCut: it was cut, or not reached; what came is kept.
    """
    partial.parent.mkdir(parents=True, exist_ok=True)
    ends = monotonic() + terms.seconds
    with httpcore.ConnectionPool(network_backend=_Guarded(terms.admits)) as pool:
        for _ in range(CUTS):
            had = _size(partial)
            try:
                return _pull(pool, url, partial, terms, ends, stopped)
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
                if _size(partial) <= had:
                    raise LinkCut(f"{_host(url)}: {str(error) or type(error).__name__}") from error
            except LinkRefused:
                forget(partial)
                raise
    raise LinkCut(f"{_host(url)}: cut again and again")


def forget(partial: Path) -> None:
    """Drop what a download left: it is taken, or not wanted."""
    partial.unlink(missing_ok=True)
    _tag(partial).unlink(missing_ok=True)


def _tag(partial: Path) -> Path:
    """Where the file's validator is kept beside what came of it."""
    return partial.with_suffix(".tag")


def _pull(
    pool: httpcore.ConnectionPool,
    url: str,
    partial: Path,
    terms: DownloadTerms,
    ends: float,
    stopped: Callable[[], bool],
) -> str:
    """One connection's worth of a download."""
    tag = _tag(partial)
    known = tag.read_bytes() if partial.is_file() and tag.is_file() else b""
    had = _size(partial) if known else 0
    going_on = [(b"Range", b"bytes=%d-" % had), (b"If-Range", known)] if had else []
    with _answer(pool, url, going_on, terms) as (response, place):
        headers = {name.lower(): value for name, value in response.headers}
        if response.status == UNSATISFIABLE and headers.get(b"content-range") == b"bytes */%d" % had:
            return _name(place, headers)  # an earlier try got all of it
        _look_at_status(response.status, place)
        if headers.get(b"content-type", b"").startswith((b"text/html", b"application/xhtml")):
            raise LinkRefused(f"{_host(place)}: a page, not a file")
        start = had if response.status == PARTIAL else 0
        if response.status == PARTIAL and not headers.get(b"content-range", b"").startswith(b"bytes %d-" % had):
            tag.unlink()
            raise httpcore.RemoteProtocolError("another range than asked for")
        length = headers.get(b"content-length", b"")
        if length.isdigit() and start + int(length) > terms.most:
            raise LinkRefused(f"{_host(place)}: {start + int(length)} bytes, more than links.max_mb")
        tag.write_bytes(_validator(headers))
        _append(response.iter_stream(), partial, start, terms, ends, stopped)
        return _name(place, headers)


def _append(
    blocks: Iterable[bytes], partial: Path, start: int, terms: DownloadTerms, ends: float, stopped: Callable[[], bool]
) -> None:
    with partial.open("ab") as file:
        file.truncate(start)
        try:
            for block in blocks:
                file.write(block)
                if file.tell() > terms.most:
                    raise LinkRefused(f"more than {terms.most} bytes; see links.max_mb")
                if monotonic() > ends:
                    raise LinkCut("slower than links.seconds allows")
                if stopped():
                    raise LinkCut("mailbot is asked to end")
        finally:
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def _answer(
    pool: httpcore.ConnectionPool, url: str, headers: list[tuple[bytes, bytes]], terms: DownloadTerms
) -> Iterator[tuple[httpcore.Response, str]]:
    """The last answer behind redirects, each of whose places is looked at as the first one was, and that place."""
    place = url
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), terms.silence)
    for _ in range(REDIRECTS + 1):
        found = web_address(place)
        if found is None or not is_listed(found.hostname or "", terms.hosts):
            raise LinkRefused(f"{_host(place)}: not among links.hosts")
        sent = [*HEADERS, *headers]
        with pool.stream("GET", _ascii(place), headers=sent, extensions={"timeout": timeout}) as response:
            target = next((value for name, value in response.headers if name.lower() == b"location"), b"")
            if response.status not in MOVED or not target:
                yield response, place
                return
        place = urljoin(place, target.decode("utf-8", "replace"))
    raise LinkRefused(f"{_host(url)}: redirects without end")


def _look_at_status(status: int, place: str) -> None:
    if status in {OK, PARTIAL}:
        return
    if status in GONE:
        raise LinkRefused(f"{_host(place)}: the file is not there any more ({status})")
    if status in LOCKED:
        raise LinkRefused(f"{_host(place)}: asks for a login ({status})")
    if status in LATER or status >= 500 or status == UNSATISFIABLE:  # the server's own trouble
        raise LinkCut(f"{_host(place)}: answers {status}")
    raise LinkRefused(f"{_host(place)}: answers {status}")


def _validator(headers: Mapping[bytes, bytes]) -> bytes:
    """What tells that the file is still the same (RFC 9110 §13.1.5: no weak entity tag does); empty where nothing."""
    tag = headers.get(b"etag", b"")
    return headers.get(b"last-modified", b"") if not tag or tag.startswith(b"W/") else tag


def _name(place: str, headers: Mapping[bytes, bytes]) -> str:
    """Content-Disposition's file name (RFC 6266), else the address's last word."""
    message = Message()
    message["Content-Disposition"] = headers.get(b"content-disposition", b"").decode("utf-8", "replace")
    told = message.get_filename() or unquote(urlsplit(place).path)
    return told.replace("\\", "/").rpartition("/")[2].strip()


def _ascii(url: str) -> str:
    """An address with what is not ASCII percent-encoded (RFC 3987 §3.1)."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def _host(url: str) -> str:
    found = web_address(url)
    return found.hostname or "" if found else "no web address"


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


class _Guarded(httpcore.NetworkBackend):
    """Connects to admitted addresses alone. A name is resolved once: what was looked at is what is connected to."""

    def __init__(self, admits: Admits) -> None:
        self._admits = admits
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of a host's addresses, all of which are admitted."""
        found = _resolved(host, port)
        for address in found:
            if not self._admits(ip_address(address)):
                raise LinkRefused(f"{host}: leads to {address}, which is no address of the open net")
        for address in found[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
        return self._plain.connect_tcp(found[-1], port, timeout, local_address, socket_options)


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host}: the name is not resolved ({error})") from error
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))
