"""Files behind links, from a real server on loopback."""

import os
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from mailbot.fetch.link import DownloadTerms, download
from mailbot.fetch.reach import is_public
from mailbot.model.errors import LinkCut, LinkRefused
from tests.servers.files import FileServer, Place, file_server

FILM = os.urandom(300_000)


def loopback(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback


TERMS = DownloadTerms(hosts=("localhost",), most=1_000_000, seconds=20, silence=5, admits=loopback)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with file_server() as running:
        yield running


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    return tmp_path / "links" / "one"


def test_a_file_comes_whole_with_its_name(server: FileServer, partial: Path) -> None:
    server.places["/a"] = Place(FILM, disposition="attachment; filename*=UTF-8''%E6%99%BA%E9%80%A0.mp4")
    assert download(server.url("/a"), partial, TERMS) == "智造.mp4"
    assert partial.read_bytes() == FILM


def test_without_a_told_name_the_address_names_it(server: FileServer, partial: Path) -> None:
    server.places["/v/%E6%99%BA%E9%80%A0.mp4"] = Place(FILM)
    assert download(server.url("/v/智造.mp4"), partial, TERMS) == "智造.mp4"


def test_a_cut_download_goes_on_at_its_byte(server: FileServer, partial: Path) -> None:
    server.places["/a"] = Place(FILM, cuts=[100_000, 50_000])
    download(server.url("/a"), partial, TERMS)
    assert partial.read_bytes() == FILM
    assert [asked for _, asked in server.asked] == ["", "bytes=100000-", "bytes=150000-"]


def test_the_next_try_goes_on_where_the_last_one_ended(server: FileServer, partial: Path) -> None:
    server.places["/a"] = Place(FILM, cuts=[100_000, 0])
    with pytest.raises(LinkCut):
        download(server.url("/a"), partial, TERMS)
    assert partial.stat().st_size == 100_000
    download(server.url("/a"), partial, TERMS)
    assert partial.read_bytes() == FILM
    download(server.url("/a"), partial, TERMS)
    assert (partial.read_bytes(), len(server.asked)) == (FILM, 4)


def test_another_file_at_the_same_address_begins_anew(server: FileServer, partial: Path) -> None:
    server.places["/a"] = Place(FILM, cuts=[100_000, 0])
    with pytest.raises(LinkCut):
        download(server.url("/a"), partial, TERMS)
    server.places["/a"] = Place(FILM[::-1], tag='"2"')
    download(server.url("/a"), partial, TERMS)
    assert partial.read_bytes() == FILM[::-1]


@pytest.mark.parametrize("place", [Place(FILM, tag=""), Place(FILM, ranges=False), Place(FILM, tag='W/"1"')])
def test_where_nothing_can_be_gone_on_with_it_begins_anew(server: FileServer, partial: Path, place: Place) -> None:
    place.cuts = [100_000]
    server.places["/a"] = place
    download(server.url("/a"), partial, TERMS)
    assert partial.read_bytes() == FILM


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (Place(status=404), "not there any more"), (Place(status=410), "not there any more"),
        (Place(status=403), "asks for a login"), (Place(status=451), "answers 451"),
        (Place(b"<html>", kind="text/html; charset=utf-8"), "a page, not a file"),
        (Place(b"x" * 1_000_001), "more than links.max_mb"), (Place(FILM, endless=True), "more than 1000000 bytes"),
        (Place(status=302, location="http://elsewhere.example/a"), "not among links.hosts"),
        (Place(status=302, location="file:///etc/passwd"), "not among links.hosts"),
        (Place(status=302, location="/a"), "redirects without end"),
    ],
)  # fmt: skip
def test_what_is_no_file_for_us_is_refused_for_good(server: FileServer, partial: Path, place: Place, why: str) -> None:
    server.places["/a"] = place
    with pytest.raises(LinkRefused, match=why):
        download(server.url("/a"), partial, TERMS)
    assert not partial.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_the_servers_own_trouble_is_waited_for(server: FileServer, partial: Path, status: int) -> None:
    server.places["/a"] = Place(status=status)
    with pytest.raises(LinkCut, match=str(status)):
        download(server.url("/a"), partial, TERMS)


def test_a_redirect_to_a_listed_host_is_followed(server: FileServer, partial: Path) -> None:
    server.places |= {"/a": Place(status=302, location="/b/film.mp4"), "/b/film.mp4": Place(FILM)}
    assert download(server.url("/a"), partial, TERMS) == "film.mp4"


def test_a_listed_host_that_leads_inside_is_not_connected_to(server: FileServer, partial: Path) -> None:
    server.places["/a"] = Place(FILM)
    terms = DownloadTerms(("localhost",), 1_000_000, 20, 5, is_public)
    with pytest.raises(LinkRefused, match="no address of the open net"):
        download(server.url("/a"), partial, terms)
    assert server.asked == []


def test_an_unlisted_host_is_not_asked(server: FileServer, partial: Path) -> None:
    with pytest.raises(LinkRefused, match=r"links\.hosts"):
        download(server.url("/a", "127.0.0.1"), partial, TERMS)
    assert server.asked == []


def test_a_name_that_nobody_knows_may_be_known_later(partial: Path) -> None:
    terms = DownloadTerms(("no-such-host.invalid",), 10, 5, 5, loopback)
    with pytest.raises(LinkCut, match="not resolved"):
        download("http://no-such-host.invalid/a", partial, terms)


def test_a_download_ends_when_mailbot_is_asked_to(server: FileServer, partial: Path) -> None:
    server.places["/a"] = Place(FILM)
    with pytest.raises(LinkCut, match="asked to end"):
        download(server.url("/a"), partial, TERMS, lambda: True)


def test_a_download_ends_with_its_time(server: FileServer, partial: Path) -> None:
    server.places["/a"] = Place(b"x" * 1000, endless=True)
    terms = DownloadTerms(("localhost",), 10**12, 0.2, 5, loopback)
    with pytest.raises(LinkCut, match=r"links\.seconds"):
        download(server.url("/a"), partial, terms)
