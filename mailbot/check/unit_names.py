"""What persons call units: one name put in another's place, a chain of which the last counts. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from mailbot.text.units import place_of, short_unit, without_form

ALIKE: Final = 80
"""rapidfuzz ratio of two units' bare names from which a person is asked whether they are one."""
NUMBER: Final = re.compile(r"\d+|第[一二三四五六七八九十]+")
SURE: Final = 100
MOST: Final = 3
"""Units that are suggested for one."""


def counts_as(name: str, parents: Mapping[str, str]) -> str:
    """The unit that a name counts as: the end of its chain."""
    while name in parents and parents[name] != name:
        name = parents[name]
    return name


def merged(names: Sequence[str], into: str, parents: Mapping[str, str]) -> dict[str, str]:
    """The parents that names get where they are to count as `into`; names that count as it already are left out.

    What counted as one of the names goes with it. `into` takes the place of the unit that it counted as itself where
    that is one of the names.
    """
    unit = counts_as(into, parents)
    if unit in names and unit != into:
        return {into: into} | dict.fromkeys(names, into)
    return {name: unit for name in names if counts_as(name, parents) != unit}


def renamed(name: str, called: str) -> dict[str, str]:
    """The parent that a name gets where it is to be called otherwise; by its own name it counts for itself again."""
    return {name: called}


def settled(parents: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    """Every name that persons put in another's place, after a change -> the unit that it counts as."""
    after = {name: called for name, called in {**parents, **changed}.items() if name != called}
    return {name: counts_as(name, after) for name in after}


def alike(names: Sequence[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """For each name the others that may be the same unit's, each with its score of 100; names without any left out.

    Two places' bureaus of one office are two units, however alike their names, and so are a first and a second works; a
    full and a short name may be one's.
    """
    places, numbers = [place_of(name) for name in names], [NUMBER.findall(name) for name in names]
    shorts: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        shorts.setdefault(short_unit(name), []).append(at)
    keys = [without_form(name) for name in names]
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for at, name in enumerate(names):
        scores = process.cdist([keys[at]], keys, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8)[0]
        near = {int(other): int(scores[other]) for other in np.flatnonzero(scores)}
        near |= dict.fromkeys(shorts[short_unit(name)], SURE)
        fit = [
            (names[other], score)
            for other, score in near.items()
            if other != at and numbers[other] == numbers[at] and _fit(places[at], places[other])
        ]
        if fit:
            found[name] = tuple(sorted(fit, key=lambda one: (-one[1], one[0]))[:MOST])
    return found


def _fit(one: str, other: str) -> bool:
    """Whether two places may be one: 云岭市 and 某某省云岭市; no place fits every place."""
    return one.endswith(other) or other.endswith(one)
