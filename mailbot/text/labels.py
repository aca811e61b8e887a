"""Which of the campaign's fields a label means: synonyms, blanks inside words, notes in brackets. Pure."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mailbot.model.campaign_form import FieldKind, FormField, FormRules
from mailbot.text.folding import folded, key


class Label(StrEnum):
    """What a label or a column's head asks for."""

    NUMBER = "number"
    TITLE = "title"
    THEMES = "themes"
    LINK = "link"
    CODE = "code"
    """A netdisk's extraction code in a column of its own."""
    CONTACT = "contact"
    PHONE = "phone"
    CONTACT_PHONE = "contact_phone"
    UNIT = "unit"
    RECOMMENDER = "recommender"
    OTHER = "other"
    """A label that is none of the form's, such as 备注: it ends a value, nothing more."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme's own name at the head of a column.

    Attributes:
        name: as the campaign has it.
    """

    name: str


Known = Label | FormField
"""What a label asks for; a `FormField` is one without a role, whose value goes into `FormRow.extra`."""
Asked = Known | Theme
"""What a column or a label asks for."""

CALLS: Final[frozenset[Known]] = frozenset({Label.CONTACT, Label.PHONE, Label.CONTACT_PHONE})
"""Whom to call."""
ABOUT_FORM: Final = frozenset({Label.UNIT, Label.RECOMMENDER})
"""Who sends the form in."""
_OF_WORK: Final = frozenset({Label.TITLE, Label.THEMES, Label.LINK}) | CALLS
_ROLES: Final = {
    Label.TITLE: FieldKind.TITLE,
    Label.THEMES: FieldKind.CHOICE,
    Label.LINK: FieldKind.LINK,
    Label.CONTACT: FieldKind.PERSON,
    Label.PHONE: FieldKind.PHONE,
    Label.UNIT: FieldKind.UNIT,
    Label.RECOMMENDER: FieldKind.RECOMMENDER,
}


def is_of_work(asked: Asked | None) -> bool:
    """Whether a label asks for something about one work."""
    return isinstance(asked, Theme | FormField) or asked in _OF_WORK


_NOTE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|「[^「」]*」")
_LEAD: Final = re.compile(r"^(?:[(]?[0-9一二三四五六七八九十]{1,2}[)、.．]|[*※★☆●■◆▪·•])+")
_WORK: Final = r"(?:参选|参赛|参评|参展|申报|推荐|报送|选送|征集|征选|投稿|提交|上报|原创|拟)?的?"
_FILM: Final = r"(?:短视频|微视频|视频|影片|影像|微电影|宣传片|短片|片|节目)"
_ORGANISATION: Final = r"(?:单位|企业|公司|机构|组织|部门|工作单位|企业/单位|单位/企业|单位或个人|单位/个人)"


_WHO: Final = r"联系人|联络人|联系人员|负责人|经办人|对接人|填报人|姓名|联系人名称"
_PERSON: Final = rf"(?:{_WHO}|联系人姓名|负责人姓名)"
_NUMBER: Final = (
    r"移动电话|手机号码|手机号|手机|电话号码|电话|联系电话|联系方式|联系手机|联系号码|联系手机号码?|联络方式"
    r"|联络电话|通讯方式|通信方式|办公电话|座机|固定电话|tel|telephone|phone|mobile"
)
_CALL: Final = rf"(?:{_NUMBER}|电话/手机|手机/电话)"
_AND: Final = r"(?:及其|及|和|与|以及|、|/|\||&|\+|,|;|-|·)"
_CALLS: Final = rf"(?:{_AND}?(?:{_NUMBER}))*"
"""More of them; a word of several (电话/手机) is not among them, so that there is one way to read each."""

_PATTERNS: Final[tuple[tuple[Label, re.Pattern[str]], ...]] = tuple(
    (label, re.compile(pattern))
    for label, pattern in (
        (Label.NUMBER, r"序号?|编号|作品编号|作品序号|no\.?|号|排序"),
        (
            Label.RECOMMENDER,
            (
                rf"(?:推荐|报送|选送|组织|填报|申报|参选|参赛|征集)(?:{_ORGANISATION}|人)的?(?:{_PERSON}|联系)"
                rf"(?:{_AND}?(?:{_NUMBER}|{_WHO}))*|(?:推荐|报送)人(?:{_AND}?{_CALL})?"
                rf"|(?:推荐|报送){_ORGANISATION}{_CALL}|单位{_PERSON}{_CALLS}"
            ),
        ),
        (
            Label.LINK,
            (
                rf"(?:{_WORK}(?:作品|{_FILM}|网盘|百度网盘|云盘|下载|观看|播放|在线|文件|成片)*)"
                rf"(?:链接|网址|网盘|云盘|下载地址|链接地址|网盘地址|url|link)(?:{_AND}?(?:链接|地址|提取码|密码|口令))*"
                rf"|{_WORK}(?:作品|{_FILM})地址"
            ),
        ),
        (Label.CODE, r"(?:网盘|链接)?(?:提取码|访问码|提取密码|链接密码)"),
        (
            Label.TITLE,
            (
                rf"{_WORK}(?:作品)?{_FILM}?(?:作品)?(?:的)?(?:名称|名字|名|标题|题目|题名)|{_WORK}作品|{_WORK}{_FILM}作品|片名|作品名"
                rf"|{_WORK}(?:短视频|微视频|视频)"
            ),
        ),
        (
            Label.THEMES,
            (
                rf"(?:{_WORK}|所属|所选|选择|对应|契合|符合)*(?:作品|{_FILM})?(?:所属|所选|对应)?"
                r"(?:主题|选题|类别|类型|方向|赛道|组别|单元|板块|题材|领域)(?:类别|方向|分类|类型|选择|名称|内容|领域)?"
            ),
        ),
        (
            Label.CONTACT_PHONE,
            rf"(?:作品|{_FILM}|项目|参选|参赛|作者|主创)?{_PERSON}{_AND}(?:其)?(?:{_PERSON}的?)?{_CALL}",
        ),
        (
            Label.CONTACT,
            rf"(?:作品|{_FILM}|项目|参选|参赛|主要|第一)?{_PERSON}",
        ),
        (
            Label.PHONE,
            rf"(?:作品|{_FILM}|项目|参选|参赛)?(?:{_PERSON}|本人)?的?{_CALL}{_CALLS}",
        ),
        (
            Label.UNIT,
            (
                rf"(?:参选|参赛|参评|申报|推荐|报送|选送|填报|所属|所在|作者|作品|制作|出品|创作|投稿|组织|提交)*的?{_ORGANISATION}"
                r"(?:名称|全称|名)?(?:/?盖章|/?公章|签章)?"
            ),
        ),
        (
            Label.OTHER,
            (
                r"备注|说明|作品简介|简介|作品内容|内容简介|作品介绍|作者|作者姓名|主创|主创人员|主创团队|时长|作品时长|视频时长|格式|分辨率"
                r"|画幅|画幅比例|大小|邮箱|电子邮箱|联系邮箱|e-?mail|地址|通讯地址|联系地址|邮编|职务|职务/职称|部门|填表人|填报日期|日期"
                r"|(?:填表|填报|报送|申报|推荐|上报)(?:日期|时间)|审核人|推荐意见|推荐理由|单位意见|审核意见|盖章|签字|传真|性别|年龄|身份证号|身份证号码|微信|微信号|qq|qq号"
                r"|首发平台|发布平台|播放量|完成时间|制作时间|拍摄时间|所在地区|地区|省份|城市|导演|编剧|摄像|剪辑|配音|制作人|版权"
            ),
        ),
    )
)
FORM_HEADING: Final = re.compile(
    r"(?:推荐|征选|汇总|报名|申报|参选|征集|参赛)[^\n]{0,8}表|(?:entry|registration|submission|application)form"
)
_RANKED_UNITS: Final = (
    re.compile(r"单位(?:名称|全称)|.*名称.*"),
    re.compile(r"(?:申报|参选|参赛|参评|投稿|作者|制作|出品|创作|所在|所属).*"),
    re.compile(r"单位|企业|公司|机构"),
)


_LOOSE: Final[tuple[tuple[Label, re.Pattern[str]], ...]] = tuple(
    (label, re.compile(pattern))
    for label, pattern in (
        (Label.RECOMMENDER, r"推荐单位.{0,14}(?:联系|电话)"),
        (Label.LINK, r"链接|网盘|网址"),
        (Label.TITLE, r"(?:作品|视频|短片|影片).{0,4}(?:名|标题|题目)"),
        (Label.THEMES, r"主题"),
        (Label.CONTACT_PHONE, r"(?:联系人|负责人|姓名).{0,14}(?:电话|手机|联系方式|号码)"),
        (Label.PHONE, r"手机|电话|联系方式"),
        (Label.CONTACT, r"联系人|负责人"),
        (Label.UNIT, r"单位名称|单位全称"),
    )
)
_LOOSE_LENGTH: Final = 14


_VARIANT: Final = r"(?:作品|参赛|参选|所在|所属|就读|主要|第一)?{}(?:姓名|名称|名字|全称)?"
"""How else a form may put a field's own label: 作者 as 作者姓名, 学校 as 所在学校."""


def _plain(text: str) -> tuple[str, str]:
    """A label without its note, number and colon; and the same with its note."""
    bare = _LEAD.sub("", key(text).strip(_EDGE)).strip(_EDGE)
    return _NOTE.sub("", bare).strip(_EDGE), bare


_EDGE: Final = ":;,.。、_-*"
_LONGEST_LABEL: Final = 40
"""Characters of the longest label that a pattern knows: no label is as long as a sentence."""
_LONGEST: Final = 400
"""Characters of the longest text that is looked at at all."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The labels of one campaign's form.

    Attributes:
        rules: the campaign's.
        words: what each of its own labels asks for.
        variants: how else a field without a role may be put.
    """

    rules: FormRules
    words: Mapping[str, Known]
    variants: tuple[tuple[FormField, re.Pattern[str]], ...]

    @property
    def themes(self) -> tuple[str, ...]:
        """What can be chosen; empty where the form asks for no choice."""
        return self.rules.choices

    def asks(self, *labels: Label) -> bool:
        """Whether the campaign's form has one of these roles."""
        return any(label not in _ROLES or self.rules.form.of(_ROLES[label]) is not None for label in labels)

    @property
    def enough(self) -> int:
        """How many of its labels beside or below one another are no chance."""
        return min(3, len(self.rules.form.fields))

    def label_of(self, text: str) -> Known | None:
        """Which field a whole cell or label names; None where it is no label at all."""
        return _label_of(self, text)

    def column_label(self, text: str) -> Known | None:
        """Which field a column's head names: as `label_of`, else by the word that it holds, such as 手机号码/邮箱."""
        label = self.label_of(text)
        plain = _NOTE.sub("", key(text))
        if label is not None or not plain or len(plain) > _LOOSE_LENGTH:
            return label
        return next((self.role(label) for label, pattern in _LOOSE if pattern.search(plain)), None)

    def theme_of(self, text: str) -> str | None:
        """The theme that a column's head names: its name alone, perhaps with a note in brackets."""
        plain = _NOTE.sub("", _LEAD.sub("", key(text).strip("□☐◇○:"))).strip(":、,.")
        return next(
            (theme for theme in self.themes if plain in {key(theme), f"{key(theme)}类", f"{key(theme)}主题"}), None
        )

    def known(self, texts: Iterable[str]) -> frozenset[Known]:
        """The form's fields that texts name, each once."""
        return frozenset(
            label for text in texts if (label := self.label_of(text)) is not None and label is not Label.OTHER
        )

    def is_own(self, text: str) -> bool:
        """Whether a text is the campaign's very own label of something about a work, other than whom to call."""
        asked = self.words.get(_plain(text)[0])
        return is_of_work(asked) and asked not in CALLS

    def inline(self, text: str) -> list["Labelled"]:
        """The labels with a colon in a text, each with its value.

        A recommender's value keeps the 联系人： and 电话： that its writer put within. Whom to call at the end of a
        sentence is no field of the form.
        """
        marks = sorted([*self._before_colons(text), *self._framed(text)], key=lambda mark: (mark[1], mark[0]))
        marks = self._absorbed(text, marks)
        if marks and text[: marks[0][1]].strip() and marks[0][3] in WITHIN[Label.RECOMMENDER]:
            return []
        labelled = []
        for number, (after, _, name, label) in enumerate(marks):
            until = marks[number + 1][1] if number + 1 < len(marks) else len(text)
            labelled.append(Labelled(label, name, text[after:until].rstrip(_PARTS if until < len(text) else _ENDS)))
        return labelled or self._bare(text)

    def role(self, label: Label) -> Label:
        """A role that the campaign's form does not have is none of its fields."""
        if label is Label.CONTACT_PHONE:
            return label if self.asks(Label.CONTACT) else self.role(Label.PHONE)
        of = Label.LINK if label is Label.CODE else label
        return label if self.asks(of) else Label.OTHER

    def _before_colons(self, text: str) -> Iterable["_Mark"]:
        """The labels that end at a colon: the longest run of words before it that is one."""
        for colon in _COLON.finditer(text):
            line = text[max(colon.start() - 40, 0) : colon.start()]
            shift = colon.start() - len(line)
            start = max((gap.end() for gap in _LINE.finditer(line)), default=0)
            for begin in (start, *(gap.end() for gap in _GAP.finditer(line) if gap.end() > start)):
                label = self.label_of(line[begin:])
                if label is not None and len(key(line[begin:])) > 1:
                    yield colon.end(), shift + begin, line[begin:].strip(), label
                    break

    def _absorbed(self, text: str, marks: Sequence["_Mark"]) -> list["_Mark"]:
        """The marks without those within another's value; a summary may say 主题： in the midst of a sentence."""
        kept: list[_Mark] = []
        for mark in marks:
            _, begin, name, label = mark
            before = kept[-1][3] if kept else None
            prose = isinstance(before, FormField) and _plain(name)[0] not in self.words
            if label not in WITHIN.get(before, ()) and not (
                prose and not _APART.search(text, max(begin - 3, 0), begin)
            ):
                kept.append(mark)
        return kept

    def _framed(self, text: str) -> Iterable["_Mark"]:
        for match in _FRAMED.finditer(text):
            if (label := self.label_of(match["name"])) is not None:
                yield match.end(), match.start(), match["name"], label

    def _bare(self, text: str) -> list["Labelled"]:
        """A unit's or recommender's label without a colon, its value behind a blank or an underline."""
        found = _BARE.match(text)
        if found is None or not found["value"].strip(" _＿\u3000\xa0\t\n"):
            return []
        label = self.label_of(found["name"])
        apart = re.match(r"\s{2,}|\u3000|\t|[_＿]", text[found.end("name") :]) is not None
        sure = label is Label.RECOMMENDER or (label is Label.UNIT and (apart or "名称" in folded(found["name"])))
        return [Labelled(label, found["name"], found["value"])] if label is not None and sure else []


@functools.lru_cache(maxsize=8)
def vocabulary_of(rules: FormRules) -> Vocabulary:
    """The labels of a campaign's form: its own, and for the official roles all that clerks write instead."""
    roles = {kind: label for label, kind in _ROLES.items()}
    words = {
        _plain(label)[0]: roles.get(field.kind, field)
        for field in rules.form.fields
        for label in (field.label, *field.also)
    }
    variants = tuple(
        (field, re.compile(_VARIANT.format(re.escape(_plain(label)[0]))))
        for field in rules.form.extra
        for label in (field.label, *field.also)
    )
    return Vocabulary(rules, words, variants)


@functools.lru_cache(maxsize=4096)
def _label_of(vocabulary: Vocabulary, text: str) -> Known | None:
    if len(text) > _LONGEST:
        return None
    candidates = [plain for plain in dict.fromkeys(_plain(text)) if plain]
    own = (vocabulary.words[plain] for plain in candidates if plain in vocabulary.words)
    if (found := next(own, None)) is not None or len(key(text)) > _LONGEST_LABEL:
        return found
    variants = (field for plain in candidates for field, one in vocabulary.variants if one.fullmatch(plain))
    usual = (vocabulary.role(label) for plain in candidates for label, one in _PATTERNS if one.fullmatch(plain))
    return next(variants, None) or next(usual, None)


def unit_rank(text: str) -> int:
    """How surely a unit's label means 单位名称 itself: 0 is surest."""
    plain = _NOTE.sub("", key(text)).strip(":")
    return next((rank for rank, one in enumerate(_RANKED_UNITS) if one.fullmatch(plain)), len(_RANKED_UNITS))


def sends_in(text: str) -> bool:
    """Whether a unit's label may mean the one that sends in, not the one that filmed."""
    return re.match(r"(?:制作|出品|创作|作者|拍摄|摄制|联合|协办|承制)", _NOTE.sub("", key(text))) is None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label with the text behind it, in one paragraph or cell.

    Attributes:
        label: which field.
        name: the label as written.
        value: what stands between it and the next label.
    """

    label: Known
    name: str
    value: str


_PARTS: Final = " \t;；,，、"
_ENDS: Final = ";；"
"""What parts a value from the next label, or ends the last one; a line break stays."""
_APART: Final = re.compile(r"(?:[\n\t;；【]|[ \u3000\xa0]{2})\s{0,3}$")
"""What stands before a label that is no part of a sentence."""
_FRAMED: Final = re.compile(r"【(?P<name>[^【】]{2,16})】\s*[:：]?")
"""A label between brackets, as 【作品名称】."""
_COLON: Final = re.compile(r"[:：︰∶]")
_LINE: Final = re.compile(r"[:：︰∶\n]")
_GAP: Final = re.compile(r"[\s;；。,，、_＿]+")
_BARE: Final = re.compile(r"^\s*(?P<name>[^\s:：_＿]{2,16})(?:[ \u3000\xa0\t]+|(?=[_＿]))(?P<value>.*)$", re.DOTALL)


_Mark = tuple[int, int, str, Known]
"""Where its value begins, where it begins, the label as written, what it asks for."""


WITHIN: Final[Mapping[Known | None, frozenset[Known]]] = {
    Label.RECOMMENDER: CALLS,
    Label.CONTACT_PHONE: frozenset({Label.CONTACT, Label.PHONE}),
    Label.LINK: frozenset({Label.LINK, Label.CODE}),
}
"""Labels that a writer puts within another's value: 链接：… 提取码：…, as a netdisk has them copied."""
