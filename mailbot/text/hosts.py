"""Hosts whose links stand for files: the table `hosts.toml`, and what it says of an address. Pure."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True, slots=True)
class Host:
    """One row of `hosts.toml`; its comments say what each key means."""

    provider: str
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    code: tuple[str, ...]
    ignore: bool
    whole: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hosts:
    """The host table: rows by host name (`*.name` as `.name`), rows that are ignored first."""

    rows: Mapping[str, tuple[Host, ...]]

    def find(self, url: SplitResult) -> Host | None:
        """The row for an address, one to be ignored too; None for a host that is in no row."""
        target = _target(url)
        return next((row for row in self._of(url) if target.startswith(row.paths)), None)

    def _of(self, url: SplitResult) -> list[Host]:
        name = (url.hostname or "").rstrip(".")
        listed = [*self.rows.get(name, ())]
        for _ in range(min(name.count("."), 6)):
            name = name.partition(".")[2]
            listed += self.rows.get(f".{name}", ())
        return listed

    def is_whole(self, address: str) -> bool | None:
        """Whether an address without its scheme has all that its host's rows ask; None where they ask nothing."""
        url = _split(address)
        asked = [pattern for row in self._of(url) for pattern in row.whole] if url is not None else []
        return any(pattern.match(_target(url)) for pattern in asked) if url is not None and asked else None

    def lists(self, name: str) -> bool:
        """Whether a host name stands in the table itself."""
        return name.lower() in self.rows


def _target(url: SplitResult) -> str:
    return f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(f"https://{address}")
    except ValueError:
        return None


ELSEWHERE: Final = Host("", (), (), ("pwd",), ignore=False)
"""For an address that is in no row and surely leads to a file."""


def read_hosts(data: Mapping[str, object]) -> Hosts:
    """The host table from the parsed `hosts.toml`. Raises TypeError or ValueError for a row that is none."""
    listed = data.get("host", [])
    if not isinstance(listed, list):
        raise TypeError("hosts.toml: [[host]] rows are missing")
    rows: dict[str, tuple[Host, ...]] = {}
    for row in sorted(map(_row, listed), key=lambda row: not row.ignore):
        for host in row.hosts:
            name = host.removeprefix("*")
            rows[name] = (*rows.get(name, ()), row)
    return Hosts(rows)


def _row(item: object) -> Host:
    if not (isinstance(item, dict) and isinstance(item.get("provider"), str)):
        raise TypeError(f"hosts.toml: a row without a provider: {item!r}")
    lists = {key: item.get(key, []) for key in ("hosts", "paths", "code", "whole")}
    if not all(isinstance(value, list) for value in lists.values()) or not (lists["hosts"] and lists["paths"]):
        raise ValueError(f"hosts.toml: the row of {item['provider']} needs hosts and paths, as lists")
    return Host(
        item["provider"],
        tuple(str(name).lower() for name in lists["hosts"]),
        tuple(map(str, lists["paths"])),
        tuple(map(str, lists["code"])),
        bool(item.get("ignore", False)),
        tuple(re.compile(f"(?:{pattern})(?![A-Za-z0-9_-])") for pattern in lists["whole"]),
    )


@cache
def known_hosts() -> Hosts:
    """The host table that mailbot comes with, `hosts.toml`."""
    return read_hosts(tomllib.loads(resources.files("mailbot.text").joinpath("hosts.toml").read_text("utf-8")))
