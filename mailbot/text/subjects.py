"""What stands before a mail's own subject: Re: and 转发：, and the outcome that our letters put there. Pure."""

import re
from typing import Final

_ANSWER: Final = r"(?:re|回复|答复|回覆|sv|aw)\s*(?:\[\d{1,9}\]\s*)?[:：]"
PREFIX: Final = re.compile(
    rf"^(?:\s*(?:{_ANSWER}|(?:fw|fwd|转发|轉寄)\s*(?:\[\d{{1,9}}\]\s*)?[:：]))+\s*", re.IGNORECASE
)
OUTCOME: Final = re.compile(
    rf"(?:【[^】\n]{{1,20}}】|\[[^\]\n]{{1,30}}\])[^:：\n]{{0,80}}?(?={_ANSWER})", re.IGNORECASE
)
"""【已受理】GYQG-2024-0001 回复：…: our letters' subjects hold an answer's mark behind outcome and number."""


def without_outcome(subject: str) -> str:
    """A subject without the outcome and number of the letter of ours that it answers: no words of the sender's."""
    return OUTCOME.sub("", subject)


def bare_subject(subject: str) -> str:
    """A subject on one line without its Re: and 转发： and what our letters put before it."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in subject).split())
    bare = ""
    while line != bare:
        line, bare = PREFIX.sub("", OUTCOME.sub("", line)), line
    return bare


def is_answer(subject: str) -> bool:
    """Whether a subject says that its mail answers another one, before it says anything else."""
    return re.match(rf"\s*{_ANSWER}", subject, re.IGNORECASE) is not None
