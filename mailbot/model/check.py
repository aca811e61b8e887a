"""What `mailbot doctor` says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check.

    Attributes:
        what: the thing that was tried.
        well: it works.
        told: what was seen, or what is wrong and the cure.
    """

    what: str
    well: bool
    told: str
