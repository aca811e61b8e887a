"""What a mail says beside courtesy: 收到，谢谢 asks for nothing, 请问收到了吗 asks how things stand. Pure."""

import re
from typing import Final

_COURTESY: Final = re.compile(
    r"尊敬的|各位|老师|领导|组委会|工作人员|您好|你好|大家好|已|收到|收悉|阅|知悉|知晓|知道了|明白|了解|好的|好|嗯|谢谢|感谢|多谢|辛苦|麻烦|费心|打扰|ok|okay"
    r"|(?:many )?thanks?(?: you)?(?: very much)?|received|noted|got it"
    r"|祝好|顺祝|商祺|工作顺利|此致|敬礼|您|你|了|们|的|我|我们|回复|re|邮件|请查收|\W|\d"
)
_HOW_IT_STANDS: Final = re.compile(
    r"(?:收到|到了|到没|报送成功|提交成功|发送成功|受理|审核|通过|进度|状态|结果|情况)[^,。;!?\n]{0,12}(?:吗|没有|没|否|么|如何|怎样|怎么样|\?)"
    r"|(?:是否|有没有|有无)[^,。;!?\n]{0,8}(?:收到|受理|通过|成功)|查询[^,。;!?\n]{0,12}(?:进度|状态|结果|情况)"
)
_ABOUT_IT: Final = re.compile(r"请问|请|确认|一下|下|想|要|作品|投稿|稿件|视频|报名|材料|昨天|今天|发送|发|提交|报送")
FEW: Final = 8
"""Characters that may be left of a question about how things stand: a name, a title."""


def is_courtesy(text: str) -> bool:
    """Whether a comparable text is nothing but courtesy."""
    return not _COURTESY.sub("", text)


def asks_how_it_stands(text: str) -> bool:
    """Whether a comparable text asks only how its sender's entries stand."""
    beside = _COURTESY.sub("", _ABOUT_IT.sub("", _HOW_IT_STANDS.sub("", text)))
    return _HOW_IT_STANDS.search(text) is not None and len(beside) <= FEW
