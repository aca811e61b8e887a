"""Whether a mail takes an entry back: in a statement of the sender's own, about a work, not about a mail. Pure.

A question about withdrawing is an inquiry, 请勿撤回 keeps the entry, 《撤退》 is a title, and 撤回上一封，以此邮件为准
sends a better one. Which entry is meant is for `check.withdrawal` to say; where nobody can tell, a person looks.
"""

import re
import unicodedata
from typing import Final

from mailbot.text.quotes import above_quote, clauses, keeps

MOST: Final = 600
"""Characters of a body that are looked at."""

_TITLE: Final = re.compile(r"《[^》\n]{1,80}》|“[^”\n]{1,80}”|\"[^\"\n]{1,80}\"|「[^」\n]{1,80}」")
_WORK: Final = r"《》|[A-Za-z]{2,8}-\d{4}-\d{1,6}|编号|作品|参选|参评|投稿|稿件|视频|短片|报名|申报|推荐表"
_ENTRY: Final = re.compile(_WORK)
_TAKES_BACK: Final = re.compile(
    r"(?:撤回来?|撤销|撤除|撤下来?|撤掉|撤出|收回来?)(?=\W|$|作品|参[选评赛]|稿|投稿|申[请报]|我|您|之前|此前|先前|原|已|该|这|那"
    r"|其|[一两二三全]|编号|[A-Za-z]|报[送名]|推荐|视频|短片|昨|前|上|本|了|吧|处理|的|函|所|对)"
    r"|(?:申请|要求|决定|请求|自愿)退出|withdraw",
    re.IGNORECASE,
)
"""Said of mails and of much else too, so that an entry must be spoken of."""
_BY_ITSELF: Final = re.compile(
    r"撤稿|退稿|退赛|退出[^，。\n]{0,40}?(?:参[选评赛]|评选|征选|活动|比赛|大赛)"
    r"|(?:取消|放弃)(?:本次|此次|这次)?(?:参[选评赛]|报名|投稿|申报|评选)"
)
"""Said of nothing but an entry."""
_OF_AN_ENTRY: Final = re.compile(
    rf"(?:删除|删掉|下架|停止(?:使用|评审|评选))[^，。\n]{{0,16}}?(?:{_WORK})(?![里中内的上片])"
    rf"|(?:{_WORK})[^，。\n]{{0,12}}?(?:作废|下架|删除|删掉)"
    rf"|不再?参[加选评赛]了?|不投了|不报了"
)
"""Here the entry stands in the same clause."""
_OF_A_MAIL: Final = re.compile(
    r"(?:撤回|撤销|收回|作废)[^，。\n]{0,10}(?:邮件|那封|一封|来信|表格?$)|(?:邮件|那封|一封)[^，。\n]{0,6}(?:撤回|撤销|收回|作废)"
)
_QUESTION: Final = re.compile(
    r"[？?]|[吗么呢]\s*$|请问|想问|咨询|请教|能否|可否|能不能|可不可以|是否|如何|怎么|怎样|多久|什么时候|何时"
)
_DECIDED: Final = re.compile(r"(?<![想算备])(?:申请|决定|请求|要求)(?:将[^，。\n]{0,20})?(?:撤|退出|取消参|放弃参)")
"""Said for certain, though another question follows: 现申请撤回《X》，是否需要书面材料？"""
_IF: Final = re.compile(r"如果|如需|如要|如有|如不|倘若|假如|万一|视为|要是|取消[^，。\n]{0,10}撤")
_ABOUT_IT: Final = re.compile(r"[撤退]|取消|放弃|删除")
_SENTENCE: Final = re.compile(r"(?<=[。！!？?；;\n])")
_REPLY: Final = re.compile(r"\s*(?:(?:回复|答复|re)\s*[:：]\s*)+", re.IGNORECASE)
_THANKS: Final = re.compile(r"谢谢|感谢|收到|好的|知悉|明白")
_BETTER: Final = re.compile(
    r"重新|更正|替换|换成|更换|撤换|为准|新(?:版|作品|视频|表|的版本|的推荐表)|现报送|补充"
    r"|作品[^。\n]{0,6}附件|附件[^。\n]{0,6}(?:为|是|中)[^。\n]{0,8}(?:作品|视频|表)|请查收"
)


def takes_back(subject: str, body: str, *, brings_works: bool) -> bool:
    """Whether a mail takes an entry back.

    Args:
        subject: decoded.
        body: readable.
        brings_works: a form, a video or a link came with it.
    """
    subject, body = (unicodedata.normalize("NFKC", text) for text in (subject, body))
    own = above_quote(body)[:MOST]
    said = _TITLE.sub("《》", own)
    title = _TITLE.sub("《》", subject[:200])
    about_entry = _ENTRY.search(f"{title}\n{said}") is not None
    stated = any(_states(sentence, about_entry=about_entry) for sentence in _SENTENCE.split(said))
    if not stated and not _subject_states(title, said, about_entry=about_entry):
        return False
    return not (brings_works and _BETTER.search(f"{subject}\n{own}"))


def _states(sentence: str, *, about_entry: bool) -> bool:
    """Whether a sentence says, not asks, that an entry is taken back."""
    if _IF.search(sentence):
        return False
    if _QUESTION.search(sentence.strip()):
        return any(_DECIDED.search(clause) and not _QUESTION.search(clause) for clause in clauses(sentence))
    patterns = (_BY_ITSELF, _TAKES_BACK, _OF_AN_ENTRY) if about_entry else (_BY_ITSELF,)
    return any(
        any(pattern.search(clause) for pattern in patterns) and not (_OF_A_MAIL.search(clause) or keeps(clause))
        for clause in clauses(sentence)
    )


def _subject_states(title: str, said: str, *, about_entry: bool) -> bool:
    """The same of the subject. That of an answer is somebody's earlier words: it counts where the body says no more."""
    if not _states(title, about_entry=about_entry or _TAKES_BACK.match(title) is not None):
        return False
    if _REPLY.match(title) and _THANKS.search(said):
        return False
    return not any(keeps(sentence) or _asks_about_it(sentence) for sentence in _SENTENCE.split(said))


def _asks_about_it(sentence: str) -> bool:
    """Whether a sentence asks about taking back, and does not say it for certain besides."""
    asks = _QUESTION.search(sentence.strip()) is not None and _ABOUT_IT.search(sentence) is not None
    return asks and not _states(sentence, about_entry=True)
