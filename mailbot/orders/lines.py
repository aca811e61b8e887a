"""Orders in an organizer's own lines. Pure.

0144 通过 · GYQG-2024-0144 退回：画面有广告 · 邮件17 已回复 · 0043 修改 标题=绿动云岭；手机号码=13800000000
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from mailbot.model.order import Verb
from mailbot.orders.reason import own_reason
from mailbot.orders.tokens import TOKEN
from mailbot.text.quotes import above_quote

MARK: Final = "[mailbot]"
"""Stands before an order that the digest wrote into a subject."""
_WORDS: Final[Mapping[Verb, str]] = {
    Verb.REJECT: r"不予?(?:以)?通过|未通过|退回|退稿|拒绝|驳回|不予?受理|不符合要求|不合格|reject",
    Verb.UNSEEN: r"未回复|未处理|待处理|待回复|unseen",
    Verb.ACCEPT: r"(?:审核|复核|予以|准予)?通过|予以受理|受理|接受|同意(?:受理|通过)?|合格|accept",
    Verb.WITHDRAW: r"撤回|撤销|撤稿|withdraw",
    Verb.EDIT: r"修改|更正|改正|edit",
    Verb.SEEN: r"已回复|已答复|已处理|已阅|已办|已办结|seen",
    Verb.CONFIRM: r"确认(?:执行|无误)?|confirm",
}
"""In the order in which they are tried: 不通过 holds 通过."""
_VERB: Final = "|".join(f"(?P<{verb}>{words})" for verb, words in _WORDS.items())
_NUMBER: Final = r"(?:[A-Za-z][A-Za-z0-9]{0,15}(?:[-_/][A-Za-z0-9]{1,12}){1,4}|[0-9]{1,6})"
_TARGET: Final = (
    rf"(?:(?P<mail>邮件|mail)\s{{0,9}}[#:]?\s{{0,9}})?(?:(?:编号|作品)\s{{0,9}}:?\s{{0,9}})?"
    rf"(?P<targets>{_NUMBER}(?:\s{{0,9}}[、,和及]\s{{0,9}}{_NUMBER}){{0,49}})(?:\s{{0,9}}号)?"
)
_PREFIX: Final = r"(?:(?:re|fw|fwd|回复|答复|转发)\s{0,9}:\s{0,9}){0,5}"
_BULLET: Final = r"(?:[-*•·>]|\(?[0-9]{1,2}[.)、]\s)?"
_BEFORE: Final = rf"^\s{{0,9}}{_PREFIX}(?:\[mailbot\]\s{{0,9}})?{_BULLET}\s{{0,9}}"
_BEHIND: Final = r"\s{0,9}(?P<rest>(?:$|[:,。;!\-\s]|(?<=[a-z0-9])(?![A-Za-z0-9])).*)$"
TARGET_FIRST: Final = re.compile(
    rf"{_BEFORE}{_TARGET}\s{{0,9}}[:,]?\s{{0,9}}(?:{_VERB}){_BEHIND}", re.IGNORECASE | re.DOTALL
)
VERB_FIRST: Final = re.compile(
    rf"{_BEFORE}(?:{_VERB})\s{{0,9}}[:,]?\s{{0,9}}{_TARGET}{_BEHIND}", re.IGNORECASE | re.DOTALL
)
_SPLIT: Final = re.compile(r"\s{0,9}[、,和及]\s{0,9}")
_BETWEEN: Final = re.compile(r"[,;。\s]")
_EDGES: Final = " :：,，。;；!！-　"
_FIELD: Final = re.compile(r"(?:^|[;,\s])\s{0,9}([^\s=;,]{1,20})\s{0,9}=\s{0,9}")
NARROW: Final = {0xFF01 + step: 0x21 + step for step in range(94)} | {0x3000: 0x20}
"""Full-width signs and letters as narrow ones, each still one character: what is cut out stays as it was written."""
LONGEST_LINE: Final = 1000
MOST_LINES: Final = 400
MOST_ORDERS: Final = 200
"""Orders of one mail that are read."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as it stands in a mail.

    Attributes:
        verb: what is asked for.
        target: as written: a whole number, its last digits, or a mail's id.
        of_mail: the target is a mail.
        token: that signs it; empty where none does.
        reason: what goes out to the submitter; for an edit what stands behind the verb.
        values: for an edit: `name=value`, one a field.
    """

    verb: Verb
    target: str
    of_mail: bool = False
    token: str = ""
    reason: str = ""
    values: tuple[str, ...] = ()


def read_orders(subject: str, body: str) -> tuple[OrderLine, ...]:
    """Every order of a mail, those of the subject first; what stands below an order is its reason.

    Args:
        subject: decoded, on one line.
        body: readable; what it quotes is not looked at.
    """
    lines = above_quote(body).splitlines()[:MOST_LINES]
    read = [tuple(_read(line)) for line in lines]
    begins = [at for at, orders in enumerate(read) if orders]
    first = begins[0] if begins else len(lines)
    found = [*_with_reason(tuple(_read(subject)), lines[:first])]
    for at, end in pairwise([*begins, len(lines)]):
        found += _with_reason(read[at], lines[at + 1 : end])
    return tuple(dict.fromkeys(found))[:MOST_ORDERS]


def _with_reason(orders: tuple[OrderLine, ...], below: list[str]) -> Iterator[OrderLine]:
    for order in orders:
        yield order if order.verb is Verb.EDIT else replace(order, reason=own_reason(order.reason, below))


def _read(line: str) -> Iterator[OrderLine]:
    """The orders in one line: one for each target that it names."""
    folded = line[:LONGEST_LINE].translate(NARROW)
    signed = TOKEN.search(folded)
    bare = folded.replace(signed[0], " " * len(signed[0])) if signed else folded
    found = TARGET_FIRST.match(bare) or VERB_FIRST.match(bare)
    if found is None:
        return
    verb = next(verb for verb in _WORDS if found[verb.value] is not None)
    behind = bare if signed else line
    rest, _, more = _parted(behind[found.start("rest") :])
    of_mail = bool(found["mail"])
    if of_mail is not verb.is_of_mail:
        return
    values = tuple(_values(rest)) if verb is Verb.EDIT else ()
    for target in _SPLIT.split(found["targets"]):
        yield OrderLine(verb, target, of_mail, signed[0] if signed else "", rest, values)
    yield from _read(more)


def _parted(rest: str) -> tuple[str, str, str]:
    """What stands behind an order: its reason, a sign, and the next order of the same line."""
    for sign in _BETWEEN.finditer(rest.translate(NARROW)):
        more = rest[sign.end() :]
        if TARGET_FIRST.match(more.translate(NARROW)):
            return rest[: sign.start()].strip(_EDGES), sign[0], more
    return rest.strip().lstrip(_EDGES).strip(), "", ""


def _values(text: str) -> Iterator[str]:
    """`标题=甲;手机=乙` into its fields; a value ends where the next name begins."""
    marks = list(_FIELD.finditer(text.translate(NARROW)))
    for mark, end in zip(marks, [*(mark.start() for mark in marks[1:]), len(text)], strict=False):
        yield f"{mark[1]}={text[mark.end() : end].strip(' ;；,，。')}"


def short_number(target: str) -> str:
    """A number as short as it is read again: its last digits."""
    found = re.search(r"(?<![0-9])[0-9]{3,6}$", target)
    return found[0] if found else target
