"""The units that an organizer knows: by what names, from which addresses, and whether works are expected of them."""

from dataclasses import dataclass
from typing import Final

PUBLIC_MAIL: Final = frozenset(
    {
        "126.com", "139.com", "163.com", "163.net", "188.com", "189.cn", "aliyun.com", "china.com", "foxmail.com",
        "gmail.com", "hotmail.com", "icloud.com", "live.cn", "live.com", "msn.com", "outlook.com", "qq.com",
        "sina.cn", "sina.com", "sina.com.cn", "sohu.com", "tom.com", "vip.163.com", "vip.126.com", "vip.qq.com",
        "vip.sina.com", "wo.cn", "yahoo.com", "yeah.net",
    }
)  # fmt: skip
"""Domains in which anyone has a mailbox: they tell nobody's unit."""


@dataclass(frozen=True, slots=True)
class RosterUnit:
    """One line of the roster.

    Attributes:
        name: as it is counted and shown.
        also: other names it is written by.
        mail: domains and whole addresses from which it sends, lower case.
        city: 设区市; empty where it does not matter.
        province: likewise.
        expected: works are expected of it.
    """

    name: str
    also: tuple[str, ...] = ()
    mail: tuple[str, ...] = ()
    city: str = ""
    province: str = ""
    expected: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """The roster, in the file's order; empty where the config names no file.

    Each is its own: what is made of one is kept by it, and thousands of units are not compared for each entry.
    """

    units: tuple[RosterUnit, ...] = ()
