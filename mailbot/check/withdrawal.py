"""Which entries a person takes back, in the person's own words, not in the letter of ours that is quoted below them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.model.entry import Entry
from mailbot.model.mail import Mail
from mailbot.model.works import FormFile, Works
from mailbot.text.folding import bare, comparable
from mailbot.text.quotes import above_quote

CLAUSE: Final = re.compile(r"[,。;!?()\n]|(?<![0-9])\.(?![0-9])")
"""Between clauses, in folded text; 、 and 和 stand between the numbers of one."""
TAKES: Final = re.compile(r"撤回|撤稿|撤销|撤除|撤下|撤掉|撤出|退出|取消|不再参|放弃|withdraw")
KEEPS: Final = re.compile(
    r"保留|继续|照常|仍|不变|除外|除.{0,60}外|以外|有效|不受影响"
    r"|(?:未曾?|从未|并未|没有?)[^,。;!?\n]{0,6}(?:撤|退|取消)"
    r"|(?:不|勿|别|无需|不要|不用|请勿)\s*(?:予以|再|作)?\s*(?:撤|退|取消)"
    r"|(?:原|旧|老|上一|前一|之前|先前|误发)[^,。;!?\n]{0,6}(?:视频|文件|版|邮件|附件|表|材料)"
    r"|与.{0,60}(?:重复|相同|一样)|撤[^,。;!?\n]{0,8}(?:作废|无效|取消|收回)"
    r"|咨询|请问|如何|怎么|能否|可否|是否|吗"
)
"""What keeps an entry, takes back only a file or a mail of it, or merely asks."""
OTHERS: Final = re.compile(r"其余|其他|其它|另外|剩余|余下")
"""A clause about the entries that are not named."""


def own_words(mail: Mail) -> str:
    """The subject and what the sender wrote above the quoted mail."""
    return f"{mail.subject}\n{above_quote(mail.body_text)}"


@dataclass(frozen=True, slots=True)
class Named:
    """Which entries a withdrawal means.

    Attributes:
        taken: that it takes back.
        unclear: that it names, and perhaps does not mean: 0001 申请撤回，0002 保留.
    """

    taken: tuple[Entry, ...] = ()
    unclear: tuple[Entry, ...] = ()


def named(mail: Mail, entries: Sequence[Entry]) -> Named:
    """The sender's entries whose number stands in the mail's own words, clause by clause.

    A number belongs to the verb of its clause; without one to the verb before it, as in a list, or to the one behind
    it. Where these disagree, or the verb keeps it, the number is unclear: a withdrawal is hard to undo.
    """
    clauses = [clause for clause in CLAUSE.split(folded_lines(own_words(mail))) if clause.strip()]
    moods = [_mood(clause) for clause in clauses]
    found: dict[str, set[bool]] = {}
    for index, clause in enumerate(clauses):
        for entry in entries:
            if _holds(clause, entry):
                found.setdefault(entry.number, set()).update(_means(moods, index))
    taken = tuple(entry for entry in entries if found.get(entry.number) == {True})
    return Named(taken, tuple(entry for entry in entries if entry.number in found and entry not in taken))


def folded_lines(text: str) -> str:
    """A text made comparable line by line."""
    return "\n".join(comparable(line) for line in text.splitlines())


def speaks_of(mail: Mail, entry: Entry) -> bool:
    """Whether a mail's own words name an entry by its number."""
    return _holds(folded_lines(own_words(mail)), entry)


def _holds(clause: str, entry: Entry) -> bool:
    return re.search(rf"(?<![0-9]){re.escape(comparable(entry.number))}(?![0-9])", clause) is not None


def _mood(clause: str) -> bool | None:
    """True where a clause takes back, False where it keeps, None where it says neither."""
    if OTHERS.search(clause):
        return None
    if KEEPS.search(clause):
        return False
    return True if TAKES.search(clause) else None


def _means(moods: Sequence[bool | None], index: int) -> set[bool]:
    """What is said of a number in a clause; empty where nothing is."""
    own = moods[index]
    if own is not None:
        return {own}
    before = next((mood for mood in reversed(moods[:index]) if mood is not None), None)
    behind = next((mood for mood in moods[index + 1 :] if mood is not None), None)
    return {mood for mood in (before, behind) if mood is not None}


def without(works: Works, taken: Sequence[Entry]) -> Works:
    """A withdrawal's works without those of the entries that it takes back: sent along, they are not sent anew."""
    titles = {bare(entry.title) for entry in taken} - {""}
    films = {entry.video.part.sha256 for entry in taken if entry.video}
    forms = [_form_without(file, titles) for file in works.forms]
    return replace(
        works,
        forms=tuple(file for file in forms if file.form is None or file.form.rows),
        videos=tuple(video for video in works.videos if video.part.sha256 not in films),
    )


def _form_without(file: FormFile, titles: set[str]) -> FormFile:
    if file.form is None:
        return file
    rows = tuple(row for row in file.form.rows if bare(row.title) not in titles)
    return replace(file, form=replace(file.form, rows=rows))
