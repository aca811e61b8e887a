"""Durations, sizes, moments and lists as a person says them, in the campaign's own words. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

KIBI: Final = 1024
_BETWEEN: Final = re.compile("、| 或 |, ")
"""What parts the things that one detail of a finding names."""


def filesize(size: float) -> str:
    """Bytes as a person says them: `85.3 MB`."""
    for unit in ("B", "KB", "MB"):
        if size < KIBI:
            return f"{size:.1f} {unit}" if unit != "B" else f"{int(size)} B"
        size /= KIBI
    return f"{size:.1f} GB"


@dataclass(frozen=True, slots=True)
class Formats:
    """How values are told.

    Attributes:
        word: a text of words.toml by its key (`format.day`), with what it quotes.
        zone: dates are told in it.
    """

    word: Callable[..., str]
    zone: ZoneInfo

    def clock(self, seconds: float) -> str:
        """A duration: `8 分钟`, `1 分 23 秒`, `42.5 秒`."""
        minutes, rest = divmod(round(float(seconds), 1), 60)
        return self.word("format.clock", minutes=int(minutes), seconds=f"{rest:.1f}".removesuffix(".0"))

    def day(self, moment: datetime) -> str:
        """A moment's day: `2024年7月31日`."""
        return self.word("format.day", moment=moment.astimezone(self.zone))

    def minute(self, moment: datetime) -> str:
        """A moment to the minute: `2024年7月31日 23:59`."""
        return self.word("format.minute", moment=moment.astimezone(self.zone))

    def until(self, moment: datetime) -> str:
        """A deadline (its first instant that is too late): the end of a day is told as `24:00` of that day."""
        local = moment.astimezone(self.zone)
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            return self.word("format.end_of_day", moment=local - timedelta(days=1))
        return self.minute(local)

    def when(self, written: str) -> str:
        """A date as a mail wrote it (ISO 8601): `2024年8月17日 00:49`; what is no date stays as it is."""
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            return written
        local = found if found.tzinfo else found.replace(tzinfo=self.zone)
        return self.minute(local) if "T" in written else self.day(local)

    def listed(self, items: str | Iterable[str]) -> str:
        """Several things in a row: `甲、乙`."""
        return self.word("format.comma").join(_items(items))

    def either(self, items: str | Iterable[str]) -> str:
        """Several of which one is meant: `16:9 或 9:16`."""
        return self.word("format.or").join(_items(items))


def _items(items: str | Iterable[str]) -> list[str]:
    """Things, or those that a finding's detail names in one text."""
    return [item.strip() for item in _BETWEEN.split(items)] if isinstance(items, str) else list(items)
