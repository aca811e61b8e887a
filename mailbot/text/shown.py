"""A stranger's text as it may be shown: what changes the direction of the text around it is left out. Pure."""

import re
from typing import Final

BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Unicode's bidirectional controls (UAX #9): a title that holds one turns the letter's own words round."""
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def shown(text: str) -> str:
    """A text of several lines without bidirectional and other controls."""
    return _CONTROL.sub("", BIDI.sub("", text))


def shown_line(text: str) -> str:
    """The same on one line."""
    return " ".join(shown(text).split())
