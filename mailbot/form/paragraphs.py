"""Labels that stand alone in paragraphs, joined with their values below them. Pure.

Each label may be followed by its value; or all labels stand first, one below the other, and then all values, as a
converter writes out a table column by column.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from mailbot.form.header import asks_for_works
from mailbot.form.themes_cell import chooses
from mailbot.text.folding import key
from mailbot.text.labels import ABOUT_FORM, WITHIN, Known, Label, Vocabulary
from mailbot.text.links import has_address
from mailbot.text.phones import phones

NAME: Final = 12
"""Characters of a person's name at most."""
_COLONS: Final = ("：", ":")
_ENDS: Final = (*_COLONS, "】", "]")
"""What a label that stands alone may end with; a bare one has nothing behind it."""
_KINDS: Final[Mapping[Known, int]] = {
    Label.THEMES: 0, Label.LINK: 1, **dict.fromkeys((Label.PHONE, Label.CONTACT_PHONE, Label.RECOMMENDER), 2)
}  # fmt: skip
"""Labels whose values are a choice, an address, a phone; others' are none of these."""


def with_values(paragraphs: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Paragraphs, each value in one with its label."""
    return _values_below(_values_in_turn(paragraphs, vocabulary), vocabulary)


def _values_below(paragraphs: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Paragraphs with each label that stands alone, `作品名称：` or `作品名称`, joined with its value in the next one.

    A form that was left blank has such labels too: what follows one is its value only where title and themes (without
    a choice: several) are followed by what is no label.
    """
    joined: list[str] = []
    asked: set[Known] = set()
    waiting: Known | None = None
    for text in paragraphs:
        labels, bare = vocabulary.inline(text), vocabulary.label_of(text)
        if waiting is not None and bare is None and all(one.label in WITHIN.get(waiting, ()) for one in labels):
            joined[-1] = f"{joined[-1]}{'' if joined[-1].rstrip().endswith(_ENDS) else '：'}{text}"
            asked.add(waiting)
            waiting = None
            continue
        joined.append(text)
        alone = len(labels) == 1 and not key(labels[0].value) and text.rstrip().endswith(_ENDS)
        waiting = labels[0].label if alone else bare
    return joined if asks_for_works(asked, vocabulary) else list(paragraphs)


# --- all labels, then all values ---


def _values_in_turn(paragraphs: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Paragraphs, each of a list of values behind its label in a list of labels; as they are where they do not fit.

    A blank value leaves no paragraph, so labels may go without one; but each work has a title and, where the form
    asks for them, its themes, no value is left over, and each stands where one of its kind is asked for.
    """
    known = [_alone(text, vocabulary) for text in paragraphs]
    ends = [
        next((at for at in range(first, len(known)) if known[at] is None), len(known)) for first in range(len(known))
    ]
    first = next((at for at, end in enumerate(ends) if _is_list(known[at:end], vocabulary)), None)
    if first is None:
        return list(paragraphs)
    behind = ends[first]
    until = next((at for at in range(behind, len(known)) if _speaks(paragraphs[at], vocabulary)), len(known))
    told = _told(paragraphs[first:behind], paragraphs[behind:until], vocabulary)
    rest = _values_in_turn(paragraphs[until:], vocabulary)
    return [*paragraphs[:first], *(told or paragraphs[first:until]), *rest]


def _alone(text: str, vocabulary: Vocabulary) -> Known | None:
    """The label that a paragraph is, and nothing else."""
    plain = text.strip()
    return vocabulary.label_of(plain) if plain.endswith(_COLONS) or not vocabulary.inline(plain) else None


def _speaks(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a paragraph has labels of its own; a link's may be a netdisk's words."""
    within = {Label.LINK, Label.CODE}
    return _alone(text, vocabulary) is not None or any(one.label not in within for one in vocabulary.inline(text))


def _is_list(own: Sequence[Known | None], vocabulary: Vocabulary) -> bool:
    distinct = {label for label in own if label is not None}
    return asks_for_works(distinct, vocabulary) and len(own) == len(distinct) > 2  # two may head an empty form


def _told(names: Sequence[str], values: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Lines of label and value; none where they do not fit."""
    asked = [(label, name.strip().rstrip("".join(_COLONS))) for name in names if (label := _alone(name, vocabulary))]
    lines: list[str] = []
    left = list(values)
    while left:
        found = [
            (label, f"{name}：{left.pop(0)}") for label, name in asked if left and _fits(label, left[0], vocabulary)
        ]
        given = {label for label, _ in found}
        if Label.TITLE not in given or (vocabulary.themes and Label.THEMES not in given):
            return []
        lines += [line for _, line in found]
        asked = [one for one in asked if one[0] not in ABOUT_FORM]
    return lines


def _fits(label: Known, text: str, vocabulary: Vocabulary) -> bool:
    if label is Label.NUMBER:
        return key(text).isdigit()
    kinds = (chooses(text, vocabulary.themes), has_address(text), bool(phones(text)))
    if label in _KINDS:
        return kinds[_KINDS[label]]
    return not any(kinds) and (label is not Label.CONTACT or len(key(text)) <= NAME)
