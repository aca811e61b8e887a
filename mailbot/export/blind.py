"""A work without whatever tells whose it is: no unit, no person, no phone, in its title neither. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mailbot.model.listing import ListedWork

HIDDEN: Final = "××"
"""Stands where a title named its unit or a person."""
LEGAL_FORM: Final = re.compile(
    r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?(?:总|分|子)?公司$|集团$|(?:co\.?,?\s*)?(?:ltd|inc|llc|corp)\.?$",
    re.IGNORECASE,
)
BRACKETED: Final = re.compile(r"[（(【\[][^）)】\]]{0,12}[）)】\]]")
NUMBERS: Final = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
WORDS: Final = re.compile(r"[^\s,，、;；:：/|()（）]+")
NOISE: Final = re.compile(
    rf"^(?:{HIDDEN}|[\s\-—_·:：,，、|+()（）【】\[\]])+|(?:{HIDDEN}|[\s\-—_·:：,，、|+(（【\[])+$"
)
SHORTEST: Final = 2
"""Characters of a name that is looked for in a title."""


def blinded(work: ListedWork) -> ListedWork:
    """The work as judges may see it who must not know whose it is."""
    return replace(
        work, title=blind_title(work), unit="", recommender="", maker="", recommending_unit="", contact="", phone="",
        sender="", link="", note="",
        extra={},
    )  # fmt: skip


def blind_title(work: ListedWork) -> str:
    """A title without its unit, also by its short name, without persons, phones and addresses."""
    title = ADDRESS.sub(HIDDEN, NUMBERS.sub(HIDDEN, work.title))
    for name in sorted(set(_names(work)), key=len, reverse=True):
        title = re.sub(re.escape(name), HIDDEN, title, flags=re.IGNORECASE)
    return NOISE.sub("", title) if HIDDEN in title else title


def _names(work: ListedWork) -> Iterator[str]:
    """What would give the work away: its unit's full and short names, and the persons and units written beside it."""
    for text in (work.unit, work.maker, work.recommending_unit, *_spoken(work.recommender), work.contact):
        bare = BRACKETED.sub("", text).strip()
        for name in (text.strip(), bare, LEGAL_FORM.sub("", bare).strip()):
            if len(name) >= SHORTEST:
                yield name


def _spoken(text: str) -> list[str]:
    return [word for word in WORDS.findall(text) if not any(character.isdigit() for character in word)]
