"""Titles and file names, made comparable: what a clerk would not see as a difference is taken away."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from mailbot.text.folding import INVISIBLE, bare, comparable
from mailbot.text.units import SHORTEST, short_unit

EXTENSION: Final = re.compile(r"(?:\.[A-Za-z0-9]{2,4}){1,2}$")
QUOTED: Final = re.compile(r"《([^《》]+)》")
NUMBERING: Final = re.compile(r"^(?:附件|作品|视频|第)?[0-9一二三四五六七八九十]{1,3}(?:[-_.、．:：)）\]】号部]+|\s+)")
NOISE: Final = re.compile(
    r"(?:最终|修改|修订|更新|高清|完整|成片|正式|参赛|参选|报送|提交|最新)(?:版|稿|片)?"
    r"|终版|终稿|定稿|成片|母版|横版|竖版|无字幕版?|有字幕版?|带字幕版?|字幕版"
    r"|短视频作品|参赛作品|短视频|宣传片|工业强国|新型工业化"
    r"|(?<![a-z])(?:final|finished|edit|fixed|new|copy|v[0-9.]+)(?![a-z])"
    r"|(?<![0-9])(?:1080p?|2160p?|4k|2k|16[x:比-]9|9[x:比-]16)(?![0-9a-z])"
    r"|\([0-9]+\)|20[0-9]{6}"
)
_GIVEN: Final = (
    "svid", "vid", "video", "img", "mov", "movie", "dsc", "dji", "mvi", "gopr", "pxl", "wx", "wechat", "weixin",
    "qq", "mmexport", "camera", "film", "clip", "lv", "mp4", "hd", "d", "tcmime", "at", "att", "untitled", "screen",
    "screenrecorder", "screenrecording", "rec", "record", "recording", "rpreplay", "trim", "export", "output",
    "result", "render", "final", "compressed", "share", "tmp", "temp", "download", "inshot", "capcut", "sequence",
    "comp", "timeline", "视频", "原视频", "主视频", "影片", "短片", "样片", "原片", "片子", "作品", "微信",
    "企业微信", "未命名", "未标题", "无标题", "新建", "项目", "序列", "合成", "时间线", "屏幕录制", "录屏", "剪映",
    "快影", "必剪", "压缩", "已压缩", "压缩后", "转码", "已转码", "转码后", "导出", "输出", "成品", "母带",
    "上传版", "横屏", "竖屏", "附件", "文件", "手机", "大赛", "征选", "素材", "材料", "资料", "链接", "地址",
    "下载", "网盘",
)  # fmt: skip
_GIVEN_WORD: Final = re.compile(
    rf"{'|'.join(sorted(_GIVEN, key=len, reverse=True))}"
    r"|[a-z]{1,3}(?=[0-9]{4})|(?<=[0-9])[年月日时分秒]|[-_.0-9\s]+"
)
"""A word that cameras, phones and programs call a film by, the longest first."""
_HEXADECIMAL: Final = re.compile(r"(?:[a-z]{2,8}[-_.\s])?(?=[a-f]*[0-9])[0-9a-f]{8}[0-9a-f-]{4,32}")
"""A number in hexadecimal, as of a UUID."""


HEAD: Final = re.compile(r"^([^—–:：|~(（\-]{2,40}?)\s*[—–|~(（:：-]")
LEADING: Final = re.compile(r"^(?:附件|作品|视频|第)?([0-9]{1,3})")


def stem(filename: str) -> str:
    """A file name without its folder and extension."""
    name = unicodedata.normalize("NFC", filename).translate(INVISIBLE).replace("\\", "/").rpartition("/")[2].strip()
    return EXTENSION.sub("", name)


def quoted_title(filename: str) -> str:
    """What stands in 《》 in a file name, bare; empty where nothing does."""
    found = QUOTED.search(filename)
    return bare(found.group(1)) if found else ""


@lru_cache(maxsize=16)
def _words_of(units: tuple[str, ...]) -> tuple[str, ...]:
    """What units are called, whole and for short; a longer name before one that it may hold."""
    called = {words for unit in units for words in (comparable(unit), short_unit(unit))}
    return tuple(sorted(called - {""}, key=lambda words: (-len(words), words)))


def core(filename: str, units: tuple[str, ...] = ()) -> str:
    """A file name's own words, bare: numbering, units and words such as 终版 taken away."""
    name = NUMBERING.sub("", comparable(stem(filename)))
    for words in _words_of(units):
        name = name.replace(words, " ")
    return bare(NOISE.sub(" ", name))


def is_generic(filename: str, units: tuple[str, ...] = ()) -> bool:
    """A name that a camera or a program gave, or only 成片, final (2): it tells nothing about the work.

    Nor does one that only names one of these units.
    """
    return any(_is_given(name) for name in (comparable(stem(filename)), core(filename, units)))


def _is_given(name: str) -> bool:
    """Whether a name is words of programs from its beginning to its end, each as long as it can be; or a number."""
    at = 0
    while at < len(name) and (found := _GIVEN_WORD.match(name, at)) is not None:
        at = found.end()
    return at == len(name) or _HEXADECIMAL.fullmatch(name) is not None


def heads(title: str) -> frozenset[str]:
    """What may stand for a long title, bare: what comes before its dash, colon or bracket."""
    found = HEAD.match(comparable(title).lstrip('《“"'))
    head = bare(found[1]) if found else ""
    return frozenset({head} if len(head) >= SHORTEST else ())


def leading_number(name: str) -> int | None:
    """The number that a name or a title begins with (`02号车间`); None where it begins with none."""
    found = LEADING.match(comparable(stem(name)))
    return int(found[1]) if found else None


def ordinal(filename: str) -> int | None:
    """The one number in a generic file name (`视频2.mp4`, `03.mp4`); None where there is not just one."""
    numbers = re.findall(r"(?<![0-9])[0-9]{1,3}(?![0-9])", comparable(stem(filename)))
    return int(numbers[0]) if len(numbers) == 1 else None
