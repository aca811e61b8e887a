"""A sender's own words: a mail without the letter that is quoted below it. Pure."""

import re
from typing import Final

QUOTE: Final = re.compile(
    r"^[^\S\n]{0,40}(?:>|-{4,}|_{10,}|发件人\s{0,9}[:：]|寄件者\s{0,9}[:：]|From\s{0,9}:"
    r"|On .{0,200}wrote\s{0,9}:|在.{0,100}写道\s{0,9}[:：])",
    re.MULTILINE,
)
"""Where the quoted mail begins: the marks of QQ, 163, Foxmail, Outlook, phones."""


def above_quote(text: str) -> str:
    """A body up to the quoted mail."""
    begin = QUOTE.search(text)
    return text[: begin.start()] if begin else text
