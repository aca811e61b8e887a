"""Units ranked, by who made the works and by who recommends them; when the queue will be out."""

from datetime import date

import pytest

from mailbot.digest.figures import out_on, ranked_units, recommending_unit
from mailbot.model.tally import Figures, UnitTally

BUREAU = "云岭市工业和信息化局科技科 吴敏 0571-00000000"
TODAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("recommender", "unit", "who"),
    [
        ("陈晓岚 010-88880000", "甲公司", "甲公司"),
        ("", "甲公司", "甲公司"),
        ("", "", ""),
        (BUREAU, "甲公司", "云岭市工业和信息化局"),
        ("吴敏，云岭市工业和信息化局，0571-00000000", "甲公司", "云岭市工业和信息化局"),
        ("江海大学（李书涵 13800000000）", "甲公司", "江海大学"),
        ("云岭重工集团有限公司/赵敏", "甲公司", "云岭重工集团有限公司"),
    ],
)
def test_a_work_is_recommended_by_the_organization_that_its_form_names_else_by_its_unit(
    recommender: str, unit: str, who: str
) -> None:
    assert recommending_unit(recommender, unit) == who


def tally(unit: str, received: int, accepted: int = 0, **themes: int) -> UnitTally:
    return UnitTally(unit, Figures(received=received, accepted=accepted), themes)


def test_units_are_ranked_by_received_then_accepted_and_those_without_a_name_come_last() -> None:
    counted = [("", tally("", 9)), ("", tally("乙", 3, 1)), ("", tally("甲", 3, 2)), ("", tally("丙", 5))]
    assert [unit.unit for unit in ranked_units(counted)[0]] == ["丙", "甲", "乙", ""]


def test_a_bureaus_works_are_added_up_whoever_made_them() -> None:
    counted = [(BUREAU, tally("甲", 2, 1, 绿色低碳=1)), (BUREAU, tally("乙", 1, 1, 绿色低碳=1)), ("", tally("丙", 2))]
    makers, (bureau, other) = ranked_units(counted)
    assert (bureau.unit, bureau.works.received, bureau.works.accepted) == ("云岭市工业和信息化局", 3, 2)
    assert bureau.themes == {"绿色低碳": 2}
    assert other.unit == "丙"
    assert len(makers) == 3


@pytest.mark.parametrize(
    ("due", "sent", "day"), [(0, 0, None), (40, 60, 1), (41, 60, 2), (140, 60, 2), (141, 60, 3), (1, 250, 2)]
)
def test_the_queue_is_out_on_the_day_that_the_quota_allows(due: int, sent: int, day: int | None) -> None:
    assert out_on(due, sent, 100, TODAY) == (date(2024, 6, day) if day else None)


def test_works_that_wait_are_those_in_review_and_those_that_lack_something() -> None:
    assert Figures(received=5, review=2, incomplete=1).waiting == 3
    assert Figures(received=3).as_dict() == {
        "received": 3, "accepted": 0, "rejected": 0, "incomplete": 0, "review": 0, "withdrawn": 0,
    }  # fmt: skip
