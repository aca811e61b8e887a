"""Labels that stand one below the other, all of them first, and then all values. Pure.

A form whose table a converter wrote out column by column, or that was typed so.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mailbot.form.pieces import chooses
from mailbot.text.folding import key
from mailbot.text.labels import ABOUT_FORM, Known, Label, Vocabulary
from mailbot.text.links import has_address
from mailbot.text.phones import phones

NAME: Final = 12
"""Characters of a person's name at most."""
_ENDS: Final = ("：", ":")


def answered_in_turn(paragraphs: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Paragraphs, each value of such a list behind its label; as they are where values and labels do not fit.

    A blank value leaves no paragraph, so labels may go without one; but each work has a title and, where the form
    asks for them, its themes, no value is left over, and each stands where one of its kind is asked for.
    """
    known = [_alone(text, vocabulary) for text in paragraphs]
    first = next((at for at in range(len(known)) if _is_list(known, at, vocabulary)), None)
    if first is None:
        return list(paragraphs)
    behind = next((at for at in range(first, len(known)) if known[at] is None), len(known))
    until = next((at for at in range(behind, len(known)) if _speaks(paragraphs[at], vocabulary)), len(known))
    told = list(_told(paragraphs[first:behind], known[first:behind], paragraphs[behind:until], vocabulary))
    rest = answered_in_turn(paragraphs[until:], vocabulary)
    return [*paragraphs[:first], *(told or paragraphs[first:until]), *rest]


def _alone(text: str, vocabulary: Vocabulary) -> Known | None:
    """The label that a paragraph is, and nothing else."""
    plain = text.strip()
    return vocabulary.label_of(plain) if plain.endswith(_ENDS) or not vocabulary.inline(plain) else None


def _speaks(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a paragraph has labels of its own; a link's may be a netdisk's words."""
    within = {Label.LINK, Label.CODE}
    return _alone(text, vocabulary) is not None or any(one.label not in within for one in vocabulary.inline(text))


def _is_list(known: Sequence[Known | None], at: int, vocabulary: Vocabulary) -> bool:
    own = known[at : next((end for end in range(at, len(known)) if known[end] is None), len(known))]
    whole = Label.TITLE in own and (Label.THEMES in own or not vocabulary.themes)
    return whole and len(own) >= 3 and len(set(own)) == len(own)  # two may head an empty form


def _told(
    names: Sequence[str], labels: Sequence[Known | None], values: Sequence[str], vocabulary: Vocabulary
) -> Iterator[str]:
    """Lines of label and value; none where they do not fit."""
    asked = [label for label in labels if label is not None]
    about = [at for at, label in enumerate(asked) if label in ABOUT_FORM]
    of_work = [at for at in range(len(asked)) if at not in about]
    lines: list[str] = []
    left = list(values)
    turn = list(range(len(asked)))
    while left:
        found = [(at, left.pop(0)) for at in turn if left and _fits(asked[at], left[0], vocabulary)]
        given = {asked[at] for at, _ in found}
        if Label.TITLE not in given or (vocabulary.themes and Label.THEMES not in given):
            return
        lines += [f"{names[at].strip().rstrip(''.join(_ENDS))}：{value}" for at, value in found]
        turn = of_work
    yield from lines


def _fits(label: Known, text: str, vocabulary: Vocabulary) -> bool:
    choice, number, link = chooses(text, vocabulary.themes), bool(phones(text)), has_address(text)
    if label is Label.THEMES:
        return choice
    if label is Label.LINK:
        return link
    if label in {Label.PHONE, Label.CONTACT_PHONE, Label.RECOMMENDER}:
        return number
    if label is Label.NUMBER:
        return key(text).isdigit()
    if label is Label.CONTACT and len(key(text)) > NAME:
        return False
    return not (choice or number or link)
