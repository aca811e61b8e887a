"""Where a link of a stranger's may lead: hosts that the organizers listed, and addresses of the open net. Pure."""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Final
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Admits = Callable[[Address], bool]
"""Whether an address may be connected to."""

STAND_INS: Final = tuple(
    map(IPv6Network, ("::ffff:0:0/96", "2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48"))
)
"""IPv6 nets whose addresses hold an IPv4 one (RFC 4291 §2.5.5, RFC 3056, RFC 4380, RFC 6052, RFC 8215)."""
PORTS: Final = {"http": 80, "https": 443}


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open net: not private, loopback, link-local, multicast or reserved.

    Nor is an IPv6 address that stands for an IPv4 one (mapped, 6to4, Teredo, NAT64): a file server has a plain one.
    """
    if isinstance(address, IPv6Address) and any(address in net for net in STAND_INS):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_listed(host: str, listed: Iterable[str]) -> bool:
    """Whether a host is one of these names; `*.name` takes every host below it, not the name itself."""
    name = host.lower().rstrip(".")
    for entry in listed:
        wanted = entry.lower().rstrip(".")
        if name == wanted or (wanted.startswith("*.") and name.endswith(wanted[1:]) and name != wanted[2:]):
            return True
    return False


def web_address(url: str) -> SplitResult | None:
    """An http or https address whose host is plain; None for anything else.

    A user name before the host hides it from a person's eye, and a host outside ASCII looks like another one.
    """
    try:
        found = urlsplit(url.strip())
        host = found.hostname or ""
        port = found.port
    except ValueError:
        return None
    plain = found.scheme.lower() in PORTS and host and host.isascii() and "@" not in found.netloc and port != 0
    return found if plain else None
