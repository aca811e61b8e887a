"""What persons call units: merges, and the way back; which names may be one unit's."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.check.unit_names import alike, counts_as, merged, renamed, settled


def then(parents: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    return {name: called for name, called in {**parents, **changed}.items() if name != called}


def test_a_merge_takes_what_counted_as_the_name_with_it_and_a_rename_to_itself_brings_it_back() -> None:
    first = then({}, merged(["甲"], "乙", {}))
    second = then(first, merged(["乙"], "丙", first))
    assert settled(second, {}) == {"甲": "丙", "乙": "丙"}
    assert settled(second, renamed("乙", "乙")) == {"甲": "乙"}


def test_merging_the_other_way_round_makes_the_other_name_count() -> None:
    first = then({}, merged(["甲"], "乙", {}))
    assert settled(first, merged(["乙"], "甲", first)) == {"乙": "甲"}
    assert merged(["甲"], "乙", first) == {}


def test_names_merged_into_one_that_counts_as_another_count_as_that() -> None:
    assert merged(["丙"], "甲", {"甲": "乙"}) == {"丙": "乙"}
    assert merged(["乙"], "乙", {}) == {}


def test_a_new_name_counts_for_all_that_counted_as_the_old_one() -> None:
    first = then({}, merged(["甲", "丙"], "乙", {}))
    assert settled(first, renamed("乙", "新乙")) == {"甲": "新乙", "丙": "新乙", "乙": "新乙"}


NAMES = st.sampled_from("甲乙丙丁戊")


@given(st.lists(st.tuples(NAMES, NAMES), max_size=12))
def test_no_order_of_merges_makes_a_circle_and_each_holds(pairs: list[tuple[str, str]]) -> None:
    parents: dict[str, str] = {}
    for name, into in pairs:
        if name != into:
            parents = then(parents, merged([name], into, parents))
            assert counts_as(name, parents) == counts_as(into, parents)


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ("云岭重工集团有限公司", "云岭重工有限公司", 2),
        ("某某省云岭市云岭重工有限公司", "云岭重工", 2),
        ("云岭精密机械制造有限公司", "云岭精密机械制造股份有限公司", 2),
        ("云岭精密机械制造厂", "云岭精密机戒制造厂", 2),
        ("云岭市工业和信息化局", "江海市工业和信息化局", 0),
        ("云岭市工业和信息化局", "云岭市经济和信息化局", 2),
        ("甲机械有限公司", "乙传媒有限公司", 0),
        ("云岭机械有限公司", "云岭化工有限公司", 0),
        ("云岭精密机械第一制造厂", "云岭精密机械第二制造厂", 0),
        ("云岭精密机械01厂", "云岭精密机械02厂", 0),
    ],
)
def test_names_that_may_be_one_units_are_suggested(one: str, other: str, named: int) -> None:
    found = alike(["北山博物馆", one, other])
    assert (one in found) + (other in found) == named


def test_the_three_that_are_most_alike_are_suggested_the_best_first_and_names_alike_by_their_letters() -> None:
    name = "云岭精密机械制造厂"
    others = ["云岭机械制造厂", "云岭精密机戒制造厂", "云岭精密机戈制造厂", "云岭精密机械制造有限公司"]
    assert alike([name, *others])[name] == ((others[3], 100), (others[2], 88), (others[1], 88))
