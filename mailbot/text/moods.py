"""What a sender's own words say of an entry, clause by clause: take back, keep, ask, correct, bring back. Pure.

The one vocabulary of intents. What follows from the moods (what the mail is, which entries it means, whether a person
must read it) is decided in `check/intent.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mailbot.text.folding import comparable
from mailbot.text.quotes import above_quote

MOST: Final = 20_000
"""Characters of a body that are looked at."""


class Mood(StrEnum):
    """What a clause says; it may say several things at once."""

    TAKES_BACK = "takes back"
    """撤回《X》; where `NEEDS_WORK` stands beside it, only if the mail speaks of an entry at all."""
    NEEDS_WORK = "needs a work"
    """Its verb is said of mails and of much else too: 撤回, 收回."""
    DECIDED = "decided"
    """The sender says that it is settled: 申请撤回, 决定退出."""
    KEEPS = "keeps"
    """不撤回, 请勿撤回, 保留, 继续参选, 误发."""
    SPARES = "spares"
    """The named entry is perhaps not meant: 除 0002 外, 仍有效, 与 0002 重复, 原视频."""
    OF_A_MAIL = "of a mail"
    """A mail is taken back, not an entry: 上一封邮件作废."""
    ABOUT_TAKING_BACK = "about taking back"
    """Speaks of it at all."""
    OTHERS = "others"
    """About the entries that are not named: 其余作品."""
    ASKS = "asks"
    IF = "if"
    """A condition: 如需撤回."""
    CORRECTS = "corrects"
    """更正, 以此为准."""
    REPLACES = "replaces"
    """A better one comes with the mail: 替换, 重新报送, 新版."""
    RESTORES = "restores"
    """What was taken back shall stand again: 恢复."""
    CONFIRMS = "confirms"
    SPEAKS_OF_A_WORK = "speaks of a work"
    THANKS = "thanks"


CHANGED_TO: Final = r"(?:更改|修改|更正|变更|调整|改)(?:为|成)"
"""What sets a value anew; `text/corrections.py` reads which one."""
_NEGATED: Final = (
    r"(?:不|勿|别|无需|不用|未曾?|从未|并未|没有?)(?:曾|再|会|要|想|需要?|必|得|能|可|予以?|作|申请|打算|同意|\s){0,3}"
)
_WORK: Final = r"《》|[a-z]{2,8}-\d{4}-\d{1,6}|编号|作品|参选|参评|投稿|稿件|视频|短片|报名|申报|推荐表"
_NUMBER: Final = r"[a-z]{2,8}-\d{4}-\d{1,6}"
_WORDS: Final = {
    Mood.SPEAKS_OF_A_WORK: _WORK,
    Mood.NEEDS_WORK: (
        r"(?:撤回来?|撤销|撤除|撤下来?|撤掉|撤出|收回来?)(?=\W|$|作品|参[选评赛]|稿|投稿|申[请报]|我|您|之前|此前|先前|原|已|该|这|那"
        r"|其|[一两二三全]|编号|[a-z]|报[送名]|推荐|视频|短片|昨|前|上|本|了|吧|处理|的|函|所|对|以下|下列)"
        r"|(?:申请|要求|决定|请求|自愿)退出|withdraw"
        rf"|(?:取消|放弃|退出)\s{{0,3}}(?:编号\s{{0,3}})?{_NUMBER}|{_NUMBER}[^,。\n]{{0,6}}(?:取消|放弃|退出)$"
        rf"|(?:删除|删掉|下架|停止(?:使用|评审|评选))[^,。\n]{{0,16}}?(?:{_WORK})(?![里中内的上片])"
        rf"|(?:{_WORK})[^,。\n]{{0,12}}?(?:作废|下架|删除|删掉)"
        r"|不再?参[加选评赛]了?|不投了|不报了"
    ),
    Mood.TAKES_BACK: (
        r"撤稿|退稿|退赛|退出[^,。\n]{0,40}?(?:参[选评赛]|评选|征选|活动|比赛|大赛)"
        r"|(?:取消|放弃)(?:本次|此次|这次)?(?:参[选评赛]|报名|投稿|申报|评选)"
    ),
    Mood.DECIDED: r"(?<![想算备])(?:申请|决定|请求|要求)(?:将[^,。\n]{0,20})?(?:撤|退出|取消参|放弃参)",
    Mood.KEEPS: (rf"{_NEGATED}(?:撤|收回|退[出稿赛]|取消|放弃|删除|作废|下架)|误发|保留|继续参|仍然?参"),
    Mood.SPARES: (
        r"继续|照常|仍|不变|除外|除.{0,60}外|以外|有效|不受影响|与.{0,60}(?:重复|相同|一样)|撤[^,。\n]{0,8}(?:作废|无效|取消|收回)"
        r"|(?:原|旧|老|上一|前一|之前|先前|误发)[^,。\n]{0,6}(?:视频|文件|版|邮件|附件|表|材料)"
    ),
    Mood.OF_A_MAIL: (
        r"(?:撤回|撤销|收回|作废)[^,。\n]{0,10}(?:邮件|那封|一封|来信|表格?$)"
        r"|(?:邮件|那封|一封)[^,。\n]{0,6}(?:撤回|撤销|收回|作废)"
    ),
    Mood.ABOUT_TAKING_BACK: r"[撤退]|取消|放弃|删除",
    Mood.OTHERS: r"其余|其他|其它|另外|剩余|余下",
    Mood.ASKS: (
        r"\?|[吗么呢]\s?$|请问|想问|咨询|请教|能否|可否|能不能|可不可以|是否|如何|怎么|怎样|多久|什么时候|何时"
    ),
    Mood.IF: r"如果|如需|如要|如有|如不|倘若|假如|万一|视为|要是|取消[^,。\n]{0,10}撤",
    Mood.CORRECTS: (rf"更正|勘误|改名|更名|有误|写错|填错|{CHANGED_TO}|以(?:此|本)[次表件份]{{0,2}}(?:邮件)?为准"),
    Mood.REPLACES: (
        r"重新|更正|替换|换成|更换|撤换|为准|新(?:版|作品|视频|表|的版本|的推荐表)|现报送|补充"
        r"|作品[^。\n]{0,6}附件|附件[^。\n]{0,6}(?:为|是|中)[^。\n]{0,8}(?:作品|视频|表)|请查收"
    ),
    Mood.RESTORES: rf"^(?!.*(?:{_NEGATED}|无法|难以|不便)恢复).*(?:恢复(?!正常|后|上班|工作)|撤销撤回|restore)",
    Mood.CONFIRMS: r"(?<!不)(?:确认|同意|属实)|确需|是的|confirm",
    Mood.THANKS: r"谢谢|感谢|收到|好的|知悉|明白",
}
_PATTERNS: Final = {mood: re.compile(words) for mood, words in _WORDS.items()}
_TITLE: Final = re.compile(r"《[^》\n]{0,80}》|“[^”\n]{0,80}”|\"[^\"\n]{0,80}\"|「[^」\n]{0,80}」")
_HIDDEN: Final = "《》"
"""A title in its marks: 《撤退》 takes nothing back."""
_SENTENCE: Final = re.compile(r"(?<=[。!?;\n])")
_CLAUSE: Final = re.compile(r"[,。;!?()\n]|(?<![0-9])\.(?![0-9])")
"""Between clauses; 、 and 和 stand between the numbers of one."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence.

    Attributes:
        text: comparable, titles included.
        moods: what it says, titles left out.
    """

    text: str
    moods: frozenset[Mood]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a line without an end.

    Attributes:
        clauses: of which it consists.
        moods: what it says as a whole, titles left out.
        at: where it begins in the text, characters.
    """

    clauses: tuple[Clause, ...]
    moods: frozenset[Mood]
    at: int


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A mail's own words: what its sender wrote above the quoted mail.

    Attributes:
        subject: comparable.
        body: comparable, line by line.
        title: the subject's sentences.
        sentences: the body's.
    """

    subject: str
    body: str
    title: tuple[Sentence, ...]
    sentences: tuple[Sentence, ...]

    @property
    def all(self) -> tuple[Sentence, ...]:
        """All sentences, the subject's first."""
        return (*self.title, *self.sentences)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Their clauses."""
        return tuple(clause for sentence in self.all for clause in sentence.clauses)

    @property
    def body_clauses(self) -> tuple[Clause, ...]:
        """The body's clauses alone: the subject of an answer is somebody's earlier words."""
        return tuple(clause for sentence in self.sentences for clause in sentence.clauses)

    def say(self, mood: Mood) -> bool:
        """Whether any sentence, the subject's or the body's, says this."""
        return any(mood in sentence.moods for sentence in self.all)


def read_words(subject: str, body: str) -> OwnWords:
    """The subject and what the sender wrote above the quoted mail, with their moods."""
    title = comparable(subject[:MOST])
    own = "\n".join(comparable(line) for line in above_quote(body[:MOST]).splitlines())
    return OwnWords(title, own, tuple(_sentences(title)), tuple(_sentences(own)))


def _sentences(text: str) -> Iterator[Sentence]:
    titles = iter(_TITLE.findall(text))
    at = 0
    for sentence in _SENTENCE.split(_TITLE.sub(_HIDDEN, text)):
        pieces = [piece for piece in _CLAUSE.split(sentence) if piece.strip()]
        clauses = [Clause(piece.replace(_HIDDEN, "\0"), _moods(piece)) for piece in pieces]
        shown = tuple(Clause(re.sub("\0", lambda _: next(titles, ""), one.text), one.moods) for one in clauses)
        yield Sentence(shown, _moods(sentence), at)
        at += len(sentence)


def _moods(text: str) -> frozenset[Mood]:
    return frozenset(mood for mood, pattern in _PATTERNS.items() if pattern.search(text.strip()))
