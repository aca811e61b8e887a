"""How a column of the workbook looks, and how many lines a text takes in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from unicodedata import east_asian_width

Value = str | int | float | datetime | date | None
Row = Sequence[Value]


class Look(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    WRAPPED = "wrapped"
    COUNT = "count"
    SECONDS = "seconds"
    MOMENT = "moment"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column.

    Attributes:
        label: its head.
        width: digits side by side.
        look: what stands in it.
    """

    label: str
    width: int = 12
    look: Look = Look.TEXT


def lines_of(value: Value, width: int) -> int:
    """Lines that a value takes in a column; a Chinese character is as wide as two digits.

    Sheets carry heights because some office programs show a row without one as a single line, its wrapped cells cut.
    """
    if not isinstance(value, str):
        return 1
    wide = (sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in line) for line in value.split("\n"))
    return sum(max(-(-length // (width - 1)), 1) for length in wide)
