"""Units ranked, by who made the works and by who recommends them (优秀组织奖). Pure."""

import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, timedelta
from typing import Final

from mailbot.model.tally import NONE, Figures, UnitTally

COUNTS: Final = tuple(one.name for one in fields(Figures))
WORDS: Final = re.compile(r"[^\s,，、;；:：/|（）()]+")
ORGANIZATION: Final = re.compile(
    r"[\u4e00-\u9fff·]{2,40}?(?:委员会|人民政府|工信厅|工信局|厅|局|中心|协会|学会|联合会|商会|集团(?:股份)?(?:有限|有限责任)?(?:公司)?|公司|大学|学院|学校|研究院|研究所"
    r"|博物馆|馆|基金会|管委会|办公室|委)"
)
"""The shortest beginning of a word that names an organization: 云岭市工业和信息化局 of 云岭市工业和信息化局科技科."""


def recommending_unit(recommender: str, unit: str) -> str:
    """Who recommends a work: the organization in 推荐单位联系人及联系方式, else 单位名称, which then recommends itself.

    Args:
        recommender: as written: often a person and a phone number alone.
        unit: 单位名称.
    """
    for word in WORDS.findall(recommender):
        found = ORGANIZATION.match(word)
        if found is not None:
            return found[0]
    return unit


def ranked_units(
    tallies: Iterable[tuple[str, UnitTally]],
) -> tuple[tuple[UnitTally, ...], tuple[UnitTally, ...]]:
    """Units ranked by works received, then accepted: by who made them, and by who recommends them.

    Args:
        tallies: each with its 推荐单位联系人及联系方式; read once, those of one unit are added up.
    """
    makers, recommenders = Sums(), Sums()
    for recommender, tally in tallies:
        makers.add(tally.unit, tally)
        recommenders.add(recommending_unit(recommender, tally.unit), tally)
    return makers.ranked(), recommenders.ranked()


class Sums:
    """Tallies added up by unit."""

    def __init__(self) -> None:
        self._works: dict[str, list[int]] = {}
        self._themes: dict[str, dict[str, int]] = {}

    def add(self, unit: str, tally: UnitTally) -> None:
        """Count a tally for a unit."""
        works = self._works.setdefault(unit, [0] * len(COUNTS))
        if tally.works is not NONE:
            for at, name in enumerate(COUNTS):
                works[at] += getattr(tally.works, name)
        themes = self._themes.setdefault(unit, {})
        for theme, count in tally.themes.items():
            themes[theme] = themes.get(theme, 0) + count

    def ranked(self) -> tuple[UnitTally, ...]:
        """Every unit, the first first; works without a unit come last."""
        merged = (UnitTally(unit, Figures(*counts), self._themes[unit]) for unit, counts in self._works.items())
        return tuple(
            sorted(merged, key=lambda unit: (not unit.unit, -unit.works.received, -unit.works.accepted, unit.unit))
        )


def out_on(due: int, sent_today: int, daily_cap: int, today: date) -> date | None:
    """The day on which the last of the due letters leaves at the day's quota; None where none is due."""
    if not due:
        return None
    beyond = max(due - max(daily_cap - sent_today, 0), 0)
    return today + timedelta(days=-(-beyond // daily_cap))
