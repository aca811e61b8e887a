"""With what a mail closes: marks, farewells, names, units, dates, phones. Pure."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from mailbot.text.courtesy import is_courtesy
from mailbot.text.folding import comparable

_MARK: Final = re.compile(r"^[^\S\n]{0,9}(?:--|—{2,9}|发自|发送自|sent from|此致)", re.IGNORECASE | re.MULTILINE)
CLOSING: Final = re.compile(
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
"""A line that says nothing of its own: what programs append, farewells, disclaimers, labels, phones, addresses."""
_WHO: Final = re.compile(r"^\s*(?:联系人|姓名|(?:推荐|报送)?单位(?:名称)?|部门|科室|职务|公司)\s*[:：]")
_RULE: Final = frozenset("-*=_~—")
_SENTENCE: Final = re.compile(r"[。！!？?；;，,：:、]")
_ORGANIZATION: Final = re.compile(
    r"(?:处|部|科|局|厅|中心|室|组|委员会|组委会|办公室|公司|集团|协会|学会|大学|学院|院|老师|主任|处长|科长|经理|专员|编辑|人员)$"
)
_DATE: Final = re.compile(r"^\s*(?:20)?\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*(?:\d{1,2}:\d{2})?$")
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮"
    "柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳上官司马诸葛"
)
_NAME: Final = re.compile(r"^[\u4e00-\u9fff]{2,3}$")
_SHORT: Final = 24
"""Characters of a signature's line."""


def before_signature(body: str) -> str:
    """A body up to the mark with which a mail closes."""
    return _MARK.split(body, maxsplit=1)[0]


def signature_of(body: str) -> str:
    """The lines behind the mark with which a mail closes; empty where it has none."""
    return "".join(_MARK.split(body, maxsplit=1)[1:])


def without_signature(body: str) -> str:
    """The words before the mark, comparable, on one line."""
    return comparable(before_signature(body))


def signs(line: str) -> bool:
    """Whether a line is names, units and dates alone."""
    text = line.replace("|", " ").strip()
    if not text or len(text) > _SHORT or _SENTENCE.search(text):
        return False
    words = text.split()
    return all(
        _DATE.match(word) or _ORGANIZATION.search(word) or (_NAME.match(word) and word[0] in _SURNAMES)
        for word in words
    )


def before_sign_off(lines: Sequence[str], titles: Collection[str]) -> Sequence[str]:
    """The lines above those with which a mail closes without a mark: who wrote it, and how to reach him.

    Labels with a phone or a unit count only below a name, a unit or a rule: without one, or with nothing above them,
    they tell what shall be entered.

    Args:
        lines: the sender's own.
        titles: comparable, of works; one such as 石油魂 looks like a name.
    """
    begins = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        words = comparable(line)
        ruled = len(line.strip()) > 1 and set(line) - {" ", "\t"} <= _RULE
        opens = ruled or (signs(line) and words not in titles and not is_courtesy(words))
        if not (opens or not line.strip() or CLOSING.search(line) or _WHO.match(line)):
            break
        begins = at if opens else begins
    above = lines[:begins]
    return above if any(map(str.strip, above)) else lines
