"""A longer time that a person gave: to an address, a unit or an entry."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """Whose time is longer."""

    ADDRESS = "address"
    UNIT = "unit"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Extension:
    """A deadline of its own.

    Attributes:
        scope: what `target` names.
        target: an address in lower case, a unit's short name (`text/units.py`), or an entry's number.
        until: the last instant that is in time.
    """

    scope: Scope
    target: str
    until: datetime
