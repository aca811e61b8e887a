"""Which hosts and addresses a link may lead to."""

from ipaddress import ip_address

import pytest

from mailbot.fetch.reach import is_listed, is_public, web_address


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2606:4700::1111"])
def test_an_address_of_the_open_net_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "172.16.1.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "2002:808:808::1", "2001:0:7f00:1::80ff:fffe",
    ],
)  # fmt: skip
def test_no_other_address_is(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("files.example.org", True), ("FILES.EXAMPLE.ORG.", True), ("a.files.example.org", False),
        ("a.cdn.example.net", True), ("b.a.cdn.example.net", True), ("cdn.example.net", False),
        ("evilcdn.example.net", False), ("files.example.org.evil.test", False), ("", False),
    ],
)  # fmt: skip
def test_only_listed_hosts_are_reached(host: str, listed: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_listed(host, ("files.example.org", "*.cdn.example.net")) is listed


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://files.example.org/a", "gopher://files.example.org/", "//files.example.org/a",
        "a.mp4", "http://", "http://me@files.example.org/a", "http://files.example.org:0/", "http://files.example.org:x/",
        "http://fіles.example.org/a", "http://[::1/a",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_leads_nowhere(url: str) -> None:
    assert web_address(url) is None
