"""Which of its sender's entries a mail means, by their numbers: what it takes back, and what it only names. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from mailbot.check.intent import MOVES, NOT_MEANT, own_words
from mailbot.model.entry import Entry
from mailbot.model.mail import Mail
from mailbot.text.folding import bare, comparable
from mailbot.text.moods import Clause, Mood, Sentence


@dataclass(frozen=True, slots=True)
class Meant:
    """Which entries a withdrawal means.

    Attributes:
        taken: that it takes back.
        unclear: that it names, and perhaps does not mean: 0001 申请撤回，0002 保留.
    """

    taken: tuple[Entry, ...] = ()
    unclear: tuple[Entry, ...] = ()


def meant(mail: Mail, entries: Sequence[Entry]) -> Meant:
    """The sender's entries whose number stands in the mail's own words, clause by clause.

    A number belongs to the verb of its clause; in a list, to the verb before it or behind it; a clause that says
    something else of it (0001的联系人改为…) takes nothing back. Where these disagree, the verb keeps it, or the title
    beside it is another entry's, the number is unclear: a withdrawal is hard to undo.
    """
    numbers = _numbers(entries)
    titles = sorted({comparable(entry.title) for entry in entries} - {""}, key=len, reverse=True)
    called = {comparable(entry.number): bare(entry.title) for entry in entries}
    clauses = [(clause, sentence) for sentence in own_words(mail).all for clause in sentence.clauses]
    said = [_direction(clause, sentence) for clause, sentence in clauses]
    said = [
        False if one is None and numbers.search(clause.text) and not _only_lists(clause.text, numbers, titles) else one
        for one, (clause, _) in zip(said, clauses, strict=True)
    ]
    before, behind = accumulate(said, _last_known), [*accumulate(reversed(said), _last_known)][::-1]
    found: dict[str, set[bool]] = {}
    for (clause, _), *around in zip(clauses, before, behind, strict=True):
        for number in numbers.findall(clause.text):
            found.setdefault(number, set()).update(one for one in around if one is not None)
    for number in (one for sentence in own_words(mail).all for one in _called_otherwise(sentence, numbers, called)):
        found[number] |= {False}
    of = {entry.number: found.get(comparable(entry.number)) for entry in entries}
    return Meant(
        tuple(entry for entry in entries if of[entry.number] == {True}),
        tuple(entry for entry in entries if of[entry.number] not in (None, {True})),
    )


_LISTS: Final = re.compile(
    r"编号|作品|名称|片名|标题|短?视频|以下|如下|分别|我|单位|公司|报送|推荐|参[选赛评]|[两一二三四五六七八九十第件个部的是为和及与以等该即]|\W|\d"
)
"""Words of a list of works."""
MOST_BESIDE: Final = 2
"""Letters beside them, and beside numbers and titles, in a clause that says nothing of its works."""


def _only_lists(text: str, numbers: re.Pattern[str], titles: Sequence[str]) -> bool:
    """Whether a clause names entries and says nothing of them; `titles`: comparable, the longest first."""
    beside = numbers.sub("", text)
    for title in titles:
        beside = beside.replace(title, "")
    return len(_LISTS.sub("", beside)) <= MOST_BESIDE


def _called_otherwise(sentence: Sentence, numbers: re.Pattern[str], titles: Mapping[str, str]) -> set[str]:
    """The numbers in a sentence that calls another entry by its title and none by theirs: 0001，作品名称：….

    Args:
        sentence: of the mail's own words.
        numbers: finds the entries' numbers.
        titles: of the entries, bare, by their comparable numbers.
    """
    clauses = [clause for clause in sentence.clauses if _direction(clause, sentence) is not False]
    told = set(numbers.findall(" ".join(clause.text for clause in clauses)))
    if not told:
        return told
    words = bare("".join(clause.text for clause in clauses))
    called = {number for number, title in titles.items() if len(title) > 1 and title in words}
    return told - called if called - told else set()


def _last_known(known: bool | None, direction: bool | None) -> bool | None:  # noqa: FBT001 - the shape of `accumulate`
    return known if direction is None else direction


def _numbers(entries: Iterable[Entry]) -> re.Pattern[str]:
    """A pattern that finds the numbers of these entries in a comparable text; of two that begin alike the longer."""
    listed = sorted({comparable(entry.number) for entry in entries}, reverse=True)
    return re.compile(rf"(?<![0-9])(?:{'|'.join(map(re.escape, listed))})(?![0-9])")


def _direction(clause: Clause, sentence: Sentence) -> bool | None:
    """True where a clause takes back, False where it keeps or may not mean it, None where it says neither."""
    if Mood.OTHERS in clause.moods:
        return None
    asked = Mood.ASKS in sentence.moods and Mood.DECIDED not in clause.moods
    if NOT_MEANT & clause.moods or (asked and Mood.ABOUT_TAKING_BACK in clause.moods):
        return False
    return True if (MOVES | {Mood.DECIDED}) & clause.moods else None


def names_entry(mail: Mail, entry: Entry) -> bool:
    """Whether a mail's own words name an entry by its number."""
    words = own_words(mail)
    return _numbers([entry]).search(f"{words.subject}\n{words.body}") is not None
