"""What of an organizer's words goes out: the reason, without signature, phone, quotes, disclaimers. Pure."""

import re
from collections.abc import Sequence
from typing import Final

LONGEST: Final = 500
"""Characters of a reason."""
MARK: Final = re.compile(
    r"^\s*(?:--+|—{2,}|_{3,}|={3,}|\*{3,})"
    r"|^\s*(?:发自|发送自|来自我的|sent from|get outlook|获取\s*outlook|下载.{0,6}邮箱)"
    r"|^\s*(?:此致|敬礼|顺[颂祝]|祝(?:好|您|你|商|工作|安|顺)|谨启|敬上|best|regards|thanks|kind regards|yours)"
    r"|^\s*(?:声明|免责|保密|重要提示|本邮件|本电子邮件|this (?:e-?mail|message)"
    r"|confidential|disclaimer|请考虑环境|please consider)"
    r"|(?:电话|手机|座机|传真|邮箱|邮编|地址|网址|微信|QQ|Tel|Phone|Mobile|Fax|E-?mail|Add(?:ress)?)\s*[:：]"
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
    re.IGNORECASE,
)
"""A line that no reason holds: what mail programs append, farewells, disclaimers, labels, phones, addresses."""
SENTENCE: Final = re.compile(r"[。！!？?；;，,：:、]")
ORGANIZATION: Final = re.compile(
    r"(?:处|部|科|局|厅|中心|室|组|委员会|组委会|办公室|公司|集团|协会|学会|大学|学院|院|老师|主任|处长|科长|经理|专员|编辑|人员)$"
)
DATE: Final = re.compile(r"^\s*(?:20)?\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*(?:\d{1,2}:\d{2})?$")
SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮"
    "柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳上官司马诸葛"
)
NAME: Final = re.compile(r"^[\u4e00-\u9fff]{2,3}$")
SHORT: Final = 24
"""Characters of a signature's line."""


def own_reason(behind: str, below: Sequence[str]) -> str:
    """The reason that goes out.

    Args:
        behind: what stands behind the order in its own line.
        below: the lines under it, up to the next order or the quoted mail.
    """
    kept = _without_signature(below, has_words=bool(behind))
    text = "\n".join([*([behind] if behind else []), *kept])
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:LONGEST].strip()


def _without_signature(lines: Sequence[str], *, has_words: bool) -> list[str]:
    """The lines above the signature: the first mark ends them, or a paragraph of names, units and dates alone."""
    kept: list[str] = []
    for at, line in enumerate(lines):
        if MARK.search(line):
            return _without_names(kept)
        opens = line.strip() and (not kept or not kept[-1].strip())
        if opens and (has_words or any(word.strip() for word in kept)) and _signs(lines[at:]):
            return kept
        kept.append(line)
    return _without_names(kept)


def _without_names(lines: list[str]) -> list[str]:
    """Lines without the names and units at their end."""
    while lines and (not lines[-1].strip() or _is_sign(lines[-1])):
        lines.pop()
    return lines


def _signs(lines: Sequence[str]) -> bool:
    """Whether a paragraph is a signature: each of its lines is a name, a unit, a date or a mark."""
    paragraph: list[str] = []
    for line in lines:
        if not line.strip():
            break
        paragraph.append(line)
    return all(MARK.search(line) or _is_sign(line) for line in paragraph)


def _is_sign(line: str) -> bool:
    text = line.strip()
    if not text or len(text) > SHORT or SENTENCE.search(text):
        return False
    words = text.split()
    return all(
        DATE.match(word) or ORGANIZATION.search(word) or (NAME.match(word) and word[0] in SURNAMES) for word in words
    )
