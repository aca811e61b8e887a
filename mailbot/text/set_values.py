"""The values that a person's words give a field, without what is said around them: 改为《…》，其他不变. Pure."""

import re
from typing import Final

from mailbot.model.campaign_form import FieldKind
from mailbot.text.courtesy import is_courtesy
from mailbot.text.folding import comparable
from mailbot.text.phones import phones
from mailbot.text.values import person, phone

QUOTES: Final = "《》“”\"'「」‘’ \t"
_QUOTED: Final = re.compile(r"《([^《》]+)》|“([^“”]+)”|\"([^\"]+)\"|「([^「」]+)」|‘([^‘’]+)’|'([^']+)'")
_COMMA: Final = re.compile(r"([,，;；。!！?？]+)")
_NOTE: Final = re.compile(r"\s{0,9}[(（]([^()（）]*)[)）]\s{0,9}$")
_AS_BEFORE: Final = re.compile(
    r"(?:其[他它余]\w{0,6}|电话|手机\w{0,2}|联系\w{1,2}|单位\w{0,2}|主题|\w{0,4}名称|链接|视频)?(?:均|都|全部)?(?:保持)?(?:不变|照旧|不改|无误)"
    r"|原[名为来].{1,40}|(?:微信)?同号|同微信|以此\w{0,2}为准|(?:请|烦请|麻烦|敬请)?(?:帮忙)?(?:知悉|更新|修改|更正|更改|处理|核实|审核|备案)(?:一下|下)?"
    r"|(?:everything else|the (?:rest|others?)|all else) (?:is|are|stays?|remains?) (?:the same|unchanged|as before)"
    r"|(?:please|kindly) (?:update|change|correct|note)(?: (?:it|this|that))?"
)
"""Words behind a value that change nothing else."""
_SPEAKS: Final = re.compile(
    r"请|麻烦|烦|劳驾|其[他它余]|谢|望|敬|因|由于|原[名为来]|之前|此前|而?不是|同时|另|已|稍后|如[有需果]|我们|你们|您|贵|盖章"
    r"|电话|手机|联系|微信|更正|有误|注[:：]|特此|以此|老师|可以|行吗|\w{0,8}(?:吗|吧|呢)$"
    r"|(?:please|kindly|thank|sorry|also|could you|can you|everything else|the rest|we|i)\b",
    re.IGNORECASE,
)
"""How words begin that are about a value, and none of it."""
_ONE_CLAUSE: Final = frozenset({FieldKind.UNIT, FieldKind.PERSON, FieldKind.PHONE})
"""Kinds of whose values none has a comma within."""


def parted_value(kind: FieldKind, text: str) -> tuple[dict[FieldKind, str], bool]:
    """What words set, and whether they say more that a person must read.

    Args:
        kind: of the field that is named before them.
        text: all that follows, to the end of its line.

    Returns:
        The value by its kind, a person's with the phone beside the name; none where the words around it cannot be told
        from it.
    """
    whole = text.strip()
    if kind is FieldKind.LINK:
        return {kind: whole.strip(QUOTES)}, False
    quoted = _QUOTED.match(whole)
    if quoted is not None:
        return {kind: next(filter(None, quoted.groups())).strip()}, _says_more(whole[quoted.end() :])
    if kind in {FieldKind.PERSON, FieldKind.PHONE} and phones(whole):
        return _of_person(kind, whole)
    value, note = _without_note(kind, whole)
    first, *behind = _COMMA.split(value)
    if kind in _ONE_CLAUSE:
        return {kind: first.strip(QUOTES)}, _says_more(f"{''.join(behind)},{note}")
    while behind and not _says_more(behind[-1]):
        del behind[-2:]
    if any(_SPEAKS.match(clause.strip()) for clause in behind[1::2]):
        return {}, True
    return {kind: "".join((first, *behind)).strip(QUOTES)}, _says_more(note)


def _of_person(kind: FieldKind, text: str) -> tuple[dict[FieldKind, str], bool]:
    """A phone, and of a person's field the name that stands before it."""
    first, *behind = _COMMA.split(text)
    name, rest = (person(first), behind[1::2]) if kind is FieldKind.PERSON else ("", [first, *behind[1::2]])
    told = {FieldKind.PERSON: name, FieldKind.PHONE: phone(text)}
    return {of: value for of, value in told.items() if value}, _says_more(",".join(map(person, rest)))


def _without_note(kind: FieldKind, text: str) -> tuple[str, str]:
    """A value and the note in brackets behind it; a title or a unit may have brackets of its own."""
    found = _NOTE.search(text)
    own = kind not in {FieldKind.PERSON, FieldKind.PHONE, FieldKind.CHOICE}
    if found is None or (own and _says_more(found[1]) and not _SPEAKS.match(found[1])):
        return text, ""
    return text[: found.start()], found[1]


def _says_more(text: str) -> bool:
    """Whether words are more than courtesy, and than that all else stays as it is."""
    clauses = (comparable(re.sub(r"^[(（]|[)）]$", "", clause.strip())) for clause in _COMMA.split(text)[::2])
    return not all(_closes(clause) for clause in clauses)


def _closes(clause: str) -> bool:
    """Whether a comparable clause is empty, courtesy in words, or leaves all else as it is."""
    worded = re.search(r"[^\W\d_]", clause) is not None
    return not clause.strip() or (worded and is_courtesy(clause)) or _AS_BEFORE.fullmatch(clause) is not None
