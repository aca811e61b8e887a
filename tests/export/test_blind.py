"""A work as judges may see it who must not know whose it is."""

from dataclasses import replace

import pytest

from mailbot.export.blind import blind_title, blinded
from mailbot.model.entry import EntryStatus
from mailbot.model.listing import ListedWork
from tests.make.decisions import IN_TIME

WORK = ListedWork(
    "GYQG-2024-0001", EntryStatus.ACCEPTED, IN_TIME, "智造未来", ("数智赋能",), "云岭重工有限公司",
    "云岭市工业和信息化局 吴敏 0571-00000000", "王一鸣", "13800000001", "a@example.com", extra={"author": "李书涵"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("title", "blind"),
    [
        ("智造未来", "智造未来"),
        ("云岭重工有限公司-智造未来", "智造未来"),
        ("云岭重工：智造未来（终版）", "智造未来（终版）"),
        ("云岭重工的一天", "的一天"),
        ("走进云岭重工的一天", "走进××的一天"),
        ("《智造未来》云岭重工有限公司 王一鸣 13800000001", "《智造未来》"),
        ("智造未来 a@example.com", "智造未来"),
        ("吴敏推荐：智造未来", "推荐：智造未来"),
        ("云岭重工有限公司", ""),
    ],
)
def test_a_title_does_not_tell_its_unit_or_a_person(title: str, blind: str) -> None:
    assert blind_title(replace(WORK, title=title)) == blind


def test_nothing_else_tells_whose_a_work_is() -> None:
    found = blinded(WORK)
    assert (found.unit, found.recommender, found.contact, found.phone, found.sender, found.link, found.extra) == (
        "", "", "", "", "", "", {},
    )  # fmt: skip
    assert (found.number, found.title, found.themes) == (WORK.number, WORK.title, WORK.themes)
