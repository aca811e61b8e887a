"""What a person's lines change: 手机号码：…, 第2件 主题改为 绿色低碳, or a value in the quoted letter. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField
from mailbot.text.courtesy import is_courtesy
from mailbot.text.folding import comparable
from mailbot.text.links import has_address, links_of_cells
from mailbot.text.moods import CHANGED_TO
from mailbot.text.quotes import above_quote
from mailbot.text.set_values import parted_value
from mailbot.text.signatures import before_sign_off, before_signature

ALSO: Final[Mapping[FieldKind, tuple[str, ...]]] = {
    FieldKind.TITLE: ("视频作品名称", "作品名称", "视频名称", "作品名", "片名", "标题", "题目"),
    FieldKind.CHOICE: ("征选主题", "主题", "类别"),
    FieldKind.PERSON: ("联系人姓名", "联系人"),
    FieldKind.PHONE: ("联系电话", "手机号码", "手机号", "手机", "电话"),
    FieldKind.UNIT: ("单位名称", "单位"),
    FieldKind.LINK: ("视频链接", "作品链接", "网盘链接", "下载链接", "视频地址", "下载地址", "链接", "作品视频"),
}
"""What people call a role besides the campaign's own labels."""
LONGEST: Final = 200
"""Characters of a value."""
CHARACTERS: Final = 20_000
"""Characters of the sender's own words that are read."""
_PIECE: Final = re.compile(r"[;；。\n]")
_BULLET: Final = r"\s{0,9}(?:[-*•·]\s{0,3}|[0-9]{1,2}[.、)）]\s{0,3})?(?:请|麻烦)?(?:帮忙)?(?:把|将)?\s{0,3}"
_WHICH: Final = (
    r"(?:第\s{0,3}(?P<nth>[0-9]{1,3}|[一二三四五六七八九十])\s{0,3}(?:件|个|部|项|条)(?:作品|视频|短片)?"
    r"|(?P<every>(?:以上|上述)?(?:(?:所有|全部|全体|各|每)(?:件|个|部|项|条)?|(?P<count>[两二三四五六七八九十]|[0-9]{1,3})(?:件|个|部|项|条))(?:作品|视频|短片))"
    r"|《(?P<title>[^》\n]{1,80})》|(?:作品)?(?:编号)?\s{0,3}(?P<number>[A-Za-z][A-Za-z0-9]{0,15}(?:-[A-Za-z0-9]{1,12}){1,4}))"
)
_SETS: Final = (
    r"\s{0,5}(?:[(（][^)）\n]{0,20}[)）])?\s{0,5}(?P<each>均|都|全部|统一|一律)?"
    rf"(?:[:：]|(?P<anew>(?:(?:由|从)[^\n]{{1,60}}?)?(?:{CHANGED_TO}|更?换(?:为|成))"
    r"|应该?(?:为|是)|(?<=均)[为是]|(?<=都)[为是]|(?:is changed to|should be|is now)\b))[:：]?\s{0,5}"
)
_DIGITS: Final = {sign: place for place, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_CODE: Final = re.compile(r"(?:提取|访问|分享)?密?码\s{0,3}[:：]?\s{0,3}[A-Za-z0-9]{3,8}")
"""The code of the link on the line above."""
_NUMBERED: Final = re.compile(r"[0-9]{1,4}[.．]\s{0,9}(.{1,200})")


@dataclass(frozen=True, slots=True)
class Which:
    """Which work a line means.

    Attributes:
        number: of the entry; empty where it is not named so.
        nth: its place in the letter that is answered, from 1; 0 where it is not named so.
        title: its title; empty where it is not named so.
        every: all of them: 所有作品, 均改为.
        count: how many it says that there are: 两件作品; 0 where it says none.
    """

    number: str = ""
    nth: int = 0
    title: str = ""
    every: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """One field that a person's words set.

    Attributes:
        which: the work; None where the words do not say.
        field: of the campaign's form.
        value: as written, without its quotation marks and what is said around it.
        anew: the words say that it takes another's place (改为), and do not only state it (：).
    """

    which: Which | None
    field: FormField
    value: str
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a mail's words set.

    Attributes:
        told: in their order.
        rest: words besides that ask or tell something else.
    """

    told: tuple[Correction, ...] = ()
    rest: bool = False


def read_corrections(body: str, form: CampaignForm, letters: Sequence[str], titles: Iterable[str]) -> Corrections:
    """The corrections in a mail's own lines, and those made in our letter that it quotes.

    Args:
        body: readable, the quoted letter below it.
        form: the campaign's fields.
        letters: plain texts of our letters that it answers: their lines are not the sender's.
        titles: of the sender's works: a line with one of them names the work, and does not rename it.
    """
    labels = _labels(form)
    own = above_quote(body)
    ours = {comparable(line) for letter in letters for line in letter.splitlines() if re.search(r"\w", line)}
    lines = [line for line in own[:CHARACTERS].splitlines() if comparable(line.lstrip("> ")) not in ours]
    told, rest = _read_lines("\n".join(lines), labels, {comparable(title) for title in titles} - {""})
    return Corrections((*told, *_in_quote(body[len(own) :], letters, form, labels)), rest)


def _labels(form: CampaignForm) -> dict[str, FormField]:
    """Comparable label -> field; the campaign's own labels first."""
    found: dict[str, FormField] = {}
    for asked in form.fields:
        for label in (asked.label, *asked.also, *ALSO.get(asked.kind, ())):
            found.setdefault(comparable(label), asked)
    return found


def _read_lines(text: str, labels: Mapping[str, FormField], titles: set[str]) -> tuple[list[Correction], bool]:
    names = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    sets = re.compile(
        rf"{_BULLET}(?:{_WHICH}\s{{0,3}}[:：,，的]?\s{{0,3}})?(?P<label>{names}){_SETS}(?P<value>[^\n]{{1,{LONGEST}}})",
        re.IGNORECASE,
    )
    by_kind = {asked.kind: asked for asked in labels.values()}
    names_work = re.compile(rf"{_BULLET}{_WHICH}\s{{0,3}}[:：]?", re.IGNORECASE)
    told: list[Correction] = []
    which: Which | None = None
    rest = False
    own = before_sign_off(before_signature(text).splitlines(), titles)
    for piece in _pieces("\n".join(own), sets):
        if found := sets.fullmatch(piece):
            which = _which(found) or which
            asked = labels[comparable(found["label"])]
            values, more = parted_value(asked.kind, found["value"])
            rest = rest or more
            for kind, value in values.items():
                field = asked if kind is asked.kind else by_kind.get(kind)
                if kind is FieldKind.TITLE and comparable(value) in titles:
                    which = Which(title=value)
                elif field is not None:
                    told.append(Correction(which, field, value, anew=found["anew"] is not None))
        elif found := names_work.fullmatch(piece):
            which = _which(found)
        elif not (is_courtesy(comparable(piece)) or (_CODE.fullmatch(piece) and _ends_in_link(told))):
            rest = True
    return told, rest


def _ends_in_link(told: Sequence[Correction]) -> bool:
    return bool(told) and told[-1].field.kind is FieldKind.LINK


def _pieces(text: str, sets: re.Pattern[str]) -> Iterator[str]:
    """Sentences, and clauses of them where each sets something of its own; a comma within a value stays in it."""
    for sentence in _PIECE.split(text):
        kept, *more = re.split("([,，])", sentence)
        for comma, clause in zip(more[::2], more[1::2], strict=True):
            if kept and (sets.fullmatch(clause) or is_courtesy(comparable(clause))):
                yield kept.strip()
                kept = clause
            else:
                kept += comma + clause
        if kept.strip():
            yield kept.strip()


def _which(found: re.Match[str]) -> Which | None:
    if found["every"] or found.groupdict().get("each"):
        count = found["count"] or "0"
        return Which(every=True, count=_DIGITS.get(count) or int(count))
    if found["number"]:
        return Which(number=found["number"])
    if found["nth"]:
        return Which(nth=_DIGITS.get(found["nth"]) or int(found["nth"]))
    return Which(title=found["title"]) if found["title"] else None


def _in_quote(
    quoted: str, letters: Sequence[str], form: CampaignForm, labels: Mapping[str, FormField]
) -> Iterator[Correction]:
    """Values that differ in the quoted letter from those that were sent, work by work."""
    sent: dict[str, dict[str, str]] = {}
    for letter in letters:
        sent |= _blocks(letter, labels)
    for number, values in _blocks(quoted, labels).items():
        for name, value in values.items():
            before = sent.get(number, {}).get(name)
            asked = form.called(name)
            if asked is not None and before is not None and _differ(asked, before, value):
                told, _ = parted_value(asked.kind, value)
                if asked.kind in told:
                    yield Correction(Which(number=number), asked, told[asked.kind])


def _differ(asked: FormField, before: str, after: str) -> bool:
    """Whether a value was edited; beside a link stand words of our own, and a film may stand in its place."""
    if asked.kind is FieldKind.LINK:
        return has_address(after) and set(links_of_cells([before])) != set(links_of_cells([after]))
    return comparable(before) != comparable(after)


def _blocks(text: str, labels: Mapping[str, FormField]) -> dict[str, dict[str, str]]:
    """Entry number -> field name -> value, as our letters list each work; mail programs may part label and value."""
    number = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z][A-Za-z0-9]{0,15}(?:-[A-Za-z0-9]{1,12}){1,4}(?![A-Za-z0-9-])")
    title = next((one.name for one in labels.values() if one.kind is FieldKind.TITLE), "")
    found: dict[str, dict[str, str]] = {}
    current, heading, waiting = "", "", ""
    for raw in text.splitlines():
        line = raw.lstrip("> \t").rstrip()
        if named := number.search(line):
            current, waiting = named[0], ""
            block = found.setdefault(current, {})
            if heading:
                block[title] = heading
            heading = ""
        elif numbered := _NUMBERED.fullmatch(line):
            current, heading, waiting = "", numbered[1], ""
        elif current and line:
            label, _, value = re.sub(r"\s{0,9}[:：|\t]\s{0,9}", "\t", line, count=1).partition("\t")
            asked = labels.get(comparable(label))
            if asked is not None and value:
                found[current][asked.name] = value
            elif waiting:
                found[current][waiting] = line
            waiting = asked.name if asked is not None and not value else ""
    return found
