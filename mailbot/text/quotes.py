"""A sender's own words: a mail without the letter that is quoted below it. Pure."""

import re
from typing import Final

QUOTE: Final = re.compile(
    r"^\s*(?:>|-{4,}|_{10,}|发件人\s*[:：]|寄件者\s*[:：]|From\s*:|On .{0,200}wrote\s*:|在.{0,100}写道\s*[:：])",
    re.MULTILINE,
)
"""Where the quoted mail begins: the marks of QQ, 163, Foxmail, Outlook, phones."""
_KEPT: Final = re.compile(
    r"(?:不|勿|别|无需|不用|未曾?|从未|没有?)(?:曾|再|会|要|想|需要?|必|得|能|可|予|申请|打算|同意){0,3}(?:撤|收回|退[出稿赛]|取消|放弃|删除|作废|下架)"
    r"|误发|保留|继续参|仍然?参"
)
_CLAUSE: Final = re.compile(r"[，,。；;！!？?\n]")


def above_quote(text: str) -> str:
    """A body up to the quoted mail."""
    begin = QUOTE.search(text)
    return text[: begin.start()] if begin else text


def clauses(text: str) -> list[str]:
    """A text cut at its signs."""
    return [clause for clause in _CLAUSE.split(text) if clause.strip()]


def keeps(clause: str) -> bool:
    """Whether a clause says that something is *not* taken back: 不撤回, 请勿撤回, 保留, 继续参选."""
    return _KEPT.search(clause) is not None
