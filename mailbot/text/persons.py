"""Whether a display name names a person or an institution, or only an account. Pure."""

import re
from typing import Final

LONGEST: Final = 20
_NO_NAME: Final = re.compile(r"[@/<>\\]|https?:|www\.|\d", re.IGNORECASE)
_ACCOUNT: Final = re.compile(
    r"(?:系统)?管理员|(?:默认|匿名|未知|新|[a-z]{1,9}|网易|新浪|阿里|腾讯)?(?:邮箱)?用户|(?:我的)?邮箱|未知|匿名|无名?|本人|联系人|姓名|同上|测试|[-_.\s]*",
    re.IGNORECASE,
)
_ONE_LATIN_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
"""admin, office, wangyiming: an account's name as mail programs fill it in; a person's has two words, or is Chinese."""


def names_someone(text: str) -> bool:
    """Whether a display name can be addressed in a letter."""
    line = " ".join(text.split())
    return (
        0 < len(line) <= LONGEST
        and line.isprintable()
        and _NO_NAME.search(line) is None
        and _ACCOUNT.fullmatch(line) is None
        and _ONE_LATIN_WORD.fullmatch(line) is None
    )
