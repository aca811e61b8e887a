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


_LETTER: Final = re.compile(
    r"^[^\S\n]{0,40}[-—_=*]{3,80}[^\S\n]{0,9}(?:原始邮件|原邮件|回复的原邮件|Original [Mm]essage)[^\S\n]{0,9}[-—_=*]"
    r"|^[^\S\n]{0,40}\*?(?:发\s{0,4}件\s{0,4}人|寄件者|From)\*?\s{0,9}[:：].{0,300}\n(?:.{0,300}\n){0,3}?"
    r"[^\S\n]{0,40}\*?(?:主\s{0,4}[题旨]|Subject|收\s{0,4}件\s{0,4}人|To|发送时间|Sent|日期|Date)\*?\s{0,9}[:：]"
    r"|^(?:On .{0,200}wrote\s{0,9}:|在.{0,100}写道\s{0,9}[:：])(?![^>]{0,9}>)",
    re.MULTILINE,
)
"""Where another letter stands whole, with its own head: nothing of the sender's comes behind it."""


def in_quote(text: str, at: int) -> bool:
    """Whether a place in a body belongs to a letter that is quoted: below its head, or in a line marked by `>`."""
    begin = _LETTER.search(text)
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return (begin is not None and begin.start() <= at) or line.lstrip().startswith(">")
